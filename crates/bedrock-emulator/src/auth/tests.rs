//! Each refusal, and what is let through.

use bedrock_auth::Credentials;
use http::HeaderValue;

use super::*;
use crate::route::{Endpoint, ModelOperation, NativeOperation};
use crate::testing::{TestRequest, minutes, now, refusal};

fn invoke() -> Route {
    Route::Model { operation: ModelOperation::InvokeModel, model_id: "m".to_owned() }
}

fn authenticated(request: (Parts, bytes::Bytes), account: &Account) -> Result<(), (u16, String, String)> {
    let (head, body) = request;
    let passed = authenticate(&head, &PayloadHash::of(&body), now(), account, &invoke());
    passed.map(drop).map_err(|error| refusal(&error.into_response()))
}

/// What the default account says to a request whose head was changed after signing.
fn tampered(request: &TestRequest, change: impl FnOnce(&mut Parts)) -> (u16, String, String) {
    let (mut head, body) = request.signed();
    change(&mut head);
    authenticated((head, body), &Account::default()).unwrap_err()
}

fn set(name: &'static str, value: &str) -> impl FnOnce(&mut Parts) {
    let value = HeaderValue::try_from(value).unwrap();
    move |head| {
        head.headers.insert(name, value);
    }
}

fn replace(from: &'static str, to: &'static str) -> impl FnOnce(&mut Parts) {
    move |head| {
        let value = head.headers[AUTHORIZATION].to_str().unwrap().replace(from, to);
        head.headers.insert(AUTHORIZATION, value.parse().unwrap());
    }
}

#[test]
fn what_the_account_signed_passes() {
    let hello = TestRequest::hello();
    let with_header = |name, value: &str| {
        let mut request = TestRequest::hello();
        request.headers.push((name, value.to_owned()));
        request
    };
    for request in [
        TestRequest::hello(),
        TestRequest::hello().streamed(),
        TestRequest::hello().model("us.anthropic.claude-sonnet-4-5-20250929-v1%3A0"),
        TestRequest::hello().model("us.anthropic.claude-sonnet-4-5-20250929-v1:0"),
        TestRequest { region: "eu-central-1", ..hello.clone() },
        TestRequest { region: "us-gov-west-1", ..hello.clone() },
        TestRequest { signed_at: now() - minutes(5), ..hello.clone() },
        TestRequest { signed_at: now() + minutes(5), ..hello.clone() },
        TestRequest { path: format!("{}?a=b&c", hello.path), ..hello },
        with_header("x-amzn-bedrock-request-metadata", "{\"a\":  \"b\"}"),
        TestRequest::invoke("\u{0}\u{e9}"),
        TestRequest::invoke(""),
    ] {
        let (head, body) = request.signed();
        let account = Account::default();
        let passed = authenticate(&head, &PayloadHash::of(&body), now(), &account, &invoke());
        assert_eq!(passed.as_deref(), Ok(request.region), "{request:?}");
    }
}

#[test]
fn temporary_credentials_need_their_own_token() {
    let (key, secret) = ("ASIA", "secret");
    let temporary = |token: &str| Credentials::new(key, secret).session_token(token);
    let account = |credentials| Account { credentials, ..Account::default() };
    let signed = |credentials| TestRequest { credentials, ..TestRequest::hello() }.signed();
    let unrecognized = Err((
        403,
        "UnrecognizedClientException".to_owned(),
        "The security token included in the request is invalid.".to_owned(),
    ));

    assert_eq!(authenticated(signed(temporary("t")), &account(temporary("t"))), Ok(()));
    assert_eq!(authenticated(signed(temporary("u")), &account(temporary("t"))), unrecognized);
    assert_eq!(authenticated(signed(Credentials::new(key, secret)), &account(temporary("t"))), unrecognized);
    assert_eq!(authenticated(signed(temporary("t")), &account(Credentials::new(key, secret))), unrecognized);

    let lasting = |until| account(temporary("t").expires_at(until));
    assert_eq!(authenticated(signed(temporary("t")), &lasting(now() + minutes(1))), Ok(()));
    let (status, code, message) = authenticated(signed(temporary("t")), &lasting(now())).unwrap_err();
    assert_eq!((status, code.as_str()), (403, "ExpiredTokenException"));
    assert_eq!(message, "The security token included in the request is expired");
}

