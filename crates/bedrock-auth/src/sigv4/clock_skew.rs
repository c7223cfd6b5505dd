//! How far this machine's clock is from AWS's, learned from the `Date` of every answer, so that a wrong clock costs one refused
//! request and no more.
//!
//! A pure type: the client says when it sent and received, and what the answer's headers were.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::HeaderMap;
use http::header::{AGE, DATE};

use crate::text::is_one_of;

/// How far AWS's clock is ahead of this one, as known so far; shared by all calls of a client.
///
/// ```
/// use std::time::{Duration, SystemTime};
///
/// use bedrock_auth::sigv4::ClockSkew;
///
/// let skew = ClockSkew::default();
/// let sent = SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_225_600); // 2026-01-01T00:00:00Z
/// let received = sent + Duration::from_secs(2);
///
/// let signed_with = skew.current(); // sign with `signed_with.correct(sent)`
/// let headers = http::HeaderMap::from_iter([(http::header::DATE, "Thu, 01 Jan 2026 00:10:01 GMT".parse()?)]);
/// let seen = skew.observe(sent, received, &headers).ok_or("the answer has a date")?;
/// assert_eq!(seen.seconds(), 600);
/// assert!(seen.explains(Some("InvalidSignatureException"), signed_with)); // so send it again
/// assert_eq!(skew.current(), seen); // and sign the next one right at once
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Default)]
pub struct ClockSkew {
    milliseconds: AtomicI64,
}

/// A difference between two clocks: positive where AWS's is ahead.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Skew {
    milliseconds: i64,
}

impl ClockSkew {
    /// What is known now; none at the start.
    pub fn current(&self) -> Skew {
        Skew { milliseconds: self.milliseconds.load(Ordering::Relaxed) }
    }

    /// Learns from an answer, of whatever status, and says what it showed; `None` where it shows nothing.
    ///
    /// That is so without a `Date`, with an `Age` (a cache answered, the date is an old one), where the clock was set back in between,
    /// and beyond fifteen minutes between `sent` and `received`, this machine's times.
    pub fn observe(&self, sent: SystemTime, received: SystemTime, headers: &HeaderMap) -> Option<Skew> {
        let round_trip = received.duration_since(sent).ok()?;
        if round_trip > TRUSTED_ROUND_TRIP || headers.contains_key(AGE) {
            return None;
        }
        let date =
            unix_milliseconds(httpdate::parse_http_date(headers.get(DATE)?.to_str().ok()?.trim()).ok()?)?;
        let (sent, received) = (unix_milliseconds(sent)?, unix_milliseconds(received)?);

        // The date is of some time in between. Where that was long, as with an answer that took its time to be written, half of it
        // is no estimate: what is known is kept unless the answer contradicts it.
        let possible = date.checked_sub(received)?..=date.checked_sub(sent)?;
        let current = self.current();
        if round_trip > SHORT_ROUND_TRIP && possible.contains(&current.milliseconds) {
            return Some(current);
        }
        let seen = Skew { milliseconds: possible.start().midpoint(*possible.end()) };
        self.milliseconds.store(seen.milliseconds, Ordering::Relaxed);
        Some(seen)
    }
}

impl Skew {
    /// This machine's time as AWS's clock has it: the time to sign at.
    pub fn correct(self, local: SystemTime) -> SystemTime {
        let by = Duration::from_millis(self.milliseconds.unsigned_abs());
        let corrected = if self.milliseconds < 0 { local.checked_sub(by) } else { local.checked_add(by) };
        corrected.unwrap_or(local)
    }

    /// The difference in whole seconds.
    pub fn seconds(self) -> i64 {
        self.milliseconds.div_euclid(1000)
    }

    /// Whether this, seen with a refusal, explains it, so that the same request with another date is worth sending: `code` is the
    /// service's name for the error, and `signed_with` what the time of signing was corrected by.
    ///
    /// A code that speaks of the time always does. One that may also mean a wrong key does at four minutes or more: AWS takes five.
    pub fn explains(self, code: Option<&str>, signed_with: Self) -> bool {
        match code {
            Some(code) if is_one_of(code, SPEAKS_OF_TIME) => true,
            Some(code) if is_one_of(code, MAY_MEAN_TIME) => {
                self.milliseconds.abs_diff(signed_with.milliseconds) >= DETECTED_MILLISECONDS
            }
            _ => false,
        }
    }
}

fn unix_milliseconds(time: SystemTime) -> Option<i64> {
    i64::try_from(time.duration_since(UNIX_EPOCH).ok()?.as_millis()).ok()
}

