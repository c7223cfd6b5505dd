//! What AWS's model of the control plane asks of members, and its sentence where one is not so.
//!
//! The patterns are those of the API reference, and are told with the refusal; they are read here by hand, since there are few.
//! Whether there is such a model or profile is not asked here.

use bedrock_types::control::Tag;
use bytes::Bytes;
use serde_json::Value;

use crate::error::AwsError;

/// The members of a body that must be there, by their paths: one below an optional parent is missed where the parent is.
///
/// # Errors
///
/// `ValidationException` for the first that is not. A body that is no object is left to who reads it.
pub(super) fn required(body: &Bytes, paths: &[&str]) -> Result<(), AwsError> {
    let Ok(Value::Object(sent)) = serde_json::from_slice(body) else { return Ok(()) };
    let sent = Value::Object(sent);
    for path in paths {
        let (parents, name) =
            path.rsplit_once('.').map_or((None, *path), |(parents, name)| (Some(parents), name));
        let parent = parents
            .map_or(Some(&sent), |parents| parents.split('.').try_fold(&sent, |at, name| at.get(name)));
        let is_missed =
            parent.filter(|at| at.is_object()).is_some_and(|at| at.get(name).is_none_or(Value::is_null));
        if is_missed {
            return Err(AwsError::missing(path));
        }
    }
    Ok(())
}

/// The id of a model, such as `anthropic.claude-opus-4-8` or `anthropic.claude-v2:1:200k`.
pub(super) fn model_id(member: &str, id: &str) -> Result<(), AwsError> {
    length(member, id, 0, 140)?;
    fits(member, id, is_model_id(id), MODEL_ID)
}

/// The same, or its ARN.
pub(super) fn model_identifier(member: &str, identifier: &str) -> Result<(), AwsError> {
    length(member, identifier, 1, 2048)?;
    let id = match identifier.strip_prefix("arn:") {
        Some(arn) => arn.split_once(":foundation-model/").map(|(_, id)| id),
        None => Some(identifier),
    };
    fits(member, identifier, id.is_some_and(is_model_id), MODEL_IDENTIFIER)
}

/// The id of an inference profile, or its ARN.
pub(super) fn profile_identifier(member: &str, identifier: &str) -> Result<(), AwsError> {
    length(member, identifier, 1, 2048)?;
    let kinds = [":inference-profile/", ":application-inference-profile/"];
    let id = match identifier.starts_with("arn:") {
        true => kinds.iter().find_map(|kind| Some(identifier.split_once(kind)?.1)).unwrap_or_default(),
        false => identifier,
    };
    let is_id =
        !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-:.".contains(&byte));
    fits(member, identifier, is_id, PROFILE_IDENTIFIER)
}

/// The provider of a model.
pub(super) fn provider(member: &str, name: &str) -> Result<(), AwsError> {
    let is_inside = |byte: u8| byte.is_ascii_alphanumeric() || b"- ".contains(&byte);
    fits(member, name, (1..=63).contains(&name.len()) && name.bytes().all(is_inside), PROVIDER)
}

/// What makes the same request twice one: letters and digits, with hyphens between them.
pub(super) fn request_token(member: &str, token: &str) -> Result<(), AwsError> {
    length(member, token, 1, 256)?;
    let is_inside = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let is_token = token.bytes().all(is_inside) && !token.starts_with('-') && !token.ends_with('-');
    fits(member, token, is_token, REQUEST_TOKEN)
}

/// The id of a batch job, or its ARN.
pub(super) fn job_identifier(member: &str, identifier: &str) -> Result<(), AwsError> {
    length(member, identifier, 0, 1011)?;
    let id = match identifier.strip_prefix("arn:") {
        Some(arn) => arn.split_once(":model-invocation-job/").map(|(_, id)| id).unwrap_or_default(),
        None => identifier,
    };
    let is_id = id.len() == 12 && id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    fits(member, identifier, is_id, JOB_IDENTIFIER)
}

