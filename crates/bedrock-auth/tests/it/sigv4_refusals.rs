//! What is not signed, and what is not believed.

use std::error::Error;
use std::time::{Duration, SystemTime};

use bedrock_auth::sigv4::verify::{AuthorizationHeader, VerifyError, verify};
use bedrock_auth::sigv4::{
    CanonicalRequestError, ParseSigningTimeError, PayloadHash, SignError, SigningParams, sign,
};
use bedrock_auth::{Credentials, SecretString};
use http::request::Parts;
use http::{HeaderName, HeaderValue};

const URL: &str = "https://bedrock.us-east-1.amazonaws.com/x";
const AT: SystemTime = SystemTime::UNIX_EPOCH;

#[test]
fn what_cannot_be_signed_leaves_the_request_as_it_was() {
    let keys = || Credentials::new("AKID", "secret");
    let out_of_range = SignError::Time(ParseSigningTimeError);
    let not_ascii = CanonicalRequestError::NotVisibleAscii { header: HeaderName::from_static("x-note") };
    let cases = [
        (get(URL), Credentials::new("", "s"), "r", "s", AT, SignError::AccessKeyId),
        (get(URL), Credentials::new("A/B", "s"), "r", "s", AT, SignError::AccessKeyId),
        (get(URL), Credentials::new("A\n", "s"), "r", "s", AT, SignError::AccessKeyId),
        (get(URL), Credentials::new("A", ""), "r", "s", AT, SignError::SecretAccessKey),
        (get(URL), keys().session_token("a\nb"), "r", "s", AT, SignError::SessionToken),
        (get(URL), keys().session_token(""), "r", "s", AT, SignError::SessionToken),
        (get(URL), keys(), "", "s", AT, SignError::Region),
        (get(URL), keys(), "a/b", "s", AT, SignError::Region),
        (get(URL), keys(), "r", "a b", AT, SignError::Service),
        (get(URL), keys(), "r", "s", AT - Duration::from_secs(1), out_of_range.clone()),
        (get(URL), keys(), "r", "s", AT + Duration::from_secs(253_402_300_800), out_of_range),
        (get("/x"), keys(), "r", "s", AT, SignError::Host),
        (
            with(get(URL), "x-amz-content-sha256", "UNSIGNED-PAYLOAD"),
            keys(),
            "r",
            "s",
            AT,
            SignError::ContentSha256Differs,
        ),
        (with(get(URL), "x-note", "Grüße"), keys(), "r", "s", AT, SignError::Request(not_ascii)),
    ];
    for (parts, credentials, region, service, now, expected) in cases {
        let mut after = with(parts, "x-amz-date", "earlier");
        let before = after.headers.clone();
        let params = SigningParams::new(&credentials, region, service, now);
        let error = sign(&mut after, &PayloadHash::of(b""), &params).unwrap_err();
        assert_eq!(error, expected);
        assert_eq!(after.headers, before, "{error:?}");
    }
}

#[test]
fn a_token_of_an_earlier_attempt_does_not_stay() {
    let mut parts = with(get(URL), "x-amz-security-token", "earlier");
    sign_as(&mut parts, &Credentials::new("AKID", "secret"));
    assert!(!parts.headers.contains_key("x-amz-security-token"));
}

#[test]
fn a_content_hash_that_is_right_is_signed_like_any_header() {
    let mut parts = with(get(URL), "x-amz-content-sha256", PayloadHash::of(b"").as_str());
    sign_as(&mut parts, &Credentials::new("AKID", "secret"));
    assert_eq!(check(&parts), Ok(()));
    let header = AuthorizationHeader::from_headers(&parts.headers).unwrap();
    assert!(header.signed_headers.contains(&HeaderName::from_static("x-amz-content-sha256")));
}

