//! Inference profiles: AWS's own, as the catalog has them, and those that the account made of models and profiles.

use std::borrow::Cow;

use bedrock_types::control::{
    CreateInferenceProfileRequest, CreateInferenceProfileResponse, InferenceProfile, InferenceProfileModel,
    InferenceProfileStatus, InferenceProfileType, ListInferenceProfilesResponse,
};
use bedrock_types::models::{ArnKind, Destinations, ModelId, ModelInfo, Profile, catalog};

use super::application_profiles::ApplicationProfile;
use super::{Query, arn, constraint, pages};
use crate::account::Account;
use crate::error::AwsError;
use crate::model::{UNKNOWN_MODEL, has_ended, known};
use crate::operation::Scene;

/// What a call with this id calls: what the account's own profile was made from, or the id itself.
///
/// # Errors
///
/// `ValidationException` for a profile that the account does not have in this region.
pub(crate) fn called<'a>(id: &'a str, region: &str, account: &Account) -> Result<Cow<'a, str>, AwsError> {
    match application_id(id, region, account) {
        None => Ok(id.into()),
        Some(found) => found
            .and_then(|id| account.control.application_profiles.get(id, region))
            .map(|profile| profile.source.into())
            .ok_or_else(|| AwsError::validation(UNKNOWN_MODEL)),
    }
}

/// `ListInferenceProfiles`: AWS's, then the account's, in pages.
///
/// # Errors
///
/// `ValidationException` for a filter, a size of a page or a token that AWS would not take.
pub(super) fn list(query: &Query, scene: &Scene<'_>) -> Result<ListInferenceProfilesResponse, AwsError> {
    let kind = query.one_of("type", &["SYSTEM_DEFINED", "APPLICATION"])?;
    let mut profiles = all(scene);
    profiles.retain(|profile| kind.is_none_or(|kind| profile.kind.as_str() == kind));
    let (page, next) = pages::page(profiles, query, |profile| &profile.inference_profile_id)?;
    let mut answer = ListInferenceProfilesResponse::new();
    answer.next_token = next;
    Ok(answer.inference_profile_summaries(page))
}

/// `GetInferenceProfile`, by id or ARN.
///
/// # Errors
///
/// `ValidationException` for what cannot be one, `ResourceNotFoundException` if there is no such profile in this region.
pub(super) fn get(identifier: &str, region: &str, account: &Account) -> Result<InferenceProfile, AwsError> {
    constraint::profile_identifier("inferenceProfileIdentifier", identifier)?;
    let unknown = || not_found(identifier);
    let id = match application_id(identifier, region, account) {
        Some(id) => id.ok_or_else(unknown)?,
        None => named(identifier).ok_or_else(unknown)?,
    };
    if let Some(profile) = account.control.application_profiles.get(id, region) {
        return Ok(of_account(&profile, region, account));
    }
    let (model, profile) = of_aws(id, region).ok_or_else(unknown)?;
    Ok(system_defined(model, profile, region, account))
}

/// `CreateInferenceProfile`.
///
/// # Errors
///
/// `ValidationException` for a name that AWS would not take and for what is no model or profile of the region, and as
/// `ApplicationProfiles::create`.
pub(super) fn create(
    request: &CreateInferenceProfileRequest,
    scene: &Scene<'_>,
) -> Result<CreateInferenceProfileResponse, AwsError> {
    check(request)?;
    let source = request.model_source.copy_from.as_deref().unwrap_or_default();
    let source = copied(source, scene)?;
    let profiles = &scene.account.control.application_profiles;
    let id = profiles.create(request, source, scene.region, scene.timestamp())?;
    let arn = scene.arn(scene.account.id(), "application-inference-profile", &id);
    Ok(CreateInferenceProfileResponse::new(arn).status(InferenceProfileStatus::Active))
}

/// `DeleteInferenceProfile`, of one that is the account's own.
///
/// # Errors
///
/// `ResourceNotFoundException` if there is none, `ValidationException` for one of AWS's.
pub(super) fn delete(identifier: &str, scene: &Scene<'_>) -> Result<(), AwsError> {
    let found = get(identifier, scene.region, scene.account)?;
    if found.kind != InferenceProfileType::Application {
        return Err(AwsError::validation(NOT_YOURS));
    }
    let profiles = &scene.account.control.application_profiles;
    let removed = profiles.remove(&found.inference_profile_id, scene.region);
    if removed { Ok(()) } else { Err(not_found(identifier)) }
}

/// What AWS writes here was not found; status and code are those of its API reference.
fn not_found(identifier: &str) -> AwsError {
    AwsError::not_found(format!("The inference profile {identifier} was not found."))
}

