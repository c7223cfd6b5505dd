//! [`Usd`]: money that is added up without losing anything.
//!
//! A token can cost a hundred-millionth of a dollar, and binary fractions cannot even hold a cent. So an amount is a whole number of
//! 10⁻¹⁵ dollars: a price of whole micro-dollars per million tokens, with its percentages and halves, is always one of them.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign};
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// An amount of US dollars, exact; none is negative.
///
/// Its text is a decimal without trailing zeros; a precision, as in `{:.2}`, rounds half up. JSON has it as that text.
///
/// ```
/// use bedrock_types::models::Usd;
///
/// let amounts: Vec<Usd> = vec!["0.0123".parse()?, "0.000045".parse()?];
/// let total: Usd = amounts.into_iter().sum();
/// assert_eq!(total.to_string(), "0.012345");
/// assert_eq!(format!("{total:.2}"), "0.01");
/// # Ok::<(), bedrock_types::models::ParseUsdError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Usd(u128); // in 10⁻¹⁵ dollars

impl Usd {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// So many millionths of a dollar.
    pub const fn from_micros(micros: u64) -> Self {
        Self(micros as u128 * UNITS_PER_MICRO)
    }

    /// What so many tokens cost at this price per million.
    ///
    /// It is exact for prices of whole micro-dollars, as all prices of the catalog are, and what is added to them; of others, what is
    /// below 10⁻¹⁵ dollars per token is dropped.
    #[must_use]
    pub fn per_million(self, tokens: u64) -> Self {
        Self((self.0 / 1_000_000).saturating_mul(u128::from(tokens)))
    }

    /// So many percent of it.
    #[must_use]
    pub(super) fn percent(self, percent: u32) -> Self {
        Self(self.0.saturating_mul(u128::from(percent)) / 100)
    }

    /// Half of it.
    #[must_use]
    pub(super) fn half(self) -> Self {
        Self(self.0 / 2)
    }
}

impl Add for Usd {
    type Output = Self;

    /// The sum; it stays at the largest amount there is, some 10²³ dollars, rather than overflow.
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl AddAssign for Usd {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sum for Usd {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

impl fmt::Display for Usd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(places) = f.precision() else {
            write!(f, "{}", self.0 / UNITS)?;
            let fraction = format!("{:0PLACES$}", self.0 % UNITS);
            return match fraction.trim_end_matches('0') {
                "" => Ok(()),
                digits => write!(f, ".{digits}"),
            };
        };
        // 10 to the power of the digits that are dropped; none are when more are asked for than there are.
        let dropped = 10_u128.pow(PLACES.saturating_sub(places) as u32);
        let rounded = (self.0 / dropped).saturating_add(u128::from(self.0 % dropped >= dropped.div_ceil(2)));
        let (whole, fraction) = (rounded / (UNITS / dropped), rounded % (UNITS / dropped));
        let kept = places.min(PLACES);
        match places {
            0 => write!(f, "{whole}"),
            _ => write!(f, "{whole}.{fraction:0kept$}{:0<1$}", "", places - kept),
        }
    }
}

impl FromStr for Usd {
    type Err = ParseUsdError;

    /// Reads a decimal such as `12`, `0.5` or `0.000045`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole) || !digits(fraction) || fraction.len() > PLACES {
            return Err(ParseUsdError);
        }
        let units = |text: &str| text.parse::<u128>().map_err(|_| ParseUsdError);
        let whole = units(whole)?.checked_mul(UNITS).ok_or(ParseUsdError)?;
        let fraction = units(&format!("{fraction:0<PLACES$}"))?;
        whole.checked_add(fraction).map(Self).ok_or(ParseUsdError)
    }
}

impl Serialize for Usd {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Usd {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

/// A text that is no amount: no decimal, or one of more than 15 places, or too large.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseUsdError;

impl fmt::Display for ParseUsdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("amount is no decimal of at most 15 places")
    }
}

impl std::error::Error for ParseUsdError {}

/// Decimal places of an amount.
const PLACES: usize = 15;
/// A dollar.
const UNITS: u128 = 1_000_000_000_000_000;
/// A millionth of a dollar.
const UNITS_PER_MICRO: u128 = UNITS / 1_000_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_the_shortest_decimal_and_reads_back() {
        for (units, text) in [
            (0, "0"),
            (1, "0.000000000000001"),
            (12_345_000_000_000, "0.012345"),
            (UNITS, "1"),
            (UNITS * 1234 + UNITS / 2, "1234.5"),
            (u128::MAX, "340282366920938463463374.607431768211455"),
        ] {
            assert_eq!(Usd(units).to_string(), text);
            assert_eq!(text.parse(), Ok(Usd(units)));
            let json = serde_json::to_string(&Usd(units)).expect("JSON");
            assert_eq!(serde_json::from_str::<Usd>(&json).expect("an amount"), Usd(units));
        }
        for (text, units) in [("007.50", UNITS * 15 / 2), ("1.0", UNITS)] {
            assert_eq!(text.parse(), Ok(Usd(units)), "{text}");
        }
    }

    #[test]
    fn what_is_no_amount_is_refused() {
        for text in [
            "",
            ".",
            ".5",
            "5.",
            "-1",
            "+1",
            "1e3",
            "1,5",
            " 1",
            "0.0000000000000001",
            "340282366920938463463375",
            "340282366920938463463374.7",
        ] {
            assert_eq!(text.parse::<Usd>(), Err(ParseUsdError), "{text}");
        }
    }

    #[test]
    fn a_precision_rounds_half_up() {
        let usd = |text: &str| text.parse::<Usd>().expect("a decimal");
        assert_eq!(format!("{:.2}", usd("0.005")), "0.01");
        assert_eq!(format!("{:.2}", usd("0.0049")), "0.00");
        assert_eq!(format!("{:.2}", usd("9.999")), "10.00");
        assert_eq!(format!("{:.0}", usd("0.5")), "1");
        assert_eq!(format!("{:.0}", usd("0.49")), "0");
        assert_eq!(format!("{:.4}", usd("3")), "3.0000");
        assert_eq!(format!("{:.15}", Usd(1)), "0.000000000000001");
        assert_eq!(format!("{:.17}", Usd(1)), "0.00000000000000100");
    }

    #[test]
    fn tokens_at_a_price_per_million() {
        let price = Usd::from_micros(10_000); // a cent per million
        assert_eq!(price.per_million(1).to_string(), "0.00000001");
        assert_eq!(price.percent(110).half().per_million(1_000_000).to_string(), "0.0055");
        assert_eq!(Usd::from_micros(75_000_000).percent(120).per_million(1_000).to_string(), "0.09");
        assert_eq!(Usd(u128::MAX) + Usd(1), Usd(u128::MAX));
    }
}