#[test]
fn each_flaw_of_a_signature_has_its_refusal() {
    let hello = TestRequest::hello();
    let keys = |id: &str, secret: &str| TestRequest {
        credentials: Credentials::new(id, secret),
        ..TestRequest::hello()
    };
    let metadata = set("x-amzn-bedrock-request-metadata", "{\"a\":\"b\"}");
    let default_id = Account::default().credentials.access_key_id().to_owned();
    let cases = [
        (
            tampered(&hello, |head| drop(head.headers.remove(AUTHORIZATION))),
            403,
            "MissingAuthenticationTokenException",
            "Missing Authentication Token",
        ),
        (
            tampered(&keys("AKIAELSE", "x"), |_| ()),
            403,
            "UnrecognizedClientException",
            "The security token included in the request is invalid.",
        ),
        (
            tampered(&hello, set("x-amz-security-token", "t")),
            403,
            "UnrecognizedClientException",
            "The security token included in the request is invalid.",
        ),
        (tampered(&keys(&default_id, "wrong"), |_| ()), 403, "InvalidSignatureException", MISMATCH),
        (tampered(&hello, set("content-type", "text/plain")), 403, "InvalidSignatureException", MISMATCH),
        (
            tampered(&hello, |head| head.method = http::Method::PUT),
            403,
            "InvalidSignatureException",
            MISMATCH,
        ),
        (
            tampered(&hello, |head| head.uri = "/model/else/invoke".parse().unwrap()),
            403,
            "InvalidSignatureException",
            MISMATCH,
        ),
        (
            tampered(&hello, |head| drop(head.headers.remove("content-type"))),
            403,
            "InvalidSignatureException",
            MISMATCH,
        ),
        (tampered(&hello, set("x-amz-date", "20261122T000001Z")), 403, "InvalidSignatureException", MISMATCH),
        (
            tampered(&TestRequest { signed_at: now() - minutes(6), ..hello.clone() }, |_| ()),
            403,
            "InvalidSignatureException",
            "Signature expired: 20261121T235400Z is now earlier than 20261121T235500Z (20261122T000000Z - 5 min.)",
        ),
        (
            tampered(&TestRequest { signed_at: now() + minutes(6), ..hello.clone() }, |_| ()),
            403,
            "InvalidSignatureException",
            "Signature not yet current: 20261122T000600Z is still later than 20261122T000500Z (20261122T000000Z + 5 min.)",
        ),
        (
            tampered(&TestRequest { service: "bedrock-runtime", ..hello.clone() }, |_| ()),
            403,
            "InvalidSignatureException",
            "Credential should be scoped to correct service: 'bedrock'.",
        ),
        (
            tampered(&TestRequest { region: "us_east.1", ..hello.clone() }, |_| ()),
            403,
            "InvalidSignatureException",
            "Credential should be scoped to a valid region.",
        ),
        (
            tampered(&hello, replace("/20261122/", "/20261121/")),
            403,
            "InvalidSignatureException",
            "Date in Credential scope does not match",
        ),
        (
            tampered(&hello, replace("host;", "")),
            403,
            "InvalidSignatureException",
            "'host' must be a 'SignedHeader'",
        ),
        (
            tampered(&hello, replace(";x-amz-date", "")),
            403,
            "InvalidSignatureException",
            "'x-amz-date' must be a 'SignedHeader'",
        ),
        (
            tampered(&hello, metadata),
            403,
            "InvalidSignatureException",
            "'x-amzn-bedrock-request-metadata' must be a 'SignedHeader'",
        ),
        (
            tampered(&hello, set("x-amz-content-sha256", "00")),
            403,
            "InvalidSignatureException",
            "'x-amz-content-sha256' must be a",
        ),
        (
            tampered(&hello, |head| drop(head.headers.remove("x-amz-date"))),
            400,
            "IncompleteSignatureException",
            "Authorization header requires existence of",
        ),
        (
            tampered(&hello, set("x-amz-date", "yesterday")),
            400,
            "IncompleteSignatureException",
            "Authorization header requires existence of",
        ),
        (
            tampered(&hello, replace("Signature=", "Sign=")),
            400,
            "IncompleteSignatureException",
            "Authorization header requires 'Signature' parameter.",
        ),
        (
            tampered(&hello, replace("Credential=", "Creds=")),
            400,
            "IncompleteSignatureException",
            "Authorization header requires 'Credential' parameter.",
        ),
        (
            tampered(&hello, replace("/aws4_request", "")),
            400,
            "IncompleteSignatureException",
            "Credential must have exactly 5",
        ),
        (
            tampered(&hello, replace("host;", "h ost;")),
            400,
            "IncompleteSignatureException",
            "The SignedHeaders",
        ),
        (
            tampered(&hello, set("authorization", "Basic YTpi")),
            400,
            "IncompleteSignatureException",
            "The Authorization header is neither",
        ),
        (
            tampered(&hello, set("authorization", "")),
            400,
            "IncompleteSignatureException",
            "The Authorization header is neither",
        ),
    ];
    for (index, (refusal, status, code, message)) in cases.into_iter().enumerate() {
        assert_eq!((refusal.0, refusal.1.as_str()), (status, code), "case {index}: {refusal:?}");
        assert!(refusal.2.starts_with(message), "case {index}: {refusal:?}");
    }
}

