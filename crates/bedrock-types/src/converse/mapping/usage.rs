//! Token counts.

use crate::{
    converse::{CacheDetail, TokenUsage},
    json::{ExtraFields, RawJson},
    messages::Usage,
};

/// The members of a Messages usage: one of a message or of a `message_delta`, where every member may be absent.
pub(super) fn to_messages(usage: &TokenUsage) -> ExtraFields {
    let mut members = ExtraFields::default();
    for (name, count) in [
        ("input_tokens", usage.input_tokens),
        ("output_tokens", usage.output_tokens),
        ("cache_creation_input_tokens", usage.cache_write_input_tokens),
        ("cache_read_input_tokens", usage.cache_read_input_tokens),
    ] {
        if let Some(count) = count {
            members.insert(name, number(count));
        }
    }
    if let Some(details) = &usage.cache_details {
        let mut creation = ExtraFields::default();
        for detail in details {
            creation.insert(format!("ephemeral_{}_input_tokens", detail.ttl), number(detail.input_tokens));
        }
        if let Ok(creation) = RawJson::written(&creation) {
            members.insert("cache_creation", creation);
        }
    }
    members.update(&usage.extra);
    members
}

/// The counts that Converse has too. Those of a message that it has not are measures, not content.
pub(super) fn to_converse(usage: &Usage) -> TokenUsage {
    let (read, written) = (usage.cache_read_input_tokens, usage.cache_creation_input_tokens);
    let total = [usage.input_tokens, usage.output_tokens, read.unwrap_or(0), written.unwrap_or(0)];
    let mut converse = TokenUsage::new()
        .input_tokens(usage.input_tokens)
        .output_tokens(usage.output_tokens)
        .total_tokens(total.into_iter().fold(0, u64::saturating_add));
    converse.cache_read_input_tokens = read;
    converse.cache_write_input_tokens = written;
    converse.cache_details = cache_details(usage);
    converse
}

/// The longer lifetime stands first.
fn cache_details(usage: &Usage) -> Option<Vec<CacheDetail>> {
    let members: ExtraFields = RawJson::written(usage).ok()?.read().ok()?;
    let creation: ExtraFields = members.get("cache_creation")?.read().ok()?;
    let details = ["1h", "5m"].into_iter().filter_map(|ttl| {
        let count = creation.get(&format!("ephemeral_{ttl}_input_tokens"))?.read().ok()?;
        Some(CacheDetail::new(ttl, count))
    });
    Some(details.collect())
}

fn number(count: u64) -> RawJson {
    RawJson::written(&count).expect("an integer has a JSON form")
}
