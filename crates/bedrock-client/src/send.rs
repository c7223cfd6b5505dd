//! A request of any operation, sent as it is: for what has no method here, and for what stands between a client and Bedrock.
//!
//! Authorised as every call is, and nothing else: no retries, no middleware, and every status is an answer.

use bedrock_auth::{ResolvedIdentity, sigv4::PayloadHash};
use bedrock_transport::{Body, Endpoint, Exchange, Service};
use bytes::Bytes;
use http::{
    Request, Response,
    header::{CONTENT_ENCODING, CONTENT_LENGTH, TRANSFER_ENCODING},
    response::Parts,
};
use tokio::time::Instant;

use crate::{
    Client, Error,
    call::{Call, read_refusal, within},
    client::Shared,
    error::{Scrubber, refusal},
    headers,
    remedy::Remedy,
};

impl Client {
    /// Sends a request to one of AWS's services as it is, signed or with the API key of this client, and gives back whatever is
    /// answered.
    ///
    /// Of the request's URI path and query count, already encoded; the host is the service's, or the endpoint that replaces it. Mantle's
    /// paths begin with `/v1`. Headers go out as given, beside those that authorise.
    ///
    /// It is one attempt. A body that streams is the caller's to read and to time. That of a refusal was read, up to 1 MiB, and
    /// cleaned of the secrets that the request was authorised with: AWS repeats what was signed, session token included.
    ///
    /// ```no_run
    /// # async fn example(client: bedrock_client::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// use bedrock_client::transport::Service;
    ///
    /// let request = http::Request::get("/guardrails?maxResults=10").body(bytes::Bytes::new())?;
    /// let answer = client.send(Service::ControlPlane, request).await?;
    /// println!("{}: {:?}", answer.status(), answer.into_body().collect(1 << 20).await?);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// Models <https://docs.aws.amazon.com/bedrock/latest/APIReference/welcome.html>.
    ///
    /// # Errors
    ///
    /// `Config` where there is no such endpoint or the path is malformed, and `Credentials`; then nothing was sent. `Connect`,
    /// `Timeout` and `Protocol` where there was no answer. A refusal is an answer, not an error.
    pub async fn send(&self, service: Service, request: Request<Bytes>) -> Result<Response<Body>, Error> {
        let call = self.shared.raw_call(service, request)?;
        self.shared.send_once(&call).await
    }
}

impl Shared {
    fn raw_call(&self, service: Service, request: Request<Bytes>) -> Result<Call, Error> {
        let (head, body) = request.into_parts();
        let path = head.uri.path_and_query().map_or("/", |path| path.as_str());
        let uri = self.endpoint_of(service)?.uri(path).map_err(|error| {
            Error::config("the endpoint and what is asked for make no legal URL", "check both")
                .with_source(error)
        })?;
        Ok(Call {
            method: head.method,
            uri,
            headers: head.headers,
            body,
            service,
            accept: "",
            limits: self.limits,
            subject: None,
        })
    }

    fn endpoint_of(&self, service: Service) -> Result<&Endpoint, Error> {
        let endpoint = match service {
            Service::Mantle => &self.mantle,
            Service::ControlPlane => &self.control_plane,
            Service::Sts => &self.sts,
            _ => return Ok(&self.runtime),
        };
        endpoint.as_ref().map_err(Clone::clone)
    }

    async fn send_once(&self, call: &Call) -> Result<Response<Body>, Error> {
        let deadline = call.limits.total.and_then(|total| Instant::now().checked_add(total));
        let resolved = within(deadline, self.identity.identity()).await??;
        let payload = PayloadHash::of(&call.body);
        let signed_with = self.skew.current();
        let request = self.authorised(call, call.headers.clone(), &payload, &resolved, signed_with)?;
        let exchange = Exchange::new(request)
            .with_timeouts(call.limits.timeouts)
            .with_deadline(deadline.map(Instant::into_std));
        let scrubber = Scrubber::of(&resolved.identity);
        let sent = (self.now)();
        let answered = self.http.send(exchange).await;
        let (head, body) = answered.map_err(|error| Error::from(error).scrubbed(&scrubber))?.into_parts();
        self.skew.observe(sent, (self.now)(), &head.headers);
        if head.status.is_success() {
            return Ok(Response::from_parts(head, body));
        }
        let body = read_refusal(body, deadline).await;
        self.give_up_if_expired(&head, &body, &resolved);
        Ok(cleaned(head, body, &scrubber))
    }

    /// The next call is made as somebody whose time is not over.
    fn give_up_if_expired(&self, head: &Parts, body: &[u8], resolved: &ResolvedIdentity) {
        if let Some(Remedy::NewIdentity(expired)) =
            Remedy::of(&refusal(head, body), &resolved.identity, false)
        {
            self.identity.reject(&expired);
        }
    }
}

/// A refusal without the secrets that it repeats.
fn cleaned(mut head: Parts, body: Vec<u8>, scrubber: &Scrubber) -> Response<Body> {
    // What is compressed cannot be searched, and was not asked for.
    let body =
        if head.headers.contains_key(CONTENT_ENCODING) { Vec::new() } else { scrubber.without_secrets(body) };
    for name in [CONTENT_ENCODING, TRANSFER_ENCODING] {
        headers::remove(&mut head.headers, &name);
    }
    headers::set(&mut head.headers, CONTENT_LENGTH, body.len().into());
    Response::from_parts(head, Body::from_bytes(body))
}
