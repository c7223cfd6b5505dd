//! The running emulator, and how to start one.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bedrock_auth::Credentials;
use tempfile::NamedTempFile;

use crate::account::Account;
use crate::control::ModelAccess;
use crate::fault::{Fault, FaultRule, Schedule};
use crate::local::CREDENTIALS_PATH;
#[cfg(feature = "upstream")]
use crate::recording::Recorder;
use crate::recording::Recordings;
#[cfg(feature = "upstream")]
use crate::relay::Relay;
use crate::replay::{Player, Speed};
use crate::script::Script;
use crate::server::{Clock, Limits, Server, Service};
use crate::source::Source;
use crate::tls::{self, Tls};
#[cfg(feature = "upstream")]
use crate::upstream::Upstream;

/// A running emulator. Dropping it closes its port and every connection.
#[derive(Debug)]
pub struct Emulator {
    server: Server,
    account: Account,
    trust: Option<Trust>,
}

/// What a client needs to trust the certificate.
#[derive(Debug)]
struct Trust {
    ca_pem: String,
    /// The same in a file, as environment variables want it; it goes with the emulator.
    ca_file: NamedTempFile,
}

impl Emulator {
    /// Sets one up; [`start`](EmulatorBuilder::start) runs it.
    pub fn builder() -> EmulatorBuilder {
        EmulatorBuilder {
            port: 0,
            tls: false,
            account: Account::default(),
            clock: Arc::new(system_time),
            every_fault: None,
            nth_faults: BTreeMap::new(),
            source: Source::default(),
        }
    }

    /// The endpoint, such as `http://127.0.0.1:49152`.
    pub fn url(&self) -> String {
        let scheme = if self.trust.is_some() { "https" } else { "http" };
        format!("{scheme}://{}", self.addr())
    }

    /// The address it listens on.
    pub fn addr(&self) -> SocketAddr {
        self.server.address()
    }

    /// The keys it accepts signatures of.
    pub fn credentials(&self) -> &Credentials {
        &self.account.credentials
    }

    /// Where it gives out temporary keys, as the credentials endpoint of a container does: `AWS_CONTAINER_CREDENTIALS_FULL_URI`.
    ///
    /// They expire after [`EmulatorBuilder::key_ttl`], or in an hour.
    pub fn credentials_url(&self) -> String {
        format!("{}{CREDENTIALS_PATH}", self.url())
    }

    /// The API key it accepts. It also takes short-term keys that are made from its [`credentials`](Self::credentials) or from
    /// temporary keys of its own.
    pub fn bearer_token(&self) -> &str {
        self.account.bearer_token.expose()
    }

    /// The region to sign for; a signature for any other is accepted as well.
    pub fn region(&self) -> &str {
        REGION
    }

    /// The certificate of its authority, with TLS only.
    pub fn ca_pem(&self) -> Option<&str> {
        self.trust.as_ref().map(|trust| trust.ca_pem.as_str())
    }

    /// The environment variables that make AWS SDKs, Anthropic SDKs and this project's clients talk to it.
    ///
    /// With TLS three of them name a file with the authority's certificate, which is removed when the emulator is dropped.
    /// [`variables_to_unset`](Self::variables_to_unset) names those that should be unset besides.
    ///
    /// After [`EmulatorBuilder::key_ttl`] they name [`credentials_url`](Self::credentials_url) instead of keys. Keys of a default
    /// profile outrank that.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        let url = self.url();
        let mut variables = vec![
            ("AWS_ENDPOINT_URL", url.clone()),
            ("ANTHROPIC_BEDROCK_BASE_URL", url.clone()),
            ("ANTHROPIC_BEDROCK_MANTLE_BASE_URL", format!("{url}/mantle/anthropic")),
            ("AWS_REGION", REGION.to_owned()),
            ("AWS_DEFAULT_REGION", REGION.to_owned()),
        ];
        if self.account.key_ttl.is_some() {
            variables.push(("AWS_CONTAINER_CREDENTIALS_FULL_URI", self.credentials_url()));
        } else {
            let keys = self.credentials();
            variables.push(("AWS_ACCESS_KEY_ID", keys.access_key_id().to_owned()));
            variables.push(("AWS_SECRET_ACCESS_KEY", keys.secret_access_key().expose().to_owned()));
            variables.extend(keys.token().map(|token| ("AWS_SESSION_TOKEN", token.expose().to_owned())));
        }
        variables.push(("AWS_EC2_METADATA_DISABLED", "true".to_owned()));
        if let Some(trust) = &self.trust {
            let file = trust.ca_file.path().display().to_string();
            variables.extend(TRUST_VARIABLES.map(|name| (name, file.clone())));
        }
        variables
    }

    /// The environment variables that would outrank those of [`environment`](Self::environment).
    pub fn variables_to_unset(&self) -> Vec<&'static str> {
        let mut names = OUTRANKING_KEYS.to_vec();
        if self.account.key_ttl.is_some() {
            names.extend(OUTRANKING_CONTAINERS);
        }
        let set = self.environment();
        names.retain(|name| set.iter().all(|(variable, _)| variable != name));
        names
    }

    /// Stops it: no new connections, answers under way are finished, and whatever is open after five seconds is closed.
    pub async fn shutdown(self) {
        self.server.shutdown().await;
    }
}

