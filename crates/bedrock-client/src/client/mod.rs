//! The client: settings resolved once, shared by all calls. How they are resolved is in `builder`.

mod builder;
mod defaults;
mod http;

use std::{fmt, sync::Arc, time::SystemTime};

use bedrock_auth::{
    DefaultIdentity, ProvideIdentity,
    sigv4::{ClockSkew, SigningKeyCache},
};
use bedrock_transport::{Endpoint, HttpClient, Reached, Region, TransportError};
use bedrock_types::models::Scope;

pub use self::builder::ClientBuilder;
pub(crate) use self::defaults::CallDefaults;
#[cfg(feature = "control-plane")]
use crate::{Batches, InferenceProfiles, InvocationLogging, ModelAccess, Models};
use crate::{
    ClientIdentity, EndpointSource, Error, Messages, RegionSource,
    call::Limits,
    inference_profiles::KnownProfiles,
    lifecycle::Warned,
    observe::Observers,
    retry::{Retry, RetryBucket},
};

/// Claude on Amazon Bedrock. Cheap to clone; clones share connections and settings.
///
/// ```no_run
/// use bedrock_client::{Client, Credentials};
///
/// # async fn example() -> Result<(), bedrock_client::Error> {
/// let from_environment = Client::from_env().await?;
/// let explicit = Client::builder()
///     .region("us-west-2")
///     .credentials(Credentials::new("AKIA…", "secret").session_token("token"))
///     .build()?;
/// # drop((from_environment, explicit));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Client {
    pub(crate) shared: Arc<Shared>,
}

pub(crate) struct Shared {
    pub(crate) region: Region,
    pub(crate) region_source: RegionSource,
    pub(crate) runtime: Endpoint,
    pub(crate) runtime_source: EndpointSource,
    /// Only the route of that name needs it.
    pub(crate) mantle: Result<Endpoint, Error>,
    /// Only the control plane's operations need it.
    pub(crate) control_plane: Result<Endpoint, Error>,
    /// Only `whoami` needs it, so only `whoami` fails without.
    pub(crate) sts: Result<Endpoint, Error>,
    /// Only the files of batch jobs need it, and whoever moves them.
    pub(crate) s3: Result<Endpoint, Error>,
    pub(crate) scope: Option<Scope>,
    pub(crate) defaults: CallDefaults,
    pub(crate) profiles: KnownProfiles,
    pub(crate) identity: Arc<dyn ProvideIdentity>,
    /// What `identity` asks, unless the program gave an identity.
    pub(crate) chain: Option<DefaultIdentity>,
    pub(crate) http: Arc<dyn HttpClient>,
    pub(crate) limits: Limits,
    pub(crate) retry: Arc<dyn Retry>,
    pub(crate) retry_bucket: RetryBucket,
    pub(crate) warned: Warned,
    pub(crate) observers: Observers,
    pub(crate) now: Now,
    pub(crate) skew: Arc<ClockSkew>,
    pub(crate) signing_keys: SigningKeyCache,
}

/// The time of this machine.
type Now = Arc<dyn Fn() -> SystemTime + Send + Sync>;

impl Client {
    /// Takes everything from the environment and the shared AWS files, as the AWS tools do.
    ///
    /// Credentials are looked for when the first call needs them.
    ///
    /// # Errors
    ///
    /// `Config`: a setting is broken; the error names it. Nothing was sent.
    #[expect(clippy::unused_async, reason = "settings that the network gives will need it")]
    pub async fn from_env() -> Result<Self, Error> {
        Self::builder().build()
    }

    /// Starts with nothing explicit: what is not set comes from the environment.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    /// The Messages API.
    pub fn messages(&self) -> Messages {
        Messages::new(self.clone())
    }

    /// Inference profiles: AWS's, and those of the account.
    #[cfg(feature = "control-plane")]
    pub fn inference_profiles(&self) -> InferenceProfiles<'_> {
        InferenceProfiles::new(self)
    }

    /// The models that the region offers, joined with the catalog.
    #[cfg(feature = "control-plane")]
    pub fn models(&self) -> Models<'_> {
        Models::new(self)
    }

    /// What the account may call, and how it asks for more.
    #[cfg(feature = "control-plane")]
    pub fn model_access(&self) -> ModelAccess<'_> {
        ModelAccess::new(self)
    }

    /// The log that AWS keeps of the account's calls in the region, if it is told to.
    #[cfg(feature = "control-plane")]
    pub fn invocation_logging(&self) -> InvocationLogging<'_> {
        InvocationLogging::new(self)
    }

    /// Batch inference: jobs that answer files of requests at half the price, within a day or so.
    #[cfg(feature = "control-plane")]
    pub fn batches(&self) -> Batches<'_> {
        Batches::new(self)
    }

    /// Who is calling.
    pub fn identity(&self) -> ClientIdentity<'_> {
        ClientIdentity::new(self)
    }

    /// The region that requests go to and are signed for.
    pub fn region(&self) -> &Region {
        &self.shared.region
    }

    /// Where the region came from.
    pub fn region_source(&self) -> RegionSource {
        self.shared.region_source
    }

    /// Where requests go: the host of Bedrock's runtime, or the endpoint that replaces it.
    pub fn endpoint(&self) -> &Endpoint {
        &self.shared.runtime
    }

    /// Where S3 is, for whoever moves the files of batch jobs: `AWS_ENDPOINT_URL_S3`, an explicit endpoint on this machine,
    /// `AWS_ENDPOINT_URL`, the profile's, then AWS's host.
    ///
    /// # Errors
    ///
    /// `Config`: a setting is broken, or the endpoint may not be sent credentials.
    pub fn s3_endpoint(&self) -> Result<Endpoint, Error> {
        self.shared.s3.clone()
    }

    /// What requests go through, for calls of other services with the same connections, proxies and certificates.
    pub fn http_client(&self) -> Arc<dyn HttpClient> {
        self.shared.http.clone()
    }

    /// Makes a connection to the endpoint, as a call would, and says what it is like; nothing is requested. `None` where the client
    /// was given an HTTP client that cannot say.
    ///
    /// ```no_run
    /// # async fn example(client: bedrock_client::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// if let Some(tls) = client.probe().await?.and_then(|reached| reached.tls) {
    ///     println!("{}, trusting {}", tls.version, tls.trusted);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Why there is no connection: by its [`ConnectFailure`](bedrock_transport::ConnectFailure), or that it took too long.
    pub async fn probe(&self) -> Result<Option<Reached>, TransportError> {
        let uri = self
            .shared
            .runtime
            .uri("/")
            .map_err(|error| TransportError::InvalidRequest { source: error.into() })?;
        self.shared.http.probe(&uri, self.shared.limits.timeouts).await
    }

    /// Where the endpoint came from.
    pub fn endpoint_source(&self) -> EndpointSource {
        self.shared.runtime_source
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("region", &self.shared.region)
            .field("endpoint", &self.shared.runtime)
            .field("identity", &self.shared.identity)
            .finish_non_exhaustive()
    }
}
