//! The Gregorian calendar, as far as times on AWS's wire need one: which day so many days after 1970 are, and the other way round.
//!
//! A crate for dates would be one of the largest things that a user of this one builds.

/// A day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Date {
    pub(crate) year: i64,
    /// January is 1.
    pub(crate) month: i64,
    /// The first is 1.
    pub(crate) day: i64,
}

/// A time of a day, and the day, in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DateTime {
    pub(crate) date: Date,
    pub(crate) hour: i64,
    pub(crate) minute: i64,
    pub(crate) second: i64,
}

impl DateTime {
    /// So many seconds after the beginning of 1970; before, where they are negative.
    pub(crate) fn of_unix(seconds: i64) -> Self {
        let (days, of_day) = (seconds.div_euclid(DAY), seconds.rem_euclid(DAY));
        Self { date: Date::of_unix(days), hour: of_day / 3600, minute: of_day / 60 % 60, second: of_day % 60 }
    }

    /// The parts as they are written, `20261122` and `235959`, from 0000 to 9999, in seconds after the beginning of 1970; `None` if they
    /// are of no day or no time of a day.
    pub(crate) fn unix_of(date: &str, time: &str) -> Option<i64> {
        let (year, month, day) = parts(date, 8)?;
        let days = Date { year, month, day }.unix()?;
        let (hour, minute, second) = parts(time, 6)?;
        (hour < 24 && minute < 60 && second < 60).then_some(days * DAY + hour * 3600 + minute * 60 + second)
    }
}

// Both ways count years from March: the day that some have more is then their last, and months before it are alike in all years.
impl Date {
    fn of_unix(days: i64) -> Self {
        let days = days + FROM_MARCH_0000;
        let (era, of_era) = (days.div_euclid(ERA), days.rem_euclid(ERA));
        // Less the days that leap years had before this one, a year is 365 days.
        let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / (ERA - 1)) / 365;
        let of_year = of_era - (year * 365 + year / 4 - year / 100);
        let month = (of_year * 5 + 2) / 153;
        let (day, month) = (of_year - first_of(month) + 1, if month < 10 { month + 3 } else { month - 9 });
        Self { year: era * 400 + year + i64::from(month <= 2), month, day }
    }

    /// Days after the first of 1970; `None` if no calendar has this day.
    fn unix(self) -> Option<i64> {
        let year = self.year - i64::from(self.month <= 2);
        let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
        let of_year = first_of((self.month + 9) % 12) + self.day - 1;
        let days = era * ERA + of_era * 365 + of_era / 4 - of_era / 100 + of_year - FROM_MARCH_0000;
        (Self::of_unix(days) == self).then_some(days)
    }
}

/// The day of the year with which a month begins, both counted from March and 0: months have 31, 30, 31, 30, 31 days and so on again.
fn first_of(month: i64) -> i64 {
    (month * 153 + 2) / 5
}

/// Reads so many digits: the last four are two numbers, what is before them is one.
fn parts(digits: &str, count: usize) -> Option<(i64, i64, i64)> {
    // `i64::from_str` alone would take a sign.
    let is_number = digits.len() == count && digits.bytes().all(|byte| byte.is_ascii_digit());
    let number: i64 = if is_number { digits.parse().ok()? } else { return None };
    Some((number / 10_000, number / 100 % 100, number % 100))
}

/// Seconds.
const DAY: i64 = 24 * 60 * 60;
/// Days of 400 years, after which the calendar repeats.
const ERA: i64 = 146_097;
/// Days from the first of March 0000 to the first of January 1970.
const FROM_MARCH_0000: i64 = 719_468;

#[cfg(test)]
mod tests {
    use time::{Date as Day, Month, OffsetDateTime};

    use super::*;

    #[test]
    fn every_day_is_that_of_another_calendar() {
        let first = Day::from_calendar_date(0, Month::January, 1).unwrap();
        let last = Day::from_calendar_date(9999, Month::December, 31).unwrap();
        let unix = |day: Day| i64::from(day.to_julian_day() - OffsetDateTime::UNIX_EPOCH.to_julian_day());
        let mut day = first;
        loop {
            let (year, month, of_month) = day.to_calendar_date();
            let date = Date { year: year.into(), month: u8::from(month).into(), day: of_month.into() };
            assert_eq!((Date::of_unix(unix(day)), date.unix()), (date, Some(unix(day))));
            if day == last {
                return;
            }
            day = day.next_day().unwrap();
        }
    }

    #[test]
    fn what_is_no_day_or_time_is_none() {
        assert_eq!(DateTime::unix_of("20090213", "233130"), Some(1_234_567_890));
        assert_eq!(DateTime::unix_of("19691231", "235959"), Some(-1));
        assert_eq!(DateTime::unix_of("20240229", "000000"), Some(1_709_164_800));
        for (date, time) in [
            ("20230229", "000000"),
            ("21000229", "000000"),
            ("20260431", "000000"),
            ("20260400", "000000"),
            ("20260001", "000000"),
            ("20261301", "000000"),
            ("20269901", "000000"),
            ("20260101", "240000"),
            ("20260101", "006000"),
            ("20260101", "000060"),
            ("2026010", "000000"),
            ("202601011", "000000"),
            ("+2026010", "000000"),
            ("2026010é", "000000"),
            ("20260101", ""),
        ] {
            assert_eq!(DateTime::unix_of(date, time), None, "{date} {time}");
        }
    }

    #[test]
    fn a_time_is_taken_apart() {
        let date = |year, month, day| Date { year, month, day };
        let time = DateTime { date: date(2009, 2, 13), hour: 23, minute: 31, second: 30 };
        assert_eq!(DateTime::of_unix(1_234_567_890), time);
        let time = DateTime { date: date(1969, 12, 31), hour: 23, minute: 59, second: 59 };
        assert_eq!(DateTime::of_unix(-1), time);
    }
}
