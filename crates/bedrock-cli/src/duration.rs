//! Durations as people write them: `200ms`, `1.5s`, `10m`.

use std::time::Duration;

/// Reads a number with a unit.
pub(crate) fn parse(text: &str) -> Result<Duration, String> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let seconds = match unit {
        "ms" => 0.001,
        "s" => 1.0,
        "m" => 60.0,
        "h" => 3600.0,
        _ => return Err("a number and ms, s, m or h, like 1.5s".to_owned()),
    };
    let number: f64 = number.parse().map_err(|_| "a number and ms, s, m or h, like 1.5s".to_owned())?;
    match Duration::try_from_secs_f64(number * seconds) {
        Ok(Duration::ZERO) => Err("more than nothing".to_owned()),
        Ok(duration) => Ok(duration),
        Err(_) => Err("less than that".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_a_number_and_a_unit() {
        for (text, milliseconds) in [("200ms", 200), ("1.5s", 1500), ("10m", 600_000), ("12h", 43_200_000)] {
            assert_eq!(parse(text), Ok(Duration::from_millis(milliseconds)), "{text}");
        }
        for bad in ["", "0s", "5", "s", "-1s", "1.2.3s", "1 s", "1d", "1e400s", "99999999999999999999h"] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
