//! What a connection waits for beside its requests, without asking for it at each of them.

use std::future;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

/// Waits for a future that is polled only when it was woken itself, and not whenever its task is.
pub(super) async fn rarely<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    let woken = Arc::new(Woken { is_due: AtomicBool::new(true), task: Mutex::new(Waker::noop().clone()) });
    let waker = Waker::from(Arc::clone(&woken));
    future::poll_fn(|context| {
        // The task first: who wakes from now on wakes it.
        woken.task().clone_from(context.waker());
        if !woken.is_due.swap(false, Ordering::AcqRel) {
            return Poll::Pending;
        }
        future.as_mut().poll(&mut Context::from_waker(&waker))
    })
    .await
}

struct Woken {
    is_due: AtomicBool,
    task: Mutex<Waker>,
}

impl Woken {
    fn task(&self) -> MutexGuard<'_, Waker> {
        self.task.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.is_due.store(true, Ordering::Release);
        self.task().wake_by_ref();
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use tokio::sync::Notify;

    use super::*;

    #[test]
    fn it_is_polled_once_and_then_when_it_was_woken() {
        let (notify, polls) = (Notify::new(), Cell::new(0));
        let mut notified = pin!(notify.notified());
        let mut rarely = pin!(rarely(future::poll_fn(|context| {
            polls.set(polls.get() + 1);
            notified.as_mut().poll(context)
        })));
        let told =
            Arc::new(Woken { is_due: AtomicBool::new(false), task: Mutex::new(Waker::noop().clone()) });
        let task = Waker::from(Arc::clone(&told));
        for _ in 0..3 {
            assert!(rarely.as_mut().poll(&mut Context::from_waker(&task)).is_pending());
        }
        assert_eq!((polls.get(), told.is_due.load(Ordering::Acquire)), (1, false));

        notify.notify_waiters();
        assert!(told.is_due.load(Ordering::Acquire), "its task is woken");
        assert!(rarely.as_mut().poll(&mut Context::from_waker(&task)).is_ready());
        assert_eq!(polls.get(), 2);
    }
}
