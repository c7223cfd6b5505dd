//! The running emulator.
//!
//! `builder` says how one is to run and starts it, `environment` what leads clients to it.

mod builder;
mod environment;

use std::net::SocketAddr;

use bedrock_auth::Credentials;

use crate::account::Account;
use crate::local::CREDENTIALS_PATH;
use crate::server::Server;
pub use builder::EmulatorBuilder;
use environment::Trust;

/// A running emulator. Dropping it closes its port and every connection.
#[derive(Debug)]
pub struct Emulator {
    server: Server,
    account: Account,
    trust: Option<Trust>,
}

impl Emulator {
    /// Sets one up; [`start`](EmulatorBuilder::start) runs it.
    pub fn builder() -> EmulatorBuilder {
        EmulatorBuilder::new()
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

    /// Stops it: no new connections, answers under way are finished, and whatever is open after five seconds is closed.
    pub async fn shutdown(self) {
        self.server.shutdown().await;
    }
}

/// Where a request is that does not say so.
pub(crate) const REGION: &str = "us-east-1";

#[cfg(test)]
mod tests;
