//! Laws of signer and verifier, and the comparison with `aws_sigv4::http_request::sign`.

use std::time::{Duration, SystemTime};

use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings};
use bedrock_auth::sigv4::verify::{AuthorizationHeader, VerifyError, verify};
use bedrock_auth::sigv4::{PayloadHash, SigningKeyCache, SigningParams, sign};
use bedrock_auth::{Credentials, SecretString};
use http::request::Parts;
use http::{HeaderName, HeaderValue};
use proptest::prelude::*;

/// A request before it is signed.
#[derive(Clone, Debug)]
struct Draft {
    method: &'static str,
    target: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    token: Option<String>,
    seconds: u64,
}

proptest! {
    #[test]
    fn what_was_signed_verifies(draft in draft(any_target(), any_value())) {
        let (parts, payload) = signed(&draft);
        prop_assert_eq!(check(&parts, &payload, SECRET), Ok(()));
    }

    #[test]
    fn another_secret_does_not_verify(draft in draft(any_target(), any_value()), secret in "[!-~]{1,40}") {
        prop_assume!(secret != SECRET);
        let (parts, payload) = signed(&draft);
        let refused = matches!(check(&parts, &payload, &secret), Err(VerifyError::Mismatch { .. }));
        prop_assert!(refused);
    }

    /// Of the path this holds for every byte that stays a name; dot segments and slashes may fold to the same request.
    #[test]
    fn a_changed_byte_of_the_target_is_refused(
        draft in draft(plain_target(), any_value()),
        at in any::<prop::sample::Index>(),
        byte in "[a-zA-Z0-9]",
    ) {
        let (mut parts, payload) = signed(&draft);
        let target = parts.uri.to_string();
        let at = at.index(target.len());
        prop_assume!(!matches!(&target[at..=at], "/" | "?" | "&" | "=") && target[at..=at] != byte);
        let changed = [&target[..at], &byte, &target[at + 1..]].concat();
        // Two pairs of a query may be swapped by the change, which leaves the canonical query as it was.
        prop_assume!(sorted_pairs(&changed) != sorted_pairs(&target));
        parts.uri = changed.parse().unwrap();
        prop_assert!(check(&parts, &payload, SECRET).is_err());
    }

    #[test]
    fn a_changed_header_is_refused(draft in draft(any_target(), any_value()), value in "[a-z]{1,8}", at in any::<prop::sample::Index>()) {
        let (mut parts, payload) = signed(&draft);
        let header = AuthorizationHeader::from_headers(&parts.headers).unwrap();
        let names: Vec<HeaderName> = header.signed_headers.iter().cloned().collect();
        let name = at.get(&names).clone();
        let before = parts.headers.insert(name.clone(), HeaderValue::from_str(&value).unwrap()).unwrap();
        prop_assume!(before != value.as_str() && draft.headers.iter().filter(|(other, _)| *other == name.as_str()).count() < 2);
        prop_assume!(before.to_str().unwrap().trim() != value);
        prop_assert!(check(&parts, &payload, SECRET).is_err());
    }

    #[test]
    fn a_removed_header_is_refused(draft in draft(any_target(), any_value()), at in any::<prop::sample::Index>()) {
        let (mut parts, payload) = signed(&draft);
        let header = AuthorizationHeader::from_headers(&parts.headers).unwrap();
        let names: Vec<HeaderName> = header.signed_headers.iter().cloned().collect();
        parts.headers.remove(at.get(&names));
        prop_assert!(check(&parts, &payload, SECRET).is_err());
    }

    #[test]
    fn a_changed_body_is_refused(draft in draft(any_target(), any_value()), at in any::<prop::sample::Index>(), bit in 0_u8..8) {
        let (parts, _) = signed(&draft);
        let mut body = draft.body.clone();
        if body.is_empty() {
            body.push(bit);
        } else {
            let at = at.index(body.len());
            body[at] ^= 1 << bit;
        }
        let refused = matches!(check(&parts, &PayloadHash::of(&body), SECRET), Err(VerifyError::Mismatch { .. }));
        prop_assert!(refused);
    }

    #[test]
    fn signing_twice_is_signing_once(draft in draft(any_target(), any_value())) {
        let (once, payload) = signed(&draft);
        let mut twice = once.clone();
        sign_parts(&mut twice, &payload, &draft);
        prop_assert_eq!(once.headers, twice.headers);
    }

    /// One cache sees the identities, regions and days of all the requests, in any order.
    #[test]
    fn a_kept_key_signs_the_same(
        calls in prop::collection::vec(
            (draft(any_target(), any_value()), prop::sample::select(vec!["one", "two"]), "[a-c]", "[a-c]", 0..3_u64),
            1..20,
        ),
    ) {
        let cache = SigningKeyCache::default();
        for (draft, secret, region, service, day) in calls {
            let credentials = Credentials::new(ID, secret);
            let now = SystemTime::UNIX_EPOCH + Duration::from_secs(day * 86_400 + draft.seconds % 86_400);
            let params = SigningParams::new(&credentials, &region, &service, now);
            let (mut derived, payload) = signed(&draft);
            derived.headers.insert("host", HeaderValue::from_static(HOST));
            let mut kept = derived.clone();
            sign(&mut derived, &payload, &params).unwrap();
            sign(&mut kept, &payload, &params.with_key_cache(&cache)).unwrap();
            prop_assert_eq!(derived.headers, kept.headers);
        }
    }

    /// The other signer decodes a query and encodes it again, and gives a path that ends in a dot segment a slash. So the
    /// queries here are pairs of unreserved characters and upper-case escapes of others, the paths end in a name, and header
    /// values hold no tabs, which it leaves alone and botocore takes for spaces.
    #[test]
    fn the_signature_is_that_of_aws_sigv4(draft in draft(plain_target(), "[!-~]{1,5}( {1,3}[!-~]{1,5}){0,2}".boxed())) {
        let (parts, _) = signed(&draft);
        prop_assert_eq!(parts.headers["authorization"].to_str().unwrap(), oracle(&draft));
    }
}

