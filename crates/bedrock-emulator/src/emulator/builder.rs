//! How an emulator is to run.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bedrock_auth::Credentials;

use super::Emulator;
use super::environment::Trust;
use crate::account::Account;
use crate::control::ModelAccess;
use crate::fault::{Fault, FaultRule, Schedule};
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
    pub(super) fn new() -> Self {
        Self {
            port: 0,
            tls: false,
            account: Account::default(),
            clock: Arc::new(system_time),
            every_fault: None,
            nth_faults: BTreeMap::new(),
            source: Source::default(),
        }
    }

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
    /// The port is taken, an application profile is of no model, a script has rules where somebody else answers, or with TLS the
    /// certificate could not be made or written to the temporary folder.
    pub async fn start(self) -> io::Result<Emulator> {
        let profiles = self.account.control.application_profiles.check();
        profiles.map_err(|wrong| io::Error::new(io::ErrorKind::InvalidInput, wrong))?;
        if !self.account.rules.is_empty() && !self.source.is_emulated() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, RULES_OF_NOBODY));
        }
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

const RULES_OF_NOBODY: &str = "the script has rules or is strict, and they are for answers of the emulator's own, not for recordings or an upstream";
