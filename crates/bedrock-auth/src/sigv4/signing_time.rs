//! The time a request is signed at, in the one form SigV4 has for it: `20261122T000000Z`.

use std::fmt;
use std::str::FromStr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use time::{Date, Month, OffsetDateTime, Time};

/// A point in time, to the second, between 1970 and 9999.
///
/// ```
/// use bedrock_auth::sigv4::SigningTime;
///
/// let time: SigningTime = "20261122T000000Z".parse()?;
/// assert_eq!(time.to_string(), "20261122T000000Z");
/// assert_eq!(time.to_rfc3339(), "2026-11-22T00:00:00Z");
/// assert_eq!(SigningTime::try_from(time.to_system_time())?, time);
/// # Ok::<(), bedrock_auth::sigv4::ParseSigningTimeError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SigningTime(OffsetDateTime);

impl SigningTime {
    /// The same point in time for everything that is not SigV4.
    pub fn to_system_time(self) -> SystemTime {
        let seconds =
            u64::try_from(self.0.unix_timestamp()).expect("not before 1970, both constructors check it");
        UNIX_EPOCH
            .checked_add(Duration::from_secs(seconds))
            .expect("a year up to 9999 is within every system's range")
    }

    /// The form that everything else has for it, RFC 3339's: `2026-11-22T00:00:00Z`.
    pub fn to_rfc3339(self) -> String {
        self.written("-", ":")
    }

    /// The date alone, `20261122`, as the credential scope has it.
    pub(super) fn date(self) -> String {
        let mut text = self.text();
        text.truncate(DATE);
        text
    }

    /// All of it.
    pub(super) fn text(self) -> String {
        self.written("", "")
    }

    /// With these marks between the parts of the date and of the time. Every request that is signed or checked has its time in it several
    /// times, so this goes without the machinery of `format!`.
    fn written(self, in_date: &str, in_time: &str) -> String {
        let (date, time) = (self.0.date(), self.0.time());
        let year = date.year().unsigned_abs(); // 1970 to 9999, both constructors check it
        let mut text = String::with_capacity("2026-11-22T00:00:00Z".len());
        push_two_digits(&mut text, year / 100);
        push_two_digits(&mut text, year);
        for (mark, part) in [
            (in_date, u8::from(date.month())),
            (in_date, date.day()),
            ("T", time.hour()),
            (in_time, time.minute()),
            (in_time, time.second()),
        ] {
            text.push_str(mark);
            push_two_digits(&mut text, part.into());
        }
        text.push('Z');
        text
    }

    fn from_unix(seconds: u64) -> Option<Self> {
        // `time` without its feature `large-dates` ends with the year 9999, as the four digits of the text do.
        i64::try_from(seconds)
            .ok()
            .and_then(|seconds| OffsetDateTime::from_unix_timestamp(seconds).ok())
            .map(Self)
    }
}

impl TryFrom<SystemTime> for SigningTime {
    type Error = ParseSigningTimeError;

    fn try_from(time: SystemTime) -> Result<Self, Self::Error> {
        let since = time.duration_since(UNIX_EPOCH).map_err(|_| ParseSigningTimeError)?;
        Self::from_unix(since.as_secs()).ok_or(ParseSigningTimeError)
    }
}

impl FromStr for SigningTime {
    type Err = ParseSigningTimeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse(text).filter(|time| time.unix_timestamp() >= 0).map(Self).ok_or(ParseSigningTimeError)
    }
}

impl fmt::Display for SigningTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

/// The time is not between 1970 and 9999, or its text not of the form `20261122T000000Z`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseSigningTimeError;

impl fmt::Display for ParseSigningTimeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a time of the form 20261122T000000Z between 1970 and 9999")
    }
}

impl std::error::Error for ParseSigningTimeError {}

fn parse(text: &str) -> Option<OffsetDateTime> {
    let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
    if date.len() != 8 || time.len() != 6 {
        return None;
    }
    let (year, month, day) = parts(date)?;
    let (hour, minute, second) = parts(time)?;
    let date = Date::from_calendar_date(i32::from(year), Month::try_from(month).ok()?, day).ok()?;
    let time = Time::from_hms(u8::try_from(hour).ok()?, minute, second).ok()?;
    Some(date.with_time(time).assume_utc())
}

/// Reads digits, up to eight: the last four are two numbers, what is before them is one.
fn parts(digits: &str) -> Option<(u16, u8, u8)> {
    // `u32::from_str` alone would take a sign.
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
    let number: u32 = if is_number { digits.parse().ok()? } else { return None };
    let last_two = |number: u32| u8::try_from(number % 100).ok();
    Some((u16::try_from(number / 10_000).ok()?, last_two(number / 100)?, last_two(number)?))
}

/// The last two digits of a number.
fn push_two_digits(text: &mut String, number: u32) {
    text.extend([number / 10, number].into_iter().filter_map(|number| char::from_digit(number % 10, 10)));
}

/// How long the date in a time is.
const DATE: usize = "20261122".len();

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_one_form_is_a_time() {
        let cases = [
            ("20261122T000000Z", true),
            ("19700101T000000Z", true),
            ("20280229T235959Z", true),
            ("99991231T235959Z", true),
            ("", false),
            ("20261122T000000", false),
            ("20261122000000Z", false),
            ("2026112T0000000Z", false),
            ("20260229T000000Z", false),
            ("20261322T000000Z", false),
            ("20261122T240000Z", false),
            ("20261122T+10000Z", false),
            ("19691231T235959Z", false),
            ("2026é122T000000Z", false),
            ("2026-11-22T00:00:00Z", false),
        ];
        for (text, valid) in cases {
            assert_eq!(
                text.parse::<SigningTime>().map(|time| time.to_string()).ok(),
                valid.then(|| text.into())
            );
        }
    }

    #[test]
    fn a_clock_out_of_range_is_an_error() {
        let second = Duration::from_secs(1);
        let last: SigningTime = "99991231T235959Z".parse().unwrap();
        assert!(SigningTime::try_from(UNIX_EPOCH).is_ok());
        assert!(SigningTime::try_from(UNIX_EPOCH.checked_sub(second).unwrap()).is_err());
        assert!(SigningTime::try_from(last.to_system_time().checked_add(second).unwrap()).is_err());
    }
}
