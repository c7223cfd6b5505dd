//! What was used and what it costs, by answer and in all.

use bedrock_client::Route;
use bedrock_types::{
    Usage,
    models::{Billing, Scope, Usd, cost, resolve, resolve_mantle},
};

/// What decides the price of an answer, beside its model and usage.
#[derive(Debug, Clone)]
pub(super) struct Pricing {
    pub(super) route: Route,
    pub(super) region: String,
    pub(super) scope: Option<Scope>,
}

impl Pricing {
    /// What an answer costs, where the price is known.
    fn cost(&self, model: &str, usage: &Usage) -> Option<Usd> {
        let id = match self.route {
            Route::Mantle => resolve_mantle(model, &self.region),
            _ => resolve(model, &self.region, self.scope),
        };
        Some(cost(usage, &id.ok()?, Billing::on_demand().region(&self.region))?.total())
    }
}

/// The sum over answers.
#[derive(Debug, Default)]
pub(super) struct Tally {
    answers: u64,
    input: u64,
    cache_read: u64,
    cache_written: u64,
    output: u64,
    cost: Usd,
    /// How many of the answers have no known price.
    unpriced: u64,
}

impl Tally {
    /// Adds an answer, or what came of one.
    pub(super) fn add(&mut self, pricing: &Pricing, model: &str, usage: &Usage) {
        self.answers += 1;
        self.input += usage.input_tokens;
        self.cache_read += usage.cache_read_input_tokens.unwrap_or_default();
        self.cache_written += usage.cache_creation_input_tokens.unwrap_or_default();
        self.output += usage.output_tokens;
        match pricing.cost(model, usage) {
            Some(cost) => self.cost += cost,
            None => self.unpriced += 1,
        }
    }

    /// In one line.
    pub(super) fn summary(&self) -> String {
        let mut cached = String::new();
        if self.cache_read > 0 {
            cached = format!(" ({} more from the cache)", self.cache_read);
        }
        if self.cache_written > 0 {
            cached.push_str(&format!(" ({} more into the cache)", self.cache_written));
        }
        let cost = match self.unpriced {
            0 => format!(", ${}", rounded(self.cost)),
            all if all == self.answers => String::new(),
            some => format!(", ${} and {some} without a known price", rounded(self.cost)),
        };
        format!("{} tokens in{cached}, {} out{cost}", self.input, self.output)
    }

    /// The summary, with how many answers there were.
    pub(super) fn total(&self) -> String {
        let answers = if self.answers == 1 { "answer" } else { "answers" };
        format!("{} {answers}: {}", self.answers, self.summary())
    }
}

/// Small amounts to the ten-thousandth of a cent, others to the hundredth.
fn rounded(cost: Usd) -> String {
    if cost < Usd::from_micros(10_000) { format!("{cost:.6}") } else { format!("{cost:.4}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_add_up_and_unknown_prices_are_said() {
        let pricing = Pricing { route: Route::InvokeModel, region: "us-east-1".into(), scope: None };
        let mut tally = Tally::default();
        tally.add(&pricing, "global.anthropic.claude-opus-4-6-v1", &Usage::new(1_000, 200));
        assert_eq!(tally.summary(), "1000 tokens in, 200 out, $0.0100");
        tally.add(&pricing, "opus-4.6", &Usage::new(0, 1).cache_read_input_tokens(10));
        assert_eq!(tally.total(), "2 answers: 1000 tokens in (10 more from the cache), 201 out, $0.0100");
        tally.add(&pricing, "someone.model-1", &Usage::new(1, 1));
        assert!(tally.summary().ends_with("$0.0100 and 1 without a known price"), "{}", tally.summary());

        let mut tally = Tally::default();
        tally.add(&pricing, "someone.model-1", &Usage::new(1, 1));
        assert_eq!(tally.total(), "1 answer: 1 tokens in, 1 out");
    }
}
