//! Whole requests and their answers, without a socket.

use bytes::Bytes;

use super::*;
use crate::testing;
use crate::testing::{TestRequest, minutes, now, web_identity_token};

const ROLE: &str = "arn:aws:iam::210987654321:role/team/reader";

/// A form that STS takes, with what differs from case to case at its end.
fn request(action: &str, rest: &str) -> TestRequest {
    TestRequest {
        path: "/".to_owned(),
        headers: vec![
            ("host", "127.0.0.1:1".to_owned()),
            ("content-type", "application/x-www-form-urlencoded; charset=utf-8".to_owned()),
        ],
        body: format!("Action={action}&Version=2011-06-15{rest}"),
        service: "sts",
        ..TestRequest::hello()
    }
}

/// Status and document.
fn exchanged((head, body): (Parts, Bytes)) -> (u16, String) {
    let response = testing::answer(&head, &body, now(), &Account::default());
    assert_eq!(response.headers()[CONTENT_TYPE], "text/xml", "{head:?}");
    let id = response.headers()["x-amzn-requestid"].to_str().unwrap().to_owned();
    let Content::Whole(document) = response.body() else { panic!("one body") };
    let document = String::from_utf8(document.to_vec()).unwrap();
    assert_eq!(element(&document, "RequestId"), id);
    (response.status().as_u16(), document)
}

fn signed(request: &TestRequest) -> (u16, String) {
    exchanged(request.signed())
}

/// The text of the only element with this name.
fn element<'a>(document: &'a str, name: &str) -> &'a str {
    let (_, rest) =
        document.split_once(&format!("<{name}>")).unwrap_or_else(|| panic!("no {name}: {document}"));
    rest.split_once(&format!("</{name}>")).unwrap().0
}

fn keys(document: &str) -> Credentials {
    Credentials::new(element(document, "AccessKeyId"), element(document, "SecretAccessKey"))
        .session_token(element(document, "SessionToken"))
}

#[test]
fn the_caller_is_told_who_it_is() {
    let (status, document) = signed(&request("GetCallerIdentity", ""));
    let parts = ["Arn", "UserId", "Account"].map(|name| element(&document, name));
    assert_eq!(status, 200, "{document}");
    assert_eq!(
        parts,
        ["arn:aws:iam::123456789012:user/bedrock-emulator", "AIDABEDROCKEMULATOR00", "123456789012"]
    );
}

#[test]
fn the_keys_of_a_role_are_those_of_the_role() {
    let form = format!("&RoleArn={ROLE}&RoleSessionName=me&DurationSeconds=900&ExternalId=x");
    let (status, document) = signed(&request("AssumeRole", &form));
    assert_eq!(status, 200, "{document}");
    assert_eq!(element(&document, "Expiration"), "2026-11-22T00:15:00Z");
    let arn = "arn:aws:sts::210987654321:assumed-role/reader/me";
    assert_eq!(element(&document, "Arn"), arn);

    let of_role = TestRequest { credentials: keys(&document), ..request("GetCallerIdentity", "") };
    let (status, identity) = signed(&of_role);
    assert_eq!((status, element(&identity, "Arn")), (200, arn));
    assert_eq!(element(&identity, "UserId"), element(&document, "AssumedRoleId"));
    assert_eq!(element(&identity, "Account"), "210987654321");

    // A role may assume the next one, and may call Bedrock.
    let next = TestRequest { credentials: keys(&document), ..request("AssumeRole", &form) };
    assert_eq!(signed(&next).0, 200);
    let hello = TestRequest { credentials: keys(&document), ..TestRequest::hello() };
    assert_eq!(hello.answer().status(), 200);

    let late = TestRequest { signed_at: now() + minutes(15), ..of_role };
    let (head, body) = late.signed();
    let response = testing::answer(&head, &body, now() + minutes(15), &Account::default());
    let Content::Whole(document) = response.body() else { panic!("one body") };
    let document = String::from_utf8(document.to_vec()).unwrap();
    assert_eq!((response.status().as_u16(), element(&document, "Code")), (403, "ExpiredToken"));
}

