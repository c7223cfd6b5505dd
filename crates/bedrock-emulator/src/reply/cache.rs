//! The prompt cache: what of a request was sent before, and how many tokens that makes.
//!
//! Entries are made where a request has a cache mark, last five minutes or an hour by the emulator's clock, and live on when they are read. A
//! prefix shorter than the model's least is not kept. A mark also finds what was kept up to 20 blocks before it.
//! <https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html>, 2026-11.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use bedrock_types::models::{self, ModelInfo};
use bedrock_types::{CacheCreation, CacheTtl, MessageCreateParams, Usage};

use super::prefix::{self, Prefix, prefixes};
use crate::digest::Digest;

/// What an account has in its prompt caches; clones share it.
#[derive(Clone, Default)]
pub(crate) struct PromptCache(Arc<Mutex<Entries>>);

impl PromptCache {
    /// Looks up the request, keeps what is marked in it, and counts its input anew.
    pub(crate) fn settle(
        &self,
        usage: &mut Usage,
        params: &MessageCreateParams,
        model: &ModelInfo,
        now: SystemTime,
    ) {
        (usage.cache_read_input_tokens, usage.cache_creation_input_tokens) = (Some(0), Some(0));
        let Some(cache) = model.cache.filter(|_| is_marked(params)) else { return };
        let least = u64::from(cache.min_tokens.unwrap_or(0));
        let prefixes = prefixes(params, model.id);
        let found = self.0.lock().unwrap_or_else(PoisonError::into_inner).settle(&prefixes, least, now);
        usage.input_tokens = usage.input_tokens.saturating_sub(found.read + found.short + found.long);
        usage.cache_read_input_tokens = Some(found.read);
        usage.cache_creation_input_tokens = Some(found.short + found.long);
        let mut creation = CacheCreation::new().ephemeral_5m_input_tokens(found.short);
        if cache.ttl.contains(&models::CacheTtl::OneHour) {
            creation.ephemeral_1h_input_tokens = Some(found.long);
        }
        usage.cache_creation = Some(creation);
    }
}

impl fmt::Debug for PromptCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PromptCache").finish_non_exhaustive()
    }
}

/// Tokens of one request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Found {
    read: u64,
    /// Written for five minutes.
    short: u64,
    /// Written for an hour.
    long: u64,
}

#[derive(Default)]
struct Entries(HashMap<Digest, Entry>);

#[derive(Clone, Copy)]
struct Entry {
    life: Duration,
    until: SystemTime,
}

impl Entries {
    fn settle(&mut self, prefixes: &[Prefix], least: u64, now: SystemTime) -> Found {
        let hit = self.longest_kept(prefixes, now);
        let mut found = Found::default();
        let mut counted = 0;
        for (index, prefix) in prefixes.iter().enumerate() {
            let tokens = prefix.size.tokens();
            if hit == Some(index) {
                (found.read, counted) = (tokens, tokens);
            }
            let Some(ttl) = &prefix.mark else { continue };
            if hit.is_some_and(|hit| index <= hit) || tokens < least {
                continue;
            }
            let life = life(ttl);
            let written = if life == HOUR { &mut found.long } else { &mut found.short };
            *written += tokens - counted;
            counted = tokens;
            self.keep(prefix.digest, Entry { life, until: now }, now);
        }
        if let Some(prefix) = hit.and_then(|hit| prefixes.get(hit)) {
            self.touch(prefix.digest, now);
        }
        found
    }

    /// The longest prefix that a mark of the request finds.
    fn longest_kept(&self, prefixes: &[Prefix], now: SystemTime) -> Option<usize> {
        let marked = prefixes.iter().enumerate().filter(|(_, prefix)| prefix.mark.is_some());
        let seen = |mark: usize| (mark.saturating_sub(LOOK_BACK)..=mark).rev();
        let is_kept = |index: &usize| {
            let entry = prefixes.get(*index).and_then(|prefix| self.0.get(&prefix.digest));
            entry.is_some_and(|entry| now < entry.until)
        };
        marked.filter_map(|(mark, _)| seen(mark).find(is_kept)).max()
    }

    fn keep(&mut self, digest: Digest, entry: Entry, now: SystemTime) {
        if self.0.len() >= MOST_ENTRIES {
            self.0.retain(|_, entry| now < entry.until);
        }
        if self.0.len() >= MOST_ENTRIES {
            self.0.clear(); // a cache may forget
        }
        self.0.insert(digest, entry);
        self.touch(digest, now);
    }

    fn touch(&mut self, digest: Digest, now: SystemTime) {
        if let Some(entry) = self.0.get_mut(&digest) {
            entry.until = now.checked_add(entry.life).unwrap_or(now);
        }
    }
}

fn is_marked(params: &MessageCreateParams) -> bool {
    let contents = params.system.iter().chain(params.messages.iter().map(|turn| &turn.content));
    contents.flat_map(|content| content.blocks()).any(prefix::is_marked)
        || params.tools.iter().flatten().any(|tool| tool.cache_mark().is_some())
}

fn life(ttl: &CacheTtl) -> Duration {
    match ttl {
        CacheTtl::OneHour => HOUR,
        _ => Duration::from_secs(5 * 60),
    }
}

const HOUR: Duration = Duration::from_secs(60 * 60);
const LOOK_BACK: usize = 20;
/// Enough for any test, and a bound on what a flood of requests can take: under 10 MB.
const MOST_ENTRIES: usize = 100_000;

#[cfg(test)]
mod tests;
