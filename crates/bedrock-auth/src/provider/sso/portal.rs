//! `GetRoleCredentials` of the portal: a role's credentials for a token.
//!
//! <https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_GetRoleCredentials.html>

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{HeaderName, Method, StatusCode};

use super::login_command;
use crate::aws_endpoint::{AwsService, below};
use crate::credentials::Credentials;
use crate::outgoing;
use crate::percent::encoded;
use crate::provider::Context;
use crate::provider::json_service::{self, bad_answer};
use crate::provider::profile::plan::SsoSettings;
use crate::secret_json::SecretJson;
use crate::source_error::SourceProblem;

/// The credentials of the role that the settings name, for whoever has this token.
pub(super) async fn role_credentials(
    context: &Context<'_>,
    settings: &SsoSettings,
    access_token: &str,
) -> Result<Credentials, SourceProblem> {
    let account_id = required("sso_account_id", settings.account_id.as_deref())?;
    let role_name = required("sso_role_name", settings.role_name.as_deref())?;
    let endpoint = AwsService::Sso.endpoint(context, &settings.region)?;
    let path = format!(
        "/federation/credentials?account_id={}&role_name={}",
        encoded(account_id),
        encoded(role_name),
    );
    let token = outgoing::sensitive(access_token).expect("a cached token is one that a header can carry");
    let headers = [(HeaderName::from_static("x-amz-sso_bearer_token"), &token)];
    let request = outgoing::request(Method::GET, below(&endpoint, &path)?, &headers, Bytes::new());

    let response = json_service::exchange(context, request).await?;
    if response.status() == StatusCode::UNAUTHORIZED {
        return Err(SourceProblem::Expired { at: None, renew: login_command(&settings.profile) });
    }
    let answer = json_service::object(&response, &[access_token])?;
    credentials(&answer, account_id).map_err(bad_answer)
}

fn required<'a>(name: &str, value: Option<&'a str>) -> Result<&'a str, SourceProblem> {
    value.ok_or_else(|| SourceProblem::setting(name, "is not set"))
}

fn credentials(answer: &SecretJson, account_id: &str) -> Result<Credentials, String> {
    let required = |key| {
        answer.text_in("roleCredentials", key).ok_or_else(|| format!("it has no `roleCredentials.{key}`"))
    };
    let expiration = answer.number_in("roleCredentials", "expiration").map(Duration::from_millis);
    let expires_at = expiration.and_then(|since| SystemTime::UNIX_EPOCH.checked_add(since));
    let expires_at = expires_at.ok_or("it has no `roleCredentials.expiration` in milliseconds")?;
    Ok(Credentials::new(required("accessKeyId")?, required("secretAccessKey")?)
        .session_token(required("sessionToken")?)
        .expires_at(expires_at)
        .in_account(account_id))
}
