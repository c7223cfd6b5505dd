//! The exchanges of those who give out credentials, over the client's own HTTP.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use bedrock_auth::{BoxFuture, Http, HttpError, HttpOptions, MAX_RESPONSE_BYTES, NetworkPath};
use bedrock_transport::{Exchange, HttpClient, Timeouts, TransportError, read_body};
use bytes::Bytes;
use http::{Request, Response};

/// Makes the exchanges of `bedrock-auth` with an [`HttpClient`].
///
/// A [`Client`](crate::Client) does so by itself; this is for those who use the sources of `bedrock-auth` without one, as
/// `AssumeRole` does:
///
/// ```no_run
/// use bedrock_client::{AssumeRole, Client, DefaultIdentity, Effects, IdentityCache, IdentityHttp, SystemClock};
///
/// # fn example(http: bedrock_client::transport::HyperClient) -> Result<(), bedrock_client::Error> {
/// let effects = Effects::of_process().with_http(IdentityHttp::new(http));
/// let base = DefaultIdentity::new(effects.clone());
/// let role = AssumeRole::new(base, "arn:aws:iam::123456789012:role/bedrock", effects);
/// let client = Client::builder().identity(IdentityCache::new(role, SystemClock)).build()?;
/// # drop(client);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct IdentityHttp {
    http: Arc<dyn HttpClient>,
}

impl IdentityHttp {
    /// Makes exchanges with `http`.
    pub fn new(http: impl HttpClient + 'static) -> Self {
        Self::shared(Arc::new(http))
    }

    pub(crate) fn shared(http: Arc<dyn HttpClient>) -> Self {
        Self { http }
    }

    async fn send(
        &self,
        request: Request<Bytes>,
        options: HttpOptions,
    ) -> Result<Response<Bytes>, TransportError> {
        // The deadline bounds them all.
        let timeouts = Timeouts::default()
            .with_connect(options.timeout.min(CONNECT))
            .with_response_head(options.timeout)
            .with_idle(options.timeout);
        let deadline = Instant::now().checked_add(options.timeout);
        let mut exchange = Exchange::new(request).with_timeouts(timeouts).with_deadline(deadline);
        exchange = match options.path {
            NetworkPath::Proxied => exchange,
            NetworkPath::Direct => exchange.direct(),
        };
        let (head, body) = self.http.send(exchange).await?.into_parts();
        let body = read_body(body, MAX_RESPONSE_BYTES, &timeouts, deadline).await?;
        Ok(Response::from_parts(head, body))
    }
}

impl Http for IdentityHttp {
    fn exchange(
        &self,
        request: Request<Bytes>,
        options: HttpOptions,
    ) -> BoxFuture<'_, Result<Response<Bytes>, HttpError>> {
        Box::pin(async move { self.send(request, options).await.map_err(HttpError::new) })
    }
}

/// How long making a connection may take.
const CONNECT: Duration = Duration::from_secs(5);

#[cfg(test)]
mod tests {
    use bedrock_transport::{Body, TimeoutPhase};

    use super::*;

    /// Answers with these chunks, and hangs if there are none.
    #[derive(Debug)]
    struct Server(Vec<Bytes>);

    impl HttpClient for Server {
        fn send(&self, exchange: Exchange) -> BoxFuture<'_, Result<Response<Body>, TransportError>> {
            Box::pin(async move {
                if self.0.is_empty() {
                    let deadline = exchange.deadline.expect("every exchange has one");
                    tokio::time::sleep_until(deadline.into()).await;
                    return Err(TransportError::Timeout(TimeoutPhase::Total));
                }
                let chunks = self.0.iter().cloned().map(Ok).collect();
                Ok(Response::builder().status(403).body(Body::from_chunks(chunks)).expect("legal"))
            })
        }
    }

    async fn ask(chunks: Vec<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let request = Request::get("http://169.254.170.2/role").body(Bytes::new()).expect("legal");
        IdentityHttp::new(Server(chunks)).exchange(request, HttpOptions::new(Duration::from_secs(2))).await
    }

    #[tokio::test(start_paused = true)]
    async fn any_status_is_an_answer_and_comes_whole() {
        let answer = ask(vec!["a".into(), "b".into()]).await.expect("an answer");
        assert_eq!((answer.status().as_u16(), &answer.body()[..]), (403, &b"ab"[..]));
    }

    /// Answers whether a proxy may be used.
    #[derive(Debug)]
    struct Path;

    impl HttpClient for Path {
        fn send(&self, exchange: Exchange) -> BoxFuture<'_, Result<Response<Body>, TransportError>> {
            let path = format!("{:?}", exchange.path);
            Box::pin(async { Ok(Response::new(Body::from_bytes(path))) })
        }
    }

    #[tokio::test]
    async fn what_must_not_go_through_a_proxy_does_not() {
        let options = HttpOptions::new(Duration::from_secs(2));
        for (options, path) in [(options, "Proxied"), (options.direct(), "Direct")] {
            let request = Request::get("http://169.254.169.254/").body(Bytes::new()).expect("legal");
            let answer = IdentityHttp::new(Path).exchange(request, options).await.expect("an answer");
            assert_eq!(answer.body(), path);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_too_large_or_too_late_is_no_answer() {
        let large = Bytes::from(vec![b' '; MAX_RESPONSE_BYTES]);
        assert!(ask(vec![large.clone()]).await.is_ok());
        assert!(ask(vec![large, "x".into()]).await.is_err());

        let started = tokio::time::Instant::now();
        assert!(ask(vec![]).await.is_err());
        let took = started.elapsed();
        assert!(took >= Duration::from_secs(2) && took < Duration::from_secs(3), "{took:?}");
    }
}