/// The tags of something.
pub(super) fn tags(tags: &[Tag]) -> Result<(), AwsError> {
    at_most("tags", tags, 200)?;
    for (index, tag) in tags.iter().enumerate() {
        let member = format!("tags.{}.member", index + 1);
        of_tag(&format!("{member}.key"), &tag.key, 1, 128)?;
        of_tag(&format!("{member}.value"), &tag.value, 0, 256)?;
    }
    Ok(())
}

/// The key or the value of a tag.
fn of_tag(member: &str, text: &str, least: usize, most: usize) -> Result<(), AwsError> {
    length(member, text, least, most)?;
    let is_letter = |letter: char| {
        letter.is_ascii_alphanumeric() || letter.is_whitespace() || "._:/=+@-".contains(letter)
    };
    fits(member, text, text.chars().all(is_letter), TAG)
}

/// The name of a profile: letters and digits, each with a space, a hyphen or an underscore after it at most.
pub(super) fn name(member: &str, text: &str) -> Result<(), AwsError> {
    length(member, text, 1, 64)?;
    fits(member, text, is_spaced(text, ""), NAME)
}

/// The description of a profile: the same, and colons and dots.
pub(super) fn description(member: &str, text: &str) -> Result<(), AwsError> {
    length(member, text, 1, 200)?;
    fits(member, text, is_spaced(text, ":."), DESCRIPTION)
}

/// The ARN of a role.
pub(super) fn role_arn(member: &str, arn: &str) -> Result<(), AwsError> {
    length(member, arn, 0, 2048)?;
    let mut parts = arn.splitn(6, ':');
    let (start, service, name) = (parts.next(), parts.nth(1), parts.nth(2));
    let is_role =
        start == Some("arn") && service == Some("iam") && name.is_some_and(|name| name.starts_with("role/"));
    fits(member, arn, is_role, ROLE_ARN)
}

/// A text of so many letters.
pub(super) fn length(member: &str, text: &str, least: usize, most: usize) -> Result<(), AwsError> {
    size(member, text, text.chars().count(), least, most)
}

/// A list of so many parts.
pub(super) fn at_most<T>(member: &str, list: &[T], most: usize) -> Result<(), AwsError> {
    size(member, "[…]", list.len(), 0, most)
}

fn size(member: &str, shown: &str, length: usize, least: usize, most: usize) -> Result<(), AwsError> {
    let refused = |rule: String| Err(AwsError::constraint(member, shown, &rule));
    match length {
        length if length < least => refused(format!("have length greater than or equal to {least}")),
        length if length > most => refused(format!("have length less than or equal to {most}")),
        _ => Ok(()),
    }
}

fn fits(member: &str, value: &str, fits: bool, pattern: &str) -> Result<(), AwsError> {
    let refused =
        || AwsError::constraint(member, value, &format!("satisfy regular expression pattern: {pattern}"));
    if fits { Ok(()) } else { Err(refused()) }
}

/// Two to four parts with dots between them, then up to two with colons before them.
fn is_model_id(id: &str) -> bool {
    let is_part = |part: &str| {
        let is_inside = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        (1..=63).contains(&part.len()) && part.bytes().all(is_inside)
    };
    let mut parts = id.split(':');
    let head: Vec<_> = parts.next().into_iter().flat_map(|head| head.split('.')).collect();
    let tail: Vec<_> = parts.collect();
    (2..=4).contains(&head.len()) && tail.len() <= 2 && head.into_iter().chain(tail).all(is_part)
}

fn is_spaced(text: &str, also: &str) -> bool {
    let mut after_letter = false;
    text.chars().all(|letter| {
        let is_letter = letter.is_ascii_alphanumeric() || also.contains(letter);
        let fits = is_letter || (after_letter && " _-".contains(letter));
        after_letter = is_letter;
        fits
    })
}