/// How an [`Emulator`] is to run.
pub struct EmulatorBuilder {
    port: u16,
    tls: bool,
    account: Account,
    clock: Clock,
    every_fault: Option<Fault>,
    nth_faults: BTreeMap<u64, Fault>,
    source: Source,
}

impl EmulatorBuilder {
    /// The port on 127.0.0.1; 0, the default, is any free one.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Whether to speak TLS, with a certificate of an authority made for this run.
    #[must_use]
    pub fn tls(mut self, tls: bool) -> Self {
        self.tls = tls;
        self
    }

    /// The keys to accept signatures of, with their session token and expiry if they have one.
    #[must_use]
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.account.credentials = credentials;
        self
    }

    /// How long temporary keys live: those of [`Emulator::credentials_url`] and of roles; at most twelve hours.
    ///
    /// Whole seconds, rounded up. Afterwards they are refused as expired; the keys of [`credentials`](Self::credentials) live on.
    #[must_use]
    pub fn key_ttl(mut self, life: Duration) -> Self {
        self.account.key_ttl = Some(life);
        self
    }

    /// Gives the account an application inference profile: `id` is what stands last in its ARN, `model` the model or the profile of AWS's
    /// that it is made from.
    ///
    /// Its ARN is `arn:aws:bedrock:{region}:123456789012:application-inference-profile/{id}`, in whichever region is asked.
    ///
    /// ```
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use bedrock_emulator::Emulator;
    ///
    /// let builder = Emulator::builder().application_profile("abcdefghij12", "us.anthropic.claude-opus-4-8");
    /// let emulator = builder.start().await?;
    /// # emulator.shutdown().await;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn application_profile(self, id: impl Into<String>, model: impl Into<String>) -> Self {
        self.account.control.application_profiles.add(id.into(), model.into());
        self
    }

    /// Takes away the account's access to models, so that it has to be asked for: models answer once the form for the use case is put
    /// and their agreement is made.
    ///
    /// ```
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use bedrock_emulator::Emulator;
    ///
    /// let emulator = Emulator::builder().without_model_access().start().await?;
    /// # emulator.shutdown().await;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn without_model_access(mut self) -> Self {
        self.account.control.access = ModelAccess::none();
        self
    }

    /// Does this wrong with every answer of Bedrock, but not of STS or the credentials endpoint.
    ///
    /// ```
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use bedrock_emulator::{Emulator, Fault};
    ///
    /// // Throttled once, then a stream that is cut, then as ever.
    /// let throttled = "status:429:1".parse()?;
    /// let emulator = Emulator::builder().faults([throttled, Fault::Cut(700)]).start().await?;
    /// # emulator.shutdown().await;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn fault(mut self, fault: Fault) -> Self {
        self.every_fault = Some(fault);
        self
    }

    /// Does these wrong, one a request from the first on. Later requests are answered as [`fault`](Self::fault) says, or as ever.
    #[must_use]
    pub fn faults(mut self, faults: impl IntoIterator<Item = Fault>) -> Self {
        self.nth_faults = (1..).zip(faults).collect();
        self
    }

    /// Does this wrong with one request alone; the first has the number 1. Requests that are refused count too.
    #[must_use]
    pub fn fault_at(mut self, request: u64, fault: Fault) -> Self {
        self.nth_faults.insert(request, fault);
        self
    }

    /// The same, as `NAME` or `NAME@N` says it: [`fault`](Self::fault) or [`fault_at`](Self::fault_at).
    #[must_use]
    pub fn fault_rule(self, rule: FaultRule) -> Self {
        match rule.request {
            Some(request) => self.fault_at(request.get(), rule.fault),
            None => self.fault(rule.fault),
        }
    }

    /// Answers as the script says, and gives the account what it says of it: access to models, application profiles.
    ///
    /// A script that is set later takes the place of one that was set before.
    #[must_use]
    pub fn script(mut self, script: Script) -> Self {
        self.account.rules = Arc::new(script.rules);
        if let Some(access) = script.access {
            self.account.control.access = access;
        }
        self.account.control.application_profiles.extend(&script.application_profiles);
        self
    }

    /// Answers from recordings, at this speed: 1 as recorded, 2 in half the time, 0 at once.
    ///
    /// Keys are checked as ever; what is asked is not, but what was not recorded is refused with what it is nearest to.
    /// Faults have no part in this. `docs/recording.md` has the form of the files.
    #[must_use]
    pub fn replay(mut self, recordings: Recordings, speed: f64) -> Self {
        self.source = Source::Replayed(Player::new(recordings, Speed(speed)));
        self
    }

    /// Lets the real side answer, signed for anew as `client` is, and records what is asked and answered.
    ///
    /// Keys are checked as ever, and are not sent on. STS stays the emulator's, so that nothing it gives out is written down. An answer
    /// is passed on as it comes; faults have no part in this.
    ///
    /// ```no_run
    /// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// use bedrock_client::Client;
    /// use bedrock_emulator::{Emulator, Recorder};
    ///
    /// let client = Client::from_env().await?;
    /// let emulator = Emulator::builder().record(client, Recorder::open("recordings")?).start().await?;
    /// # drop(emulator);
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "upstream")]
    #[must_use]
    pub fn record(mut self, client: bedrock_client::Client, recorder: Recorder) -> Self {
        self.source = Source::Relayed(Relay::new(client, recorder));
        self
    }

    /// Lets a server of the Anthropic Messages API say what the model says, on every route.
    ///
    /// Requests are checked as ever; what is refused, and all that needs no model, the emulator answers. Faults have no part in what the
    /// server answers.
    #[cfg(feature = "upstream")]
    #[must_use]
    pub fn upstream(mut self, upstream: Upstream) -> Self {
        self.source = Source::Upstream(upstream);
        self
    }

    /// The clock that signatures are held against and that the `date` header shows; the system's by default.
    #[must_use]
    pub fn now(mut self, clock: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Binds the port and starts to answer, on the tokio runtime this is called on.
    ///
    /// # Errors
    ///
    /// The port is taken, an application profile is of no model, or with TLS the certificate could not be made or written to the
    /// temporary folder.
    pub async fn start(self) -> io::Result<Emulator> {
        let profiles = self.account.control.application_profiles.check();
        profiles.map_err(|wrong| io::Error::new(io::ErrorKind::InvalidInput, wrong))?;
        let (acceptor, trust) = if self.tls {
            let Tls { acceptor, ca_pem } = tls::fresh()?;
            (Some(acceptor), Some(Trust::write(ca_pem)?))
        } else {
            (None, None)
        };
        let service = Service {
            account: self.account.clone(),
            clock: self.clock,
            limits: Limits::default(),
            faults: Schedule::new(self.every_fault, self.nth_faults),
            source: self.source,
        };
        let server = Server::start(self.port, acceptor, service).await?;
        tracing::debug!(address = %server.address(), "the emulator listens");
        Ok(Emulator { server, account: self.account, trust })
    }
}

