//! The laws of the cache, by a clock that is moved by hand.

mod source;

use std::pin::pin;
use std::task::{Context, Waker};
use std::time::{Duration, SystemTime};

use tokio::task::JoinSet;

use self::source::Source;
use super::*;
use crate::credentials::Credentials;
use crate::effects::ManualClock;
use crate::effects::testing::Warnings;
use crate::identity::IdentitySource;

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);

fn start() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_305_600)
}

/// Keys that live so long from the start on.
fn keys(id: &str, life: Duration) -> Credentials {
    Credentials::new(id, "canary").expires_at(start() + life)
}

fn lasting(id: &str) -> Credentials {
    Credentials::new(id, "canary")
}

fn failure() -> IdentityError {
    IdentityError::custom("scripted", "it is sealed").transient(true)
}

fn cache(source: &Source) -> (IdentityCache, ManualClock) {
    let clock = ManualClock::at(start());
    (IdentityCache::new(source.clone(), clock.clone()), clock)
}

fn id(found: &Result<ResolvedIdentity, IdentityError>) -> &str {
    match found {
        Ok(ResolvedIdentity { identity: Identity::Credentials(keys), .. }) => keys.access_key_id(),
        other => panic!("{other:?}"),
    }
}

async fn id_now(cache: &IdentityCache) -> String {
    id(&cache.identity().await).to_owned()
}