fn draft(target: BoxedStrategy<String>, value: BoxedStrategy<String>) -> impl Strategy<Value = Draft> {
    (
        prop::sample::select(vec!["GET", "POST", "PUT", "DELETE"]),
        target,
        prop::collection::vec(("x-[a-z]{1,3}", value), 0..4),
        prop::collection::vec(any::<u8>(), 0..64),
        prop::option::of("[a-zA-Z0-9+/=]{1,40}"),
        0_u64..253_402_300_800,
    )
        .prop_map(|(method, target, headers, body, token, seconds)| Draft {
            method,
            target,
            headers,
            body,
            token,
            seconds,
        })
}

/// Everything `http` takes for a path and query.
fn any_target() -> BoxedStrategy<String> {
    "(/([a-zA-Z0-9._~!$'()*+,;:@=-]|%[0-9A-Fa-f]{2}){0,8}){1,5}(\\?[a-zA-Z0-9._~!$'()*+,;:@/?&=%-]{0,24})?"
        .boxed()
}

/// Targets on which all signers agree; see the law that needs it.
fn plain_target() -> BoxedStrategy<String> {
    let text = "([a-zA-Z0-9._~-]|%2F|%3A|%20|%2B|%C3%BC){1,8}";
    let path = "(/[a-zA-Z0-9._~:@!*-]{0,8}|/%2F|/%3A){0,4}/[a-z][a-z0-9:-]{0,3}";
    let target = format!("{path}(\\?{text}={text}(&{text}={text}){{0,3}})?");
    prop::string::string_regex(&target).expect("the pattern is fixed").boxed()
}

fn any_value() -> BoxedStrategy<String> {
    "[ -~\t]{0,20}".boxed()
}

fn sorted_pairs(target: &str) -> Vec<&str> {
    let mut parts: Vec<_> = target.split(['?', '&']).collect();
    if let Some(pairs) = parts.get_mut(1..) {
        pairs.sort_unstable();
    }
    parts
}

fn signed(draft: &Draft) -> (Parts, PayloadHash) {
    let request =
        http::Request::builder().method(draft.method).uri(format!("https://{HOST}{}", draft.target));
    let request = draft.headers.iter().fold(request, |request, (name, value)| request.header(name, value));
    let mut parts = request.body(()).unwrap().into_parts().0;
    let payload = PayloadHash::of(&draft.body);
    sign_parts(&mut parts, &payload, draft);
    // What a server sees is the target alone.
    parts.uri = parts.uri.path_and_query().unwrap().as_str().parse().unwrap();
    (parts, payload)
}

fn sign_parts(parts: &mut Parts, payload: &PayloadHash, draft: &Draft) {
    let credentials = Credentials::new(ID, SECRET);
    let credentials = match &draft.token {
        Some(token) => credentials.session_token(token),
        None => credentials,
    };
    let params = SigningParams::new(&credentials, REGION, SERVICE, now(draft));
    sign(parts, payload, &params).unwrap();
}

fn check(parts: &Parts, payload: &PayloadHash, secret: &str) -> Result<(), VerifyError> {
    let header = AuthorizationHeader::from_headers(&parts.headers).unwrap();
    verify(parts, payload, &header, &SecretString::from(secret))
}

fn oracle(draft: &Draft) -> String {
    let credentials = aws_credential_types::Credentials::new(ID, SECRET, draft.token.clone(), None, "test");
    let identity = credentials.into();
    let params = aws_sigv4::sign::v4::SigningParams::builder()
        .identity(&identity)
        .region(REGION)
        .name(SERVICE)
        .time(now(draft))
        .settings(SigningSettings::default())
        .build()
        .unwrap()
        .into();
    let headers = draft.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let url = format!("https://{HOST}{}", draft.target);
    let request = SignableRequest::new(draft.method, url, headers, SignableBody::Bytes(&draft.body)).unwrap();
    let (instructions, _) = aws_sigv4::http_request::sign(request, &params).unwrap().into_parts();
    let (_, authorization) = instructions.headers().find(|(name, _)| *name == "authorization").unwrap();
    authorization.to_owned()
}

fn now(draft: &Draft) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(draft.seconds)
}

const HOST: &str = "bedrock-runtime.us-east-1.amazonaws.com";
const ID: &str = "AKIDEXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const REGION: &str = "us-east-1";
const SERVICE: &str = "bedrock";