fn all(scene: &Scene<'_>) -> Vec<InferenceProfile> {
    let Scene { region, account, now, .. } = *scene;
    let models = catalog().iter().filter(|model| !has_ended(model, now));
    let of_aws = models.flat_map(|model| {
        let here = model.profiles.iter().filter(|profile| profile.serves(region));
        here.map(move |profile| system_defined(model, profile, region, account))
    });
    let own = account.control.application_profiles.list(region);
    of_aws.chain(own.iter().map(|profile| of_account(profile, region, account))).collect()
}

/// The model or profile that an ARN names, if a profile can be made of it here.
fn copied<'a>(source: &'a str, scene: &Scene<'_>) -> Result<&'a str, AwsError> {
    let unknown = || AwsError::validation(UNKNOWN_MODEL);
    let is_arn = ModelId::parse(source).ok().is_some_and(|id| id.arn().is_some());
    let name = named(source).filter(|_| is_arn).ok_or_else(unknown)?;
    known(name, scene.region, scene.now).map(|_| name)
}

fn check(request: &CreateInferenceProfileRequest) -> Result<(), AwsError> {
    constraint::name("inferenceProfileName", &request.inference_profile_name)?;
    if let Some(description) = &request.description {
        constraint::description("description", description)?;
    }
    if let Some(token) = &request.client_request_token {
        constraint::request_token("clientRequestToken", token)?;
    }
    constraint::tags(request.tags.as_deref().unwrap_or_default())
}

fn system_defined(model: &ModelInfo, profile: &Profile, region: &str, account: &Account) -> InferenceProfile {
    let arn = arn(region, account.id(), "inference-profile", profile.id);
    let name = format!("{} Anthropic {}", profile.prefix.to_uppercase(), model.name);
    let models = destinations(profile, model, region);
    described(name, arn, profile.id, models, InferenceProfileType::SystemDefined)
}

fn of_account(profile: &ApplicationProfile, region: &str, account: &Account) -> InferenceProfile {
    let source = named(&profile.source).unwrap_or(&profile.source);
    let models = match of_aws(source, region) {
        Some((model, profile)) => destinations(profile, model, region),
        None => vec![arn(region, "", "foundation-model", source)],
    };
    let arn = arn(region, account.id(), "application-inference-profile", &profile.id);
    let kind = InferenceProfileType::Application;
    let mut described = described(profile.name.clone(), arn, &profile.id, models, kind);
    described.description.clone_from(&profile.description);
    if let Some(created) = &profile.created {
        described = described.created_at(created).updated_at(created);
    }
    described
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
    if !text.starts_with("arn:") {
        return None;
    }
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

/// When every profile of AWS was made, and those that the account had before.
const CREATED: &str = "2025-01-01T00:00:00Z";

const NOT_YOURS: &str = "System defined inference profiles cannot be deleted.";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::ApplicationProfiles;

    fn account() -> Account {
        let account = Account::default();
        account
            .control
            .application_profiles
            .add("abcdefghij12".to_owned(), "us.anthropic.claude-opus-4-8".to_owned());
        account
            .control
            .application_profiles
            .add("inregion1234".to_owned(), "anthropic.claude-opus-4-6-v1".to_owned());
        account
    }

    #[test]
    fn a_call_by_the_accounts_profile_is_one_by_what_it_was_made_from() {
        let account = account();
        let own = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abcdefghij12";
        let called = |id: &str| {
            let called = called(id, "us-east-1", &account).map(Cow::into_owned);
            called.map_err(|error| error.message().to_owned())
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
            let profile = get(identifier, region, &account).map_err(|error| error.code().to_owned())?;
            assert!(
                identifier == profile.inference_profile_id || identifier == profile.inference_profile_arn
            );
            Ok::<_, String>(
                profile.models.into_iter().filter_map(|model| model.model_arn).collect::<Vec<_>>(),
            )
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
        ] {
            assert_eq!(
                models(identifier, region),
                Err("ResourceNotFoundException".to_owned()),
                "{identifier}"
            );
        }
        let of_another_kind = "arn:aws:bedrock:us-east-1:123456789012:provisioned-model/abcdefghij12";
        assert_eq!(models(of_another_kind, "us-east-1"), Err("ValidationException".to_owned()));
    }

    #[test]
    fn profiles_that_aws_would_not_make_are_told() {
        for (id, source) in [("", "sonnet"), ("a/b", "us.anthropic.claude-opus-4-8"), ("abc", "nothing")] {
            let profiles = ApplicationProfiles::default();
            profiles.add(id.to_owned(), source.to_owned());
            assert!(profiles.check().is_err(), "{id} {source}");
        }
        assert_eq!(account().control.application_profiles.check(), Ok(()));
    }
}
