//! The metadata service of an EC2 instance, in its second version alone: a token first, then the role, then its credentials.
//!
//! <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html>

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, Response, StatusCode, Uri};
use zeroize::Zeroizing;

use super::{Context, Outcome, http_credentials};
use crate::credentials::Credentials;
use crate::effects::HttpOptions;
use crate::identity::{BoxFuture, IdentitySource};
use crate::identity_error::IdentityError;
use crate::outgoing;
use crate::refusal;
use crate::source_error::{SourceError, SourceProblem};
use crate::text::{is_word, joined};
use crate::timestamp;

/// The credentials of the instance's role. Nobody configures this source, so where nobody answers it is absent.
///
/// # Errors
///
/// [`IdentityError::Source`]: the endpoint set is none, or the service gave out a token and then failed.
pub(crate) async fn identity(context: &Context<'_>) -> Result<Outcome, IdentityError> {
    let source = IdentitySource::InstanceMetadata;
    match ask(context).await {
        Ok(credentials) => Ok(Outcome::found(credentials, source)),
        Err(Nothing::Absent { reason, .. }) => Ok(Outcome::absent(source, reason)),
        Err(Nothing::Failed(problem)) => Err(IdentityError::Source(SourceError::new(source, problem))),
    }
}

/// The same where it must be there: a profile says `credential_source = Ec2InstanceMetadata`.
///
/// # Errors
///
/// As [`identity`], and where the service is off, does not answer, or has no role.
pub(crate) async fn required(context: &Context<'_>) -> Result<Credentials, SourceProblem> {
    ask(context).await.map_err(|nothing| match nothing {
        Nothing::Absent { problem: Some(problem), .. } | Nothing::Failed(problem) => problem,
        Nothing::Absent { reason, problem: None } => {
            SourceProblem::setting("credential_source", &format!("is Ec2InstanceMetadata, but {reason}"))
        }
    })
}

/// Why there are no credentials.
enum Nothing {
    /// There is no such service, or it has no role to give: the reason, and what it means that nobody could be asked.
    Absent { reason: String, problem: Option<SourceProblem> },
    /// It is there and failed.
    Failed(SourceProblem),
}

async fn ask(context: &Context<'_>) -> Result<Credentials, Nothing> {
    if context.effects.env.var(DISABLED).is_some_and(|value| is_word(value.trim(), "true")) {
        return Err(Nothing::absent(format!("{DISABLED} is true")));
    }
    let endpoint = endpoint(context)?;
    let service = Service { endpoint, context };

    let token = service.token().await?;
    let role = service.role(&token).await?;
    let response = service.get(&format!("{ROLES_PATH}{role}"), &token).await?;
    if response.status() == StatusCode::NOT_FOUND {
        return Err(Nothing::absent(NO_ROLE));
    }
    Ok(kept_alive(http_credentials::read(&response, &[&token.text])?, context.now()))
}

/// Credentials that have expired come from a service that could not renew them, or the clock here is wrong. AWS takes them for longer
/// than they say, so that the machines live through it, and every AWS tool uses them on: botocore's `_evaluate_expiration`. They count
/// as alive until the end of the period that runs, so that whoever asks again in it gets the same.
fn kept_alive(credentials: Credentials, now: SystemTime) -> Credentials {
    let Some(expiry) = credentials.expiry() else { return credentials };
    let Ok(passed) = now.duration_since(expiry) else { return credentials };
    tracing::warn!(
        "the metadata service gives credentials that have expired; they are used on, and asked for again soon"
    );
    let periods = passed.as_secs() / EXTENSION_SECONDS + 1;
    let until = periods.checked_mul(EXTENSION_SECONDS).and_then(|seconds| timestamp::after(expiry, seconds));
    credentials.expires_at(until.unwrap_or(expiry))
}

/// Where the service is: set, else at the address of the mode that is set.
fn endpoint(context: &Context<'_>) -> Result<String, SourceProblem> {
    let name = "AWS_EC2_METADATA_SERVICE_ENDPOINT";
    if let Some(text) = context.setting(name, "ec2_metadata_service_endpoint") {
        let text = text.trim().trim_end_matches('/');
        let uri: Uri = text.parse().map_err(|_| SourceProblem::setting(name, "is not a URI"))?;
        if !matches!(uri.scheme_str(), Some("http" | "https")) || uri.host().is_none() {
            return Err(SourceProblem::setting(name, "must start with http:// or https:// and name a host"));
        }
        if text.contains(['@', '?', '#']) {
            return Err(SourceProblem::setting(name, "may hold no user name, query or fragment"));
        }
        return Ok(text.to_owned());
    }
    let name = "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE";
    let mode = context.setting(name, "ec2_metadata_service_endpoint_mode");
    match mode.as_deref().map_or("ipv4", str::trim) {
        mode if is_word(mode, "ipv4") => Ok("http://169.254.169.254".to_owned()),
        mode if is_word(mode, "ipv6") => Ok("http://[fd00:ec2::254]".to_owned()),
        _ => Err(SourceProblem::setting(name, "must be IPv4 or IPv6")),
    }
}

/// The service, which is asked directly: a proxy would answer for another machine.
struct Service<'a> {
    endpoint: String,
    context: &'a Context<'a>,
}

