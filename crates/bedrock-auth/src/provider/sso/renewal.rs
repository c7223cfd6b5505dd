//! `CreateToken` of the OIDC service: a new access token for what renews it.
//!
//! <https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_CreateToken.html>

use bytes::Bytes;
use http::Method;
use http::header::CONTENT_TYPE;

use super::cache::{Grant, RenewedToken, is_token};
use crate::aws_endpoint::{AwsService, below};
use crate::outgoing::{self, JSON};
use crate::provider::Context;
use crate::provider::json_service::{self, bad_answer};
use crate::provider::profile::plan::SsoSettings;
use crate::secret_json::SecretJson;
use crate::source_error::SourceProblem;
use crate::timestamp;

/// Exchanges a grant for a new token.
pub(super) async fn renew(
    context: &Context<'_>,
    settings: &SsoSettings,
    grant: &Grant<'_>,
) -> Result<RenewedToken, SourceProblem> {
    let endpoint = AwsService::SsoOidc.endpoint(context, &settings.region)?;
    let body = SecretJson::from([
        ("clientId", grant.client_id()),
        ("clientSecret", grant.client_secret()),
        ("grantType", "refresh_token"),
        ("refreshToken", grant.refresh_token()),
    ]);
    let uri = below(&endpoint, "/token")?;
    let body = Bytes::from_owner(body.to_bytes());
    let request = outgoing::request(Method::POST, uri, &[(CONTENT_TYPE, &JSON)], body);

    let response = json_service::exchange(context, request).await?;
    let answer = json_service::object(&response, &[grant.client_secret(), grant.refresh_token()])?;
    if !answer.text("accessToken").is_some_and(is_token) {
        return Err(bad_answer("it has no `accessToken` that a header can carry"));
    }
    let expires_at = answer.number("expiresIn").and_then(|seconds| timestamp::after(context.now(), seconds));
    let expires_at = expires_at.ok_or_else(|| bad_answer("it has no `expiresIn` of seconds"))?;
    Ok(RenewedToken { answer, expires_at })
}
