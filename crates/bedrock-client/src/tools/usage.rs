//! Token counts of several answers as one.

use bedrock_types::{
    CacheCreation, MessageIterationUsage, OutputTokensDetails, ServerToolUsage, Usage, UsageIteration,
};

/// Adds the counts of an answer; what is no count is that of the last answer.
pub(crate) fn add(sum: &mut Usage, answer: &Usage) {
    add_iterations(sum, answer);
    sum.input_tokens = sum.input_tokens.saturating_add(answer.input_tokens);
    sum.output_tokens = sum.output_tokens.saturating_add(answer.output_tokens);
    count(&mut sum.cache_creation_input_tokens, answer.cache_creation_input_tokens);
    count(&mut sum.cache_read_input_tokens, answer.cache_read_input_tokens);
    if let Some(created) = &answer.cache_creation {
        let sum = sum.cache_creation.get_or_insert_with(CacheCreation::new);
        count(&mut sum.ephemeral_5m_input_tokens, created.ephemeral_5m_input_tokens);
        count(&mut sum.ephemeral_1h_input_tokens, created.ephemeral_1h_input_tokens);
    }
    if let Some(details) = &answer.output_tokens_details {
        let sum = sum.output_tokens_details.get_or_insert_with(OutputTokensDetails::new);
        count(&mut sum.thinking_tokens, details.thinking_tokens);
    }
    if let Some(tools) = &answer.server_tool_use {
        let sum = sum.server_tool_use.get_or_insert_with(ServerToolUsage::new);
        count(&mut sum.web_search_requests, tools.web_search_requests);
        count(&mut sum.web_fetch_requests, tools.web_fetch_requests);
    }
    let last = answer.clone();
    sum.service_tier = last.service_tier.or(sum.service_tier.take());
    sum.inference_geo = last.inference_geo.or(sum.inference_geo.take());
    sum.speed = last.speed.or(sum.speed.take());
}

/// Where there are passes, they are all that was paid for: so answers without them get the one they consist of.
fn add_iterations(sum: &mut Usage, answer: &Usage) {
    if sum.iterations.is_none() && answer.iterations.is_none() {
        return;
    }
    let mut iterations = passes(sum);
    iterations.extend(passes(answer));
    sum.iterations = Some(iterations);
}

fn passes(usage: &Usage) -> Vec<UsageIteration> {
    match &usage.iterations {
        Some(iterations) => iterations.clone(),
        None if usage.input_tokens == 0 && usage.output_tokens == 0 => Vec::new(),
        None => {
            let mut pass = MessageIterationUsage::new(usage.input_tokens, usage.output_tokens);
            pass.cache_creation_input_tokens = usage.cache_creation_input_tokens;
            pass.cache_read_input_tokens = usage.cache_read_input_tokens;
            pass.cache_creation.clone_from(&usage.cache_creation);
            vec![pass.into()]
        }
    }
}

/// A count that neither has stays absent.
fn count(sum: &mut Option<u64>, more: Option<u64>) {
    if let Some(more) = more {
        *sum = Some(sum.unwrap_or(0).saturating_add(more));
    }
}

#[cfg(test)]
mod tests {
    use bedrock_types::CompactionIterationUsage;

    use super::*;

    #[test]
    fn counts_are_added_and_absent_ones_stay_absent() {
        let mut sum = Usage::new(0u64, 0u64);
        add(&mut sum, &Usage::new(1u64, 2u64).cache_read_input_tokens(5u64));
        add(&mut sum, &Usage::new(10u64, 20u64).cache_read_input_tokens(7u64).service_tier("standard"));
        assert_eq!((sum.input_tokens, sum.output_tokens), (11, 22));
        assert_eq!((sum.cache_read_input_tokens, sum.cache_creation_input_tokens), (Some(12), None));
        assert_eq!(sum.service_tier.map(|tier| tier.as_str().to_owned()).as_deref(), Some("standard"));
        assert_eq!(sum.iterations, None);
    }

    #[test]
    fn passes_hold_what_all_answers_cost() {
        let compacted = Usage::new(10u64, 20u64).iterations([
            CompactionIterationUsage::new(100u64, 30u64).into(),
            MessageIterationUsage::new(10u64, 20u64).into(),
        ]);
        let mut sum = Usage::new(0u64, 0u64);
        for answer in [&Usage::new(1u64, 2u64), &compacted, &Usage::new(3u64, 4u64)] {
            add(&mut sum, answer);
        }
        let inputs: Vec<_> = sum
            .iterations
            .iter()
            .flatten()
            .map(|pass| match pass {
                UsageIteration::Message(pass) => pass.input_tokens,
                UsageIteration::Compaction(pass) => pass.input_tokens,
                _ => 0,
            })
            .collect();
        assert_eq!(inputs, [1, 100, 10, 3]);
    }
}
