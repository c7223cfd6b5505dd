//! Times as AWS writes them into files and answers.

use std::time::{Duration, SystemTime};

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::sigv4::SigningTime;

/// Reads RFC 3339, white space around it left out, and the two ways of writing a zone that stand in its stead; `None` for anything
/// else.
pub(crate) fn parse(text: &str) -> Option<SystemTime> {
    let text = text.trim();
    let text = match text.strip_suffix("UTC") {
        // Caches written by the first AWS CLIs with SSO end so.
        Some(time) => format!("{time}Z"),
        None => with_colon_in_offset(text).unwrap_or_else(|| text.to_owned()),
    };
    OffsetDateTime::parse(&text, &Rfc3339).ok().map(SystemTime::from)
}

/// `+0000` as `+00:00`: so `%z` writes it in shells and Python, of which programs that print credentials are made.
fn with_colon_in_offset(text: &str) -> Option<String> {
    let (time, offset) = text.split_at_checked(text.len().checked_sub("+0000".len())?)?;
    let digits = offset.strip_prefix(['+', '-'])?;
    let (hours, minutes) = offset.split_at_checked("+00".len())?;
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| format!("{time}{hours}:{minutes}"))
}

/// Writes RFC 3339 in UTC, to the second, as the AWS CLI does; `None` outside the years 1970 to 9999.
pub(crate) fn format(time: SystemTime) -> Option<String> {
    SigningTime::try_from(time).ok().map(SigningTime::to_rfc3339)
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
            ("2009-02-13T23:31:30+0000", Some(1_234_567_890)),
            ("2009-02-13T18:01:30-0530", Some(1_234_567_890)),
            (" 2009-02-13T23:31:30Z\r\n", Some(1_234_567_890)),
            ("2009-02-13T23:31:30", None),
            ("2009-02-13T23:31:30+00", None),
            ("2009-02-13T23:31:30é0000", None),
            ("+0000", None),
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