impl Trust {
    fn write(ca_pem: String) -> io::Result<Self> {
        let mut ca_file =
            tempfile::Builder::new().prefix("bedrock-emulator-ca-").suffix(".pem").tempfile()?;
        ca_file.write_all(ca_pem.as_bytes())?;
        ca_file.flush()?;
        Ok(Self { ca_pem, ca_file })
    }
}

impl fmt::Debug for EmulatorBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EmulatorBuilder")
            .field("port", &self.port)
            .field("tls", &self.tls)
            .field("account", &self.account)
            .field("every_fault", &self.every_fault)
            .field("nth_faults", &self.nth_faults)
            .finish_non_exhaustive()
    }
}

#[expect(clippy::disallowed_methods, reason = "the default clock; `EmulatorBuilder::now` takes another")]
fn system_time() -> SystemTime {
    SystemTime::now()
}

/// Where a request is that does not say so.
pub(crate) const REGION: &str = "us-east-1";
const OUTRANKING_KEYS: [&str; 3] = ["AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_BEARER_TOKEN_BEDROCK"];
const OUTRANKING_CONTAINERS: [&str; 7] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_ROLE_ARN",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
];
const TRUST_VARIABLES: [&str; 3] = ["AWS_CA_BUNDLE", "SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS"];

#[cfg(test)]
mod tests {
    use rustls::pki_types::pem::PemObject;
    use rustls::pki_types::{CertificateDer, ServerName};
    use rustls::{ClientConfig, RootCertStore};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpStream;
    use tokio_rustls::TlsConnector;

    use super::*;
    use crate::testing::now;

    fn trusting(ca_pem: &str) -> TlsConnector {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(ca_pem.as_bytes()).unwrap()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        TlsConnector::from(Arc::new(config))
    }

