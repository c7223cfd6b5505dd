//! What the server itself says about trying again, in the headers of its refusal.

use std::time::{Duration, SystemTime};

use http::HeaderMap;

use crate::headers;

/// Whether to try again, where it says so.
pub(crate) fn should_retry(headers: &HeaderMap) -> Option<bool> {
    match headers::text(headers, "x-should-retry")? {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

/// How long to wait before; `None` where it does not say, or says nothing that makes sense.
pub(crate) fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = |name: &str| headers::text(headers, name).map(str::trim);
    let milliseconds = |name: &str| seconds(text(name)?.parse::<f64>().ok()? / 1000.0);
    milliseconds("retry-after-ms").or_else(|| milliseconds("x-amz-retry-after")).or_else(|| {
        let text = text("retry-after")?;
        match text.parse::<f64>() {
            Ok(number) => seconds(number),
            Err(_) => httpdate::parse_http_date(text).ok()?.duration_since(now).ok(),
        }
    })
}

fn seconds(number: f64) -> Option<Duration> {
    (number > 0.0).then(|| Duration::try_from_secs_f64(number).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_asked_for_in_four_ways() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_305_600);
        for (name, value, expected) in [
            ("retry-after", "1", Some(1000)),
            ("retry-after", "0.25", Some(250)),
            ("retry-after-ms", "700", Some(700)),
            ("x-amz-retry-after", "1500", Some(1500)),
            ("retry-after", "Sun, 22 Nov 2026 00:00:05 GMT", Some(5000)),
            ("retry-after", "Sun, 22 Nov 2026 00:00:00 GMT", Some(0)),
            ("retry-after", "Sat, 21 Nov 2026 00:00:00 GMT", None),
            ("retry-after", "soon", None),
            ("retry-after", "-5", None),
            ("retry-after", "NaN", None),
            ("retry-after", "1e300", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(name, value.parse().expect("a legal value"));
            assert_eq!(retry_after(&headers, now), expected.map(Duration::from_millis), "{name}: {value}");
        }
    }

    #[test]
    fn the_server_may_say_yes_or_no() {
        for (value, expected) in [("true", Some(true)), ("false", Some(false)), ("perhaps", None)] {
            let mut headers = HeaderMap::new();
            headers.insert("x-should-retry", value.parse().expect("a legal value"));
            assert_eq!(should_retry(&headers), expected);
        }
    }
}
