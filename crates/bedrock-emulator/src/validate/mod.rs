//! Reads the body of InvokeModel, or says what Bedrock would find wrong with it.
//!
//! Four steps, and the first finding ends them, as on Bedrock: the members of the object (`fields`), the JSON shape of each,
//! what only several values together can tell (`rules`), and what the model does not do (`findings`).
//!
//! Not checked: whether base64 holds a picture. The size of the input is looked at where it is counted, in `operation`.

mod fields;
mod findings;
mod rules;

use std::cell::Cell;
use std::collections::BTreeMap;

use bedrock_types::models::ModelInfo;
use bedrock_types::{InvokeModelBody, JsonError, MessageCreateParams, RawJson, Route, json};

use crate::error::AwsError;
use fields::{FIELDS, Field};

/// The request in this body of `InvokeModel`, for this model.
///
/// # Errors
///
/// `ValidationException` with the first thing that is wrong.
pub(crate) fn invoke_model_body(
    body: &[u8],
    model: &ModelInfo,
) -> Result<Box<MessageCreateParams>, AwsError> {
    body_for(body, model, Route::InvokeModel)
}

/// The same, with the rules of another route, whose requests come as the body of `InvokeModel` that they stand for.
///
/// # Errors
///
/// As above.
pub(crate) fn body_for(
    body: &[u8],
    model: &ModelInfo,
    route: Route,
) -> Result<Box<MessageCreateParams>, AwsError> {
    let params = match read_at_once(body, model) {
        Some(params) => params,
        None => read_by_members(body, model)?,
    };
    rules::check(&params, model, route).map_err(AwsError::validation)?;
    Ok(params)
}

/// The request in a body in which nothing is wrong, read at once. It is large, and goes through many hands.
fn read_at_once(body: &[u8], model: &ModelInfo) -> Option<Box<MessageCreateParams>> {
    let came = Cell::new(0_u32); // a bit for each of the fields
    let takes = |name: &str| {
        let index = FIELDS.iter().position(|field| field.name == name);
        came.set(came.get() | index.map_or(0, |index| 1 << index));
        index.is_some()
    };
    let params = Box::new(InvokeModelBody::read(body, model.id, &takes).ok()?);
    let version = params.anthropic_version.as_deref()?;
    let is_sound = |(index, field): (usize, &Field)| match came.get() & 1 << index {
        0 => !field.required,
        _ => field.is_of(version),
    };
    let is_sound = model.takes_api_version(version) && FIELDS.iter().enumerate().all(is_sound);
    is_sound.then_some(params)
}

/// The same member by member, which finds the first that is wrong.
fn read_by_members(body: &[u8], model: &ModelInfo) -> Result<Box<MessageCreateParams>, AwsError> {
    let mut members: BTreeMap<String, RawJson> =
        json::from_slice(body).map_err(|_| AwsError::validation(MALFORMED))?;
    let version = check_version(&members, model)?;
    if let Some(name) = members.keys().find(|name| !fields::is_taken(name, &version)) {
        return Err(AwsError::validation(format!("{name}: Extra inputs are not permitted")));
    }
    for field in FIELDS {
        check_shape(field, &members)?;
    }

    members.insert("model".to_owned(), RawJson::of(model.id).map_err(|error| unexpected(&error))?);
    let whole = RawJson::of(&members).map_err(|error| unexpected(&error))?;
    whole.to().map(Box::new).map_err(|error| unexpected(&error))
}

/// The version first: it decides which other members there are.
fn check_version(members: &BTreeMap<String, RawJson>, model: &ModelInfo) -> Result<String, AwsError> {
    let Some(version) = members.get("anthropic_version") else {
        return Err(AwsError::validation("anthropic_version: Field required"));
    };
    match version.to::<String>() {
        Ok(version) if model.takes_api_version(&version) => Ok(version),
        _ => {
            let taken: Vec<_> = model.api_versions.iter().map(|version| format!("'{version}'")).collect();
            Err(AwsError::validation(format!("anthropic_version: Input should be {}", taken.join(" or "))))
        }
    }
}

fn check_shape(field: &Field, members: &BTreeMap<String, RawJson>) -> Result<(), AwsError> {
    let name = field.name;
    let Some(value) = members.get(name) else {
        return if field.required {
            Err(AwsError::validation(format!("{name}: Field required")))
        } else {
            Ok(())
        };
    };
    (field.check)(value).map_err(|error| {
        AwsError::validation(match error.path() {
            "" => format!("{name}: {}", field.expected),
            path => format!("{name}{}: {}", dotted(path), reason(&error)),
        })
    })
}

/// `[0].content[1].text` as Anthropic writes it: `.0.content.1.text`.
fn dotted(path: &str) -> String {
    let path = path.replace('[', ".").replace(']', "");
    if path.starts_with('.') { path } else { format!(".{path}") }
}

/// What is wrong, without the place: the path says that, and lines and columns are those of one member, not of the body.
fn reason(error: &JsonError) -> String {
    let text = error.to_string();
    let text = text.strip_prefix(error.path()).and_then(|text| text.strip_prefix(": ")).unwrap_or(&text);
    text.rsplit_once(" at line ").map_or(text, |(reason, _)| reason).to_owned()
}

/// Every member had its shape, so the whole has; a disagreement between table and types is still an answer, not a crash.
fn unexpected(error: &JsonError) -> AwsError {
    AwsError::validation(format!("{}: {}", error.path(), reason(error)))
}

const MALFORMED: &str = "Malformed input request, please reformat your input and try again.";

#[cfg(test)]
mod tests;
