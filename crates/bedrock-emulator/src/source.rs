//! Who answers for Bedrock: the emulator itself, or somebody in its place.
//!
//! Whoever it is, the door stays the emulator's: its keys are checked first, and its STS gives them out.

use std::time::SystemTime;

use bedrock_transport::Body;
use bytes::Bytes;
use http::Response;
use http::request::Parts;

use crate::account::Account;
#[cfg(feature = "upstream")]
use crate::relay::Relay;
use crate::replay::Player;
#[cfg(feature = "upstream")]
use crate::upstream::Upstream;

/// Who answers.
#[derive(Debug, Default)]
pub(crate) enum Source {
    /// The emulator, as a function of the request.
    #[default]
    Emulator,
    /// Recordings.
    Replayed(Player),
    /// The real side, which is recorded.
    #[cfg(feature = "upstream")]
    Relayed(Relay),
    /// A server of the Messages API, where a model is asked.
    #[cfg(feature = "upstream")]
    Upstream(Upstream),
}

impl Source {
    /// Whether all answers are there as soon as they are asked for.
    pub(crate) fn is_emulated(&self) -> bool {
        matches!(self, Self::Emulator)
    }

    /// The answer to a request to Bedrock; `None` where it is the emulator's to give.
    pub(crate) async fn answer(
        &self,
        head: &Parts,
        body: &Bytes,
        now: SystemTime,
        account: &Account,
    ) -> Option<Response<Body>> {
        match self {
            Self::Emulator => None,
            Self::Replayed(player) => Some(player.answer(head, body, now, account).await),
            #[cfg(feature = "upstream")]
            Self::Relayed(relay) => Some(relay.answer(head, body, now, account).await),
            #[cfg(feature = "upstream")]
            Self::Upstream(upstream) => upstream.answer(head, body, now, account).await,
        }
    }
}
