//! The time a request is signed at, in the one form SigV4 has for it: `20261122T000000Z`.

use std::fmt;
use std::str::FromStr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::calendar::{Date, DateTime};

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
pub struct SigningTime {
    /// Since the beginning of 1970, up to [`LAST`].
    seconds: u64,
}

impl SigningTime {
    /// The same point in time for everything that is not SigV4.
    pub fn to_system_time(self) -> SystemTime {
        UNIX_EPOCH
            .checked_add(Duration::from_secs(self.seconds))
            .expect("a year up to 9999 is within every system's range")
    }

    /// The form that everything else has for it, RFC 3339's: `2026-11-22T00:00:00Z`.
    pub fn to_rfc3339(self) -> String {
        self.written("-", ":")
    }

    /// The form that SigV4 has for it.
    pub(super) fn text(self) -> String {
        self.written("", "")
    }

    /// With these marks between the parts of the date and of the time. Every request that is signed or checked has its time written, so
    /// this goes without the machinery of `format!`.
    fn written(self, in_date: &str, in_time: &str) -> String {
        let DateTime { date: Date { year, month, day }, hour, minute, second } =
            DateTime::of_unix(self.seconds.cast_signed());
        let mut text = String::with_capacity("2026-11-22T00:00:00Z".len());
        push_two_digits(&mut text, year / 100);
        push_two_digits(&mut text, year);
        for (mark, part) in
            [(in_date, month), (in_date, day), ("T", hour), (in_time, minute), (in_time, second)]
        {
            text.push_str(mark);
            push_two_digits(&mut text, part);
        }
        text.push('Z');
        text
    }

    fn from_unix(seconds: u64) -> Option<Self> {
        (seconds <= LAST).then_some(Self { seconds })
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
        parse(text).and_then(Self::from_unix).ok_or(ParseSigningTimeError)
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

fn parse(text: &str) -> Option<u64> {
    let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
    DateTime::unix_of(date, time)?.try_into().ok()
}

/// The last two digits of a number that is not negative.
fn push_two_digits(text: &mut String, number: i64) {
    let digits = [number / 10, number].map(|number| u32::try_from(number % 10).unwrap_or_default());
    text.extend(digits.into_iter().filter_map(|digit| char::from_digit(digit, 10)));
}

/// The last second of the year 9999, beyond which the year has no four digits.
const LAST: u64 = 253_402_300_799;

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