/// Beyond this an answer says nothing of the clocks.
const TRUSTED_ROUND_TRIP: Duration = Duration::from_secs(15 * 60);

/// Up to this, half of it is a good enough guess of when the answer was dated.
const SHORT_ROUND_TRIP: Duration = Duration::from_secs(60);

const DETECTED_MILLISECONDS: u64 = 4 * 60 * 1000;

const SPEAKS_OF_TIME: &[&str] = &["RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture"];

const MAY_MEAN_TIME: &[&str] = &["InvalidSignatureException", "SignatureDoesNotMatch", "AuthFailure"];

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    /// 2026-01-01T00:00:00Z.
    const START: u64 = 1_767_225_600;

    fn at(seconds: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(START + seconds)
    }

    fn dated(text: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(DATE, HeaderValue::from_static(text))])
    }

    #[test]
    fn the_middle_of_a_short_exchange_is_when_the_answer_was_dated() {
        let cases = [
            ("Thu, 01 Jan 2026 00:00:01 GMT", 2, Some(0)),
            ("Thu, 01 Jan 2026 00:10:01 GMT", 2, Some(600)),
            ("Wed, 31 Dec 2025 23:50:01 GMT", 2, Some(-600)),
            ("Thu, 01 Jan 2026 00:05:00 GMT", 60, Some(270)),
            ("Thu, 01 Jan 2026 00:10:00 GMT", 901, None),
            ("Thu, 01 Jan 1925 00:10:00 GMT", 1, None),
            ("yesterday", 1, None),
            ("", 1, None),
        ];
        for (date, received, expected) in cases {
            let skew = ClockSkew::default();
            let seen = skew.observe(at(0), at(received), &dated(date)).map(Skew::seconds);
            assert_eq!(seen, expected, "{date}");
            assert_eq!(skew.current().seconds(), expected.unwrap_or_default(), "{date}");
        }
    }

    #[test]
    fn what_cannot_be_trusted_teaches_nothing() {
        let skew = ClockSkew::default();
        assert_eq!(skew.observe(at(0), at(2), &HeaderMap::new()), None);
        assert_eq!(skew.observe(at(2), at(0), &dated("Thu, 01 Jan 2026 00:10:01 GMT")), None);
        let mut cached = dated("Thu, 01 Jan 2026 00:10:01 GMT");
        cached.insert(AGE, HeaderValue::from_static("1"));
        assert_eq!(skew.observe(at(0), at(2), &cached), None);
        assert_eq!(skew.current(), Skew::default());
    }

    #[test]
    fn an_answer_that_took_minutes_to_write_is_not_taken_for_a_wrong_clock() {
        let skew = ClockSkew::default();
        // The head came after ten minutes and was dated just then.
        skew.observe(at(0), at(600), &dated("Thu, 01 Jan 2026 00:09:59 GMT"));
        assert_eq!(skew.current(), Skew::default());
        // This date is of no time in between: the clock is wrong all the same.
        skew.observe(at(0), at(120), &dated("Thu, 01 Jan 2026 00:11:00 GMT"));
        assert_eq!(skew.current().seconds(), 600);
    }

    #[test]
    fn a_refusal_is_explained_by_its_code_or_by_the_difference() {
        let minutes = |minutes: i64| Skew { milliseconds: minutes * 60_000 };
        let cases = [
            (Some("RequestTimeTooSkewed"), 0, 0, true),
            (Some("RequestExpired"), 1, 0, true),
            (Some("RequestInTheFuture"), -1, 0, true),
            (Some("InvalidSignatureException"), 3, 0, false),
            (Some("InvalidSignatureException"), 4, 0, true),
            (Some("SignatureDoesNotMatch"), -4, 0, true),
            (Some("AuthFailure"), 5, 0, true),
            // Signed right: the key is wrong.
            (Some("InvalidSignatureException"), 10, 10, false),
            // Corrected by what was true yesterday.
            (Some("InvalidSignatureException"), 0, 10, true),
            (Some("AccessDeniedException"), 10, 0, false),
            (None, 10, 0, false),
        ];
        for (code, seen, signed_with, expected) in cases {
            assert_eq!(minutes(seen).explains(code, minutes(signed_with)), expected, "{code:?} {seen}");
        }
    }

    #[test]
    fn a_correction_beyond_what_a_clock_can_show_is_none() {
        let far = Skew { milliseconds: i64::MIN };
        assert_eq!(far.correct(UNIX_EPOCH), UNIX_EPOCH.checked_sub(Duration::from_millis(1 << 63)).unwrap());
        assert_eq!(Skew { milliseconds: -1500 }.seconds(), -2);
    }
}
