//! What makes a call that failed worth another attempt at once: an identity that has not expired, the right date, or another
//! connection than one that was kept too long.

use std::sync::Arc;

use bedrock_auth::{Identity, IdentityError, ResolvedIdentity};
use bedrock_transport::{ConnectFailure, TransportError};

use crate::{Error, text::is_one_of};

/// An attempt that failed, and what would mend it.
pub(crate) struct Failed {
    pub(crate) error: Error,
    pub(crate) remedy: Option<Remedy>,
}

/// What makes the same call worth another attempt at once.
pub(crate) enum Remedy {
    /// Another identity than this one, which has expired.
    NewIdentity(Identity),
    /// A date by AWS's clock.
    NewDate,
    /// Another connection than a kept one that the server had given up.
    FreshConnection,
}

/// The remedies that a call has used; each helps once.
#[derive(Default)]
pub(crate) struct Used {
    /// What AWS refused as expired, and how.
    expired: Option<(Identity, Arc<Error>)>,
    new_date: bool,
    fresh_connection: bool,
}

impl Remedy {
    /// What helps against a refusal of a request that this identity authorised.
    pub(crate) fn of(error: &Error, identity: &Identity, shows_skew: bool) -> Option<Self> {
        // API keys that have expired have no code of their own: it is that of all that is denied.
        let is_expired_key = matches!(identity, Identity::Bearer(_)) && error.message() == EXPIRED_KEY;
        if is_expired_key || error.code().is_some_and(|code| is_one_of(code, &EXPIRED)) {
            Some(Self::NewIdentity(identity.clone()))
        } else {
            shows_skew.then_some(Self::NewDate)
        }
    }

    /// What helps against an exchange without an answer.
    pub(crate) fn of_lost(error: &TransportError) -> Option<Self> {
        match error {
            TransportError::Connect { reason: ConnectFailure::Stale, .. } => Some(Self::FreshConnection),
            _ => None,
        }
    }
}

impl Used {
    /// The remedy, if it has not been used before.
    pub(crate) fn once(&mut self, remedy: Remedy) -> Option<Remedy> {
        match &remedy {
            // It is used once what AWS refused is kept.
            Remedy::NewIdentity(_) if self.expired.is_none() => {}
            Remedy::NewDate if !self.new_date => self.new_date = true,
            Remedy::FreshConnection if !self.fresh_connection => self.fresh_connection = true,
            Remedy::NewIdentity(_) | Remedy::NewDate | Remedy::FreshConnection => return None,
        }
        Some(remedy)
    }

    /// Keeps the identity that AWS has refused as expired, and how it did.
    pub(crate) fn refused(&mut self, expired: Identity, error: Error) {
        self.expired = Some((expired, Arc::new(error)));
    }

    /// The identity, unless it is missing or the one that AWS has refused.
    pub(crate) fn unless_expired(
        &self,
        resolved: Result<ResolvedIdentity, IdentityError>,
    ) -> Result<ResolvedIdentity, Error> {
        let Some((expired, refusal)) = &self.expired else { return Ok(resolved?) };
        let again = match resolved {
            Ok(resolved) if resolved.identity == *expired => {
                IdentityError::SameAgain { source: resolved.source }
            }
            Err(error @ IdentityError::SameAgain { .. }) => error,
            other => return Ok(other?),
        };
        Err(Error::from(again).with_request_id(refusal.request_id()).caused_by(refusal.clone()))
    }
}

impl<E: Into<Error>> From<E> for Failed {
    fn from(error: E) -> Self {
        Self { error: error.into(), remedy: None }
    }
}

/// What AWS says of temporary credentials whose time is over, Bedrock and STS each in its own words.
const EXPIRED: [&str; 2] = ["ExpiredTokenException", "ExpiredToken"];

/// What Bedrock says of a short-term API key whose time is over.
const EXPIRED_KEY: &str = "Bearer Token has expired";
