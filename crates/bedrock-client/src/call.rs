//! One call: attempts until one is answered, each authorised anew.

use std::{future::Future, sync::Arc, time::Duration};

use bedrock_auth::{
    Identity, IdentitySource, ResolvedIdentity, apply_bearer,
    sigv4::{PayloadHash, SigningParams, Skew, sign},
};
use bedrock_transport::{
    Body, Endpoint, Exchange, Region, Service, TimeoutPhase, Timeouts, TransportError, read_body,
};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, Method, Uri, header::CONTENT_ENCODING, response::Parts};
use tokio::time::{Instant, timeout_at};
use tracing::Instrument;

use crate::{
    Error, ErrorKind,
    client::Shared,
    error::{Scrubber, refusal, request_id},
    headers,
    hint::{self, Situation, Subject},
    observe::{Caller, MiddlewareAttempt, spans},
    remedy::{Failed, Remedy, Used},
    retry::{Decision, FailedAttempt, retry_after},
    text::is_word,
};

/// A request without what changes from attempt to attempt.
pub(crate) struct Call {
    pub(crate) method: Method,
    pub(crate) uri: Uri,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) service: Service,
    /// What the answer must be, by the beginning of its content type; nothing where it may come without one.
    pub(crate) accept: &'static str,
    pub(crate) limits: Limits,
    /// The model it is for.
    pub(crate) subject: Option<Subject>,
}

/// How much time and how many attempts a call may take.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) timeouts: Timeouts,
    pub(crate) total: Option<Duration>,
    /// In place of the policy's.
    pub(crate) max_attempts: Option<u32>,
}

/// What was answered: a head of status 2xx, and the rest.
pub(crate) struct Answer<B> {
    pub(crate) head: Parts,
    pub(crate) body: B,
    pub(crate) attempts: u32,
    pub(crate) deadline: Option<Instant>,
    pub(crate) scrubber: Scrubber,
    /// Who asked, for the record of the call.
    pub(crate) caller: Option<Arc<Caller>>,
    /// Where the identity came from.
    pub(crate) source: Arc<IdentitySource>,
}

impl<B> Answer<B> {
    /// What AWS calls the request.
    pub(crate) fn request_id(&self) -> Option<&str> {
        request_id(&self.head)
    }

    /// The same as it may be told: a server may put anything there.
    pub(crate) fn clean_request_id(&self) -> Option<String> {
        self.request_id().map(|id| self.scrubber.clean(id, KEPT_ID))
    }
}

impl Answer<Taken> {
    /// The same with what is wanted of the body.
    fn map<B>(self, body: impl FnOnce(Taken) -> B) -> Answer<B> {
        let Self { head, body: taken, attempts, deadline, scrubber, caller, source } = self;
        Answer { head, body: body(taken), attempts, deadline, scrubber, caller, source }
    }
}

impl Answer<Bytes> {
    /// The error of an answer that cannot be read.
    pub(crate) fn undecoded(&self, what: String) -> Error {
        Error::new(ErrorKind::Decode, what)
            .with_status(Some(self.head.status.as_u16()))
            .with_request_id(self.request_id())
            .with_attempts(self.attempts)
            .scrubbed(&self.scrubber)
    }
}

impl Shared {
    /// Makes the call and reads the whole body.
    pub(crate) async fn whole(&self, call: &Call) -> Result<Answer<Bytes>, Error> {
        Ok(self.attempts(call, Reading::Whole).await?.map(|taken| taken.read))
    }

    /// Makes the call and leaves the body to be read.
    pub(crate) async fn streamed(&self, call: &Call) -> Result<Answer<Body>, Error> {
        let left = |taken: Taken| taken.left.unwrap_or_else(|| Body::from_bytes(taken.read));
        Ok(self.attempts(call, Reading::HeadOnly).await?.map(left))
    }

