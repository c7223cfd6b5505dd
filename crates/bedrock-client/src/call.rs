//! One call: attempts until one is answered, each authorised anew.

use std::time::{Duration, Instant};

use bedrock_auth::{
    Identity, ResolvedIdentity, apply_bearer,
    sigv4::{PayloadHash, SigningParams, sign},
};
use bedrock_transport::{Body, Exchange, Service, read_body};
use bytes::Bytes;
use http::{HeaderMap, Uri, header::CONTENT_ENCODING, response::Parts};

use crate::{
    Error, ErrorKind,
    client::Shared,
    error::{refusal, request_id},
    retry,
};

/// A request without what changes from attempt to attempt.
pub(crate) struct Call {
    pub(crate) uri: Uri,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) service: Service,
    /// What the answer must be, by the beginning of its content type.
    pub(crate) accept: &'static str,
}

/// What was answered: a head of status 2xx, and the rest.
pub(crate) struct Answer<B> {
    pub(crate) head: Parts,
    pub(crate) body: B,
    pub(crate) attempts: u32,
    pub(crate) deadline: Option<Instant>,
}

impl<B> Answer<B> {
    /// What AWS calls the request.
    pub(crate) fn request_id(&self) -> Option<&str> {
        request_id(&self.head)
    }
}

impl Shared {
    /// Makes the call and reads the whole body.
    pub(crate) async fn whole(&self, call: &Call) -> Result<Answer<Bytes>, Error> {
        self.attempts(call, async |head: &Parts, body, deadline| {
            read_body(body, RESPONSE_LIMIT, &self.timeouts, deadline)
                .await
                .map_err(|error| Error::from(error).with_request_id(request_id(head)))
        })
        .await
    }

    /// Makes the call and leaves the body to be read.
    pub(crate) async fn streamed(&self, call: &Call) -> Result<Answer<Body>, Error> {
        self.attempts(call, async |_: &Parts, body, _| Ok(body)).await
    }

    async fn attempts<B>(
        &self,
        call: &Call,
        read: impl AsyncFn(&Parts, Body, Option<Instant>) -> Result<B, Error>,
    ) -> Result<Answer<B>, Error> {
        let deadline = self.total.map(|total| Instant::now() + total);
        let payload = PayloadHash::of(&call.body);
        let mut attempt = 0;
        loop {
            let resolved =
                self.identity.identity().await.map_err(|error| Error::from(error).with_attempts(attempt))?;
            let request = self.authorised(call, &payload, &resolved)?;
            attempt += 1;
            let error = match self.exchange(call, request, &resolved.identity, deadline).await {
                Ok((head, body)) => match read(&head, body, deadline).await {
                    Ok(body) => {
                        tracing::debug!(
                            attempt,
                            status = head.status.as_u16(),
                            request_id = request_id(&head),
                            "answered"
                        );
                        return Ok(Answer { head, body, attempts: attempt, deadline });
                    }
                    Err(error) => error,
                },
                Err(error) => error,
            };
            let error = error.with_attempts(attempt);
            let wait = self.retry.wait(&error, attempt, fastrand::f64()).filter(|wait| fits(*wait, deadline));
            tracing::debug!(
                attempt,
                kind = %error.kind(),
                code = error.code(),
                status = error.status(),
                request_id = error.request_id(),
                wait_ms = wait.map(|wait| wait.as_millis()),
                "attempt failed"
            );
            match wait {
                Some(wait) => tokio::time::sleep(wait).await,
                None => return Err(error),
            }
        }
    }

