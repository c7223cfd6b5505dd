//! Which model an id names, and whether it can be called: in this region, on this day.

use std::time::SystemTime;

use bedrock_auth::sigv4::SigningTime;
use bedrock_types::models::{LifecycleStatus, ModelId, ModelInfo};

use crate::error::AwsError;

/// The model that a base id, a profile id or the ARN of either names, if it can be called by that id here and now.
///
/// # Errors
///
/// As [`known`], and `ValidationException` for a base id in a region where the model has to be called by a profile.
pub(crate) fn callable(id: &str, region: &str, now: SystemTime) -> Result<&'static ModelInfo, AwsError> {
    let model = known(id, region, now)?;
    let name = name(id);
    if name == model.id && !model.in_region.contains(&region) {
        return Err(AwsError::validation(format!(
            "Invocation of model ID {name} with on-demand throughput isn’t supported. Retry your request with the ID or ARN \
             of an inference profile that contains this model."
        )));
    }
    Ok(model)
}

/// The same for what is not paid for and runs nothing: a base id will do everywhere.
///
/// # Errors
///
/// `ValidationException` if there is no such model, or no such profile in the region; `ResourceNotFoundException` if the model is
/// gone.
pub(crate) fn known(id: &str, region: &str, now: SystemTime) -> Result<&'static ModelInfo, AwsError> {
    let unknown = || AwsError::validation(UNKNOWN_MODEL);
    let model = ModelId::parse(id).ok().and_then(|id| id.base_model()).ok_or_else(unknown)?;
    // `base_model` goes by the prefix alone; the emulator has the profiles that the catalog lists for this very model.
    let name = name(id);
    let is_served = model.profiles.iter().any(|profile| profile.id == name && profile.serves(region));
    if name != model.id && !is_served {
        return Err(unknown());
    }
    if has_ended(model, now) {
        return Err(AwsError::not_found(END_OF_LIFE));
    }
    Ok(model)
}

/// What an id names, without the ARN around it.
fn name(id: &str) -> &str {
    if id.starts_with("arn:") { id.rsplit_once('/').map_or(id, |(_, name)| name) } else { id }
}

/// Whether the model's last day has come; of those whose day was not found, whether they were gone when the catalog was made.
pub(crate) fn has_ended(model: &ModelInfo, now: SystemTime) -> bool {
    let Some(day) = model.lifecycle.eol else { return model.lifecycle.status == LifecycleStatus::Eol };
    // A clock that cannot be written is that of no day on which anything ended. As texts, times follow the day they begin with.
    SigningTime::try_from(now).is_ok_and(|now| day <= now.to_rfc3339().as_str())
}

/// What Bedrock says of an id that it does not have.
pub(crate) const UNKNOWN_MODEL: &str = "The provided model identifier is invalid.";
const END_OF_LIFE: &str = "This model version has reached the end of its life. Please refer to the AWS documentation for more details.";

#[cfg(test)]
mod tests {
    use bedrock_types::models::catalog;

    use super::*;
    use crate::testing::now;

    fn said(id: &str, region: &str, day: &str) -> Result<&'static str, String> {
        let now = format!("{day}T000000Z").parse::<SigningTime>().unwrap().to_system_time();
        callable(id, region, now).map(|model| model.id).map_err(|error| error.message().to_owned())
    }

    #[test]
    fn a_model_is_called_by_a_profile_of_the_region() {
        let id = "eu.anthropic.claude-opus-4-6-v1";
        assert_eq!(said(id, "eu-west-1", "20261122"), Ok("anthropic.claude-opus-4-6-v1"));
        assert_eq!(said(id, "us-east-1", "20261122").unwrap_err(), UNKNOWN_MODEL);
        let arn = format!("arn:aws:bedrock:eu-west-1:123456789012:inference-profile/{id}");
        assert_eq!(said(&arn, "eu-west-1", "20261122"), Ok("anthropic.claude-opus-4-6-v1"));
    }

    #[test]
    fn a_base_id_works_where_the_model_is_on_demand() {
        let id = "anthropic.claude-opus-4-6-v1";
        assert_eq!(said(id, "eu-west-2", "20261122"), Ok(id));
        let refused =
            "Invocation of model ID anthropic.claude-opus-4-6-v1 with on-demand throughput isn’t supported.";
        for id in [id.to_owned(), format!("arn:aws:bedrock:us-east-1::foundation-model/{id}")] {
            let sentence = said(&id, "us-east-1", "20261122").unwrap_err();
            assert!(sentence.starts_with(refused), "{sentence}");
        }
        assert_eq!(known(id, "us-east-1", now()).map(|model| model.id), Ok(id));
    }

    #[test]
    fn a_model_ends_on_its_last_day() {
        let id = "us.anthropic.claude-sonnet-4-20250514-v1:0"; // until 2026-10-14
        assert!(said(id, "us-east-1", "20261013").is_ok());
        for day in ["20261014", "20261122"] {
            assert_eq!(said(id, "us-east-1", day).unwrap_err(), END_OF_LIFE);
        }
        assert_eq!(said("anthropic.claude-v2", "us-east-1", "20200101").unwrap_err(), END_OF_LIFE);
        for model in catalog().iter().filter(|model| !has_ended(model, now())) {
            assert_ne!(model.lifecycle.status, LifecycleStatus::Eol, "{}", model.id);
        }
    }
}
