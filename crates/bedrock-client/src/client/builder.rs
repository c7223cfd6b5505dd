//! What a client is made of: explicit settings, else the environment, the profile, the default.

use std::{
    fmt, mem,
    path::PathBuf,
    sync::Arc,
    time::{Duration, SystemTime},
};

use bedrock_auth::{
    BearerToken, Clock, Credentials, DefaultIdentity, Effects, Env, Files, Identity, IdentityCache,
    MfaPrompt, OsFiles, OsProcesses, ProcessEnv, Processes, Profiles, ProvideIdentity, SystemClock,
    sigv4::{ClockSkew, SigningKeyCache},
};
use bedrock_transport::{HttpClient, Region, Timeouts};
use bedrock_types::models::Scope;

use super::{CallDefaults, Client, Now, Shared, http};
use crate::{
    EndpointSource, Error, IdentityHttp, Metrics, Middleware, RegionSource, RetryPolicy,
    call::Limits,
    inference_profiles::KnownProfiles,
    lifecycle::Warned,
    observe::Observers,
    retry::{Retry, RetryBucket},
    settings::{self, Sources},
};

/// Settings of a [`Client`]; what is set here wins over environment, profile and default.
#[derive(Default)]
#[must_use]
pub struct ClientBuilder {
    region: Option<String>,
    endpoint_url: Option<String>,
    profile: Option<String>,
    credentials: Option<Credentials>,
    bearer: Option<BearerToken>,
    identity: Option<Arc<dyn ProvideIdentity>>,
    scope: Option<Scope>,
    http: Option<Arc<dyn HttpClient>>,
    ca_bundle: Option<PathBuf>,
    app_id: Option<String>,
    timeouts: Timeouts,
    total: Option<Duration>,
    max_attempts: Option<u32>,
    retry: Option<Arc<dyn Retry>>,
    env: Option<Arc<dyn Env>>,
    files: Option<Arc<dyn Files>>,
    processes: Option<Arc<dyn Processes>>,
    mfa: Option<Arc<dyn MfaPrompt>>,
    now: Option<Now>,
    pub(super) defaults: CallDefaults,
    observers: Observers,
}

