//! A tokio runtime on a thread of its own, and waiting for futures that need it on any other thread.
//!
//! The runtime's thread does nothing but look after sockets and timers, so that connections live and close between two calls. The
//! futures of calls run on the callers' threads: they may borrow, callers do not wait for each other, and a tool that blocks holds up
//! nobody else. Nobody waits for the thread to end, and the runtime is dropped on it: wherever a client is dropped, that neither hangs
//! nor panics.

use std::{
    fmt,
    future::Future,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    task::{Context, Poll, Wake},
    thread::{self, Thread},
};

use tokio::{
    runtime::{Builder, Handle},
    sync::oneshot,
    task::unconstrained,
};

use crate::Error;

/// The runtime, which runs as long as one of its clones is there.
#[derive(Clone)]
pub(super) struct Driver {
    handle: Handle,
    /// Dropping the last one ends the thread.
    _alive: Arc<oneshot::Sender<()>>,
}

impl Driver {
    /// Starts the thread.
    pub(super) fn start() -> Result<Self, Error> {
        let (alive, all_gone) = oneshot::channel::<()>();
        let (started, starting) = mpsc::channel();
        let run = move || match Builder::new_current_thread().enable_all().build() {
            Ok(runtime) => {
                // Whoever asked for it is waiting.
                let _ = started.send(Ok(runtime.handle().clone()));
                // An error is how it ends: nothing is ever sent.
                let _ = runtime.block_on(all_gone);
            }
            Err(error) => {
                let _ = started.send(Err(error));
            }
        };
        let failed = || {
            Error::config(
                "the thread of the blocking client cannot be started",
                "check the limits on threads and open files",
            )
        };
        thread::Builder::new()
            .name(THREAD.to_owned())
            .spawn(run)
            .map_err(|error| failed().with_source(error))?;
        let handle = starting.recv().map_err(|error| failed().with_source(error))?;
        Ok(Self { handle: handle.map_err(|error| failed().with_source(error))?, _alive: Arc::new(alive) })
    }

    /// Runs a future to its end on this thread, which waits.
    pub(super) fn wait<F: Future>(&self, future: F) -> F::Output {
        let _entered = self.handle.enter();
        // Called from within a task of another runtime, its budget would be used up, and nobody would fill it again.
        let mut future = pin!(unconstrained(future));
        let parked = Arc::new(Parked { thread: thread::current(), woken: AtomicBool::new(false) });
        let waker = parked.clone().into();
        let mut context = Context::from_waker(&waker);
        loop {
            if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
                return output;
            }
            parked.wait();
        }
    }
}

impl fmt::Debug for Driver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Driver").finish_non_exhaustive()
    }
}

/// A thread that waits for a future.
struct Parked {
    thread: Thread,
    /// The thread's own token does not do: what runs within the future may park too, and take it.
    woken: AtomicBool,
}

impl Parked {
    fn wait(&self) {
        while !self.woken.swap(false, Ordering::Acquire) {
            thread::park();
        }
    }
}

impl Wake for Parked {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.woken.store(true, Ordering::Release);
        self.thread.unpark();
    }
}

/// What debuggers call it; Linux keeps 15 bytes.
const THREAD: &str = "bedrock-client";

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn timers_and_tasks_of_the_runtime_wake_the_thread_that_waits() {
        let driver = Driver::start().unwrap();
        let task = driver.wait(async {
            tokio::time::sleep(Duration::from_millis(1)).await;
            tokio::spawn(async { 7 }).await
        });
        assert_eq!(task.unwrap(), 7);
    }

    #[test]
    fn a_wake_is_not_lost_to_what_parks_within_the_future() {
        let driver = Driver::start().unwrap();
        let mut polls = 0;
        driver.wait(std::future::poll_fn(|context| {
            polls += 1;
            if polls == 2 {
                return Poll::Ready(());
            }
            context.waker().wake_by_ref();
            thread::park(); // takes the token, and returns at once
            Poll::Pending
        }));
        assert_eq!(polls, 2);
    }

    #[tokio::test]
    async fn within_a_task_it_waits_too_and_is_dropped_without_panic() {
        let task = tokio::spawn(async {
            let driver = Driver::start().unwrap();
            // More than the budget of a task.
            let sum = driver.wait(async {
                let (send, mut receive) = tokio::sync::mpsc::channel(1);
                let mut sum = 0;
                for number in 0..1_000 {
                    send.send(number).await.unwrap();
                    sum += receive.recv().await.unwrap();
                }
                sum
            });
            drop(driver);
            sum
        });
        assert_eq!(task.await.unwrap(), 499_500);
    }
}
