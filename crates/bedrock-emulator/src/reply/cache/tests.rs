//! What is read and written, call after call.

use bedrock_types::models::find;
use bedrock_types::{CacheControl, Content, TextBlock};

use super::*;
use crate::reply::{reply, weigh};
use crate::testing::{minutes, now};

/// Counts of one call: read, written for five minutes, written for an hour; and all of the input.
fn counts(cache: &PromptCache, params: &MessageCreateParams, at: SystemTime) -> (u64, u64, u64, u64) {
    let model = find("sonnet-4.6").unwrap(); // at least 1024 tokens
    let mut usage = reply(params, model, &weigh(&mut params.clone()), None).usage;
    let whole = usage.input_tokens;
    cache.settle(&mut usage, params, model, at);
    let created = usage.cache_creation.unwrap_or_else(CacheCreation::new);
    let (read, short, long) = (
        usage.cache_read_input_tokens.unwrap(),
        created.ephemeral_5m_input_tokens.unwrap_or(0),
        created.ephemeral_1h_input_tokens.unwrap_or(0),
    );
    assert_eq!(usage.cache_creation_input_tokens, Some(short + long));
    assert_eq!(usage.input_tokens + read + short + long, whole);
    (read, short, long, whole)
}

/// A long system text with a mark, and a question.
fn marked(mark: CacheControl) -> MessageCreateParams {
    MessageCreateParams::new("m", 100).system("word ".repeat(2000)).cache_control_system(mark).user("So?")
}

#[test]
fn what_was_written_is_read_until_its_time_is_over() {
    let cache = PromptCache::default();
    let params = marked(CacheControl::ephemeral());
    let (read, written, _, whole) = counts(&cache, &params, now());
    assert!(read == 0 && written > 2500 && written < whole);
    let again = |minute| counts(&cache, &params, now() + minutes(minute));
    assert_eq!(again(4), (written, 0, 0, whole));
    assert_eq!(again(8), (written, 0, 0, whole), "reading prolongs");
    assert_eq!(again(13), (0, written, 0, whole));
    assert_eq!(counts(&PromptCache::default(), &params, now()).0, 0, "another account");
}

#[test]
fn an_hour_is_an_hour() {
    let cache = PromptCache::default();
    let params = marked(CacheControl::ephemeral().ttl("1h"));
    let (_, short, long, _) = counts(&cache, &params, now());
    assert!(short == 0 && long > 2500);
    assert_eq!(counts(&cache, &params, now() + minutes(59)).0, long);
}

#[test]
fn what_is_too_short_or_not_marked_is_not_kept() {
    let cache = PromptCache::default();
    let short = MessageCreateParams::new("m", 100)
        .system("Be brief.")
        .cache_control_system(CacheControl::ephemeral())
        .user("So?");
    let unmarked = MessageCreateParams::new("m", 100).system("word ".repeat(2000)).user("So?");
    for params in [short, unmarked] {
        for _ in 0..2 {
            let (read, short, long, _) = counts(&cache, &params, now());
            assert_eq!((read, short, long), (0, 0, 0));
        }
    }
}

#[test]
fn a_conversation_reads_its_beginning_and_writes_what_is_new() {
    let cache = PromptCache::default();
    let mark = CacheControl::ephemeral;
    let begun = MessageCreateParams::new("m", 100).user("word ".repeat(2000));
    let first = begun.clone().cache_control_last_turn(mark());
    let (_, written, _, _) = counts(&cache, &first, now());
    // The mark has moved on; what it stood on is still the same text.
    let later = begun.assistant("Yes?").user("more ".repeat(400)).cache_control_last_turn(mark());
    let (read, new, _, _) = counts(&cache, &later, now());
    assert!(read == written && new > 400, "{read} {new}");
    assert_eq!(counts(&cache, &later, now()).0, read + new);
    let changed =
        MessageCreateParams::new("m", 100).user("Word ".repeat(2000)).cache_control_last_turn(mark());
    assert_eq!(counts(&cache, &changed, now()).0, 0);
}

#[test]
fn a_mark_looks_back_over_twenty_blocks() {
    for (between, is_found) in [(20, true), (21, false)] {
        let cache = PromptCache::default();
        let long = TextBlock::new("word ".repeat(2000));
        let with = |blocks: usize| {
            let mut content = vec![long.clone().into()];
            content.extend((0..blocks).map(|nth| TextBlock::new(nth.to_string()).into()));
            MessageCreateParams::new("m", 100)
                .user(Content::Blocks(content))
                .cache_control_last_turn(CacheControl::ephemeral())
        };
        counts(&cache, &with(0), now());
        assert_eq!(counts(&cache, &with(between), now()).0 > 0, is_found, "{between}");
    }
}
