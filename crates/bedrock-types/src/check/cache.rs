//! Cache marks: how many, how long, in which order.

use super::{Check, Fix, Outcome, Rule, content::each_block, place::Place};
use crate::{
    messages::{CacheControl, CacheTtl},
    models,
};

pub(super) fn check(check: &mut Check<'_>) {
    let mut marks = Vec::new();
    let tools = Place::member("tools");
    for (index, tool) in check.params.tools.iter().flatten().enumerate() {
        if let Some(mark) = tool.cache_mark() {
            marks.push((tools.at(index).then("cache_control").to_string(), mark));
        }
    }
    each_block(check.params, &mut |place, block, _| {
        if let Some(mark) = block.cache_mark() {
            marks.push((place.then("cache_control").to_string(), mark));
        }
    });
    each(check, &marks);
    count(check, &marks);
    order(check, &marks);
}

fn each(check: &mut Check<'_>, marks: &[(String, &CacheControl)]) {
    let Some(cache) = check.model.cache else {
        for (place, _) in marks {
            check.found(Outcome::Unsure, place, Rule::CacheControlNotTaken, Fix::Remove);
        }
        return;
    };
    if cache.ttl.contains(&models::CacheTtl::OneHour) {
        return;
    }
    // Models from before the lifetime of an hour do not know the member at all.
    for (place, _) in marks.iter().filter(|(_, mark)| mark.ttl.is_some()) {
        check.refused(format_args!("{place}.ttl"), Rule::CacheTtlNotTaken, Fix::Remove);
    }
}

fn count(check: &mut Check<'_>, marks: &[(String, &CacheControl)]) {
    if let Some((place, _)) = marks.get(MOST_MARKS) {
        let rule = Rule::TooManyCacheControls { limit: MOST_MARKS, got: marks.len() };
        check.refused(place, rule, Fix::Remove);
    }
}

/// Entries that live longer stand first, because each holds all that is before it.
fn order(check: &mut Check<'_>, marks: &[(String, &CacheControl)]) {
    let is_hour = |mark: &CacheControl| mark.ttl == Some(CacheTtl::OneHour);
    let Some(first_short) = marks.iter().position(|(_, mark)| !is_hour(mark)) else { return };
    let late = marks.iter().skip(first_short).filter(|(_, mark)| is_hour(mark));
    for (place, _) in late {
        check.refused(format_args!("{place}.ttl"), Rule::CacheTtlOrder, Fix::Set("\"5m\"".to_owned()));
    }
}

/// <https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html>
const MOST_MARKS: usize = 4;
