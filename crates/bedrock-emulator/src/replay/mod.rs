//! Answers from recordings: the same bytes with the same pauses, to who asks the same.
//!
//! Two requests are the same with the same method, path and JSON, in whatever order its members stand. What was asked several times
//! is answered as it was: the first time as the first time, and so on, and from the beginning again after the last.
//! Who calls is checked as ever; what the request says is not, since Bedrock has checked it.

mod asked;
mod nearest;
mod pace;

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use bedrock_transport::Body;
use bytes::Bytes;
use http::Response;
use http::request::Parts;

use crate::account::Account;
use crate::answer::{admit, refuse};
use crate::error::AwsError;
use crate::recording::{Recorded, Recordings};
use asked::Asked;
use nearest::nearest;
use pace::Paced;

/// Plays recordings.
#[derive(Debug)]
pub(crate) struct Player {
    turns: HashMap<Asked, Turns>,
    speed: Speed,
}

/// How fast recordings are played.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Speed(pub(crate) f64);

/// The answers to one request, in turn.
#[derive(Debug, Default)]
struct Turns {
    recorded: Vec<Recorded>,
    asked: AtomicUsize,
}

impl Player {
    pub(crate) fn new(recordings: Recordings, speed: Speed) -> Self {
        let mut turns: HashMap<Asked, Turns> = HashMap::new();
        for recorded in recordings.into_recorded() {
            let asked = Asked::new(&recorded.method, &recorded.path, &recorded.request);
            turns.entry(asked).or_default().recorded.push(recorded);
        }
        Self { turns, speed }
    }

    /// The answer that was recorded, or what the request differs in from all that are.
    pub(crate) async fn answer(
        &self,
        head: &Parts,
        body: &Bytes,
        now: SystemTime,
        account: &Account,
    ) -> Response<Body> {
        let found = admit(head, body, now, account).and_then(|target| {
            let asked = Asked::new(&head.method, &target.recorded_path(), body);
            self.turns.get(&asked).and_then(Turns::next).ok_or_else(|| self.unknown(&asked))
        });
        match found {
            Ok(recorded) => play(recorded, self.speed).await,
            Err(error) => refuse(head, error, now).map(Into::into),
        }
    }

    fn unknown(&self, asked: &Asked) -> AwsError {
        let all = self.turns.iter().filter_map(|(asked, turns)| Some((asked, turns.recorded.first()?)));
        let nearest = nearest(asked, all.map(|(asked, recorded)| (asked, recorded.name.as_str())));
        tracing::warn!("nothing recorded answers {asked}");
        AwsError::validation(format!("Nothing recorded answers {asked}. {nearest}"))
    }
}

impl Turns {
    fn next(&self) -> Option<&Recorded> {
        let turn = self.asked.fetch_add(1, Ordering::Relaxed);
        self.recorded.get(turn.checked_rem(self.recorded.len())?)
    }
}

impl Speed {
    /// How long something takes that took this long.
    fn of(self, microseconds: u64) -> Duration {
        let recorded = Duration::from_micros(microseconds);
        let scaled = if self.0 > 0.0 { recorded.as_secs_f64() / self.0 } else { 0.0 };
        Duration::try_from_secs_f64(scaled).unwrap_or(Duration::MAX)
    }
}

async fn play(recorded: &Recorded, speed: Speed) -> Response<Body> {
    tokio::time::sleep(speed.of(recorded.head_us)).await;
    let mut response = Response::new(Body::new(Paced::new(recorded, speed)));
    *response.status_mut() = recorded.status;
    response.headers_mut().clone_from(&recorded.headers);
    response
}

#[cfg(test)]
mod tests;