#[test]
fn what_is_not_signed_or_not_right_is_not_believed() {
    type Change = fn(&mut Parts);
    type Expected = fn(&VerifyError) -> bool;
    let cases: [(&str, Change, Expected); 7] = [
        ("no date", |parts| drop(parts.headers.remove("x-amz-date")), |error| *error == VerifyError::Date),
        (
            "unreadable date",
            |parts| set(parts, "x-amz-date", "yesterday"),
            |error| *error == VerifyError::Date,
        ),
        (
            "date of another day",
            |parts| set(parts, "x-amz-date", "20261122T000000Z"),
            |error| *error == VerifyError::ScopeDate,
        ),
        (
            "another time of the day",
            |parts| set(parts, "x-amz-date", "19700101T000001Z"),
            |error| matches!(error, VerifyError::Mismatch { .. }),
        ),
        (
            "a token slipped in",
            |parts| set(parts, "x-amz-security-token", "stolen"),
            |error| matches!(error, VerifyError::Unsigned { header } if header == "x-amz-security-token"),
        ),
        (
            "a false content hash",
            |parts| {
                set(parts, "x-amz-content-sha256", "UNSIGNED-PAYLOAD");
                let value = parts.headers["authorization"].to_str().unwrap();
                let value = value.replace("host;", "host;x-amz-content-sha256;");
                set(parts, "authorization", &value);
            },
            |error| *error == VerifyError::ContentSha256,
        ),
        (
            "an unsigned host",
            |parts| {
                let value = parts.headers["authorization"].to_str().unwrap().replace("host;", "");
                set(parts, "authorization", &value);
            },
            |error| matches!(error, VerifyError::Unsigned { header } if header == "host"),
        ),
    ];
    for (name, change, expected) in cases {
        let mut parts = get(URL);
        sign_as(&mut parts, &Credentials::new("AKID", "secret"));
        assert_eq!(check(&parts), Ok(()), "{name}");
        change(&mut parts);
        let error = check(&parts).unwrap_err();
        assert!(expected(&error), "{name}: {error:?}");
    }
}

#[test]
fn an_unsigned_header_that_is_not_aws_own_may_change() {
    let mut parts = get(URL);
    sign_as(&mut parts, &Credentials::new("AKID", "secret"));
    let mut parts = with(parts, "user-agent", "added later");
    set(&mut parts, "x-forwarded-for", "127.0.0.1");
    assert_eq!(check(&parts), Ok(()));
}

#[test]
fn debug_and_display_show_no_secret() {
    let credentials = Credentials::new("AKID", "canary-secret").session_token("canary-token");
    let mut parts = get(URL);
    let params = SigningParams::new(&credentials, "r", "s", AT);
    let signed = sign(&mut parts, &PayloadHash::of(b""), &params).unwrap();
    let header = AuthorizationHeader::from_headers(&parts.headers).unwrap();
    let mismatch = verify(&parts, &PayloadHash::of(b""), &header, &SecretString::from("other")).unwrap_err();
    let shown = format!("{params:?} {signed:?} {header:?} {mismatch:?} {mismatch} {parts:?}");
    assert!(!shown.contains("canary"), "{shown}");
    assert!(!shown.contains(&signed.signature), "{shown}");
    assert!(mismatch.source().is_none());
}

fn get(url: &str) -> Parts {
    http::Request::get(url).body(()).unwrap().into_parts().0
}

fn with(mut parts: Parts, name: &'static str, value: &str) -> Parts {
    set(&mut parts, name, value);
    parts
}

fn set(parts: &mut Parts, name: &'static str, value: &str) {
    parts.headers.insert(name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
}

fn sign_as(parts: &mut Parts, credentials: &Credentials) {
    let params = SigningParams::new(credentials, "us-east-1", "bedrock", AT);
    sign(parts, &PayloadHash::of(b""), &params).unwrap();
}

fn check(parts: &Parts) -> Result<(), VerifyError> {
    let header = AuthorizationHeader::from_headers(&parts.headers).unwrap();
    verify(parts, &PayloadHash::of(b""), &header, &SecretString::from("secret"))
}
