//! The sources of the default chain, one file each: what the world holds in, an outcome out. Their order is in `chain`.

pub(crate) mod bearer_environment;
pub(crate) mod container;
mod context;
pub(crate) mod environment;
mod http_credentials;
pub(crate) mod imds;
mod json_service;
pub(crate) mod login;
pub(crate) mod process;
pub(crate) mod profile;
mod session_cache;
pub(crate) mod sso;
pub(crate) mod web_identity;

pub(crate) use context::Context;

use crate::identity::{Identity, IdentitySource, ResolvedIdentity};
use crate::identity_error::Attempt;

/// What a source said. One that is configured and broken says so with an error instead.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// It is configured.
    Found(ResolvedIdentity),
    /// It is not, so the next one may try.
    Absent(Attempt),
}

impl Outcome {
    fn found(identity: impl Into<Identity>, source: IdentitySource) -> Self {
        Self::Found(ResolvedIdentity::new(identity, source))
    }

    fn absent(source: IdentitySource, reason: impl Into<String>) -> Self {
        Self::Absent(Attempt { source, reason: reason.into() })
    }
}
