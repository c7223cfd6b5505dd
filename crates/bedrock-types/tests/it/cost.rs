//! What an answer costs: each figure here was done by hand from the listed prices, and the arithmetic stands beside it.

use bedrock_types::Usage;
use bedrock_types::models::{Billing, ModelId, catalog, cost};
use serde_json::Value;

/// The total, or `none`.
fn total(usage: &str, model: &str, billing: Billing<'_>) -> String {
    let usage: Usage = serde_json::from_str(usage).expect("a usage");
    let model = ModelId::parse(model).expect("a legal id");
    cost(&usage, &model, billing).map_or("none".to_owned(), |cost| cost.total().to_string())
}

#[test]
fn costs_are_those_done_by_hand() {
    let on_demand = Billing::on_demand();
    for (usage, model, expected) in [
        // Opus 4.6 is 5 / 25: 1000 × 5 + 200 × 25 = 10 000 millionths.
        (r#""input_tokens":1000,"output_tokens":200"#, "global.anthropic.claude-opus-4-6-v1", "0.01"),
        // A geography, in-region and mantle add a tenth.
        (r#""input_tokens":1000,"output_tokens":200"#, "eu.anthropic.claude-opus-4-6-v1", "0.011"),
        (r#""input_tokens":1000,"output_tokens":200"#, "anthropic.claude-opus-4-6-v1", "0.011"),
        // Haiku 4.5 is 1 / 5: (1 + 5) × 1.1 millionths, by its mantle id.
        (r#""input_tokens":1,"output_tokens":1"#, "anthropic.claude-haiku-4-5", "0.0000066"),
        // Before Sonnet 4.5 nothing is added: 3 / 15.
        (r#""input_tokens":7,"output_tokens":3"#, "us.anthropic.claude-sonnet-4-20250514-v1:0", "0.000066"),
        (r#""input_tokens":7,"output_tokens":3"#, "apac.anthropic.claude-sonnet-4-20250514-v1:0", "0.000066"),
        // GovCloud: 4 / 20 × 1.2.
        (r#""input_tokens":1000,"output_tokens":100"#, "us-gov.anthropic.claude-opus-5-5", "0.0072"),
        // Writes without a lifetime are for five minutes: 100 × 6.25.
        (
            r#""input_tokens":0,"output_tokens":0,"cache_creation_input_tokens":100"#,
            "global.anthropic.claude-opus-4-8",
            "0.000625",
        ),
        // 60 × 6.25 + 40 × 10 = 775, and 1000 × 0.5 read.
        (
            r#""input_tokens":0,"output_tokens":0,"cache_creation_input_tokens":100,"cache_read_input_tokens":1000,
                "cache_creation":{"ephemeral_5m_input_tokens":60,"ephemeral_1h_input_tokens":40}"#,
            "global.anthropic.claude-opus-4-8",
            "0.001275",
        ),
        // Reads have a factor of their own: 0.05 × 4 on Opus 5.5, 0.05 × 2 on Sonnet 5.5, 0.025 × 10 on Fable 5.1.
        (
            r#""input_tokens":0,"output_tokens":0,"cache_read_input_tokens":1000000"#,
            "global.anthropic.claude-opus-5-5",
            "0.2",
        ),
        (
            r#""input_tokens":0,"output_tokens":0,"cache_read_input_tokens":1000000"#,
            "global.anthropic.claude-sonnet-5-5",
            "0.1",
        ),
        (
            r#""input_tokens":0,"output_tokens":0,"cache_read_input_tokens":1000000"#,
            "us.anthropic.claude-fable-5-1",
            "0.275",
        ),
        // Haiku 5.5, 0.1 / 0.5 up to 100 000 of input, from wherever it comes, and 0.5 / 2.5 for all of a longer request.
        (
            r#""input_tokens":50000,"output_tokens":10,"cache_read_input_tokens":50000"#,
            "global.anthropic.claude-haiku-5-5",
            "0.005505",
        ),
        (
            r#""input_tokens":50001,"output_tokens":10,"cache_read_input_tokens":50000"#,
            "global.anthropic.claude-haiku-5-5",
            "0.0275255",
        ),
        // Sonnet 4.5 over 200 000: 200 001 × 6 + 10 × 22.5, a tenth more in the EU.
        (
            r#""input_tokens":200001,"output_tokens":10"#,
            "global.anthropic.claude-sonnet-4-5-20250929-v1:0",
            "1.200231",
        ),
        (
            r#""input_tokens":200001,"output_tokens":10"#,
            "eu.anthropic.claude-sonnet-4-5-20250929-v1:0",
            "1.3202541",
        ),
        // Opus 4.6 has a million tokens at one price.
        (r#""input_tokens":900000,"output_tokens":0"#, "global.anthropic.claude-opus-4-6-v1", "4.5"),
        // With compaction the iterations count, not the sums: (100 + 50 + 30) × 5 + (10 + 20) × 25.
        (
            r#""input_tokens":30,"output_tokens":20,"iterations":[
                {"type":"compaction","input_tokens":100,"output_tokens":10,"cache_creation_input_tokens":0,
                 "cache_read_input_tokens":0},
                {"type":"message","input_tokens":80,"output_tokens":20}]"#,
            "global.anthropic.claude-opus-4-6-v1",
            "0.00165",
        ),
        (
            r#""input_tokens":1000,"output_tokens":200,"iterations":[],"service_tier":"standard",
                "server_tool_use":{"web_search_requests":0}"#,
            "global.anthropic.claude-opus-4-6-v1",
            "0.01",
        ),
        // By ARN.
        (
            r#""input_tokens":1000,"output_tokens":200"#,
            "arn:aws:bedrock:us-east-1:123456789012:inference-profile/global.anthropic.claude-opus-4-6-v1",
            "0.01",
        ),
        (
            r#""input_tokens":1000,"output_tokens":200"#,
            "arn:aws:bedrock:eu-west-2::foundation-model/anthropic.claude-opus-4-6-v1",
            "0.011",
        ),
        (
            r#""input_tokens":1000,"output_tokens":200"#,
            "arn:aws-us-gov:bedrock:us-gov-west-1::foundation-model/anthropic.claude-haiku-4-5-20251001-v1:0",
            "0.0024",
        ),
    ] {
        assert_eq!(total(&format!("{{{usage}}}"), model, on_demand), expected, "{model}: {usage}");
    }
}

#[test]
fn a_batch_costs_half_as_far_as_it_is_known() {
    let usage = r#"{"input_tokens":1,"output_tokens":1}"#;
    let marked = r#"{"input_tokens":1,"output_tokens":1,"service_tier":"batch"}"#;
    for (usage, model, billing, expected) in [
        (usage, "global.anthropic.claude-opus-5", Billing::batch(), "0.000015"),
        (usage, "us.anthropic.claude-opus-5", Billing::batch(), "0.0000165"),
        (marked, "us.anthropic.claude-opus-5", Billing::on_demand(), "0.0000165"),
        (marked, "us.anthropic.claude-opus-5", Billing::batch(), "0.0000165"),
        // AWS's card of Opus 5.5 has no batch.
        (usage, "global.anthropic.claude-opus-5-5", Billing::batch(), "none"),
    ] {
        assert_eq!(total(usage, model, billing), expected, "{model}");
    }
    let cached = r#"{"input_tokens":1,"output_tokens":1,"cache_read_input_tokens":1}"#;
    assert_eq!(total(cached, "global.anthropic.claude-opus-5", Billing::batch()), "none");
}

#[test]
fn the_region_of_the_call_tells_gov_cloud() {
    let usage = r#"{"input_tokens":1000000,"output_tokens":0}"#;
    for (model, region, expected) in [
        ("anthropic.claude-haiku-4-5", "us-gov-west-1", "1.2"),
        ("anthropic.claude-haiku-4-5", "eu-west-1", "1.1"),
        ("global.anthropic.claude-opus-5", "mx-central-1", "5"),
        ("us-gov.anthropic.claude-opus-5", "us-gov-east-1", "6"),
        // No such call can have been.
        ("us-gov.anthropic.claude-opus-5", "us-east-1", "none"),
        ("global.anthropic.claude-opus-5", "us-gov-east-1", "none"),
        ("us.anthropic.claude-opus-5", "us-gov-east-1", "none"),
        // Other partitions have prices of their own.
        ("anthropic.claude-haiku-4-5", "cn-north-1", "none"),
        ("anthropic.claude-haiku-4-5", "us-iso-east-1", "none"),
        ("anthropic.claude-haiku-4-5", "eusc-de-east-1", "none"),
        ("anthropic.claude-haiku-4-5", "", "none"),
    ] {
        assert_eq!(total(usage, model, Billing::on_demand().region(region)), expected, "{model} {region}");
    }
}

#[test]
fn what_is_not_known_is_not_guessed() {
    let plain = r#""input_tokens":1,"output_tokens":1"#;
    let opus = "global.anthropic.claude-opus-4-6-v1";
    for (usage, model) in [
        (plain, "claude"),
        (plain, "global.anthropic.claude-newer"),
        (plain, "global.anthropic.claude-fable-5-2"),
        (plain, "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abcdefghijkl"),
        (plain, "arn:aws:bedrock:us-east-1:123456789012:provisioned-model/abcdefghijkl"),
        (plain, "arn:aws-cn:bedrock:cn-north-1::foundation-model/anthropic.claude-opus-4-6-v1"),
        // Opus 4 has no cache entries of an hour, Claude 3 Haiku none at all.
        (
            r#""input_tokens":1,"output_tokens":1,"cache_creation":{"ephemeral_1h_input_tokens":1}"#,
            "us.anthropic.claude-opus-4-20250514-v1:0",
        ),
        (
            r#""input_tokens":1,"output_tokens":1,"cache_read_input_tokens":1"#,
            "us.anthropic.claude-3-haiku-20240307-v1:0",
        ),
        // Counts that contradict each other.
        (
            r#""input_tokens":1,"output_tokens":1,"cache_creation_input_tokens":5,
                "cache_creation":{"ephemeral_5m_input_tokens":1,"ephemeral_1h_input_tokens":1}"#,
            opus,
        ),
        (r#""input_tokens":1,"output_tokens":1,"service_tier":"priority""#, opus),
        (r#""input_tokens":1,"output_tokens":1,"speed":"fast""#, opus),
        (r#""input_tokens":1,"output_tokens":1,"server_tool_use":{"web_search_requests":1}"#, opus),
        (r#""input_tokens":1,"output_tokens":1,"server_tool_use":{"newer_requests":1}"#, opus),
        // A lifetime that came later.
        (
            r#""input_tokens":1,"output_tokens":1,"cache_creation_input_tokens":5,
                    "cache_creation":{"ephemeral_24h_input_tokens":5}"#,
            opus,
        ),
        (
            r#""input_tokens":1,"output_tokens":1,"iterations":[{"type":"fallback_message","model":"claude-opus-4-8",
                "input_tokens":1,"output_tokens":1}]"#,
            opus,
        ),
    ] {
        assert_eq!(total(&format!("{{{usage}}}"), model, Billing::on_demand()), "none", "{model}: {usage}");
    }
}

#[test]
fn the_largest_counts_do_not_overflow() {
    let usage = Usage::new(u64::MAX, u64::MAX).cache_read_input_tokens(u64::MAX);
    let cost = cost(&usage, &ModelId::GLOBAL_CLAUDE_OPUS_4_8, Billing::on_demand()).expect("a price");
    assert_eq!(cost.output.to_string(), "461168601842738.790375");
    assert_eq!(cost.total().to_string(), "562625694248141.3242575");
}

/// The same arithmetic a second time, in whole numbers and from the data file: every model by every id that says where it ran.
#[test]
fn every_price_of_the_data_file_is_applied() {
    let data: Value = serde_json::from_str(include_str!("../../data/models.json")).expect("JSON");
    let gov = data["gov_premium_percent"].as_u64().expect("a number");
    let mut priced = 0;
    for model in data["models"].as_array().expect("a list") {
        let Some(price) = model.get("price") else { continue };
        let id = model["id"].as_str().expect("a text");
        let profiles = model["profiles"].as_object();
        let ids = profiles.into_iter().flat_map(|profiles| profiles.keys().map(String::as_str)).chain([id]);
        for id in ids {
            let percent = match id.split_once('.') {
                Some(("global", _)) => 100,
                Some(("us-gov", _)) => 100 + gov,
                _ => 100 + price["geo_premium_percent"].as_u64().unwrap_or(0),
            };
            for input in [1, 100_000, 100_001, 200_001] {
                let tier = price.get("long_context");
                let long = tier.filter(|tier| input > tier["over_input_tokens"].as_u64().expect("a number"));
                let rates = long.unwrap_or(price);
                let expected = input * micros(&rates["input"]) + 7 * micros(&rates["output"]);
                let usage = format!(r#"{{"input_tokens":{input},"output_tokens":7}}"#);
                assert_eq!(
                    total(&usage, id, Billing::on_demand()),
                    decimal(expected * percent),
                    "{id} {input}"
                );
                priced += 1;
            }
        }
    }
    assert!(priced > 4 * catalog().len(), "only {priced} were compared");
}

/// A price in millionths.
fn micros(price: &Value) -> u64 {
    let (whole, part) =
        price.as_str().map(|text| text.split_once('.').unwrap_or((text, "0"))).expect("a text");
    format!("{whole}{part:0<6}").parse().expect("digits")
}

/// 10⁻¹⁴ dollars, written out.
fn decimal(amount: u64) -> String {
    let text = format!("{}.{:014}", amount / 10_u64.pow(14), amount % 10_u64.pow(14));
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