/// The token that proves that the caller can send more than a simple GET.
struct Token {
    text: Zeroizing<String>,
    header: HeaderValue,
}

impl Service<'_> {
    async fn token(&self) -> Result<Token, Nothing> {
        let lifetime = HeaderValue::from_static(TOKEN_LIFETIME_SECONDS);
        let response = match self.exchange(Method::PUT, TOKEN_PATH, (TOKEN_LIFETIME, &lifetime)).await {
            Ok(response) => response,
            Err(problem @ SourceProblem::Unreachable(_)) => {
                return Err(Nothing::unasked(format!("nobody answers at {}", self.endpoint), problem));
            }
            Err(problem @ SourceProblem::NoHttp) => {
                return Err(Nothing::unasked("there is no HTTP client to ask with".to_owned(), problem));
            }
            Err(problem) => return Err(Nothing::Failed(problem)),
        };
        match response.status() {
            StatusCode::OK => {}
            StatusCode::FORBIDDEN => {
                return Err(Nothing::absent("the metadata service is switched off (403 to a token)"));
            }
            // What other clouds have at this address answers so.
            status @ (StatusCode::BAD_REQUEST | StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED) => {
                return Err(Nothing::absent(format!(
                    "no token is given out there (status {})",
                    status.as_u16()
                )));
            }
            _ => return Err(Nothing::Failed(refusal::of_json(&response, &[]))),
        }
        let text = std::str::from_utf8(response.body()).ok().map(str::trim).filter(|text| !text.is_empty());
        let (Some(text), Some(header)) = (text, text.and_then(outgoing::sensitive)) else {
            return Err(SourceProblem::bad_answer("its token cannot be sent back").into());
        };
        Ok(Token { text: Zeroizing::new(text.to_owned()), header })
    }

    /// The name of the instance's role: the first line, more than one there never is.
    async fn role(&self, token: &Token) -> Result<String, Nothing> {
        let response = self.get(ROLES_PATH, token).await?;
        match response.status() {
            StatusCode::OK => {}
            StatusCode::NOT_FOUND => return Err(Nothing::absent(NO_ROLE)),
            _ => return Err(refusal::of_json(&response, &[&token.text]).into()),
        }
        let body = std::str::from_utf8(response.body())
            .map_err(|_| SourceProblem::bad_answer("its list of roles is not text"))?;
        let Some(role) = body.lines().map(str::trim).find(|line| !line.is_empty()) else {
            return Err(Nothing::absent(NO_ROLE));
        };
        // What IAM allows in a name, so that it is one segment of a path.
        if role.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+=,.@_-".contains(&byte))
            && role != "."
            && role != ".."
        {
            Ok(role.to_owned())
        } else {
            Err(SourceProblem::bad_answer("its role has a name that no role can have").into())
        }
    }

    fn get<'a>(
        &'a self,
        path: &'a str,
        token: &'a Token,
    ) -> BoxFuture<'a, Result<Response<Bytes>, SourceProblem>> {
        self.exchange(Method::GET, path, (TOKEN, &token.header))
    }

    /// One exchange, and a second one where the service says that it is at fault itself: it stands in the same machine and is over it
    /// at once.
    fn exchange<'a>(
        &'a self,
        method: Method,
        path: &'a str,
        header: (HeaderName, &'a HeaderValue),
    ) -> BoxFuture<'a, Result<Response<Bytes>, SourceProblem>> {
        Box::pin(async move {
            let uri: Uri = joined(&[&self.endpoint, path], "")
                .parse()
                .map_err(|_| SourceProblem::bad_answer("the role makes no URI"))?;
            let options = HttpOptions::new(TIMEOUT).direct();
            let mut is_second = false;
            loop {
                let request = outgoing::request(
                    method.clone(),
                    uri.clone(),
                    std::slice::from_ref(&header),
                    Bytes::new(),
                );
                let response = self.context.exchange(request, options).await?;
                if is_second || !response.status().is_server_error() {
                    return Ok(response);
                }
                is_second = true;
            }
        })
    }
}

impl Nothing {
    fn absent(reason: impl Into<String>) -> Self {
        Self::Absent { reason: reason.into(), problem: None }
    }

    fn unasked(reason: String, problem: SourceProblem) -> Self {
        Self::Absent { reason, problem: Some(problem) }
    }
}

impl From<SourceProblem> for Nothing {
    fn from(problem: SourceProblem) -> Self {
        Self::Failed(problem)
    }
}

const DISABLED: &str = "AWS_EC2_METADATA_DISABLED";

const NO_ROLE: &str = "the instance has no role";

const TOKEN_PATH: &str = "/latest/api/token";
const ROLES_PATH: &str = "/latest/meta-data/iam/security-credentials/";

const TOKEN: HeaderName = HeaderName::from_static("x-aws-ec2-metadata-token");
const TOKEN_LIFETIME: HeaderName = HeaderName::from_static("x-aws-ec2-metadata-token-ttl-seconds");
const TOKEN_LIFETIME_SECONDS: &str = "21600";

/// The address answers at once or, outside EC2, never: three exchanges of a slow service still end within three seconds.
const TIMEOUT: Duration = Duration::from_secs(1);

/// How long credentials that were not renewed are used before the service is asked again.
const EXTENSION_SECONDS: u64 = 15 * 60;

#[cfg(test)]
mod tests;
