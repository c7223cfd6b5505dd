//! A place in the order of sources, and what stands there.

use std::fmt;
use std::sync::Arc;

use crate::identity::{BoxFuture, IdentitySource, ProvideIdentity, ResolvedIdentity};
use crate::identity_error::{Attempt, IdentityError};
use crate::provider::Outcome;

/// A place in the order of sources.
pub(super) struct Place<'a> {
    slot: &'a Slot,
    source: IdentitySource,
    built_in: BoxFuture<'a, Result<Outcome, IdentityError>>,
}

/// Asks these in turn until one has an identity. Where nothing is configured, the reason goes to `passed_over`.
pub(super) async fn first_of(
    places: Vec<Place<'_>>,
    passed_over: &mut Vec<Attempt>,
) -> Result<Option<ResolvedIdentity>, IdentityError> {
    for place in places {
        let found = place.ask(passed_over).await?;
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

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

    /// The place where this stands; `built_in` is polled only if the source of this crate does. It comes boxed, so that asking is
    /// compiled once and not for each source.
    pub(super) fn place<'a>(
        &'a self,
        source: IdentitySource,
        built_in: BoxFuture<'a, Result<Outcome, IdentityError>>,
    ) -> Place<'a> {
        Place { slot: self, source, built_in }
    }

    pub(super) fn replacement(&self) -> Option<&dyn ProvideIdentity> {
        match self {
            Self::Replaced(provider) => Some(&**provider),
            Self::BuiltIn | Self::LeftOut => None,
        }
    }
}

impl Place<'_> {
    async fn ask(self, passed_over: &mut Vec<Attempt>) -> Result<Option<ResolvedIdentity>, IdentityError> {
        let Self { slot, source, built_in } = self;
        match slot {
            Slot::BuiltIn => match built_in.await? {
                Outcome::Found(found) => return Ok(Some(found)),
                Outcome::Absent(attempt) => passed_over.push(attempt),
            },
            Slot::LeftOut => {
                passed_over.push(Attempt { source, reason: "left out by the program".to_owned() });
            }
            Slot::Replaced(provider) => match provider.identity().await {
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
