//! Every case of `tests/fixtures/short_term_keys.json`, which AWS's own package for Python made (`tests/peers/short_term_keys.py`).

use std::time::Duration;

use bedrock_auth::sigv4::SigningTime;
use bedrock_auth::{Credentials, short_term_key};
use serde_json::Value;

#[test]
fn every_key_is_that_of_the_published_generator() {
    let cases: Value = serde_json::from_str(include_str!("../fixtures/short_term_keys.json")).unwrap();
    let cases = cases.as_array().unwrap();
    assert_eq!(cases.len(), 4);
    for case in cases {
        let text = |key: &str| case[key].as_str().unwrap();
        let credentials = Credentials::new(text("access_key_id"), text("secret_access_key"));
        let credentials = match case["session_token"].as_str() {
            Some(token) => credentials.session_token(token),
            None => credentials,
        };
        let at = text("at").parse::<SigningTime>().unwrap().to_system_time();
        let lifetime = Duration::from_secs(case["seconds"].as_u64().unwrap());
        let key = short_term_key(&credentials, text("region"), at, lifetime).unwrap();
        assert_eq!(key.expose(), text("token"));
        assert_eq!(key.expiry(), Some(at + lifetime));
    }
}
