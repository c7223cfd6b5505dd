//! Which headers are recorded: those named here, and no others.
//!
//! A list of what may be written, not of what may not: a header that nobody thought of is left out, whatever it carries.

use std::collections::BTreeMap;

use http::HeaderMap;

/// The headers of a request that say what is asked.
pub(crate) fn of_request(headers: &HeaderMap) -> BTreeMap<String, String> {
    picked(headers, &OF_REQUESTS)
}

/// The headers of an answer that a client may act on.
pub(crate) fn of_answer(headers: &HeaderMap) -> BTreeMap<String, String> {
    picked(headers, &OF_ANSWERS)
}

fn picked(headers: &HeaderMap, names: &[&str]) -> BTreeMap<String, String> {
    let mut picked = BTreeMap::new();
    for name in names {
        let values: Vec<_> = headers.get_all(*name).iter().filter_map(|value| value.to_str().ok()).collect();
        if !values.is_empty() {
            picked.insert((*name).to_owned(), values.join(","));
        }
    }
    picked
}

const OF_REQUESTS: [&str; 9] = [
    "accept",
    "anthropic-beta",
    "anthropic-version",
    "content-type",
    "x-amzn-bedrock-accept",
    "x-amzn-bedrock-guardrailidentifier",
    "x-amzn-bedrock-guardrailversion",
    "x-amzn-bedrock-performanceconfig-latency",
    "x-amzn-bedrock-service-tier",
];

const OF_ANSWERS: [&str; 15] = [
    "content-type",
    "request-id",
    "retry-after",
    "retry-after-ms",
    "x-amzn-bedrock-cache-read-input-token-count",
    "x-amzn-bedrock-cache-write-input-token-count",
    "x-amzn-bedrock-content-type",
    "x-amzn-bedrock-input-token-count",
    "x-amzn-bedrock-invocation-latency",
    "x-amzn-bedrock-output-token-count",
    "x-amzn-bedrock-performanceconfig-latency",
    "x-amzn-bedrock-service-tier",
    "x-amzn-errortype",
    "x-amzn-requestid",
    "x-should-retry",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_authorises_is_picked() {
        let mut headers = HeaderMap::new();
        for name in [
            "authorization",
            "x-amz-security-token",
            "x-api-key",
            "cookie",
            "set-cookie",
            "x-amz-date",
            "x-new",
        ] {
            headers.insert(name, "canary".parse().unwrap());
        }
        assert!(of_request(&headers).is_empty() && of_answer(&headers).is_empty());
        headers.insert("content-type", "application/json".parse().unwrap());
        headers.append("anthropic-beta", "a".parse().unwrap());
        headers.append("anthropic-beta", "b".parse().unwrap());
        let expected = [("anthropic-beta", "a,b"), ("content-type", "application/json")];
        let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(of_request(&headers), BTreeMap::from(expected));
    }
}
