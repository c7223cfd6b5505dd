//! Who is calling: what the client would authorise with, and whom AWS takes that for.

use bedrock_auth::{Explanation, ResolvedIdentity, sts};
use bedrock_transport::Service;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, header::CONTENT_TYPE};

pub use bedrock_auth::sts::CallerIdentity;

use crate::{Client, Error, Response, call::Call, headers};

/// The identity of a [`Client`].
#[derive(Debug, Clone, Copy)]
pub struct ClientIdentity<'a> {
    client: &'a Client,
}

impl<'a> ClientIdentity<'a> {
    pub(crate) fn new(client: &'a Client) -> Self {
        Self { client }
    }

    /// What the next request would be authorised with, and where it came from; nothing is sent to Bedrock.
    ///
    /// # Errors
    ///
    /// `Credentials`: no identity was found, or the one that is configured is broken.
    pub async fn resolve(&self) -> Result<ResolvedIdentity, Error> {
        Ok(self.client.shared.identity.identity().await?)
    }

    /// The same for people and diagnosis: which sources were passed over, and why.
    ///
    /// Looks for the identity anew, whatever is kept from before.
    pub async fn explain(&self) -> Explanation {
        match &self.client.shared.chain {
            Some(chain) => chain.explain().await,
            None => Explanation::given(self.client.shared.identity.identity().await),
        }
    }

    /// Asks AWS who is calling. This needs no permission, and proves that the keys are good.
    ///
    /// ```no_run
    /// # async fn example(client: bedrock_client::Client) -> Result<(), bedrock_client::Error> {
    /// let caller = client.identity().whoami().await?;
    /// println!("{} in account {}", caller.arn, caller.account);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// Models <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html>. It is STS that answers, in the
    /// client's region: an explicit endpoint replaces its host too, one of the environment is `AWS_ENDPOINT_URL_STS` or
    /// `AWS_ENDPOINT_URL`.
    ///
    /// # Errors
    ///
    /// `Credentials` with an API key, which STS does not know, and where there is no identity; `Config` where AWS has no such
    /// endpoint. Then nothing was sent. Afterwards `Connect`, `Timeout`, `Api`, `Decode`, `TooLarge` and `Protocol`.
    pub async fn whoami(&self) -> Result<Response<CallerIdentity>, Error> {
        let shared = &self.client.shared;
        let uri = shared.sts.clone()?.uri("/").map_err(|error| {
            Error::config("the endpoint of STS makes no legal URL", "check it").with_source(error)
        })?;
        let mut headers = HeaderMap::new();
        headers::add(&mut headers, CONTENT_TYPE, HeaderValue::from_static(sts::CONTENT_TYPE));
        let call = Call {
            method: Method::POST,
            uri,
            headers,
            body: Bytes::from_static(sts::GET_CALLER_IDENTITY.as_bytes()),
            service: Service::Sts,
            accept: "text/xml",
            limits: shared.limits,
            subject: None,
        };
        let answer = shared.whole(&call).await?;
        let caller =
            CallerIdentity::parse(&answer.body).map_err(|error| answer.undecoded(error.to_string()))?;
        Ok(Response::of(caller, answer))
    }
}
