//! Who is calling, asked by a thread that waits.

use bedrock_auth::{Explanation, ResolvedIdentity};

use super::Client;
use crate::{CallerIdentity, Error, Response};

/// The identity of a [`Client`].
#[derive(Debug, Clone, Copy)]
pub struct ClientIdentity<'a> {
    client: &'a Client,
}

impl<'a> ClientIdentity<'a> {
    pub(super) fn new(client: &'a Client) -> Self {
        Self { client }
    }

    /// As [`crate::ClientIdentity::resolve`].
    ///
    /// # Errors
    ///
    /// `Credentials`: no identity was found, or the one that is configured is broken.
    pub fn resolve(&self) -> Result<ResolvedIdentity, Error> {
        self.client.driver.wait(self.client.client.identity().resolve())
    }

    /// As [`crate::ClientIdentity::explain`].
    pub fn explain(&self) -> Explanation {
        self.client.driver.wait(self.client.client.identity().explain())
    }

    /// As [`crate::ClientIdentity::whoami`].
    ///
    /// # Errors
    ///
    /// Those of [`crate::ClientIdentity::whoami`].
    pub fn whoami(&self) -> Result<Response<CallerIdentity>, Error> {
        self.client.driver.wait(self.client.client.identity().whoami())
    }
}
