//! Models that end: a warning, once for each model and client.

use std::{
    sync::Mutex,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

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

/// The day in UTC as in the catalog, like `2026-11-22`: the civil calendar in closed form, its years beginning in March.
fn day(time: SystemTime) -> String {
    let days = time.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs() / 86_400 + DAYS_BEFORE_1970;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * march_month + 2) / 5 + 1;
    let (month, next_year) = if march_month < 10 { (march_month + 3, 0) } else { (march_month - 9, 1) };
    format!("{:04}-{month:02}-{day:02}", era * 400 + year_of_era + next_year)
}

/// How long before its end a model is warned of, even where it is not called legacy.
const NEAR: Duration = Duration::from_secs(90 * 86_400);

/// From the first of March of the year 0.
const DAYS_BEFORE_1970: u64 = 719_468;

#[cfg(test)]
mod tests {
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