    async fn attempts(&self, call: &Call, reading: Reading) -> Result<Answer<Taken>, Error> {
        if let Some(subject) = &call.subject {
            self.warned.look_at(subject, self.region.as_str(), (self.now)());
        }
        let started = Instant::now();
        // A total beyond what a clock can hold is none.
        let deadline = call.limits.total.and_then(|total| started.checked_add(total));
        let payload = PayloadHash::of(&call.body);
        let (mut number, mut sent, mut last_cost) = (0, 0, None);
        let mut used = Used::default();
        loop {
            let span = spans::attempt(call, sent + 1);
            let attempt = self.attempt(call, &payload, deadline, &used, &mut sent, reading);
            let answered = attempt.instrument(span.clone()).await;
            spans::end_attempt(&span, answered.as_ref().map_err(|failed| &failed.error));
            let failed = match answered {
                Ok(answer) => {
                    self.retry_bucket.succeeded(last_cost);
                    return Ok(answer);
                }
                Err(failed) => failed,
            };
            let error = failed.error.with_attempts(sent);
            // What is mended was refused without work, so it is none of the attempts that are counted.
            let mut expired = None;
            let wait = match failed.remedy.and_then(|remedy| used.once(remedy)) {
                Some(Remedy::NewIdentity(identity)) => {
                    self.identity.reject(&identity);
                    expired = Some(identity);
                    Some(Duration::ZERO)
                }
                Some(Remedy::NewDate) => Some(Duration::ZERO),
                remedy @ (Some(Remedy::FreshConnection) | None) => {
                    number += 1;
                    let attempt = FailedAttempt {
                        error: &error,
                        number,
                        max_attempts: call.limits.max_attempts,
                        elapsed: started.elapsed(),
                        tokens: self.retry_bucket.tokens(),
                        random: fastrand::f64(),
                    };
                    let another = self.another(&attempt, remedy.is_some(), deadline);
                    last_cost = another.map_or(last_cost, |(_, cost)| Some(cost));
                    another.map(|(after, _)| after)
                }
            };
            tracing::debug!(
                attempt = sent,
                kind = %error.kind(),
                code = error.code(),
                status = error.status(),
                request_id = error.request_id(),
                retryable = error.is_retryable(),
                retry_tokens = self.retry_bucket.tokens(),
                wait_ms = wait.map(|wait| wait.as_millis()),
                "attempt failed"
            );
            let Some(wait) = wait else { return Err(error) };
            if let Some(expired) = expired {
                used.refused(expired, error);
            }
            tokio::time::sleep(wait).await;
        }
    }

    /// Whether the policy wants another attempt, the bucket has its price and the deadline the time: the wait, and the price, taken.
    fn another(
        &self,
        attempt: &FailedAttempt<'_>,
        at_once: bool,
        deadline: Option<Instant>,
    ) -> Option<(Duration, u32)> {
        let Decision::Retry { after, cost } = self.retry.decide(attempt) else { return None };
        // There is no crowd to wait for where a connection was merely old.
        let after = if at_once { Duration::ZERO } else { after };
        (fits(after, deadline) && self.retry_bucket.take(cost)).then_some((after, cost))
    }

    /// One attempt, with the client's middleware around it.
    async fn attempt(
        &self,
        call: &Call,
        payload: &PayloadHash,
        deadline: Option<Instant>,
        used: &Used,
        sent: &mut u32,
        reading: Reading,
    ) -> Result<Answer<Taken>, Failed> {
        let mut middleware = self.observers.middleware.attempt(call, *sent + 1);
        if let Some(middleware) = &mut middleware {
            middleware.before(deadline).await?;
        }
        let headers = middleware.as_ref().map_or(&call.headers, MiddlewareAttempt::headers).clone();
        let answered = self.answered(call, headers, payload, deadline, used, sent, reading).await;
        if let Some(middleware) = &mut middleware {
            middleware.after(answered.as_ref().map(|answer| &answer.head).map_err(|failed| &failed.error));
        }
        answered
    }

