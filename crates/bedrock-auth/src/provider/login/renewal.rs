//! `CreateOAuth2Token` of the sign-in service: new credentials for what renews a session.

use std::time::SystemTime;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderName, HeaderValue, Method};

use super::cache::CachedSession;
use super::proof::{ProofKey, proof_id};
use crate::aws_endpoint::{AwsService, below};
use crate::credentials::Credentials;
use crate::outgoing::{self, JSON};
use crate::provider::Context;
use crate::provider::json_service::{self, bad_answer};
use crate::secret_json::SecretJson;
use crate::source_error::SourceProblem;
use crate::timestamp;

/// What a renewal gave.
#[derive(Debug)]
pub(super) struct Renewed {
    pub(super) answer: SecretJson,
    pub(super) credentials: Credentials,
    pub(super) expires_at: SystemTime,
}

/// The service's names for what only a person can put right.
pub(super) const NEEDS_A_PERSON: [&str; 2] = ["TOKEN_EXPIRED", "USER_CREDENTIALS_CHANGED"];

/// Renews a session.
pub(super) async fn renew(context: &Context<'_>, cached: &CachedSession) -> Result<Renewed, SourceProblem> {
    let client_id = cached.required("clientId")?;
    let refresh_token = cached.required("refreshToken")?;
    let key = ProofKey::parse(cached.required("dpopKey")?)
        .ok_or_else(|| cached.problem("its `dpopKey` is no key of P-256 in PEM"))?;

    let region = cached.region().map_or_else(|| context.region(), str::to_owned);
    let uri = below(&AwsService::Signin.endpoint(context, &region)?, "/v1/token")?;
    let now = context.now();
    let proof = key.proof("POST", &uri, now, &proof_id(refresh_token, now));
    let mut proof = HeaderValue::try_from(proof).expect("base64 and dots are legal in a header");
    proof.set_sensitive(true);
    let body = SecretJson::from([
        ("clientId", client_id),
        ("grantType", "refresh_token"),
        ("refreshToken", refresh_token),
    ]);
    let headers = [(CONTENT_TYPE, &JSON), (HeaderName::from_static("dpop"), &proof)];
    let request = outgoing::request(Method::POST, uri, &headers, Bytes::from_owner(body.to_bytes()));

    let response = json_service::exchange(context, request).await?;
    let answer = json_service::object(&response, &[refresh_token]).map_err(|problem| match problem {
        // Every reason is an `AccessDeniedException`; which one it is stands in the body.
        SourceProblem::Refused { status, code, message } => {
            let reason = SecretJson::parse(response.body())
                .and_then(|body| REASONS.into_iter().find(|reason| body.text("error") == Some(reason)));
            let code = reason.map(str::to_owned).or(code);
            SourceProblem::Refused { status, code, message }
        }
        other => other,
    })?;
    read(answer, now).map_err(bad_answer)
}

fn read(answer: SecretJson, now: SystemTime) -> Result<Renewed, String> {
    let required =
        |key| answer.text_in("accessToken", key).ok_or_else(|| format!("it has no `accessToken.{key}`"));
    let expires_at = answer.number("expiresIn").and_then(|seconds| timestamp::after(now, seconds));
    let expires_at = expires_at.ok_or("it has no `expiresIn` of seconds")?;
    let credentials = Credentials::new(required("accessKeyId")?, required("secretAccessKey")?)
        .session_token(required("sessionToken")?)
        .expires_at(expires_at);
    Ok(Renewed { answer, credentials, expires_at })
}

const REASONS: [&str; 4] =
    [NEEDS_A_PERSON[0], NEEDS_A_PERSON[1], "AUTHCODE_EXPIRED", "INSUFFICIENT_PERMISSIONS"];
