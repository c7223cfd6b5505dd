//! A place in the order of sources, and what stands there.

use std::fmt;
use std::sync::Arc;

use crate::identity::{BoxFuture, IdentitySource, ProvideIdentity, ResolvedIdentity};
use crate::identity_error::{Attempt, IdentityError};
use crate::provider::Outcome;

/// What stands in a place of the chain.
#[derive(Clone)]
pub(super) enum Slot {
    /// The source of this crate.
    BuiltIn,
    /// Nothing: the program wants it passed over.
    LeftOut,
    /// Another one, of the program.
    Replaced(Arc<dyn ProvideIdentity>),
}

impl Slot {
    pub(super) fn replaced(provider: impl ProvideIdentity + 'static) -> Self {
        Self::Replaced(Arc::new(provider))
    }

    /// Asks whatever stands here; `built_in` is polled only if that is the source of this crate. Where nothing is configured, the
    /// reason goes to `passed_over`. It comes boxed, so that this is compiled once and not for each source.
    pub(super) async fn ask(
        &self,
        source: IdentitySource,
        passed_over: &mut Vec<Attempt>,
        built_in: BoxFuture<'_, Result<Outcome, IdentityError>>,
    ) -> Result<Option<ResolvedIdentity>, IdentityError> {
        match self {
            Self::BuiltIn => match built_in.await? {
                Outcome::Found(found) => return Ok(Some(found)),
                Outcome::Absent(attempt) => passed_over.push(attempt),
            },
            Self::LeftOut => {
                passed_over.push(Attempt { source, reason: "left out by the program".to_owned() });
            }
            Self::Replaced(provider) => match provider.identity().await {
                Ok(found) => return Ok(Some(found)),
                Err(IdentityError::NoneFound { tried }) if tried.is_empty() => {
                    let reason = "what the program put in its place found nothing".to_owned();
                    passed_over.push(Attempt { source, reason });
                }
                Err(IdentityError::NoneFound { tried }) => passed_over.extend(tried),
                Err(error) => return Err(error),
            },
        }
        Ok(None)
    }

    pub(super) fn replacement(&self) -> Option<&dyn ProvideIdentity> {
        match self {
            Self::Replaced(provider) => Some(&**provider),
            Self::BuiltIn | Self::LeftOut => None,
        }
    }
}

impl fmt::Debug for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BuiltIn => f.write_str("built in"),
            Self::LeftOut => f.write_str("left out"),
            Self::Replaced(provider) => provider.fmt(f),
        }
    }
}