    /// Who calls, the request, the exchange, and as much of the answer as `reading` says.
    #[expect(
        clippy::too_many_arguments,
        reason = "what an attempt is made of, each borrowed from another owner"
    )]
    async fn answered(
        &self,
        call: &Call,
        headers: HeaderMap,
        payload: &PayloadHash,
        deadline: Option<Instant>,
        used: &Used,
        sent: &mut u32,
        reading: Reading,
    ) -> Result<Answer<Taken>, Failed> {
        let resolved = within(deadline, self.identity.identity()).await?;
        let resolved = used.unless_expired(resolved)?;
        let signed_with = self.skew.current();
        let request = self.authorised(call, headers, payload, &resolved, signed_with)?;
        let scrubber = Scrubber::of(&resolved.identity);
        let caller = self.observers.caller(&resolved);
        *sent += 1;
        let answered = self.exchange(call, request, deadline, signed_with, &resolved, reading).await;
        let (head, body) = answered.map_err(|failed| Failed {
            error: failed.error.scrubbed(&scrubber).with_caller(caller.clone()),
            remedy: failed.remedy,
        })?;
        let source = Arc::new(resolved.source);
        let answer = Answer { head, body, attempts: *sent, deadline, scrubber, caller, source };
        tracing::debug!(
            attempt = *sent,
            status = answer.head.status.as_u16(),
            request_id = answer.clean_request_id(),
            "answered"
        );
        Ok(answer)
    }

    /// The request of one attempt, signed for now or carrying the token.
    pub(crate) fn authorised(
        &self,
        call: &Call,
        headers: HeaderMap,
        payload: &PayloadHash,
        resolved: &ResolvedIdentity,
        skew: Skew,
    ) -> Result<http::Request<Bytes>, Error> {
        let mut request = http::Request::new(call.body.clone());
        *request.method_mut() = call.method.clone();
        *request.uri_mut() = call.uri.clone();
        *request.headers_mut() = headers;
        let (mut parts, body) = request.into_parts();
        match &resolved.identity {
            Identity::Credentials(credentials) => {
                let region = self.signing_region(call.service);
                let params = SigningParams::new(
                    credentials,
                    region.as_str(),
                    call.service.signing_name(),
                    skew.correct((self.now)()),
                )
                .with_key_cache(&self.signing_keys);
                sign(&mut parts, payload, &params).map_err(|error| {
                    Error::config("the request cannot be signed", "check the keys for stray characters")
                        .with_source(error)
                })?;
            }
            // https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys-use.html
            Identity::Bearer(_) if call.service == Service::Sts => {
                return Err(Error::new(
                    ErrorKind::Credentials,
                    format!("the identity is an API key ({}), which STS does not know", resolved.source),
                )
                .with_hint("API keys are for Bedrock alone: give keys, or name a profile with --profile"));
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

    /// The region in the name of a VPC endpoint, which takes no other, else the client's.
    fn signing_region(&self, service: Service) -> Region {
        let endpoint = match service {
            Service::Sts => self.sts.as_ref().ok(),
            Service::S3 => self.s3.as_ref().ok(),
            Service::Mantle => self.mantle.as_ref().ok(),
            Service::ControlPlane => self.control_plane.as_ref().ok(),
            _ => Some(&self.runtime),
        };
        endpoint.and_then(Endpoint::vpc_region).unwrap_or_else(|| self.region.clone())
    }

    /// Sends one request, and takes as much of the answer as `reading` says; anything but a 2xx of the expected type is an error.
    async fn exchange(
        &self,
        call: &Call,
        request: http::Request<Bytes>,
        deadline: Option<Instant>,
        signed_with: Skew,
        resolved: &ResolvedIdentity,
        reading: Reading,
    ) -> Result<(Parts, Taken), Failed> {
        let exchange = Exchange::new(request)
            .with_timeouts(call.limits.timeouts)
            .with_deadline(deadline.map(Instant::into_std));
        let sent = (self.now)();
        let lost = |error| Failed { remedy: Remedy::of_lost(&error), error: error.into() };
        let (head, body) = self.http.send(exchange).await.map_err(lost)?.into_parts();
        let received = (self.now)();
        let skew = self.skew.observe(sent, received, &head.headers);
        if head.status.is_success() {
            check_content(&head, call)?;
            let taken = match reading {
                Reading::Whole => Taken { read: read_whole(&head, body, call, deadline).await?, left: None },
                Reading::HeadOnly => Taken { read: Bytes::new(), left: Some(body) },
            };
            return Ok((head, taken));
        }
        let wait = retry_after(&head.headers, self.skew.current().correct(received));
        let body = read_refusal(body, deadline).await;
        let error = refusal(&head, &body).with_retry_after(wait);
        let situation = Situation {
            subject: call.subject.as_ref(),
            region: self.region.as_str(),
            source: &resolved.source,
            body: call.body.len(),
        };
        let error = match hint::for_refusal(&error, situation) {
            Some(hint) => error.with_hint(hint),
            None => error,
        };
        let shows_skew = skew.is_some_and(|skew| skew.explains(error.code(), signed_with));
        let remedy = Remedy::of(&error, &resolved.identity, shows_skew);
        Err(Failed { error, remedy })
    }
}

/// How much of an answer's body belongs to the attempt. (Not a type parameter: the attempts would be compiled for each.)
#[derive(Clone, Copy)]
enum Reading {
    /// All of it.
    Whole,
    /// Nothing: what comes after the head is for whoever made the call.
    HeadOnly,
}

/// An answer's body: what the attempt has read of it, and what it has left.
struct Taken {
    read: Bytes,
    left: Option<Body>,
}

async fn read_whole(
    head: &Parts,
    body: Body,
    call: &Call,
    deadline: Option<Instant>,
) -> Result<Bytes, Error> {
    read_body(body, RESPONSE_LIMIT, &call.limits.timeouts, deadline.map(Instant::into_std))
        .await
        .map_err(|error| Error::from(error).with_request_id(request_id(head)))
}

/// What can be had of a refusal's body in a short time: status and class stand in the head, so a body that is cut, endless or
/// slow must not hold them back.
pub(crate) async fn read_refusal(mut body: Body, deadline: Option<Instant>) -> Vec<u8> {
    let patience = Instant::now() + REFUSAL_PATIENCE;
    let until = deadline.map_or(patience, |deadline| deadline.min(patience));
    let mut read = Vec::new();
    while let Ok(Ok(Some(chunk))) = timeout_at(until, body.chunk()).await {
        read.extend_from_slice(&chunk);
        if read.len() >= REFUSAL_LIMIT {
            read.truncate(REFUSAL_LIMIT);
            break;
        }
    }
    read
}

/// Waits no longer than the call may take.
pub(crate) async fn within<T>(
    deadline: Option<Instant>,
    future: impl Future<Output = T>,
) -> Result<T, Error> {
    match deadline {
        None => Ok(future.await),
        Some(deadline) => timeout_at(deadline, future)
            .await
            .map_err(|_| TransportError::Timeout(TimeoutPhase::Total).into()),
    }
}

/// Refuses what is not the answer that was asked for, by its head alone.
fn check_content(head: &Parts, call: &Call) -> Result<(), Error> {
    let accept = call.accept;
    let header = |name: HeaderName| headers::text(&head.headers, name.as_str());
    let decode = |message: String| {
        Error::new(ErrorKind::Decode, message)
            .with_status(Some(head.status.as_u16()))
            .with_request_id(request_id(head))
            .with_hint(
                "check what stands between here and Bedrock: a proxy or another server may have answered",
            )
    };
    if let Some(encoding) = header(CONTENT_ENCODING).filter(|encoding| !is_word(encoding, "identity")) {
        return Err(decode(format!("the answer has content-encoding {encoding}, which was not asked for")));
    }
    // The control plane says of what it made that it was created or accepted.
    if head.status != http::StatusCode::OK && call.service != Service::ControlPlane {
        return Err(decode(format!("the answer has status {}, not 200", head.status.as_u16())));
    }
    match header(http::header::CONTENT_TYPE) {
        Some(kind) if begins_with(kind, accept) => Ok(()),
        None if accept.is_empty() => Ok(()),
        Some(kind) => Err(decode(format!("the answer is {kind} where {accept} was due"))),
        None => Err(decode(format!("the answer has no content type where {accept} was due"))),
    }
}

fn begins_with(text: &str, start: &str) -> bool {
    text.get(..start.len()).is_some_and(|found| is_word(found, start))
}

fn fits(wait: Duration, deadline: Option<Instant>) -> bool {
    // A wait that no clock can hold is past any deadline.
    deadline.is_none_or(|deadline| Instant::now().checked_add(wait).is_some_and(|end| end < deadline))
}

/// How much of a request's id is told, in bytes.
const KEPT_ID: usize = 256;

/// The most of an answer that is read, in bytes.
const RESPONSE_LIMIT: usize = 64 * 1024 * 1024;

/// The most of a refusal that is read, in bytes.
const REFUSAL_LIMIT: usize = 1024 * 1024;

/// How long a refusal's body is waited for.
const REFUSAL_PATIENCE: Duration = Duration::from_secs(5);