/// Lets every task go on until it waits for something that does not come by itself.
async fn settle() {
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn what_is_good_is_not_loaded_again() {
    for credentials in [keys("A", HOUR), lasting("A")] {
        let source = Source::ready([Ok(credentials)]);
        let (cache, clock) = cache(&source);
        for _ in 0..10 {
            assert_eq!(id_now(&cache).await, "A");
            clock.advance(5 * MINUTE);
        }
        assert_eq!(source.loads(), 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_thousand_callers_with_nothing_good_make_one_load() {
    let source = Source::waiting([Ok(keys("A", HOUR)), Ok(keys("B", 3 * HOUR))]);
    let (cache, clock) = cache(&source);
    for expected in ["A", "B"] {
        let mut callers = JoinSet::new();
        for _ in 0..1000 {
            let cache = cache.clone();
            callers.spawn(async move { id_now(&cache).await });
        }
        source.answer();
        while let Some(found) = callers.join_next().await {
            assert_eq!(found.unwrap(), expected);
        }
        clock.advance(HOUR);
    }
    assert_eq!(source.loads(), 2);
}

#[tokio::test]
async fn a_thousand_callers_wait_for_nobody_who_renews_ahead() {
    let source = Source::waiting([Ok(keys("A", HOUR)), Ok(keys("B", 2 * HOUR))]);
    let (cache, clock) = cache(&source);
    source.answer();
    assert_eq!(id_now(&cache).await, "A");

    clock.advance(HOUR - 5 * MINUTE);
    for _ in 0..1000 {
        assert_eq!(id_now(&cache).await, "A", "the load has not answered yet");
    }
    settle().await;
    assert_eq!(source.loads(), 2);

    source.answer();
    settle().await;
    assert_eq!(id_now(&cache).await, "B");
    assert_eq!(source.loads(), 2);
}

#[test]
fn without_a_runtime_one_caller_renews_and_the_others_wait_for_nobody() {
    let source = Source::waiting([Ok(keys("A", HOUR)), Ok(keys("B", 2 * HOUR))]);
    let (cache, clock) = cache(&source);
    let context = &mut Context::from_waker(Waker::noop());
    source.answer();
    let first = pin!(cache.identity()).poll(context);
    assert!(matches!(first, Poll::Ready(found) if id(&found) == "A"));

    clock.advance(HOUR - 5 * MINUTE);
    let mut leader = pin!(cache.identity());
    assert!(leader.as_mut().poll(context).is_pending());
    let other = pin!(cache.identity()).poll(context);
    assert!(matches!(other, Poll::Ready(found) if id(&found) == "A"));
    source.answer();
    assert!(matches!(leader.as_mut().poll(context), Poll::Ready(found) if id(&found) == "B"));
    assert_eq!(source.loads(), 2);
}

#[tokio::test]
async fn the_time_to_renew_is_five_to_six_minutes_ahead_or_the_last_third() {
    // Life, when it is not yet due, when it is.
    for (life, early, late) in [
        (HOUR, HOUR - 6 * MINUTE - Duration::from_secs(1), HOUR - 5 * MINUTE),
        (MINUTE, Duration::from_secs(39), Duration::from_secs(40)),
        (Duration::from_secs(3), Duration::from_secs(1), Duration::from_secs(2)),
    ] {
        let source = Source::ready([Ok(keys("A", life)), Ok(keys("B", 2 * HOUR))]);
        let (cache, clock) = cache(&source);
        assert_eq!(id_now(&cache).await, "A");
        clock.set(start() + early);
        assert_eq!((id_now(&cache).await, source.loads()), ("A".to_owned(), 1), "{life:?}");
        clock.set(start() + late);
        // What is at hand is used from the call on that asked for it.
        assert_eq!((id_now(&cache).await, source.loads()), ("B".to_owned(), 2), "{life:?}");
    }
}

#[tokio::test]
async fn a_source_that_gives_the_same_until_it_expires_is_not_asked_by_every_caller() {
    let source = Source::ready((0..100).map(|_| Ok(keys("A", HOUR))));
    let (cache, clock) = cache(&source);
    for _ in 0..3599 {
        assert_eq!(id_now(&cache).await, "A");
        clock.advance(Duration::from_secs(1));
    }
    assert!(source.loads() <= 10, "{}", source.loads());
}

#[tokio::test]
async fn a_failure_is_shared_by_those_who_wait_and_not_kept() {
    let source = Source::waiting([Err(failure()), Ok(keys("A", HOUR))]);
    let (cache, _) = cache(&source);
    let mut callers = JoinSet::new();
    for _ in 0..100 {
        let cache = cache.clone();
        callers.spawn(async move { cache.identity().await });
    }
    settle().await;
    source.answer();
    while let Some(found) = callers.join_next().await {
        assert!(matches!(found.unwrap(), Err(IdentityError::Custom { .. })));
    }
    assert_eq!(source.loads(), 1);
    source.answer();
    assert_eq!((id_now(&cache).await, source.loads()), ("A".to_owned(), 2));
}

#[tokio::test]
async fn a_caller_that_gives_up_leaves_the_load_to_another() {
    let source = Source::waiting([Ok(keys("A", HOUR))]);
    let (cache, _) = cache(&source);
    let mut leader = cache.identity();
    assert!(futures_poll(&mut leader).is_pending());
    let mut other = cache.identity();
    assert!(futures_poll(&mut other).is_pending());
    assert_eq!(source.loads(), 1);
    drop(leader);
    source.answer();
    assert_eq!(id(&other.await), "A");
    assert_eq!(source.loads(), 2);
}

fn futures_poll<T>(future: &mut BoxFuture<'_, T>) -> Poll<T> {
    future.as_mut().poll(&mut Context::from_waker(Waker::noop()))
}

#[tokio::test]
async fn while_renewing_fails_the_old_ones_are_used_until_they_expire_with_one_warning() {
    let warnings = Warnings::listen();
    let source = Source::ready(
        [Ok(keys("A", HOUR))]
            .into_iter()
            .chain((0..100).map(|_| Err(failure())))
            .chain([Ok(keys("B", HOUR))]),
    );
    let (cache, clock) = cache(&source);
    assert_eq!(id_now(&cache).await, "A");
    clock.advance(HOUR - 5 * MINUTE);
    for _ in 0..299 {
        assert_eq!(id_now(&cache).await, "A");
        assert_eq!(id_now(&cache).await, "A");
        clock.advance(Duration::from_secs(1));
    }
    assert_eq!(warnings.count(), 1);
    // Every ten seconds of five minutes, and not for every caller.
    assert_eq!(source.loads(), 1 + 30);
    clock.advance(Duration::from_secs(1));
    assert!(cache.identity().await.is_err());
}

#[tokio::test]
async fn each_time_of_failing_has_its_own_warning() {
    let warnings = Warnings::listen();
    let source = Source::ready([
        Ok(keys("A", HOUR)),
        Err(failure()),
        Ok(keys("B", 2 * HOUR)),
        Err(failure()),
        Ok(keys("C", 3 * HOUR)),
    ]);
    let (cache, clock) = cache(&source);
    for (advance, expected) in [(0, "A"), (55, "A"), (1, "B"), (59, "B"), (2, "C")] {
        clock.advance(advance * MINUTE);
        assert_eq!(id_now(&cache).await, expected);
    }
    assert_eq!(warnings.count(), 2);
}

#[tokio::test]
async fn a_load_that_hangs_holds_up_only_those_who_have_nothing() {
    let source = Source::waiting([Ok(keys("A", HOUR)), Ok(keys("B", 2 * HOUR))]);
    let (cache, clock) = cache(&source);
    source.answer();
    assert_eq!(id_now(&cache).await, "A");
    for _ in 0..5 {
        clock.advance(11 * MINUTE);
        assert_eq!(id_now(&cache).await, "A");
    }
    clock.advance(5 * MINUTE);
    let mut waiting = cache.identity();
    assert!(futures_poll(&mut waiting).is_pending());
    source.answer();
    assert_eq!(id(&waiting.await), "B");
    assert_eq!(source.loads(), 2);
}

#[tokio::test]
async fn a_rejected_identity_is_replaced_by_another() {
    let source = Source::ready([Ok(keys("A", HOUR)), Ok(keys("B", HOUR))]);
    let (cache, _) = cache(&source);
    let rejected = cache.identity().await.unwrap().identity;
    cache.reject(&rejected);
    assert_eq!(id_now(&cache).await, "B");
    // Others hear of it later, and it is not the one that is kept.
    cache.reject(&rejected);
    assert_eq!((id_now(&cache).await, source.loads()), ("B".to_owned(), 2));
    assert_eq!(source.rejected(), 2, "the provider hears it too");
}

#[tokio::test]
async fn a_rejected_identity_that_comes_again_is_an_error_until_there_is_another() {
    let source = Source::ready([Ok(lasting("A")), Ok(lasting("A")), Ok(lasting("A")), Ok(lasting("B"))]);
    let (cache, _) = cache(&source);
    let rejected = cache.identity().await.unwrap().identity;
    cache.reject(&rejected);
    for _ in 0..2 {
        let error = cache.identity().await.unwrap_err();
        assert!(
            matches!(error, IdentityError::SameAgain { source: IdentitySource::Environment }),
            "{error:?}"
        );
    }
    assert_eq!((id_now(&cache).await, source.loads()), ("B".to_owned(), 4));
}

#[tokio::test]
async fn a_load_that_began_before_a_rejection_is_made_again() {
    let source = Source::waiting([Ok(keys("A", HOUR)), Ok(keys("A", HOUR)), Ok(keys("B", HOUR))]);
    let (cache, clock) = cache(&source);
    source.answer();
    let rejected = cache.identity().await.unwrap().identity;
    clock.advance(55 * MINUTE);
    assert_eq!(id_now(&cache).await, "A");
    settle().await;
    assert_eq!(source.loads(), 2, "it is being renewed");
    cache.reject(&rejected);
    source.answer();
    source.answer();
    assert_eq!((id_now(&cache).await, source.loads()), ("B".to_owned(), 3));
}

#[tokio::test]
async fn a_change_at_hand_is_seen_at_once_and_a_change_far_away_when_it_is_there() {
    let source = Source::ready([Ok(lasting("A")), Ok(lasting("B"))]);
    let (cache_at_hand, _) = cache(&source);
    assert_eq!(id_now(&cache_at_hand).await, "A");
    source.change();
    assert_eq!(id_now(&cache_at_hand).await, "B");
    assert_eq!((id_now(&cache_at_hand).await, source.loads()), ("B".to_owned(), 2));

    let source = Source::waiting([Ok(lasting("A")), Ok(lasting("B"))]);
    let (cache_far_away, _) = cache(&source);
    source.answer();
    assert_eq!(id_now(&cache_far_away).await, "A");
    source.change();
    assert_eq!(id_now(&cache_far_away).await, "A");
    source.answer();
    settle().await;
    assert_eq!((id_now(&cache_far_away).await, source.loads()), ("B".to_owned(), 2));
}

#[tokio::test]
async fn a_change_that_breaks_something_leaves_the_old_ones_in_use() {
    let warnings = Warnings::listen();
    let source = Source::ready([Ok(lasting("A")), Err(failure()), Ok(lasting("B"))]);
    let (cache, clock) = cache(&source);
    assert_eq!(id_now(&cache).await, "A");
    source.change();
    for _ in 0..10 {
        assert_eq!(id_now(&cache).await, "A");
    }
    assert_eq!((source.loads(), warnings.count()), (2, 1));
    clock.advance(Duration::from_secs(10));
    assert_eq!(id_now(&cache).await, "B", "also without another change");
}

#[tokio::test]
async fn a_clock_that_goes_backwards_leads_to_a_new_load_and_holds_none_back() {
    let source =
        Source::ready([Ok(keys("A", HOUR)), Err(failure()), Ok(keys("B", HOUR)), Ok(keys("C", 2 * HOUR))]);
    let (cache, clock) = cache(&source);
    assert_eq!(id_now(&cache).await, "A");
    clock.set(start() - 10 * HOUR);
    assert_eq!((id_now(&cache).await, source.loads()), ("A".to_owned(), 2), "this load fails");
    clock.set(start() - 20 * HOUR);
    assert_eq!((id_now(&cache).await, source.loads()), ("B".to_owned(), 3));
    clock.advance(HOUR);
    assert_eq!((id_now(&cache).await, source.loads()), ("B".to_owned(), 3));
    clock.set(start() + HOUR);
    assert_eq!((id_now(&cache).await, source.loads()), ("C".to_owned(), 4));
}

#[tokio::test]
async fn what_has_expired_when_it_comes_is_given_all_the_same() {
    let source = Source::ready([Ok(keys("A", Duration::ZERO)), Ok(keys("B", HOUR))]);
    let (cache, _) = cache(&source);
    assert_eq!((id_now(&cache).await, id_now(&cache).await), ("A".to_owned(), "B".to_owned()));
}

#[tokio::test]
async fn debug_shows_the_provider_and_no_secret() {
    let (cache, _) = cache(&Source::ready([Ok(lasting("A"))]));
    id_now(&cache).await;
    let shown = format!("{cache:?}");
    assert!(shown.starts_with("IdentityCache") && !shown.contains("canary"), "{shown}");
}
