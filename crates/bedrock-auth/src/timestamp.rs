//! Times as AWS writes them into files and answers.

use std::time::{Duration, SystemTime};

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Reads RFC 3339; `None` for anything else.
pub(crate) fn parse(text: &str) -> Option<SystemTime> {
    // Caches written by the first AWS CLIs with SSO end so.
    let text = match text.strip_suffix("UTC") {
        Some(time) => &format!("{time}Z"),
        None => text,
    };
    OffsetDateTime::parse(text, &Rfc3339).ok().map(SystemTime::from)
}

/// Writes RFC 3339 in UTC, to the second, as the AWS CLI does; `None` outside the years 1970 to 9999.
pub(crate) fn format(time: SystemTime) -> Option<String> {
    let seconds = time.duration_since(SystemTime::UNIX_EPOCH).ok()?.as_secs();
    let seconds = i64::try_from(seconds).ok()?;
    OffsetDateTime::from_unix_timestamp(seconds).ok()?.format(&Rfc3339).ok()
}

/// A time so many seconds later; `None` beyond what a clock can show.
pub(crate) fn after(now: SystemTime, seconds: u64) -> Option<SystemTime> {
    now.checked_add(Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_aws_writes_is_read() {
        for (text, expected) in [
            ("2009-02-13T23:31:30Z", Some(1_234_567_890)),
            ("2009-02-13T23:31:30+00:00", Some(1_234_567_890)),
            ("2009-02-14T00:31:30.000+01:00", Some(1_234_567_890)),
            ("2009-02-13T23:31:30UTC", Some(1_234_567_890)),
            ("2009-02-13", None),
            ("1234567890", None),
            ("UTC", None),
            ("", None),
        ] {
            let expected = expected.and_then(|seconds| after(SystemTime::UNIX_EPOCH, seconds));
            assert_eq!(parse(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_written_is_read_back() {
        let time = SystemTime::UNIX_EPOCH + Duration::from_millis(1_234_567_890_999);
        assert_eq!(format(time).as_deref(), Some("2009-02-13T23:31:30Z"));
        let year_10000 = SystemTime::UNIX_EPOCH + Duration::from_secs(253_402_300_800);
        assert_eq!(format(year_10000), None);
        assert_eq!(format(SystemTime::UNIX_EPOCH - Duration::from_secs(1)), None);
    }
}