impl ClientBuilder {
    /// The region, like `us-east-1`; else `AWS_REGION`, `AWS_DEFAULT_REGION`, the profile's, `us-east-1`.
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = Some(region.into());
        self
    }

    /// Where requests go instead of AWS; plain http is for loopback only.
    pub fn endpoint_url(mut self, url: impl Into<String>) -> Self {
        self.endpoint_url = Some(url.into());
        self
    }

    /// The profile of the shared AWS files; keys and bearer token of the environment are then not looked at.
    pub fn profile(mut self, name: impl Into<String>) -> Self {
        self.profile = Some(name.into());
        self
    }

    /// Signs with these keys.
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.credentials = Some(credentials);
        self
    }

    /// Sends this Amazon Bedrock API key.
    pub fn bearer_token(mut self, token: BearerToken) -> Self {
        self.bearer = Some(token);
        self
    }

    /// Asks `identity` who calls, before each attempt. It is asked as it is: one that takes its time belongs into an
    /// [`IdentityCache`].
    ///
    /// ```
    /// use bedrock_client::{
    ///     BearerToken, BoxFuture, Client, IdentityCache, IdentityError, IdentitySource, ProvideIdentity, ResolvedIdentity,
    ///     SystemClock,
    /// };
    ///
    /// /// An API key that is asked for again when it expires, or when Bedrock says that it has.
    /// #[derive(Debug)]
    /// struct Vault;
    ///
    /// impl ProvideIdentity for Vault {
    ///     fn identity(&self) -> BoxFuture<'_, Result<ResolvedIdentity, IdentityError>> {
    ///         Box::pin(async {
    ///             let key = BearerToken::parse("ABSKexample").map_err(|error| IdentityError::custom("vault", error))?;
    ///             Ok(ResolvedIdentity::new(key, IdentitySource::Custom { name: "vault".into() }))
    ///         })
    ///     }
    /// }
    ///
    /// let client = Client::builder().identity(IdentityCache::new(Vault, SystemClock)).build()?;
    /// # Ok::<(), bedrock_client::Error>(())
    /// ```
    pub fn identity(mut self, identity: impl ProvideIdentity + 'static) -> Self {
        self.identity = Some(Arc::new(identity));
        self
    }

    /// Which of a model's ids an alias stands for; else the widest that serves the region.
    pub fn scope(mut self, scope: Scope) -> Self {
        self.scope = Some(scope);
        self
    }

    /// Makes the exchanges: the seam for tests, and for an HTTP stack of your own.
    ///
    /// ```
    /// use std::sync::{Arc, Mutex};
    ///
    /// use bedrock_client::{
    ///     Body, BoxFuture, Client, Credentials, Exchange, HttpClient, MessageCreateParams, TransportError,
    /// };
    ///
    /// /// Gives the same answer to everything, and keeps the paths that were asked for.
    /// #[derive(Debug, Default)]
    /// struct Fake(Mutex<Vec<String>>);
    ///
    /// impl HttpClient for Fake {
    ///     fn send(&self, exchange: Exchange) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
    ///         self.0.lock().unwrap().push(exchange.request.uri().path().to_owned());
    ///         let message = r#"{"id":"msg_1","type":"message","role":"assistant","model":"m","stop_reason":"end_turn","stop_sequence":null,
    ///             "content":[{"type":"text","text":"Hello"}],"usage":{"input_tokens":1,"output_tokens":1}}"#;
    ///         let mut response = http::Response::new(Body::from_bytes(message));
    ///         response.headers_mut().insert("content-type", http::HeaderValue::from_static("application/json"));
    ///         Box::pin(std::future::ready(Ok(response)))
    ///     }
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), bedrock_client::Error> {
    /// let fake = Arc::new(Fake::default());
    /// let client = Client::builder()
    ///     .region("us-east-1")
    ///     .credentials(Credentials::new("AKIDEXAMPLE", "secret"))
    ///     .http_client(Arc::clone(&fake))
    ///     .build()?;
    ///
    /// let params = MessageCreateParams::new("global.anthropic.claude-opus-4-6-v1", 256).user("Hello, world");
    /// assert_eq!(client.messages().create(&params).await?.text(), "Hello");
    /// assert_eq!(*fake.0.lock().unwrap(), ["/model/global.anthropic.claude-opus-4-6-v1/invoke"]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// For faults on the wire take the crate `bedrock-emulator` instead: it is a server on a socket.
    pub fn http_client(mut self, http: impl HttpClient + 'static) -> Self {
        self.http = Some(Arc::new(http));
        self
    }

    /// A PEM file with the CAs to trust instead of the system's; else `AWS_CA_BUNDLE`, `ca_bundle` of the profile,
    /// `SSL_CERT_FILE`.
    pub fn ca_bundle(mut self, path: impl Into<PathBuf>) -> Self {
        self.ca_bundle = Some(path.into());
        self
    }

    /// What the program is called in the user agent, where AWS's logs show it: at most 50 letters, digits and `!$%&'*+-.^_|~`; else
    /// `AWS_SDK_UA_APP_ID`, `sdk_ua_app_id` of the profile.
    /// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-appid.html>
    pub fn app_id(mut self, name: impl Into<String>) -> Self {
        self.app_id = Some(name.into());
        self
    }

    /// How long connecting, the response head, and the silence between two events may take.
    pub fn timeouts(mut self, timeouts: Timeouts) -> Self {
        self.timeouts = timeouts;
        self
    }

    /// How long a call may take altogether, attempts and waits included; no limit unless set.
    pub fn total_timeout(mut self, total: Duration) -> Self {
        self.total = Some(total);
        self
    }

    /// How often a failed call is tried again; else as the policy given says, `AWS_MAX_ATTEMPTS` or the profile (which count the first
    /// attempt too), or 2.
    pub fn max_retries(mut self, retries: u32) -> Self {
        self.max_attempts = Some(retries.saturating_add(1));
        self
    }

    /// When a failed call is tried again, and how long to wait before: a [`RetryPolicy`] with other numbers, or a [`Retry`] of one's
    /// own. `AWS_MAX_ATTEMPTS` and the profile are then not looked at; [`max_retries`](Self::max_retries) is.
    ///
    /// ```
    /// use bedrock_client::{Client, RetryPolicy};
    ///
    /// let client = Client::builder().region("us-east-1").retry_policy(RetryPolicy::none()).build()?;
    /// # Ok::<(), bedrock_client::Error>(())
    /// ```
    pub fn retry_policy(mut self, policy: impl Retry + 'static) -> Self {
        self.retry = Some(Arc::new(policy));
        self
    }

    /// Gives the record of each call to `metrics`: tokens, cost, times, attempts, outcome.
    pub fn metrics(mut self, metrics: impl Metrics + 'static) -> Self {
        self.observers.metrics = Some(Arc::new(metrics));
        self
    }

    /// Keeps a line for each call on this machine: see [`ActivityLog`](crate::ActivityLog).
    #[cfg(feature = "activity-log")]
    pub fn activity_log(mut self, log: crate::ActivityLog) -> Self {
        self.observers.activity = Some(log);
        self
    }

    /// Has `middleware` look at each attempt, within those that were added before.
    pub fn middleware(mut self, middleware: impl Middleware + 'static) -> Self {
        self.observers.middleware.push(Arc::new(middleware));
        self
    }

    /// Tells prompts and answers to who listens to `tracing` too, as an event within the span of each call; otherwise none is told.
    pub fn record_content(mut self) -> Self {
        self.observers.content = true;
        self
    }

    /// Reads variables from `env` instead of the process's environment.
    pub fn env(mut self, env: impl Env + 'static) -> Self {
        self.env = Some(Arc::new(env));
        self
    }

    /// Reads the shared AWS files from `files` instead of the file system.
    pub fn files(mut self, files: impl Files + 'static) -> Self {
        self.files = Some(Arc::new(files));
        self
    }

    /// Runs the programs of `credential_process` with `processes` instead of on this machine.
    pub fn processes(mut self, processes: impl Processes + 'static) -> Self {
        self.processes = Some(Arc::new(processes));
        self
    }

    /// Asks `prompt` for the codes of multi-factor devices, where a profile names one with `mfa_serial`.
    pub fn mfa_prompt(mut self, prompt: impl MfaPrompt + 'static) -> Self {
        self.mfa = Some(Arc::new(prompt));
        self
    }

    /// Takes the time from `now` instead of the system clock.
    pub fn clock(mut self, now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.now = Some(Arc::new(now));
        self
    }

    /// The region that the client would use, and where it came from.
    ///
    /// # Errors
    ///
    /// `Config`: a region that is none, or shared AWS files that cannot be read.
    pub fn resolve_region(&self) -> Result<(Region, RegionSource), Error> {
        let (env, files) = self.effects();
        let profiles = self.profiles(&*env, &*files)?;
        self.region_from(&Sources { env: &*env, profiles: &profiles })
    }

    /// Resolves what was not set, and makes the client. Nothing is sent.
    ///
    /// # Errors
    ///
    /// `Config`: a setting is missing, broken or contradicts another; the error names it.
    pub fn build(mut self) -> Result<Client, Error> {
        let (env, files) = self.effects();
        let profiles = self.profiles(&*env, &*files)?;
        let sources = Sources { env: &*env, profiles: &profiles };

        let (region, region_source) = self.region_from(&sources)?;
        let explicit = match &self.endpoint_url {
            Some(url) => {
                Some((settings::parse_endpoint(url, EndpointSource::Explicit)?, EndpointSource::Explicit))
            }
            None => None,
        };
        let endpoint = |of| sources.endpoint(of, explicit.clone(), &region);
        let (runtime, runtime_source) = endpoint(&settings::RUNTIME)?;
        let mantle =
            endpoint(&settings::MANTLE).and_then(|(endpoint, source)| settings::mantle_api(endpoint, source));
        let sts = endpoint(&settings::STS).map(|(endpoint, _)| endpoint);
        let control_plane = endpoint(&settings::CONTROL_PLANE).map(|(endpoint, _)| endpoint);
        // An explicit endpoint is Bedrock's; what stands in for AWS on this machine, as the emulator does, is S3's too.
        let local = explicit.clone().filter(|(url, _)| url.is_loopback() && !sources.has_own_s3());
        let s3 = sources.endpoint(&settings::S3, local, &region).map(|(endpoint, _)| endpoint);
        let max_attempts = match (self.max_attempts, &self.retry) {
            (None, None) => sources.max_attempts()?,
            (explicit, _) => explicit,
        };
        let retry = self.retry.take().unwrap_or_else(|| Arc::new(RetryPolicy::default()));
        let http = match self.http.take() {
            Some(http) => http,
            None => http::default_http(self.ca_bundle.take(), self.app_id.as_deref(), &sources)?,
        };
        tracing::debug!(%region, source = %region_source, endpoint = %runtime.origin(), "client settings");

        let now = self.now.take().unwrap_or_else(|| Arc::new(|| SystemClock.now()));
        let skew = Arc::<ClockSkew>::default();
        let scope = self.scope;
        let defaults = mem::take(&mut self.defaults);
        defaults.options.check()?;
        let observers = mem::take(&mut self.observers);
        let limits = Limits { timeouts: self.timeouts, total: self.total, max_attempts };
        let clock = CorrectedClock { now: now.clone(), skew: skew.clone() };
        let effects =
            Effects::new(env, files).with_clock(clock.clone()).with_http(IdentityHttp::shared(http.clone()));
        let (identity, chain) = self.chosen_identity(effects, clock)?;
        let shared = Shared {
            region,
            region_source,
            runtime,
            runtime_source,
            mantle,
            control_plane,
            sts,
            s3,
            scope,
            defaults,
            profiles: KnownProfiles::default(),
            identity,
            chain,
            http,
            limits,
            retry,
            retry_bucket: RetryBucket::default(),
            warned: Warned::default(),
            observers,
            now,
            skew,
            signing_keys: SigningKeyCache::default(),
        };
        Ok(Client { shared: Arc::new(shared) })
    }

    fn effects(&self) -> (Arc<dyn Env>, Arc<dyn Files>) {
        let env = self.env.clone().unwrap_or_else(|| Arc::new(ProcessEnv));
        let files = self.files.clone().unwrap_or_else(|| Arc::new(OsFiles));
        (env, files)
    }

    fn region_from(&self, sources: &Sources<'_>) -> Result<(Region, RegionSource), Error> {
        if let Some(text) = &self.region {
            return Ok((settings::parse_region(text, RegionSource::Explicit)?, RegionSource::Explicit));
        }
        let (region, source) = sources.region()?;
        if source == RegionSource::Default {
            tracing::warn!(%region, "no region is set, so this one is taken; set AWS_REGION, or `region` in the profile");
        }
        Ok((region, source))
    }

    fn profiles(&self, env: &dyn Env, files: &dyn Files) -> Result<Profiles, Error> {
        let profiles = match &self.profile {
            Some(name) => Profiles::load_named(env, files, name),
            None => Profiles::load(env, files),
        };
        profiles.map_err(|error| {
            Error::config("the shared AWS files are no good", error.hint()).with_source(error)
        })
    }

    /// An explicit identity, or the documented chain behind a cache, which is then given by itself too.
    fn chosen_identity(
        mut self,
        mut effects: Effects,
        clock: CorrectedClock,
    ) -> Result<(Arc<dyn ProvideIdentity>, Option<DefaultIdentity>), Error> {
        let explicit = [self.credentials.is_some(), self.bearer.is_some(), self.identity.is_some()];
        if explicit.into_iter().filter(|given| *given).count() > 1 {
            return Err(Error::config(
                "keys, a bearer token and an identity provider exclude each other",
                "give one of them",
            ));
        }
        if let Some(credentials) = self.credentials.take() {
            return Ok((Arc::new(Identity::from(credentials)), None));
        }
        if let Some(bearer) = self.bearer.take() {
            return Ok((Arc::new(Identity::from(bearer)), None));
        }
        if let Some(identity) = self.identity.take() {
            return Ok((identity, None));
        }
        effects = match self.processes.take() {
            Some(processes) => effects.with_processes(processes),
            None => effects.with_processes(OsProcesses),
        };
        if let Some(prompt) = self.mfa.take() {
            effects = effects.with_mfa_prompt(prompt);
        }
        let mut chain = DefaultIdentity::new(effects);
        if let Some(name) = self.profile.take() {
            chain = chain.profile(name);
        }
        if let Some(region) = self.region.take() {
            chain = chain.region(region);
        }
        Ok((Arc::new(IdentityCache::new(chain.clone(), clock)), Some(chain)))
    }
}

/// The time as AWS has it, as far as its answers have told: by this credentials expire, and requests for them are signed.
#[derive(Clone)]
struct CorrectedClock {
    now: Now,
    skew: Arc<ClockSkew>,
}

impl Clock for CorrectedClock {
    fn now(&self) -> SystemTime {
        self.skew.current().correct((self.now)())
    }
}

impl fmt::Debug for CorrectedClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CorrectedClock").field("skew", &self.skew).finish_non_exhaustive()
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("region", &self.region)
            .field("endpoint_url", &self.endpoint_url)
            .field("profile", &self.profile)
            .finish_non_exhaustive()
    }
}
