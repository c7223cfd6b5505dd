//! Inference profiles: AWS's own, as the catalog has them, and those that the account made of models and profiles.

use std::collections::BTreeMap;

use bedrock_types::control::{
    InferenceProfile, InferenceProfileModel, InferenceProfileStatus, InferenceProfileType,
};
use bedrock_types::models::{ArnKind, Destinations, ModelId, ModelInfo, Profile, catalog};

use crate::account::Account;
use crate::error::AwsError;
use crate::model::UNKNOWN_MODEL;

/// The account's own profiles: the model or profile that each was made from, by its id.
#[derive(Clone, Debug, Default)]
pub(crate) struct ApplicationProfiles(BTreeMap<String, String>);

impl ApplicationProfiles {
    /// Adds one, whatever it is made from.
    pub(crate) fn add(&mut self, id: String, source: String) {
        self.0.insert(id, source);
    }

    /// What is wrong with the first of them that AWS would not have made.
    pub(crate) fn check(&self) -> Result<(), String> {
        for (id, source) in &self.0 {
            if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
                return Err(format!("{id:?} is no id of an application profile: use letters and digits"));
            }
            if ModelId::parse(source).ok().and_then(|source| source.base_model()).is_none() {
                return Err(format!(
                    "{source:?} is no model or profile to make a profile of: see the catalog"
                ));
            }
        }
        Ok(())
    }
}

/// What a call with this id calls: what the account's own profile was made from, or the id itself.
///
/// # Errors
///
/// `ValidationException` for a profile that the account does not have in this region.
pub(crate) fn called<'a>(id: &'a str, region: &str, account: &'a Account) -> Result<&'a str, AwsError> {
    match application_id(id, region, account) {
        None => Ok(id),
        Some(found) => {
            let source = found.and_then(|id| account.application_profiles.0.get(id));
            source.map(String::as_str).ok_or_else(|| AwsError::validation(UNKNOWN_MODEL))
        }
    }
}

/// `GetInferenceProfile`, by id or ARN.
///
/// # Errors
///
/// `ResourceNotFoundException` if there is no such profile in this region.
pub(crate) fn get(identifier: &str, region: &str, account: &Account) -> Result<InferenceProfile, AwsError> {
    // What AWS writes here was not found; status and code are those of its API reference.
    let unknown = || AwsError::not_found(format!("The inference profile {identifier} was not found."));
    let id = match application_id(identifier, region, account) {
        Some(id) => id.ok_or_else(unknown)?,
        None => named(identifier).ok_or_else(unknown)?,
    };
    if let Some(source) = account.application_profiles.0.get(id) {
        return Ok(of_account(id, source, region, account));
    }
    let (model, profile) = of_aws(id, region).ok_or_else(unknown)?;
    let arn = arn(region, account.id(), "inference-profile", id);
    let name = format!("{} Anthropic {}", profile.prefix.to_uppercase(), model.name);
    let models = destinations(profile, model, region);
    Ok(described(name, arn, id, models, InferenceProfileType::SystemDefined))
}

fn of_account(id: &str, source: &str, region: &str, account: &Account) -> InferenceProfile {
    let source = named(source).unwrap_or(source);
    let models = match of_aws(source, region) {
        Some((model, profile)) => destinations(profile, model, region),
        None => vec![arn(region, "", "foundation-model", source)],
    };
    let arn = arn(region, account.id(), "application-inference-profile", id);
    described(id.to_owned(), arn, id, models, InferenceProfileType::Application)
}

fn described(
    name: String,
    arn: String,
    id: &str,
    models: Vec<String>,
    kind: InferenceProfileType,
) -> InferenceProfile {
    let models =
        models.into_iter().map(|arn| InferenceProfileModel::new().model_arn(arn)).collect::<Vec<_>>();
    InferenceProfile::new(name, arn, id, models, InferenceProfileStatus::Active, kind)
        .created_at(CREATED)
        .updated_at(CREATED)
}

/// The id in the ARN of an application profile, if it is one; `Some(None)` for one of another account or region.
fn application_id<'a>(text: &'a str, region: &str, account: &Account) -> Option<Option<&'a str>> {
    let is_application = ModelId::parse(text).ok()?.arn()?.kind == ArnKind::ApplicationInferenceProfile;
    let id = is_application.then(|| text.rsplit_once('/').map_or(text, |(_, id)| id))?;
    Some((text == arn(region, account.id(), "application-inference-profile", id)).then_some(id))
}

/// The id of a model or profile, without the ARN around it; `None` for ARNs of other things.
fn named(text: &str) -> Option<&str> {
    let parsed = ModelId::parse(text).ok()?;
    match parsed.arn().map(|arn| arn.kind) {
        None => Some(text),
        Some(ArnKind::InferenceProfile | ArnKind::FoundationModel) => text.rsplit_once('/').map(|(_, id)| id),
        Some(_) => None,
    }
}

