//! [`Tally`]: which tokens a usage asks money for, request by request.
//!
//! An answer is mostly one request to the model. With compaction it is several, and then `usage.iterations` has them all, while the
//! counts beside it leave the compaction out: <https://platform.claude.com/docs/en/build-with-claude/compaction>.

use crate::messages::{CacheCreation, ServerToolUsage, Speed, Usage, UsageIteration, UsageServiceTier};

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
        let batch = match &usage.service_tier {
            None | Some(UsageServiceTier::Standard) => false,
            Some(UsageServiceTier::Batch) => true,
            Some(UsageServiceTier::Priority | UsageServiceTier::Unknown(_)) => return None,
        };
        let fast = usage.speed.as_ref().is_some_and(|speed| *speed != Speed::Standard);
        if fast || usage.server_tool_use.as_ref().is_some_and(used) {
            return None;
        }
        let requests = match usage.iterations.as_deref() {
            None | Some([]) => vec![tokens!(usage)?],
            Some(iterations) => iterations.iter().map(Tokens::of_iteration).collect::<Option<_>>()?,
        };
        Some(Self { requests, batch })
    }
}

/// Whether a tool was used that the service runs, also one that came later than this version.
fn used(tools: &ServerToolUsage) -> bool {
    let known = [tools.web_search_requests, tools.web_fetch_requests];
    known.into_iter().flatten().any(|uses| uses != 0)
        || tools.extra.iter().any(|(_, uses)| !matches!(uses.as_str(), "0" | "null"))
}

/// The tokens of anything that has the counts of a usage; `None` if they contradict each other.
macro_rules! tokens {
    ($usage:expr) => {
        Tokens::new(
            $usage.input_tokens,
            $usage.output_tokens,
            $usage.cache_read_input_tokens,
            $usage.cache_creation_input_tokens,
            $usage.cache_creation.as_ref(),
        )
    };
}
use tokens;

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
    fn of_iteration(iteration: &UsageIteration) -> Option<Self> {
        match iteration {
            UsageIteration::Message(usage) => tokens!(usage),
            UsageIteration::Compaction(usage) => tokens!(usage),
            UsageIteration::Unknown(_) => None,
        }
    }

    fn new(
        input: u64,
        output: u64,
        cache_read: Option<u64>,
        written: Option<u64>,
        by_lifetime: Option<&CacheCreation>,
    ) -> Option<Self> {
        let written = written.unwrap_or_default();
        let (cache_write_5m, cache_write_1h) = match by_lifetime {
            None => (written, 0),
            Some(writes) => (
                writes.ephemeral_5m_input_tokens.unwrap_or_default(),
                writes.ephemeral_1h_input_tokens.unwrap_or_default(),
            ),
        };
        let agree = written == 0 || cache_write_5m.checked_add(cache_write_1h) == Some(written);
        let cache_read = cache_read.unwrap_or_default();
        agree.then_some(Self { input, output, cache_write_5m, cache_write_1h, cache_read })
    }
}
