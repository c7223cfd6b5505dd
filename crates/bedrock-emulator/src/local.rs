//! What AWS does not have: paths below `/_local/`.
//!
//! `GET /_local/credentials` gives out temporary keys, as the credentials endpoint of a container does, and in the shape that
//! `credential_process` wants too. It asks for no authorization: what it gives opens nothing but this emulator.

use std::time::SystemTime;

use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::request::Parts;
use http::{HeaderValue, Method, Response};
use serde_json::json;

use crate::account::Account;
use crate::answer::Content;
use crate::error::AwsError;
use crate::temporary::timestamp;

/// Where the keys are.
pub(crate) const CREDENTIALS_PATH: &str = "/_local/credentials";

/// Whether a path is one of these.
pub(crate) fn is_local(path: &str) -> bool {
    path.starts_with("/_local/")
}

/// Answers a request for one of these paths.
///
/// # Errors
///
/// There is no such path, or not with this method.
pub(crate) fn answer(
    head: &Parts,
    now: SystemTime,
    account: &Account,
) -> Result<Response<Content>, AwsError> {
    if head.method != Method::GET || head.uri.path() != CREDENTIALS_PATH {
        return Err(AwsError::unknown_operation());
    }
    let keys = account.issue_to_machine(now);
    let token = keys.token().map(|token| token.expose());
    let body = json!({
        "Version": 1,
        "AccessKeyId": keys.access_key_id(),
        "SecretAccessKey": keys.secret_access_key().expose(),
        "Token": token,        // as a container's endpoint calls it
        "SessionToken": token, // as `credential_process` does
        "Expiration": keys.expiry().map(timestamp),
        "AccountId": keys.account_id(),
    });
    let mut response = Response::new(Content::Whole(Bytes::from(body.to_string())));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::testing::{TestRequest, local, minutes, now, refusal};

    fn fetched(account: &Account) -> Value {
        let response = local("GET", CREDENTIALS_PATH, now(), account);
        assert_eq!(
            (response.status().as_u16(), &response.headers()[CONTENT_TYPE]),
            (200, &HeaderValue::from_static("application/json"))
        );
        let Content::Whole(body) = response.body() else { panic!("one body") };
        serde_json::from_slice(body).unwrap()
    }

    #[test]
    fn the_keys_have_the_shape_of_a_container_and_of_a_process() {
        let account = Account { key_ttl: Some(minutes(1)), ..Account::default() };
        let keys = fetched(&account);
        assert_eq!(keys["Version"], 1);
        assert_eq!(keys["Expiration"], "2026-11-22T00:01:00Z");
        assert_eq!(keys["AccountId"], "123456789012");
        assert_eq!(keys["Token"], keys["SessionToken"]);
        assert!(keys["AccessKeyId"].as_str().unwrap().starts_with("ASIA"), "{keys}");
    }

    #[test]
    fn they_are_accepted_until_they_expire() {
        let account = Account { key_ttl: Some(minutes(1)), ..Account::default() };
        let keys = fetched(&account);
        let text = |name: &str| keys[name].as_str().unwrap().to_owned();
        let signed = |token: Option<String>, minute| {
            let mut credentials =
                bedrock_auth::Credentials::new(text("AccessKeyId"), text("SecretAccessKey"));
            if let Some(token) = token {
                credentials = credentials.session_token(token);
            }
            let at = now() + minutes(minute);
            let request = TestRequest { credentials, signed_at: at, ..TestRequest::hello() };
            let (head, body) = request.signed();
            let response = crate::testing::answer(&head, &body, at, &account);
            if response.status() == 200 { (200, String::new(), String::new()) } else { refusal(&response) }
        };
        let expired = "The security token included in the request is expired".to_owned();
        let unknown = "The security token included in the request is invalid.".to_owned();
        assert_eq!(signed(Some(text("Token")), 0).0, 200);
        assert_eq!(signed(Some(text("Token")), 1), (403, "ExpiredTokenException".to_owned(), expired));
        for token in [None, Some(text("Token").replace('.', "")), Some("else".to_owned())] {
            assert_eq!(signed(token, 0), (403, "UnrecognizedClientException".to_owned(), unknown.clone()));
        }
        // The fixed keys stay.
        assert_eq!(TestRequest::hello().answer().status(), 200);
    }

    #[test]
    fn there_is_nothing_else() {
        for (method, path) in [
            ("POST", CREDENTIALS_PATH),
            ("GET", "/_local/"),
            ("GET", "/_local/credentials/"),
            ("GET", "/_local/else"),
            ("GET", "/_LOCAL/credentials"),
        ] {
            let response = local(method, path, now(), &Account::default());
            assert_eq!(response.status(), 404, "{method} {path}");
        }
    }
}