#[test]
fn a_web_identity_needs_no_signature() {
    let token = web_identity_token(r#"{"sub":"pod","iss":"https://issuer"}"#);
    let form = format!("&RoleArn={ROLE}&RoleSessionName=me&WebIdentityToken={token}");
    let request = request("AssumeRoleWithWebIdentity", &form);
    for exchange in [request.unsigned(), request.signed()] {
        let (status, document) = exchanged(exchange);
        assert_eq!((status, element(&document, "SubjectFromWebIdentityToken")), (200, "pod"));
        let of_role = TestRequest { credentials: keys(&document), ..TestRequest::hello() };
        assert_eq!(of_role.answer().status(), 200);
    }
}

#[test]
fn refusals_have_the_codes_of_sts() {
    let who = || request("GetCallerIdentity", "");
    let role = |rest: &str| signed(&request("AssumeRole", rest));
    let of = |id: &str, secret: &str| TestRequest { credentials: Credentials::new(id, secret), ..who() };
    let fixed = Account::default().credentials.access_key_id().to_owned();
    let named = format!("&RoleArn={ROLE}&RoleSessionName=me");
    let cases = [
        (exchanged(who().unsigned()), 403, "MissingAuthenticationToken"),
        (signed(&of("AKIAELSE", "x")), 403, "InvalidClientTokenId"),
        (signed(&of(&fixed, "wrong")), 403, "SignatureDoesNotMatch"),
        (signed(&TestRequest { signed_at: now() - minutes(6), ..who() }), 403, "SignatureDoesNotMatch"),
        (signed(&TestRequest { body: String::new(), ..who() }), 400, "MissingAction"),
        (signed(&TestRequest { body: "Action=%".to_owned(), ..who() }), 400, "MalformedInput"),
        (signed(&request("GetSessionToken", "")), 400, "InvalidAction"),
        (
            signed(&TestRequest { body: "Action=AssumeRole&Version=2000-01-01".into(), ..who() }),
            400,
            "InvalidAction",
        ),
        (role(""), 400, "ValidationError"),
        (role(&format!("&RoleArn={ROLE}")), 400, "ValidationError"),
        (role("&RoleArn=reader&RoleSessionName=me"), 400, "ValidationError"),
        (role(&format!("{named}&DurationSeconds=899")), 400, "ValidationError"),
        (role(&format!("{named}&DurationSeconds=43201")), 400, "ValidationError"),
        (role(&format!("{named}&DurationSeconds=long")), 400, "ValidationError"),
        (role(&format!("{named}&SerialNumber=device")), 403, "AccessDenied"),
        (signed(&request("AssumeRoleWithWebIdentity", &named)), 400, "ValidationError"),
        (
            signed(&request("AssumeRoleWithWebIdentity", &format!("{named}&WebIdentityToken=no"))),
            400,
            "InvalidIdentityToken",
        ),
    ];
    for (index, ((status, document), expected, code)) in cases.into_iter().enumerate() {
        assert_eq!((status, element(&document, "Code")), (expected, code), "case {index}: {document}");
    }
}

#[test]
fn what_is_not_meant_for_sts_is_left_to_bedrock() {
    let bedrock = |request: TestRequest| {
        let response = request.answer();
        assert!(response.headers().contains_key("x-amzn-errortype"), "{response:?}");
        response.status().as_u16()
    };
    let who = || request("GetCallerIdentity", "");
    assert_eq!(bedrock(TestRequest { service: "bedrock", ..who() }), 404);
    assert_eq!(bedrock(TestRequest { method: "GET", ..who() }), 404);
    assert_eq!(bedrock(TestRequest { path: "/model".to_owned(), ..who() }), 404);
    // The other way round, each service wants signatures for itself.
    assert_eq!(bedrock(TestRequest { service: "sts", ..TestRequest::hello() }), 403);
}
