//! A source of identities that does what a test told it to.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tokio::sync::Semaphore;

use crate::credentials::Credentials;
use crate::identity::{BoxFuture, Identity, IdentitySource, ProvideIdentity, ResolvedIdentity};
use crate::identity_error::IdentityError;

pub(super) type Answer = Result<Credentials, IdentityError>;

/// Gives what it was told to, one answer for each load, each as soon as it may.
#[derive(Clone, Debug)]
pub(super) struct Source(Arc<SourceState>);

#[derive(Debug)]
struct SourceState {
    answers: Mutex<VecDeque<Answer>>,
    may_answer: Semaphore,
    loads: AtomicUsize,
    rejected: AtomicUsize,
    has_changed: AtomicBool,
}

impl Source {
    /// A source that answers at once.
    pub(super) fn ready(answers: impl IntoIterator<Item = Answer>) -> Self {
        let source = Self::waiting(answers);
        source.0.may_answer.add_permits(1000);
        source
    }

    /// A source that answers as often as [`answer`](Self::answer) is called.
    pub(super) fn waiting(answers: impl IntoIterator<Item = Answer>) -> Self {
        Self(Arc::new(SourceState {
            answers: Mutex::new(answers.into_iter().collect()),
            may_answer: Semaphore::new(0),
            loads: AtomicUsize::new(0),
            rejected: AtomicUsize::new(0),
            has_changed: AtomicBool::new(false),
        }))
    }

    pub(super) fn answer(&self) {
        self.0.may_answer.add_permits(1);
    }

    pub(super) fn loads(&self) -> usize {
        self.0.loads.load(Ordering::SeqCst)
    }

    pub(super) fn rejected(&self) -> usize {
        self.0.rejected.load(Ordering::SeqCst)
    }

    pub(super) fn change(&self) {
        self.0.has_changed.store(true, Ordering::SeqCst);
    }
}

impl ProvideIdentity for Source {
    fn identity(&self) -> BoxFuture<'_, Result<ResolvedIdentity, IdentityError>> {
        Box::pin(async {
            self.0.loads.fetch_add(1, Ordering::SeqCst);
            self.0.has_changed.store(false, Ordering::SeqCst);
            self.0.may_answer.acquire().await.unwrap().forget();
            let answer = self.0.answers.lock().unwrap().pop_front();
            answer
                .expect("the script has an answer for every load")
                .map(|keys| ResolvedIdentity::new(keys, IdentitySource::Environment))
        })
    }

    fn reject(&self, _: &Identity) {
        self.0.rejected.fetch_add(1, Ordering::SeqCst);
    }

    fn has_changed(&self) -> bool {
        self.0.has_changed.load(Ordering::SeqCst)
    }
}
