//! Models that end: a warning, once for each model and client.

use std::{
    sync::Mutex,
    time::{Duration, SystemTime},
};

use bedrock_auth::sigv4::SigningTime;
use bedrock_types::models::{LifecycleStatus, ModelInfo};

use crate::hint::{Subject, successor};

/// The models that a client has warned of, by base id.
#[derive(Debug, Default)]
pub(crate) struct Warned(Mutex<Vec<&'static str>>);

impl Warned {
    /// Warns of the model of a call, if it ends and was not warned of before.
    pub(crate) fn look_at(&self, subject: &Subject, region: &str, now: SystemTime) {
        let Some(model) = subject.info else { return };
        let Some(notice) = notice(model, region, now) else { return };
        let Ok(mut warned) = self.0.lock() else { return };
        if !warned.contains(&model.id) {
            warned.push(model.id);
            tracing::warn!(model = model.id, "{notice}");
        }
    }
}

/// What is to be said of a model on a day; `None` while its end is far.
fn notice(model: &ModelInfo, region: &str, now: SystemTime) -> Option<String> {
    let (today, soon) = (day(now), day(now + NEAR));
    let ends = model.lifecycle.eol.is_some_and(|eol| eol <= soon.as_str());
    let is_legacy = model.lifecycle.legacy.is_some_and(|legacy| legacy <= today.as_str())
        || matches!(model.lifecycle.status, LifecycleStatus::Legacy | LifecycleStatus::Eol);
    if !ends && !is_legacy {
        return None;
    }
    let what = match model.lifecycle.eol {
        Some(eol) if eol <= today.as_str() => format!("{} has reached its end of life ({eol})", model.name),
        Some(eol) => format!("{} is legacy and ends on {eol}", model.name),
        None if model.lifecycle.status == LifecycleStatus::Eol => {
            format!("{} has reached its end of life", model.name)
        }
        None => format!("{} is legacy", model.name),
    };
    Some(match successor(model, region) {
        Some(next) => format!("{what}; its successor is {}", next.name),
        None => what,
    })
}

/// The day in UTC as in the catalog, like `2026-11-22`; empty before 1970 and after 9999.
fn day(time: SystemTime) -> String {
    let mut text = SigningTime::try_from(time).map(SigningTime::to_rfc3339).unwrap_or_default();
    text.truncate("2026-11-22".len());
    text
}

/// How long before its end a model is warned of, even where it is not called legacy.
const NEAR: Duration = Duration::from_secs(90 * 86_400);

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use bedrock_types::models::find;

    use super::*;

    #[test]
    fn days_are_those_of_the_calendar() {
        for (seconds, expected) in [
            (0, "1970-01-01"),
            (951_782_400, "2000-02-29"),
            (1_795_305_599, "2026-11-21"),
            (1_795_305_600, "2026-11-22"),
            (4_107_542_400, "2100-03-01"),
        ] {
            assert_eq!(day(UNIX_EPOCH + Duration::from_secs(seconds)), expected);
        }
    }

    #[test]
    fn what_ends_is_said_and_what_does_not_is_not() {
        let now = UNIX_EPOCH + Duration::from_secs(1_795_305_600);
        let said = |name| notice(find(name).expect("a model of the catalog"), "us-east-1", now);
        assert_eq!(
            said("sonnet-4").as_deref(),
            Some(
                "Claude Sonnet 4 has reached its end of life (2026-10-14); its successor is Claude Sonnet 5.5"
            )
        );
        assert_eq!(
            said("sonnet-4.5").as_deref(),
            Some("Claude Sonnet 4.5 is legacy and ends on 2027-04-08; its successor is Claude Sonnet 5.5")
        );
        assert_eq!(said("sonnet"), None);
        assert_eq!(said("opus-4.6"), None);
    }
}