fn of_aws(id: &str, region: &str) -> Option<(&'static ModelInfo, &'static Profile)> {
    let profiles =
        catalog().iter().flat_map(|model| model.profiles.iter().map(move |profile| (model, profile)));
    profiles.into_iter().find(|(_, profile)| profile.id == id && profile.serves(region))
}

/// The models that a profile may reach from a region; a global one has the model of no region besides.
fn destinations(profile: &Profile, model: &ModelInfo, region: &str) -> Vec<String> {
    let of = |region: &str| arn(region, "", "foundation-model", model.id);
    let Some(routing) = profile.routing else { return vec![of(region)] };
    let also = routing.also.iter().filter(|(from, _)| *from == region).flat_map(|(_, to)| *to);
    match routing.to {
        Destinations::Regions(regions) => regions.iter().chain(also).map(|region| of(region)).collect(),
        _ => vec![format!("arn:aws:bedrock:::foundation-model/{}", model.id), of(region)],
    }
}

fn arn(region: &str, account: &str, kind: &str, id: &str) -> String {
    let partition = match region {
        region if region.starts_with("us-gov-") => "aws-us-gov",
        region if region.starts_with("cn-") => "aws-cn",
        _ => "aws",
    };
    format!("arn:{partition}:bedrock:{region}:{account}:{kind}/{id}")
}

/// When every profile was made.
const CREATED: &str = "2025-01-01T00:00:00Z";

#[cfg(test)]
mod tests {
    use super::*;

    fn account() -> Account {
        let mut account = Account::default();
        account
            .application_profiles
            .add("abcdefghij12".to_owned(), "us.anthropic.claude-opus-4-8".to_owned());
        account
            .application_profiles
            .add("inregion1234".to_owned(), "anthropic.claude-opus-4-6-v1".to_owned());
        account
    }

    #[test]
    fn a_call_by_the_accounts_profile_is_one_by_what_it_was_made_from() {
        let account = account();
        let own = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abcdefghij12";
        let called = |id: &str| {
            called(id, "us-east-1", &account).map(str::to_owned).map_err(|error| error.message().to_owned())
        };
        for id in [own, "us.anthropic.claude-opus-4-8"] {
            assert_eq!(called(id), Ok("us.anthropic.claude-opus-4-8".to_owned()));
        }
        for other in [
            own.replace("us-east-1", "us-east-2"),
            own.replace("123456789012", "210987654321"),
            own.replace("abc", "cba"),
        ] {
            assert_eq!(called(&other), Err(UNKNOWN_MODEL.to_owned()), "{other}");
        }
    }

    #[test]
    fn a_profile_is_found_by_id_and_arn_with_the_models_behind_it() {
        let account = account();
        let models = |identifier: &str, region| {
            let profile = get(identifier, region, &account).map_err(|error| error.code())?;
            assert!(
                identifier == profile.inference_profile_id || identifier == profile.inference_profile_arn
            );
            Ok::<_, &str>(profile.models.into_iter().filter_map(|model| model.model_arn).collect::<Vec<_>>())
        };
        let own = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abcdefghij12";
        let of_aws = "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-opus-4-8";
        let reached = models(of_aws, "us-east-1").unwrap();
        assert!(
            reached.iter().all(|arn| arn.ends_with("::foundation-model/anthropic.claude-opus-4-8")),
            "{reached:?}"
        );
        assert!(reached.len() > 1);
        for identifier in ["us.anthropic.claude-opus-4-8", "abcdefghij12", own] {
            assert_eq!(models(identifier, "us-east-1").as_ref(), Ok(&reached), "{identifier}");
        }
        assert_eq!(
            models("inregion1234", "eu-west-2"),
            Ok(vec!["arn:aws:bedrock:eu-west-2::foundation-model/anthropic.claude-opus-4-6-v1".to_owned()])
        );
        let global = models("global.anthropic.claude-opus-4-8", "eu-west-1").unwrap();
        assert_eq!(global[0], "arn:aws:bedrock:::foundation-model/anthropic.claude-opus-4-8");
        for (identifier, region) in [
            ("us.anthropic.claude-opus-4-8", "eu-west-1"),
            ("anthropic.claude-opus-4-8", "us-east-1"),
            ("nothing12345", "us-east-1"),
            (own, "us-west-2"),
            ("arn:aws:bedrock:us-east-1:123456789012:provisioned-model/abcdefghij12", "us-east-1"),
        ] {
            assert_eq!(models(identifier, region), Err("ResourceNotFoundException"), "{identifier}");
        }
    }

    #[test]
    fn profiles_that_aws_would_not_make_are_told() {
        for (id, source) in [("", "sonnet"), ("a/b", "us.anthropic.claude-opus-4-8"), ("abc", "nothing")] {
            let mut profiles = ApplicationProfiles::default();
            profiles.add(id.to_owned(), source.to_owned());
            assert!(profiles.check().is_err(), "{id} {source}");
        }
        assert_eq!(account().application_profiles.check(), Ok(()));
    }
}
