//! What the catalog knows that helps: which ids work from here, what comes after a model, what it takes.

use bedrock_types::{
    FlagStatus, Route, betas,
    models::{LifecycleStatus, ModelInfo, Support, catalog},
};

use crate::text::cut;

/// The ids that a model can be called with from this region, the widest first.
pub(super) fn ids(model: &ModelInfo, region: &str) -> Vec<&'static str> {
    let mut ids = Vec::new();
    for is_global in [true, false] {
        for profile in model.profiles {
            if (profile.prefix == GLOBAL) == is_global && profile.serves(region) {
                ids.push(profile.id);
            }
        }
    }
    if model.in_region.contains(&region) {
        ids.push(model.id);
    }
    ids
}

/// The regions that a model can be called from at all, sorted.
pub(super) fn regions(model: &ModelInfo) -> Vec<&'static str> {
    let mut regions = model.in_region.to_vec();
    for profile in model.profiles {
        regions.extend_from_slice(&profile.sources());
    }
    let mut sorted = Vec::new();
    for region in regions {
        if let Err(place) = sorted.binary_search(&region) {
            sorted.insert(place, region);
        }
    }
    sorted
}

/// The newest model of the same line that everybody may call from this region.
pub(crate) fn successor(of: &ModelInfo, region: &str) -> Option<&'static ModelInfo> {
    // Newer ones stand behind.
    for model in catalog().iter().rev() {
        if model.id == of.id {
            return None;
        }
        let is_active = model.lifecycle.status == LifecycleStatus::Active;
        if model.family == of.family && is_active && !ids(model, region).is_empty() {
            return Some(model);
        }
    }
    None
}

/// The beta flags that a route takes, without those that are known to do nothing for the model.
pub(super) fn flags(model: &ModelInfo, route: Route) -> Vec<&'static str> {
    let mut flags = Vec::new();
    for facts in betas() {
        let is_taken = facts.status == FlagStatus::Preview && facts.on(route) == Support::Yes;
        if is_taken && facts.for_model(model) != Support::No {
            flags.push(facts.flag);
        }
    }
    flags
}

/// The ids that work from this region and look most like a text that is none, at most two.
pub(super) fn nearest(text: &str, region: &str) -> Vec<&'static str> {
    let wanted = bare(text);
    let (mut nearest, mut best) = (Vec::new(), usize::MAX);
    for model in catalog().iter().rev() {
        let ids = ids(model, region);
        let Some(id) = ids.first() else { continue };
        let mut least = distance(wanted, bare(model.id));
        for alias in model.aliases {
            least = least.min(distance(wanted, alias));
        }
        // Half of it wrong is another word.
        if model.lifecycle.status == LifecycleStatus::Eol || least * 2 >= wanted.len() {
            continue;
        }
        // Only what is as near as the nearest: more would be a list, not an answer.
        if least < best {
            nearest.clear();
            best = least;
        }
        if least == best && nearest.len() < 2 {
            nearest.push(*id);
        }
    }
    nearest
}

/// The name in an id: without profile, provider and version.
fn bare(id: &str) -> &str {
    let name = cut(id, "anthropic.").map_or(id, |(_, name)| name);
    let is_version = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit() || byte == b':');
    match name.rsplit_once('-') {
        Some((name, version)) if version.strip_prefix('v').is_some_and(is_version) => name,
        _ => name,
    }
}

/// How many bytes must be put in, left out or replaced to turn one text into the other (Levenshtein); ids are ASCII.
fn distance(from: &str, to: &str) -> usize {
    // Ids of 2,000 characters are legal, and like nothing in the catalog.
    let from = from.as_bytes().get(..LONGEST).unwrap_or(from.as_bytes());
    let mut row: Vec<usize> = (0..=from.len()).collect();
    for (line, right) in to.bytes().enumerate() {
        let mut diagonal = line;
        let mut last = line + 1;
        for (cell, left) in row.iter_mut().skip(1).zip(from) {
            let replaced = diagonal + usize::from(*left != right);
            diagonal = *cell;
            last = replaced.min(last + 1).min(diagonal + 1);
            *cell = last;
        }
        if let Some(first) = row.first_mut() {
            *first = line + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}

const GLOBAL: &str = "global";

/// More of an id is not compared.
const LONGEST: usize = 64;

#[cfg(test)]
mod tests {
    use bedrock_types::models::find;

    use super::*;

    #[test]
    fn the_distance_is_levenshteins() {
        for (from, to, expected) in
            [("", "", 0), ("", "abc", 3), ("kitten", "sitting", 3), ("opus", "opus", 0), ("flaw", "lawn", 2)]
        {
            assert_eq!((distance(from, to), distance(to, from)), (expected, expected), "{from} {to}");
        }
    }

    #[test]
    fn what_is_nearly_an_id_finds_it() {
        for (text, region, expected) in [
            ("anthropic.claude-sonnet-4-6-v1", "us-east-1", vec!["global.anthropic.claude-sonnet-4-6"]),
            ("us.anthropic.claude-opus-4-6", "us-east-1", vec!["global.anthropic.claude-opus-4-6-v1"]),
            ("anthropic.claude-opus-5-5-v1:0", "eu-west-1", vec!["global.anthropic.claude-opus-5-5"]),
            ("meta.llama3-70b-instruct-v1:0", "us-east-1", vec![]),
            ("gpt-4", "us-east-1", vec![]),
        ] {
            assert_eq!(nearest(text, region), expected, "{text}");
        }
    }

    #[test]
    fn the_catalog_knows_ids_successors_and_flags() {
        let model = |name| find(name).expect("a model of the catalog");
        assert_eq!(
            ids(model("opus-4.6"), "eu-west-2"),
            [
                "global.anthropic.claude-opus-4-6-v1",
                "eu.anthropic.claude-opus-4-6-v1",
                "anthropic.claude-opus-4-6-v1"
            ]
        );
        let next = |name| successor(model(name), "us-east-1").map(|model| model.name);
        assert_eq!(next("sonnet-4"), Some("Claude Sonnet 5.5"));
        assert_eq!(next("sonnet"), None);
        let flags = |name| flags(model(name), Route::InvokeModel);
        assert!(
            flags("opus-4.5").contains(&"effort-2025-11-24") && !flags("opus").contains(&"effort-2025-11-24")
        );
    }
}