const PROVIDER: &str = "[A-Za-z0-9- ]{1,63}";
const MODEL_ID: &str = "[a-z0-9-]{1,63}[.]{1}[a-z0-9-]{1,63}([a-z0-9-]{1,63}[.]){0,2}[a-z0-9-]{1,63}\
    ([:][a-z0-9-]{1,63}){0,2}(/[a-z0-9]{12}|)";
const MODEL_IDENTIFIER: &str = "(arn:aws(-[^:]+)?:bedrock:[a-z0-9-]{1,20}::foundation-model/[a-z0-9-]{1,63}[.]{1}\
    ([a-z0-9-]{1,63}[.]){0,2}[a-z0-9-]{1,63}([:][a-z0-9-]{1,63}){0,2})|([a-z0-9-]{1,63}[.]{1}[a-z0-9-]{1,63}\
    ([.]?[a-z0-9-]{1,63})([:][a-z0-9-]{1,63}){0,2})";
const PROFILE_IDENTIFIER: &str = "(arn:aws(|-us-gov|-cn|-iso|-iso-b):bedrock:(|[0-9a-z-]{0,20}):(|[0-9]{12}):\
    (inference-profile|application-inference-profile)/)?[a-zA-Z0-9-:.]+";
const JOB_IDENTIFIER: &str =
    "((arn:aws(-[^:]+)?:bedrock:[a-z0-9-]{1,20}:[0-9]{12}:model-invocation-job/)?[a-z0-9]{12})";
const REQUEST_TOKEN: &str = "[a-zA-Z0-9]([-a-zA-Z0-9]{0,254}[a-zA-Z0-9])?";
const TAG: &str = "[a-zA-Z0-9\\s._:/=+@-]*";
const NAME: &str = "([0-9a-zA-Z][ _-]?)+";
const DESCRIPTION: &str = "([0-9a-zA-Z:.][ _-]?)+";
const ROLE_ARN: &str = "arn:aws(-[^:]+)?:iam::([0-9]{12})?:role/.+";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_model_of_the_catalog_has_an_id() {
        for model in bedrock_types::models::catalog() {
            let arn = format!("arn:aws:bedrock:us-east-1::foundation-model/{}", model.id);
            assert_eq!(model_id("modelId", model.id), Ok(()));
            for identifier in [model.id, &arn] {
                assert_eq!(model_identifier("modelIdentifier", identifier), Ok(()), "{identifier}");
            }
            for profile in model.profiles {
                assert_eq!(profile_identifier("id", profile.id), Ok(()), "{}", profile.id);
            }
        }
    }

    #[test]
    fn what_cannot_be_an_id_is_told_by_its_pattern() {
        for id in ["nothing", "a..b", ".a", "a.b:", "a.b:c:d:e", "A.b", "a b.c", "a.b.c.d.e"] {
            let refused = model_id("modelId", id).unwrap_err();
            assert!(
                refused.message().contains("satisfy regular expression pattern: [a-z0-9-]"),
                "{id}: {refused:?}"
            );
        }
        assert!(model_identifier("m", "arn:aws:s3:::bucket").is_err());
        assert!(profile_identifier("p", "a b").is_err());
        for token in ["", "-", "a-", "a b"] {
            assert!(request_token("t", token).is_err(), "{token}");
        }
    }

    #[test]
    fn a_member_is_missed_where_its_parent_is_there() {
        let missed = |body: &'static str| {
            let paths = ["a", "b.c.d"];
            required(&Bytes::from_static(body.as_bytes()), &paths)
                .err()
                .map(|error| error.message().to_owned())
        };
        for body in [r#"{"a":1}"#, r#"{"a":1,"b":{}}"#, r#"{"a":1,"b":{"c":{"d":0}}}"#, "[]", "nonsense"] {
            assert_eq!(missed(body), None, "{body}");
        }
        for (body, member) in
            [("{}", "'a'"), (r#"{"a":null}"#, "'a'"), (r#"{"a":1,"b":{"c":{}}}"#, "'b.c.d'")]
        {
            assert!(missed(body).is_some_and(|message| message.contains(member)), "{body}");
        }
    }
}
