//! [`cost`]: what an answer costs, from its usage and the id it was asked for with.

use super::capabilities::{Feature, Support};
use super::id::{ModelId, ModelScope};
use super::tally::{Tally, Tokens};
use super::terms::Price;
use super::usd::Usd;
use crate::messages::Usage;

/// What an answer costs at the listed price; `None` where the price is not known.
///
/// The id says where it ran: the listed price is that of the `global.` profile; a geography, in-region use and mantle add their
/// premium, and so does GovCloud. Long requests have the price of their tier as a whole, cache reads and writes their own prices (writes
/// count as ones for five minutes unless the usage says otherwise), batch jobs half of it all.
///
/// There is no price for what the catalog has none for, an application profile (which model is behind it, only the control plane says),
/// another partition than the commercial one and GovCloud, a server tool, and a tier or a model's answer within the answer that Bedrock
/// does not offer. Negotiated prices, taxes, and what AWS may add to the price of a model in extended access are not in it.
///
/// ```
/// use bedrock_types::models::{Billing, ModelId, cost};
/// use bedrock_types::Usage;
///
/// let usage = Usage::new(1_000, 200).cache_read_input_tokens(10_000);
/// let cost = cost(&usage, &ModelId::GLOBAL_CLAUDE_OPUS_4_6, Billing::on_demand()).ok_or("a price")?;
/// assert_eq!(cost.input.to_string(), "0.005");
/// assert_eq!(cost.total().to_string(), "0.015");
/// # Ok::<(), &str>(())
/// ```
pub fn cost(usage: &Usage, model: &ModelId, billing: Billing<'_>) -> Option<Cost> {
    let info = model.base_model()?;
    let price = info.price?;
    let tally = Tally::of(usage)?;
    let batch = billing.batch || tally.batch;
    if batch && info.supports(Feature::Batch) == Support::No {
        return None;
    }
    let terms = Terms { percent: 100 + premium(&price, model, billing.region)?, batch };
    tally.requests.iter().map(|tokens| terms.apply(&price, tokens)).sum()
}

/// How a call is billed, beside what its id says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Billing<'a> {
    batch: bool,
    region: Option<&'a str>,
}

impl<'a> Billing<'a> {
    /// By the token, as calls are.
    pub fn on_demand() -> Self {
        Self::default()
    }

    /// As a record of a batch job.
    pub fn batch() -> Self {
        Self { batch: true, region: None }
    }

    /// The region of the call, which tells a base id in GovCloud from one elsewhere. Without it, the id alone says where it ran, and a
    /// base id ran in a commercial region.
    #[must_use]
    pub fn region(mut self, region: &'a str) -> Self {
        self.region = Some(region);
        self
    }
}

/// What an answer costs, by what was paid for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Cost {
    /// Input that had nothing to do with the cache.
    pub input: Usd,
    /// Output, thinking included.
    pub output: Usd,
    /// Input written to the cache for five minutes.
    pub cache_write_5m: Usd,
    /// Input written to the cache for an hour.
    pub cache_write_1h: Usd,
    /// Input read from the cache.
    pub cache_read: Usd,
}

impl Cost {
    /// All of it.
    pub fn total(&self) -> Usd {
        self.input + self.output + self.cache_write_5m + self.cache_write_1h + self.cache_read
    }
}

impl std::ops::Add for Cost {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            input: self.input + other.input,
            output: self.output + other.output,
            cache_write_5m: self.cache_write_5m + other.cache_write_5m,
            cache_write_1h: self.cache_write_1h + other.cache_write_1h,
            cache_read: self.cache_read + other.cache_read,
        }
    }
}

impl std::iter::Sum for Cost {
    fn sum<I: Iterator<Item = Self>>(costs: I) -> Self {
        costs.fold(Self::default(), std::ops::Add::add)
    }
}

/// What is added to the listed price, in percent, by where a call ran.
fn premium(price: &Price, model: &ModelId, region: Option<&str>) -> Option<u32> {
    let scope = model.scope()?;
    let place = match (model.arn(), region) {
        (Some(arn), _) => Place::of_partition(arn.partition)?,
        (None, Some(region)) => Place::of_region(region)?,
        (None, None) if scope == GOV_PROFILE => Place::Gov,
        (None, None) => Place::Commercial,
    };
    match (scope, place) {
        (ModelScope::Global, Place::Commercial) => Some(0),
        (ModelScope::Regional { .. } | ModelScope::InRegion, Place::Commercial) if scope != GOV_PROFILE => {
            Some(price.geo_premium_percent)
        }
        (ModelScope::InRegion | GOV_PROFILE, Place::Gov) => Some(price.gov_premium_percent),
        (
            ModelScope::Application | ModelScope::Global | ModelScope::Regional { .. } | ModelScope::InRegion,
            _,
        ) => None,
    }
}

