//! [`Tally`]: which tokens a usage asks money for, request by request.
//!
//! An answer is mostly one request to the model. With compaction it is several, and then `usage.iterations` has them all, while the
//! counts beside it leave the compaction out: <https://platform.claude.com/docs/en/build-with-claude/compaction>.

use serde_json::Value;

use crate::messages::Usage;

/// The tokens of an answer.
pub(super) struct Tally {
    /// By request to the model.
    pub(super) requests: Vec<Tokens>,
    /// Whether the usage itself says that it comes from a batch job.
    pub(super) batch: bool,
}

/// The tokens of one request, each in the one count it is paid by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tokens {
    pub(super) input: u64,
    pub(super) output: u64,
    pub(super) cache_write_5m: u64,
    pub(super) cache_write_1h: u64,
    pub(super) cache_read: u64,
}

impl Tally {
    /// `None` if there is something in it that Bedrock has no price for, or that contradicts itself.
    pub(super) fn of(usage: &Usage) -> Option<Self> {
        let whole = serde_json::to_value(usage).ok()?;
        let batch = match whole.get("service_tier").and_then(Value::as_str) {
            None | Some("standard") => false,
            Some("batch") => true,
            Some(_) => return None,
        };
        let fast = whole.get("speed").and_then(Value::as_str).is_some_and(|speed| speed != "standard");
        if fast || uses_server_tools(&whole) {
            return None;
        }
        let requests = match whole.get("iterations").and_then(Value::as_array) {
            Some(iterations) if !iterations.is_empty() => {
                iterations.iter().map(Tokens::of_iteration).collect::<Option<_>>()?
            }
            _ => vec![Tokens::of(&whole)?],
        };
        Some(Self { requests, batch })
    }
}

fn uses_server_tools(usage: &Value) -> bool {
    let uses = usage.get("server_tool_use").and_then(Value::as_object);
    uses.is_some_and(|uses| uses.values().any(|count| count.as_u64() != Some(0)))
}

impl Tokens {
    /// What the model read, from wherever.
    pub(super) fn whole_input(&self) -> u64 {
        self.input.saturating_add(self.cached())
    }

    /// What of that had to do with the cache.
    pub(super) fn cached(&self) -> u64 {
        let parts = [self.cache_write_5m, self.cache_write_1h, self.cache_read];
        parts.into_iter().fold(0, u64::saturating_add)
    }

    /// The advisor's and the fallback's are requests to another model, and so have another price.
    fn of_iteration(iteration: &Value) -> Option<Self> {
        match iteration.get("type").and_then(Value::as_str) {
            Some("message" | "compaction") => Self::of(iteration),
            _ => None,
        }
    }

    fn of(usage: &Value) -> Option<Self> {
        let count = |of: &Value, name: &str| match of.get(name) {
            None | Some(Value::Null) => Some(0),
            Some(count) => count.as_u64(),
        };
        let written = count(usage, "cache_creation_input_tokens")?;
        let (cache_write_5m, cache_write_1h) = match usage.get("cache_creation") {
            Some(by_lifetime @ Value::Object(_)) => (
                count(by_lifetime, "ephemeral_5m_input_tokens")?,
                count(by_lifetime, "ephemeral_1h_input_tokens")?,
            ),
            _ => (written, 0),
        };
        let agree = written == 0 || cache_write_5m.checked_add(cache_write_1h) == Some(written);
        agree.then_some(Self {
            input: count(usage, "input_tokens")?,
            output: count(usage, "output_tokens")?,
            cache_write_5m,
            cache_write_1h,
            cache_read: count(usage, "cache_read_input_tokens")?,
        })
    }
}