#[test]
fn a_changed_body_matches_no_signature() {
    let (head, _) = TestRequest::hello().signed();
    let refusal = authenticated((head, "{}".into()), &Account::default()).unwrap_err();
    assert_eq!((refusal.0, refusal.1.as_str()), (403, "InvalidSignatureException"));
}

#[test]
fn a_mismatch_shows_what_should_have_been_signed() {
    let wrong = Credentials::new(Account::default().credentials.access_key_id(), "wrong");
    let (_, _, message) = tampered(&TestRequest { credentials: wrong, ..TestRequest::hello() }, |_| ());
    let rest = message.strip_prefix(MISMATCH).unwrap();
    let canonical = "\n\nThe Canonical String for this request should have been\n\
        'POST\n/model/us.anthropic.claude-opus-4-6-v1/invoke\n\ncontent-type:application/json\nhost:127.0.0.1:1\n";
    assert!(rest.starts_with(canonical), "{rest}");
    let string_to_sign = "\n\nThe String-to-Sign should have been\n\
        'AWS4-HMAC-SHA256\n20261122T000000Z\n20261122/us-east-1/bedrock/aws4_request\n";
    assert!(rest.contains(string_to_sign), "{rest}");
}

#[test]
fn an_api_key_is_compared_whole() {
    let account = Account::default();
    let key = account.bearer_token.expose();
    let with = |authorization: String| {
        let (mut head, body) = TestRequest::hello().unsigned();
        head.headers.insert(AUTHORIZATION, authorization.parse().unwrap());
        authenticated((head, body), &account)
    };
    assert_eq!(with(format!("Bearer {key}")), Ok(()));
    assert_eq!(with(format!("bearer  {key}")), Ok(()));
    for wrong in
        ["x".to_owned(), format!("{key}x"), key[1..].to_owned(), format!("{key} x"), key.to_uppercase()]
    {
        let (status, code, message) = with(format!("Bearer {wrong}")).unwrap_err();
        assert_eq!((status, code.as_str()), (403, "AccessDeniedException"), "{wrong}");
        assert_eq!(message, "Authentication failed: Please make sure your API Key is valid.");
    }
}

#[test]
fn a_clock_that_cannot_be_written_refuses_nobody() {
    let (head, body) = TestRequest::hello().signed();
    let before_all = SystemTime::UNIX_EPOCH - minutes(1);
    let account = Account::default();
    let passed = authenticate(&head, &PayloadHash::of(&body), before_all, &account, &invoke());
    assert_eq!(passed.as_deref(), Ok("us-east-1"));
}

#[test]
fn a_native_route_takes_a_key_in_x_api_key_and_has_a_name_of_its_own() {
    let account = Account::default();
    let native = |endpoint| Route::Native { endpoint, operation: NativeOperation::Messages };
    let key = account.bearer_token.expose();
    let with = |headers: &[(&'static str, &str)], route: &Route| {
        let (mut head, body) = TestRequest::hello().unsigned();
        for (name, value) in headers {
            head.headers.insert(*name, HeaderValue::from_str(value).unwrap());
        }
        let passed = authenticate(&head, &PayloadHash::of(&body), now(), &account, route);
        passed.map(drop).map_err(|error| error.code().to_owned())
    };
    let bearer = format!("Bearer {key}");
    for endpoint in [Endpoint::Runtime, Endpoint::Mantle] {
        assert_eq!(with(&[("x-api-key", key)], &native(endpoint)), Ok(()));
        assert_eq!(with(&[("authorization", &bearer)], &native(endpoint)), Ok(()));
        assert_eq!(
            with(&[("x-api-key", "else")], &native(endpoint)),
            Err("AccessDeniedException".to_owned())
        );
    }
    let missing = "MissingAuthenticationTokenException".to_owned();
    assert_eq!(with(&[("x-api-key", key)], &invoke()), Err(missing));

    for (service, endpoint, expected) in [
        ("bedrock", Endpoint::Runtime, Ok(())),
        ("bedrock-mantle", Endpoint::Mantle, Ok(())),
        ("bedrock", Endpoint::Mantle, Err("InvalidSignatureException")),
        ("bedrock-mantle", Endpoint::Runtime, Err("InvalidSignatureException")),
    ] {
        let (head, body) = TestRequest { service, ..TestRequest::hello() }.signed();
        let passed = authenticate(&head, &PayloadHash::of(&body), now(), &account, &native(endpoint));
        let passed = passed.as_ref().map(|_| ()).map_err(|error| error.code());
        assert_eq!(passed, expected, "{service} {endpoint:?}");
    }
}