/// Where prices differ.
#[derive(Clone, Copy)]
enum Place {
    Commercial,
    Gov,
}

impl Place {
    fn of_partition(partition: &str) -> Option<Self> {
        match partition {
            "aws" => Some(Self::Commercial),
            "aws-us-gov" => Some(Self::Gov),
            _ => None,
        }
    }

    fn of_region(region: &str) -> Option<Self> {
        let parts: Vec<_> = region.split('-').collect();
        match parts[..] {
            ["us", "gov", _, _] => Some(Self::Gov),
            ["us" | "eu" | "ap" | "sa" | "ca" | "me" | "af" | "il" | "mx", _, _] => Some(Self::Commercial),
            _ => None,
        }
    }
}

/// What a price is multiplied by.
struct Terms {
    percent: u32,
    batch: bool,
}

impl Terms {
    /// The cost of one request; `None` if it took something that has no price.
    fn apply(&self, price: &Price, tokens: &Tokens) -> Option<Cost> {
        if self.batch && tokens.cached() > 0 {
            return None; // batch jobs do not cache
        }
        let rates = Rates::of(price, tokens.whole_input());
        let of = |rate: Option<Usd>, tokens: u64| match (rate, tokens) {
            (_, 0) => Some(Usd::ZERO),
            (rate, tokens) => {
                let rate = rate?.percent(self.percent);
                Some(if self.batch { rate.half() } else { rate }.per_million(tokens))
            }
        };
        Some(Cost {
            input: of(Some(rates.input), tokens.input)?,
            output: of(Some(rates.output), tokens.output)?,
            cache_write_5m: of(rates.cache_write_5m, tokens.cache_write_5m)?,
            cache_write_1h: of(rates.cache_write_1h, tokens.cache_write_1h)?,
            cache_read: of(rates.cache_read, tokens.cache_read)?,
        })
    }
}

/// The prices of one tier.
struct Rates {
    input: Usd,
    output: Usd,
    cache_write_5m: Option<Usd>,
    cache_write_1h: Option<Usd>,
    cache_read: Option<Usd>,
}

impl Rates {
    /// Those of a request with so much input: the tier holds for the whole request, not for what is over its limit.
    fn of(price: &Price, whole_input: u64) -> Self {
        match price.long_context {
            Some(long) if whole_input > u64::from(long.over_input_tokens) => Self {
                input: long.input,
                output: long.output,
                cache_write_5m: long.cache_write_5m,
                cache_write_1h: long.cache_write_1h,
                cache_read: long.cache_read,
            },
            _ => Self {
                input: price.input,
                output: price.output,
                cache_write_5m: price.cache_write_5m,
                cache_write_1h: price.cache_write_1h,
                cache_read: price.cache_read,
            },
        }
    }
}

/// The scope of profiles in GovCloud.
const GOV_PROFILE: ModelScope<'static> = ModelScope::Regional { prefix: "us-gov" };

#[cfg(test)]
mod tests {
    use super::super::catalog;
    use super::*;

    #[test]
    fn no_price_of_the_catalog_loses_anything() {
        for price in catalog().iter().filter_map(|model| model.price) {
            for input in [0, u64::MAX] {
                let rates = Rates::of(&price, input);
                let cache = [rates.cache_write_5m, rates.cache_write_1h, rates.cache_read];
                for rate in [rates.input, rates.output].into_iter().chain(cache.into_iter().flatten()) {
                    for percent in [100, 100 + price.geo_premium_percent, 100 + price.gov_premium_percent] {
                        let halved = rate.percent(percent).half();
                        let million = halved.per_million(1_000_000);
                        let back: Usd = (0..200).map(|_| million).sum();
                        let expected: Usd = (0..percent).map(|_| rate).sum();
                        assert_eq!(back, expected, "{rate} at {percent} percent");
                    }
                }
            }
        }
    }
}
