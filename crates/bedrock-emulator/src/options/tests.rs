//! Options that are taken, from headers and from bodies, and those that are not.

use super::*;

fn headers(pairs: &[(&str, &str)]) -> HeaderMap {
    let json = ("content-type", "application/json");
    pairs
        .iter()
        .chain([&json])
        .map(|(name, value)| (name.parse::<HeaderName>().unwrap(), HeaderValue::from_str(value).unwrap()))
        .collect()
}

fn of_headers(pairs: &[(&str, &str)]) -> Result<CallOptions, String> {
    CallOptions::from_headers(&headers(pairs)).map_err(|error| error.message().to_owned())
}

fn of_body(body: &str) -> Result<CallOptions, String> {
    let request: ConverseRequest = json::from_slice(body.as_bytes()).unwrap();
    CallOptions::from_converse(&request).map_err(|error| error.message().to_owned())
}

#[test]
fn headers_and_members_say_the_same() {
    let of_headers = of_headers(&[
        ("x-amzn-bedrock-guardrailidentifier", "arn:aws:bedrock:us-east-1:123456789012:guardrail/abc123"),
        ("x-amzn-bedrock-guardrailversion", "DRAFT"),
        ("x-amzn-bedrock-trace", "ENABLED_FULL"),
        ("x-amzn-bedrock-performanceconfig-latency", "optimized"),
        ("x-amzn-bedrock-service-tier", "priority"),
        ("x-amzn-bedrock-request-metadata", r#"{"team":"a b:c/d@e"}"#),
    ]);
    let of_body = of_body(
        r#"{"guardrailConfig":{"guardrailIdentifier":"abc123","guardrailVersion":"DRAFT","trace":"enabled_full"},
            "performanceConfig":{"latency":"optimized"},"serviceTier":{"type":"priority"},
            "requestMetadata":{"team":"a b:c/d@e"}}"#,
    );
    assert_eq!(of_headers, of_body);
    let options = of_headers.unwrap();
    assert_eq!(
        options.guardrail,
        Some(Guardrail { id: "abc123".to_owned(), version: "DRAFT".to_owned(), traced: true })
    );
    let mut echoed = HeaderMap::new();
    options.echo(&mut echoed);
    assert_eq!(
        (&echoed[LATENCY], &echoed[SERVICE_TIER]),
        (&"optimized".parse().unwrap(), &"priority".parse().unwrap())
    );
}

#[test]
fn without_options_there_is_nothing_to_echo() {
    assert_eq!(of_headers(&[("x-amzn-bedrock-trace", "ENABLED")]), Ok(CallOptions::default()));
    let mut echoed = HeaderMap::new();
    of_body("{}").unwrap().echo(&mut echoed);
    assert!(echoed.is_empty());
}

#[test]
fn what_bedrock_does_not_have_is_refused() {
    const ID: &str = "x-amzn-bedrock-guardrailidentifier";
    const VERSION: &str = "x-amzn-bedrock-guardrailversion";
    const METADATA: &str = "x-amzn-bedrock-request-metadata";
    let long = format!(r#"{{"k":"{}"}}"#, "v".repeat(257));
    let many = format!("{{{}}}", (0..17).map(|n| format!(r#""k{n}":"v""#)).collect::<Vec<_>>().join(","));
    let huge = format!("{{\"k\":\"v\"{}}}", " ".repeat(8500));
    let long_id = "a".repeat(2049);
    for (pairs, said) in [
        (&[(ID, "abc")][..], "needs a guardrail version"),
        (&[(VERSION, "1")], "needs a guardrail identifier"),
        (&[(ID, "ABC"), (VERSION, "1")], "at 'guardrailIdentifier' failed"),
        (&[(ID, &long_id), (VERSION, "1")], "less than or equal to 2048"),
        (&[(ID, "abc"), (VERSION, "0")], "at 'guardrailVersion' failed"),
        (&[(ID, "abc"), (VERSION, "100000000")], "at 'guardrailVersion' failed"),
        (&[(ID, "abc"), (VERSION, "draft")], "at 'guardrailVersion' failed"),
        (&[("x-amzn-bedrock-trace", "enabled")], "enum value set: [ENABLED, DISABLED, ENABLED_FULL]"),
        (
            &[("x-amzn-bedrock-performanceconfig-latency", "fast")],
            "Value 'fast' at 'performanceConfigLatency'",
        ),
        (&[("x-amzn-bedrock-service-tier", "standard")], "Value 'standard' at 'serviceTier'"),
        (&[(METADATA, "team")], "JSON object"),
        (&[(METADATA, r#"{"k":1}"#)], "of 'k' is no text"),
        (&[(METADATA, r#"{"k":"(v)"}"#)], "of 'k' is not of"),
        (&[(METADATA, r#"{"":"v"}"#)], "of '' is not of"),
        (&[(METADATA, &long)], "of 'k' is not of"),
        (&[(METADATA, &many)], "more than 16"),
        (&[(METADATA, &huge)], "less than or equal to 8500"),
    ] {
        let refused = of_headers(pairs).unwrap_err();
        assert!(refused.contains(said), "{pairs:?}: {refused}");
    }
    let mut plain = headers(&[(ID, "abc"), (VERSION, "1")]);
    plain.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain"));
    assert!(CallOptions::from_headers(&plain).unwrap_err().message().contains("Content-Type"));
    assert!(of_body(r#"{"guardrailConfig":{"guardrailVersion":"1"}}"#).unwrap_err().contains("identifier"));
    assert!(of_body(r#"{"serviceTier":{"type":"DEFAULT"}}"#).unwrap_err().contains("serviceTier.type"));
}
