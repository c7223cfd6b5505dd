//! Roles assumed over the network, by boxed futures: what is awaited where it stands is compiled anew wherever that is.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Method, Request, Response};
use zeroize::Zeroizing;

use super::answer::{StsError, credentials};
use super::request::{self, RoleRequest};
use crate::aws_endpoint::{AwsService, below};
use crate::credentials::Credentials;
use crate::effects::HttpOptions;
use crate::identity::BoxFuture;
use crate::outgoing;
use crate::provider::Context;
use crate::refusal::clean;
use crate::secret::SecretString;
use crate::sigv4::{PayloadHash, SignError, SigningParams, sign};
use crate::source_error::SourceProblem;

/// Credentials of a role, got with others; asks for a multi-factor code where the role wants one.
///
/// # Errors
///
/// [`SourceProblem`]: nobody has the code, there was no answer, or STS refuses.
pub(crate) fn assume_role<'a>(
    context: &'a Context<'_>,
    signer: &'a Credentials,
    role: RoleRequest<'a>,
) -> BoxFuture<'a, Result<Credentials, SourceProblem>> {
    Box::pin(async move {
        let code = match role.mfa_serial {
            Some(serial) => Some(mfa_code(context, serial).await?),
            None => None,
        };
        let code = code.as_ref().map(SecretString::expose);
        let body = request::assume_role(&role, &session_name(context, role.session_name), code);
        let token = signer.token().map(SecretString::expose);
        let secrets =
            [signer.secret_access_key().expose(), token.unwrap_or_default(), code.unwrap_or_default()];
        let answer = exchange(context, body, Some(signer), &secrets).await?;
        credentials("AssumeRole", answer.body()).map_err(SourceProblem::bad_answer)
    })
}

/// Credentials of a role, got with a web identity token.
///
/// # Errors
///
/// [`SourceProblem`]: there was no answer, or STS refuses.
pub(crate) fn assume_role_with_web_identity<'a>(
    context: &'a Context<'_>,
    role_arn: &'a str,
    name: Option<&'a str>,
    token: &'a SecretString,
) -> BoxFuture<'a, Result<Credentials, SourceProblem>> {
    Box::pin(async move {
        let name = session_name(context, name);
        let body = request::assume_role_with_web_identity(role_arn, &name, token.expose());
        let answer = exchange(context, body, None, &[token.expose()]).await?;
        credentials("AssumeRoleWithWebIdentity", answer.body()).map_err(SourceProblem::bad_answer)
    })
}

async fn mfa_code(context: &Context<'_>, serial: &str) -> Result<SecretString, SourceProblem> {
    let code = match &context.effects.mfa {
        Some(prompt) => prompt.code(serial).await,
        None => None,
    };
    code.ok_or_else(|| SourceProblem::MfaCodeNeeded { serial: serial.to_owned() })
}

/// The name asked for, else one that says when.
fn session_name(context: &Context<'_>, name: Option<&str>) -> String {
    let since = || context.now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    name.map_or_else(|| format!("bedrock-{}", since().as_secs()), str::to_owned)
}

/// Sends a form and takes any answer that is no refusal. `secrets` is what STS might repeat when it refuses.
async fn exchange(
    context: &Context<'_>,
    body: Zeroizing<String>,
    signer: Option<&Credentials>,
    secrets: &[&str],
) -> Result<Response<Bytes>, SourceProblem> {
    let region = context.region();
    let uri = below(&AwsService::Sts.endpoint(context, &region)?, "/")?;
    let payload = PayloadHash::of(body.as_bytes());
    let headers = [(CONTENT_TYPE, &HeaderValue::from_static(super::CONTENT_TYPE))];
    let request = outgoing::request(Method::POST, uri, &headers, Bytes::from_owner(body));
    let (mut parts, body) = request.into_parts();
    if let Some(credentials) = signer {
        let params = SigningParams::new(credentials, &region, "sts", context.now());
        sign(&mut parts, &payload, &params).map_err(|error| unsigned(&error))?;
    }

    let answer = context.exchange(Request::from_parts(parts, body), HttpOptions::new(TIMEOUT)).await?;
    // Something between here and STS may hand on a refusal with another status.
    let is_refusal = !answer.status().is_success() || StsError::parse(answer.body()).is_some();
    if is_refusal { Err(refused(&answer, secrets)) } else { Ok(answer) }
}

fn refused(answer: &Response<Bytes>, secrets: &[&str]) -> SourceProblem {
    let (code, message) =
        StsError::parse(answer.body()).map_or((None, None), |error| (error.code, error.message));
    let clean = |text: String| clean(&text, secrets);
    SourceProblem::Refused {
        status: answer.status().as_u16(),
        code: code.map(clean),
        message: message.map(clean),
    }
}

/// The credentials to assume with, or the region, cannot be signed with.
fn unsigned(error: &SignError) -> SourceProblem {
    let name = match error {
        SignError::AccessKeyId => "aws_access_key_id",
        SignError::SecretAccessKey => "aws_secret_access_key",
        SignError::SessionToken => "aws_session_token",
        SignError::Region
        | SignError::Service
        | SignError::Time(_)
        | SignError::Host
        | SignError::ContentSha256Differs
        | SignError::Request(_) => "region",
    };
    SourceProblem::Setting { name: name.to_owned(), problem: format!("cannot be signed with: {error}") }
}

/// How long one exchange may take: STS answers within a second, unless it is far away or busy.
const TIMEOUT: Duration = Duration::from_secs(20);
