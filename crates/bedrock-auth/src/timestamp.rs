//! Times as AWS writes them into files and answers.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::calendar::DateTime;
use crate::sigv4::SigningTime;
use crate::text::{cut, joined};

/// Reads RFC 3339, to the second, white space around it left out, and the two ways of writing a zone that stand in its stead; `None` for
/// anything else.
pub(crate) fn parse(text: &str) -> Option<SystemTime> {
    let (date, rest) = text.trim().split_once(['T', 't'])?;
    let (time, offset) = zoned(rest)?;
    let time = match cut(time, ".") {
        Some((_, fraction)) if !is_digits(fraction) => return None,
        Some((time, _)) => time,
        None => time,
    };
    unix(DateTime::unix_of(&unmarked(date, "-")?, &unmarked(time, ":")?)?.checked_sub(offset)?)
}

/// A time without its zone, and how many seconds that is ahead of UTC.
fn zoned(text: &str) -> Option<(&str, i64)> {
    // Caches written by the first AWS CLIs with SSO end with `UTC`.
    if let Some(time) = text.strip_suffix("UTC").or_else(|| text.strip_suffix(['Z', 'z'])) {
        return Some((time, 0));
    }
    let (time, offset) = text.split_at(text.rfind(['+', '-'])?);
    let (sign, offset) = offset.split_at(1);
    // `+0000` is what `%z` writes in shells and Python, of which programs that print credentials are made.
    let (hours, minutes) = cut(offset, ":").or_else(|| offset.split_at_checked(2))?;
    let ahead = (two_digits(hours, 24)? * 60 + two_digits(minutes, 60)?) * 60;
    Some((time, if sign == "-" { -ahead } else { ahead }))
}

/// The three parts of a date or of a time, without the marks between them.
fn unmarked(text: &str, mark: &str) -> Option<String> {
    let (first, rest) = cut(text, mark)?;
    let (second, third) = cut(rest, mark)?;
    (second.len() == 2 && third.len() == 2).then(|| joined(&[first, second, third], ""))
}

fn two_digits(text: &str, limit: i64) -> Option<i64> {
    let number = (text.len() == 2 && is_digits(text)).then(|| text.parse().ok())?;
    number.filter(|number| *number < limit)
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn unix(seconds: i64) -> Option<SystemTime> {
    let distance = Duration::from_secs(seconds.unsigned_abs());
    if seconds < 0 { UNIX_EPOCH.checked_sub(distance) } else { UNIX_EPOCH.checked_add(distance) }
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
            ("2009-02-13t23:31:30.999999999z", Some(1_234_567_890)),
            ("1970-01-01T00:59:59+01:00", Some(-1)),
            ("0001-01-01T00:00:00Z", Some(-62_135_596_800)), // nothing, in Go
            (" 2009-02-13T23:31:30Z\r\n", Some(1_234_567_890)),
            ("2009-02-13T23:31:30", None),
            ("2009-02-13T23:31:30+00", None),
            ("2009-02-13T23:31:30é0000", None),
            ("2009-02-13T23:31:30+24:00", None),
            ("2009-02-13T23:31:30+0:000", None),
            ("2009-02-13T23:31:30+-100", None),
            ("2009-02-13T23:31:30.Z", None),
            ("2009-02-13T23:31:30.1+1Z", None),
            ("2009-02-13T2331:30Z", None),
            ("2009-02-13T2:331:30Z", None),
            ("2009-02-30T23:31:30Z", None),
            ("09-02-13T23:31:30Z", None),
            ("T+", None),
            ("+0000", None),
            ("2009-02-13", None),
            ("1234567890", None),
            ("UTC", None),
            ("", None),
        ] {
            assert_eq!(parse(text), expected.and_then(unix), "{text}");
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