    /// The request of one attempt, signed for now or carrying the token.
    fn authorised(
        &self,
        call: &Call,
        payload: &PayloadHash,
        resolved: &ResolvedIdentity,
    ) -> Result<http::Request<Bytes>, Error> {
        let mut request = http::Request::post(call.uri.clone()).body(call.body.clone()).map_err(|error| {
            Error::config("the request has no legal form", "check the model id and the endpoint")
                .with_source(error)
        })?;
        *request.headers_mut() = call.headers.clone();
        let (mut parts, body) = request.into_parts();
        match &resolved.identity {
            Identity::Credentials(credentials) => {
                let params = SigningParams::new(
                    credentials,
                    self.region.as_str(),
                    call.service.signing_name(),
                    (self.now)(),
                );
                sign(&mut parts, payload, &params).map_err(|error| {
                    Error::config("the request cannot be signed", "check the keys for stray characters")
                        .with_source(error)
                })?;
            }
            Identity::Bearer(token) => apply_bearer(&mut parts, token),
            _ => {
                return Err(Error::config(
                    format!("an identity from {} that this client cannot use", resolved.source),
                    "use keys or a bearer token",
                ));
            }
        }
        Ok(http::Request::from_parts(parts, body))
    }

    /// Sends one request; anything but a 2xx of the expected type is an error.
    async fn exchange(
        &self,
        call: &Call,
        request: http::Request<Bytes>,
        identity: &Identity,
        deadline: Option<Instant>,
    ) -> Result<(Parts, Body), Error> {
        let exchange = Exchange::new(request).with_timeouts(self.timeouts).with_deadline(deadline);
        let (head, body) = self.http.send(exchange).await?.into_parts();
        if head.status.is_success() {
            check_content(&head, call.accept)?;
            return Ok((head, body));
        }
        // A body that is cut or endless still leaves status and class.
        let body = match read_body(body, ERROR_LIMIT, &self.timeouts, deadline).await {
            Ok(body) => body,
            Err(error) => {
                tracing::debug!(%error, "the body of the refusal could not be read");
                Bytes::new()
            }
        };
        let wait = retry::retry_after(&head.headers, (self.now)());
        Err(refusal(&head, &body, &secrets(identity)).with_retry_after(wait))
    }
}

/// Refuses what is not the answer that was asked for, by its head alone.
fn check_content(head: &Parts, accept: &str) -> Result<(), Error> {
    let header = |name| head.headers.get(name).and_then(|value: &http::HeaderValue| value.to_str().ok());
    let decode = |message: String| {
        Error::new(ErrorKind::Decode, message)
            .with_status(Some(head.status.as_u16()))
            .with_request_id(request_id(head))
            .with_hint(
                "check what stands between here and Bedrock: a proxy or another server may have answered",
            )
    };
    if let Some(encoding) =
        header(CONTENT_ENCODING).filter(|encoding| !encoding.eq_ignore_ascii_case("identity"))
    {
        return Err(decode(format!("the answer has content-encoding {encoding}, which was not asked for")));
    }
    if head.status != http::StatusCode::OK {
        return Err(decode(format!("the answer has status {}, not 200", head.status.as_u16())));
    }
    match header(http::header::CONTENT_TYPE) {
        Some(kind) if kind.to_ascii_lowercase().starts_with(accept) => Ok(()),
        Some(kind) => Err(decode(format!("the answer is {kind} where {accept} was due"))),
        None => Err(decode(format!("the answer has no content type where {accept} was due"))),
    }
}

fn fits(wait: Duration, deadline: Option<Instant>) -> bool {
    deadline.is_none_or(|deadline| Instant::now() + wait < deadline)
}

/// The texts that must not stay in an error.
fn secrets(identity: &Identity) -> Vec<&str> {
    match identity {
        Identity::Credentials(credentials) => {
            let token = credentials.token().map(|token| token.expose());
            [Some(credentials.secret_access_key().expose()), token].into_iter().flatten().collect()
        }
        Identity::Bearer(token) => vec![token.expose()],
        _ => Vec::new(),
    }
}

/// The most of an answer that is read, in bytes.
const RESPONSE_LIMIT: usize = 64 * 1024 * 1024;

/// The most of a refusal that is read, in bytes.
const ERROR_LIMIT: usize = 1024 * 1024;