    async fn handshake(emulator: &Emulator, ca_pem: &str, name: &'static str) -> io::Result<String> {
        let stream = TcpStream::connect(emulator.addr()).await?;
        let mut stream = trusting(ca_pem).connect(ServerName::try_from(name).unwrap(), stream).await?;
        stream.write_all(b"GET / HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n").await?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await?;
        Ok(answer)
    }

    #[tokio::test]
    async fn tls_is_trusted_by_its_own_authority_alone() {
        let emulator = Emulator::builder().tls(true).start().await.unwrap();
        let other = Emulator::builder().tls(true).start().await.unwrap();
        for name in ["localhost", "127.0.0.1", "::1"] {
            let answer = handshake(&emulator, emulator.ca_pem().unwrap(), name).await.unwrap();
            assert!(answer.starts_with("HTTP/1.1 404 Not Found\r\n"), "{answer}");
        }
        handshake(&emulator, emulator.ca_pem().unwrap(), "example.com").await.unwrap_err();
        handshake(&emulator, other.ca_pem().unwrap(), "localhost").await.unwrap_err();
        emulator.shutdown().await;
    }

    #[tokio::test]
    async fn the_environment_leads_to_it() {
        let emulator = Emulator::builder().start().await.unwrap();
        let url = format!("http://{}", emulator.addr());
        assert_eq!(emulator.url(), url);
        assert_eq!(emulator.ca_pem(), None);
        let mantle = format!("{url}/mantle/anthropic");
        let expected = [
            ("AWS_ENDPOINT_URL", url.as_str()),
            ("ANTHROPIC_BEDROCK_BASE_URL", &url),
            ("ANTHROPIC_BEDROCK_MANTLE_BASE_URL", &mantle),
            ("AWS_REGION", "us-east-1"),
            ("AWS_DEFAULT_REGION", "us-east-1"),
            ("AWS_ACCESS_KEY_ID", "AKIABEDROCKEMULATOR0"),
            ("AWS_SECRET_ACCESS_KEY", "local/emulator/secret/that/opens/nothing"),
            ("AWS_EC2_METADATA_DISABLED", "true"),
        ];
        assert_eq!(emulator.environment(), expected.map(|(name, value)| (name, value.to_owned())));
    }

    #[tokio::test]
    async fn keys_that_expire_are_fetched() {
        let plain = Emulator::builder().start().await.unwrap();
        assert_eq!(plain.variables_to_unset(), OUTRANKING_KEYS);
        let emulator = Emulator::builder().key_ttl(Duration::from_secs(60)).start().await.unwrap();
        let environment = emulator.environment();
        let value = |name| environment.iter().find(|(key, _)| *key == name).map(|(_, value)| value.as_str());
        let url = format!("{}/_local/credentials", emulator.url());
        assert_eq!(value("AWS_CONTAINER_CREDENTIALS_FULL_URI"), Some(url.as_str()));
        for name in OUTRANKING_KEYS.iter().chain(&OUTRANKING_CONTAINERS) {
            assert!(value(name).is_none() && emulator.variables_to_unset().contains(name), "{name}");
        }
    }

    #[tokio::test]
    async fn with_tls_the_environment_names_a_file_that_goes_with_it() {
        let keys = Credentials::new("ASIA", "s").session_token("t");
        let emulator = Emulator::builder().tls(true).credentials(keys).start().await.unwrap();
        assert!(emulator.url().starts_with("https://127.0.0.1:"));
        let environment = emulator.environment();
        assert!(environment.contains(&("AWS_SESSION_TOKEN", "t".to_owned())));
        assert!(!emulator.variables_to_unset().contains(&"AWS_SESSION_TOKEN"));
        let files: Vec<_> = environment.iter().filter(|(name, _)| TRUST_VARIABLES.contains(name)).collect();
        assert_eq!(files.len(), 3);
        let file = files[0].1.clone();
        assert_eq!(std::fs::read_to_string(&file).unwrap(), emulator.ca_pem().unwrap());
        drop(emulator);
        assert!(!std::path::Path::new(&file).exists());
    }

    #[tokio::test]
    async fn a_port_that_is_taken_is_an_error() {
        let emulator = Emulator::builder().now(now).start().await.unwrap();
        let error = Emulator::builder().port(emulator.addr().port()).start().await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::AddrInUse);
    }

    #[tokio::test]
    async fn debug_shows_no_secret() {
        let builder =
            Emulator::builder().credentials(Credentials::new("AKID", "canary").session_token("canary"));
        assert!(!format!("{builder:?}").contains("canary"));
        let shown = format!("{:?}", builder.start().await.unwrap());
        assert!(shown.contains("AKID") && !shown.contains("canary"), "{shown}");
        assert!(!shown.contains("bedrock-emulator-token"), "{shown}");
    }
}
