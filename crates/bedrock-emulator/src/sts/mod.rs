//! AWS Security Token Service: who am I, and keys of a role.
//!
//! It shares the emulator's port. Its requests are forms that are posted to `/`, where Bedrock has nothing, and its answers are XML.
//! Any role exists, and anyone may assume it.
//! <https://docs.aws.amazon.com/STS/latest/APIReference/API_Operations.html>

mod error;
mod jwt;
mod role;
mod xml;

use std::time::{Duration, SystemTime};

use bedrock_auth::Credentials;
use bedrock_auth::sigv4::verify::AuthorizationHeader;
use http::header::CONTENT_TYPE;
use http::request::Parts;
use http::{HeaderValue, Method, Response};

use crate::account::{Account, Principal};
use crate::answer::Content;
use crate::auth::signer;
use crate::form::Form;
use crate::temporary::timestamp;
use crate::xml::Element;
use error::StsError;
use role::AssumedRole;

/// Whether a request is for STS: by the service it is signed for, or by the operation that its form names.
pub(crate) fn is_meant(head: &Parts, body: &[u8]) -> bool {
    if head.method != Method::POST || head.uri.path() != "/" {
        return false;
    }
    match AuthorizationHeader::from_headers(&head.headers) {
        Ok(header) => header.service == SERVICE,
        Err(_) => Form::parse(body).is_some_and(|form| form.get("Action").is_some()),
    }
}

/// Answers a request that is meant for STS; the id goes into the body too.
pub(crate) fn answer(
    head: &Parts,
    body: &[u8],
    now: SystemTime,
    account: &Account,
    request_id: &str,
) -> Response<Content> {
    let (status, document) = match result(head, body, now, account) {
        Ok((operation, elements)) => {
            tracing::debug!(operation = operation.name(), "answered");
            (http::StatusCode::OK, xml::answer(operation.name(), &elements, request_id))
        }
        Err(error) => {
            tracing::debug!(code = error.code(), "refused");
            (error.status(), xml::refusal(&error, request_id))
        }
    };
    let mut response = Response::new(Content::Whole(document.into()));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/xml"));
    response
}

/// The operations the emulator has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operation {
    GetCallerIdentity,
    AssumeRole,
    AssumeRoleWithWebIdentity,
}

impl Operation {
    fn named(name: &str) -> Option<Self> {
        [Self::GetCallerIdentity, Self::AssumeRole, Self::AssumeRoleWithWebIdentity]
            .into_iter()
            .find(|operation| operation.name() == name)
    }

    /// AWS's name.
    fn name(self) -> &'static str {
        match self {
            Self::GetCallerIdentity => "GetCallerIdentity",
            Self::AssumeRole => "AssumeRole",
            Self::AssumeRoleWithWebIdentity => "AssumeRoleWithWebIdentity",
        }
    }
}

fn result(
    head: &Parts,
    body: &[u8],
    now: SystemTime,
    account: &Account,
) -> Result<(Operation, Vec<Element>), StsError> {
    let form = Form::parse(body).ok_or_else(StsError::malformed_form)?;
    let name = form.get("Action").ok_or_else(StsError::missing_action)?;
    let version = form.get("Version").unwrap_or_default();
    let operation = Operation::named(name)
        .filter(|_| version == VERSION)
        .ok_or_else(|| StsError::invalid_action(name, version))?;
    let elements = match operation {
        Operation::GetCallerIdentity => caller_identity(&signer(head, body, now, account, SERVICE)?),
        Operation::AssumeRole => {
            signer(head, body, now, account, SERVICE)?;
            let role = AssumedRole::of(&form)?;
            role::check_mfa(&form)?;
            let keys = account.issue(&role.principal, duration(&form)?, now);
            vec![assumed_role_user(&role), credentials(&keys)]
        }
        Operation::AssumeRoleWithWebIdentity => {
            let role = AssumedRole::of(&form)?;
            let token = form.get("WebIdentityToken").ok_or_else(|| StsError::missing("webIdentityToken"))?;
            let token = jwt::read(token, now)?;
            let keys = account.issue(&role.principal, duration(&form)?, now);
            vec![
                Element::text("SubjectFromWebIdentityToken", token.subject),
                Element::text("Audience", token.audience),
                assumed_role_user(&role),
                credentials(&keys),
                Element::text("Provider", token.issuer),
            ]
        }
    };
    Ok((operation, elements))
}

fn caller_identity(caller: &Principal) -> Vec<Element> {
    vec![
        Element::text("Arn", &caller.arn),
        Element::text("UserId", &caller.user_id),
        Element::text("Account", caller.account_id()),
    ]
}

fn assumed_role_user(role: &AssumedRole) -> Element {
    let Principal { arn, user_id } = &role.principal;
    let parts = [Element::text("AssumedRoleId", user_id), Element::text("Arn", arn)];
    Element::parent("AssumedRoleUser", parts)
}

fn credentials(keys: &Credentials) -> Element {
    let parts = [
        Element::text("AccessKeyId", keys.access_key_id()),
        Element::text("SecretAccessKey", keys.secret_access_key().expose()),
        Element::text("SessionToken", keys.token().map_or("", |token| token.expose())),
        Element::text("Expiration", keys.expiry().map(timestamp).unwrap_or_default()),
    ];
    Element::parent("Credentials", parts)
}

/// How long the keys are asked to live.
fn duration(form: &Form) -> Result<Option<Duration>, StsError> {
    let Some(text) = form.get("DurationSeconds") else { return Ok(None) };
    match text.parse() {
        Ok(seconds @ 900..=43_200) => Ok(Some(Duration::from_secs(seconds))),
        Ok(seconds) => {
            let bound =
                if seconds < 900 { "greater than or equal to 900" } else { "less than or equal to 43200" };
            Err(StsError::constraint("durationSeconds", Some(text), &format!("have value {bound}")))
        }
        Err(_) => Err(StsError::constraint("durationSeconds", Some(text), "be a number")),
    }
}

const SERVICE: &str = "sts";
const VERSION: &str = "2011-06-15";

#[cfg(test)]
mod tests;
