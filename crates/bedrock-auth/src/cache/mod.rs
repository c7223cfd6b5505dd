//! An identity kept for as long as it is good, and renewed before it is not.
//!
//! What is kept and when it is due is in `state`, without clock or waiting; this file loads.

mod state;
#[cfg(test)]
mod tests;

use std::fmt;
use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;

use tokio::runtime::Handle;
use tokio::sync::{Mutex as Turn, OwnedMutexGuard};

use self::state::{Ended, Kept, State};
use crate::effects::Clock;
use crate::identity::{BoxFuture, Identity, ProvideIdentity, ResolvedIdentity};
use crate::identity_error::IdentityError;

/// Keeps what another provider gives; cheap to clone, and clones keep the same.
///
/// ```
/// use bedrock_auth::{DefaultIdentity, IdentityCache, ProvideIdentity, SystemClock};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), bedrock_auth::IdentityError> {
/// # use bedrock_auth::{Effects, MapEnv, MapFiles};
/// let chain = DefaultIdentity::from_process();
/// # let env = MapEnv::from([("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"), ("AWS_SECRET_ACCESS_KEY", "secret")]);
/// # let chain = DefaultIdentity::new(Effects::new(env, MapFiles::default()));
/// let cached = IdentityCache::new(chain, SystemClock);
/// let found = cached.identity().await?; // asks the chain
/// let again = cached.identity().await?; // does not
/// assert_eq!(found, again);
/// # Ok(())
/// # }
/// ```
///
/// - However many callers wait, one load is under way, and all of them share what it gives; a caller that gives up leaves the load
///   to the next one. A failure is not kept: whoever asks later, loads anew.
/// - Credentials are renewed five to six minutes before they expire, and in the last third of their life if that is short, by a task
///   of the tokio runtime that the caller runs in; without a runtime, by that caller. Nobody waits for it while the old ones live,
///   and they are used until they expire if it fails, with one warning.
/// - Where [`has_changed`](ProvideIdentity::has_changed) says so, they are loaded anew in the same way: what comes from files alone
///   is there at once, what needs the network follows.
/// - An identity that was [rejected](ProvideIdentity::reject) is not given again: the provider is asked, and
///   [`IdentityError::SameAgain`] is the answer if it gives the same one.
/// - What does not expire is kept until it changes or is rejected.
#[derive(Clone)]
pub struct IdentityCache(Arc<Inner>);

struct Inner {
    provider: Box<dyn ProvideIdentity>,
    clock: Box<dyn Clock>,
    state: Mutex<State>,
    /// Whoever holds it, loads.
    turn: Arc<Turn<()>>,
}

impl IdentityCache {
    /// Keeps what `provider` gives, by the time of `clock`.
    pub fn new(provider: impl ProvideIdentity + 'static, clock: impl Clock + 'static) -> Self {
        Self(Arc::new(Inner {
            provider: Box::new(provider),
            clock: Box::new(clock),
            state: Mutex::default(),
            turn: Arc::default(),
        }))
    }
}

impl ProvideIdentity for IdentityCache {
    fn identity(&self) -> BoxFuture<'_, Result<ResolvedIdentity, IdentityError>> {
        Box::pin(self.0.identity())
    }

    fn reject(&self, identity: &Identity) {
        self.0.state().reject(identity);
        self.0.provider.reject(identity);
    }

    fn has_changed(&self) -> bool {
        self.0.provider.has_changed()
    }
}

impl fmt::Debug for IdentityCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("IdentityCache").field(&self.0.provider).finish()
    }
}

impl Inner {
    async fn identity(self: &Arc<Self>) -> Result<ResolvedIdentity, IdentityError> {
        let has_changed = self.provider.has_changed();
        let kept = self.state().look(self.clock.now(), has_changed);
        let seen = match kept {
            Kept::Good(resolved) => return Ok(resolved),
            Kept::Due { seen } => {
                self.renew(seen).await;
                let state = self.state();
                match state.live(self.clock.now()) {
                    // The new one, or the old one if that takes its time or failed.
                    Some(resolved) => return Ok(resolved),
                    None => state.loads(),
                }
            }
            Kept::Nothing { seen } => seen,
        };
        self.wait_for_load(seen).await
    }

    /// Loads anew, unless somebody does; waits for nothing that takes its time.
    async fn renew(self: &Arc<Self>, seen: u64) {
        let Ok(turn) = self.turn.clone().try_lock_owned() else { return };
        if self.state().loads() != seen {
            return;
        }
        let mut load: BoxFuture<'static, ()> = Box::pin(self.clone().load_in_background(turn));
        // One step here: what is at hand needs no task, and is used from this call on.
        let is_done = poll_fn(|context| Poll::Ready(load.as_mut().poll(context).is_ready())).await;
        if !is_done {
            match Handle::try_current() {
                Ok(runtime) => drop(runtime.spawn(load)),
                Err(_) => load.await,
            }
        }
    }

    async fn load_in_background(self: Arc<Self>, turn: OwnedMutexGuard<()>) {
        // Those who have to wait learn how it ended from the state.
        let _ = self.load(turn).await;
    }

    /// The result of the load that is under way, or ended since there were `seen`; else of one's own.
    async fn wait_for_load(&self, seen: u64) -> Result<ResolvedIdentity, IdentityError> {
        let turn = self.turn.clone().lock_owned().await;
        let ended = self.state().ended_since(seen);
        match ended {
            Some(result) => result,
            None => self.load(turn).await,
        }
    }

    /// Asks the provider, in turn.
    async fn load(&self, _turn: OwnedMutexGuard<()>) -> Result<ResolvedIdentity, IdentityError> {
        loop {
            let rejections = self.state().rejections();
            let result = self.provider.identity().await;
            let now = self.clock.now();
            match self.state().end(result, rejections, now) {
                Ended::Outdated => (),
                Ended::With { result, warn_of } => {
                    if let (Some(source), Err(error)) = (warn_of, &result) {
                        let error: &(dyn std::error::Error + 'static) = error;
                        tracing::warn!(
                            %source,
                            error,
                            "credentials cannot be renewed; the old ones are used until they expire"
                        );
                    }
                    return result;
                }
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
