//! The terms a model is offered on: its dates, its price, and how sure the catalog is of them.
//!
//! Dates are text like `2026-10-14`, which sorts as the days do; prices are [`Usd`], so that nothing is lost to binary fractions.

use super::written::{written_members, written_words};

use super::usd::Usd;

/// Where a model stands between launch and end of life on Bedrock. Anthropic's own dates differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Lifecycle {
    /// Where it stood on the day of [`AS_OF`](super::AS_OF).
    pub status: LifecycleStatus,
    /// First day.
    pub launch: Option<&'static str>,
    /// Since when new accounts are refused.
    pub legacy: Option<&'static str>,
    /// Since when it may cost more than listed.
    pub extended_access: Option<&'static str>,
    /// Since when it is gone, in the last region that had it.
    pub eol: Option<&'static str>,
    /// Day before which AWS promised not to end it.
    pub eol_not_before: Option<&'static str>,
    /// Whether [`launch`](Self::launch) was read from AWS or Anthropic rather than from an announcement.
    pub launch_verified: bool,
}

/// Where a model stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LifecycleStatus {
    /// Offered to everyone.
    Active,
    /// Offered by invitation.
    Gated,
    /// Still there for those who use it.
    Legacy,
    /// Gone.
    Eol,
}

/// Price per million tokens; [`cost`](super::cost) applies it.
///
/// It is the price of the global profile and, where [`geo_premium_percent`](Self::geo_premium_percent) is 0, of all others but those
/// of GovCloud. A batch job costs half.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Price {
    /// Input.
    pub input: Usd,
    /// Output.
    pub output: Usd,
    /// Writing to the cache for five minutes.
    pub cache_write_5m: Option<Usd>,
    /// Writing to the cache for an hour.
    pub cache_write_1h: Option<Usd>,
    /// Reading from the cache.
    pub cache_read: Option<Usd>,
    /// What a geography's profile and in-region use add.
    pub geo_premium_percent: u32,
    /// What GovCloud adds.
    pub gov_premium_percent: u32,
    /// Price of long requests, where it is another.
    pub long_context: Option<LongContextPrice>,
}

/// Price of a whole request whose input is over a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LongContextPrice {
    /// Input tokens up to which the ordinary price holds.
    pub over_input_tokens: u32,
    /// Beta flag without which such a request is refused.
    pub only_with_beta: Option<&'static str>,
    /// Input.
    pub input: Usd,
    /// Output.
    pub output: Usd,
    /// Writing to the cache for five minutes.
    pub cache_write_5m: Option<Usd>,
    /// Writing to the cache for an hour.
    pub cache_write_1h: Option<Usd>,
    /// Reading from the cache.
    pub cache_read: Option<Usd>,
}

/// How well a row of the catalog is founded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Confidence {
    /// Read from what AWS publishes, and the sources agree.
    High,
    /// Some of it from one source or assumed from a sibling.
    Medium,
    /// Announced, not seen on Bedrock.
    Low,
}

written_members! {
    Lifecycle { status, launch, legacy, extended_access, eol, eol_not_before, launch_verified }
    Price { input, output, cache_write_5m, cache_write_1h, cache_read, geo_premium_percent, gov_premium_percent, long_context }
    LongContextPrice { over_input_tokens, only_with_beta, input, output, cache_write_5m, cache_write_1h, cache_read }
}

written_words! {
    LifecycleStatus { Active = "active", Gated = "gated", Legacy = "legacy", Eol = "eol" }
    Confidence { High = "high", Medium = "medium", Low = "low" }
}

#[cfg(test)]
mod tests {
    use super::super::{AS_OF, CacheTtl, catalog};
    use super::*;

    #[test]
    fn dates_are_ordered_and_agree_with_the_status() {
        for model in catalog() {
            let life = model.lifecycle;
            let dates: Vec<_> =
                [life.launch, life.legacy, life.extended_access, life.eol].into_iter().flatten().collect();
            assert!(dates.is_sorted(), "{}: {dates:?}", model.id);
            assert!(
                life.eol_not_before.is_none_or(|day| life.launch.is_some_and(|launch| launch < day)),
                "{}",
                model.id
            );
            let agrees = match life.status {
                LifecycleStatus::Active | LifecycleStatus::Gated => life.legacy.is_none_or(|day| day > AS_OF),
                LifecycleStatus::Legacy => {
                    life.legacy.is_some_and(|day| day <= AS_OF) && life.eol.is_none_or(|day| day > AS_OF)
                }
                LifecycleStatus::Eol => life.eol.is_none_or(|day| day <= AS_OF),
            };
            assert!(agrees, "{}: {life:?}", model.id);
        }
    }

    #[test]
    fn output_costs_more_than_input_and_long_requests_more_than_short_ones() {
        for (model, price) in catalog().iter().filter_map(|model| Some((model, model.price?))) {
            assert!(Usd::ZERO < price.input && price.input < price.output, "{}", model.id);
            assert!(price.cache_read.is_none_or(|read| read < price.input), "{}", model.id);
            for write in [price.cache_write_5m, price.cache_write_1h].into_iter().flatten() {
                assert!(price.input < write, "{}", model.id);
            }
            if let Some(long) = price.long_context {
                assert!(price.input < long.input && price.output < long.output, "{}", model.id);
                assert!(
                    long.over_input_tokens < model.context_window || long.only_with_beta.is_some(),
                    "{}",
                    model.id
                );
            }
        }
    }

    #[test]
    fn a_cache_has_a_price_for_each_lifetime_it_offers() {
        for (model, price) in catalog().iter().filter_map(|model| Some((model, model.price?))) {
            let offers =
                |ttl| model.cache.is_some_and(|cache: super::super::PromptCache| cache.ttl.contains(&ttl));
            assert_eq!(price.cache_write_5m.is_some(), offers(CacheTtl::FiveMinutes), "{}", model.id);
            assert_eq!(price.cache_write_1h.is_some(), offers(CacheTtl::OneHour), "{}", model.id);
            assert_eq!(price.cache_read.is_some(), model.cache.is_some(), "{}", model.id);
        }
    }
}
