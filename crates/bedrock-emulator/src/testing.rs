//! Requests for tests: built, signed at a fixed time, and answered without a socket.

use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bedrock_auth::Credentials;
use bedrock_auth::sigv4::{PayloadHash, SigningParams, SigningTime, sign};
use bytes::Bytes;
use http::Response;
use http::request::Parts;

use crate::account::Account;
use crate::answer::{self, Addressee, Content};

/// A request and who signs it how; change what the test is about.
#[derive(Clone, Debug)]
pub(crate) struct TestRequest {
    pub(crate) method: &'static str,
    pub(crate) path: String,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: String,
    pub(crate) credentials: Credentials,
    pub(crate) region: &'static str,
    pub(crate) service: &'static str,
    pub(crate) signed_at: SystemTime,
}

impl TestRequest {
    pub(crate) fn invoke(body: impl Into<String>) -> Self {
        Self {
            method: "POST",
            path: "/model/us.anthropic.claude-opus-4-6-v1/invoke".to_owned(),
            headers: vec![
                ("host", "127.0.0.1:1".to_owned()),
                ("content-type", "application/json".to_owned()),
            ],
            body: body.into(),
            credentials: Account::default().credentials,
            region: "us-east-1",
            service: "bedrock",
            signed_at: now(),
        }
    }

    pub(crate) fn hello() -> Self {
        Self::invoke(hello_body())
    }

    /// A request to any other path.
    pub(crate) fn post(path: &str, body: impl Into<String>) -> Self {
        Self { path: path.to_owned(), ..Self::invoke(body) }
    }

    /// The same with one more header, which is signed as well.
    pub(crate) fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    pub(crate) fn signed_for(self, service: &'static str) -> Self {
        Self { service, ..self }
    }

    pub(crate) fn model(mut self, segment: &str) -> Self {
        self.path = format!("/model/{segment}/invoke");
        self
    }

    pub(crate) fn streamed(mut self) -> Self {
        self.path.push_str("-with-response-stream");
        self
    }

    /// The request without a signature.
    pub(crate) fn unsigned(&self) -> (Parts, Bytes) {
        let mut request = http::Request::builder().method(self.method).uri(&self.path);
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        let (head, ()) = request.body(()).unwrap().into_parts();
        (head, Bytes::from(self.body.clone()))
    }

    pub(crate) fn signed(&self) -> (Parts, Bytes) {
        let (mut head, body) = self.unsigned();
        let params = SigningParams::new(&self.credentials, self.region, self.service, self.signed_at);
        sign(&mut head, &PayloadHash::of(&body), &params).unwrap();
        (head, body)
    }

    pub(crate) fn answer(&self) -> Response<Content> {
        self.answer_of(&Account::default())
    }

    pub(crate) fn answer_of(&self, account: &Account) -> Response<Content> {
        let (head, body) = self.signed();
        answer(&head, &body, now(), account)
    }
}

/// What is answered to a request.
pub(crate) fn answer(head: &Parts, body: &Bytes, now: SystemTime, account: &Account) -> Response<Content> {
    answer::answer(Addressee::of(head, body), head, body, now, account)
}

/// What is answered to a request without a body or a signature.
pub(crate) fn local(method: &str, path: &str, now: SystemTime, account: &Account) -> Response<Content> {
    let (head, ()) = http::Request::builder().method(method).uri(path).body(()).unwrap().into_parts();
    answer(&head, &Bytes::new(), now, account)
}

/// A token with these claims and a signature of nobody.
pub(crate) fn web_identity_token(claims: &str) -> String {
    format!(
        "{}.{}.c2lnbmF0dXJl",
        URL_SAFE_NO_PAD.encode(r#"{"alg":"RS256"}"#),
        URL_SAFE_NO_PAD.encode(claims)
    )
}

/// The time all tests live in.
pub(crate) fn now() -> SystemTime {
    "20261122T000000Z".parse::<SigningTime>().unwrap().to_system_time()
}

pub(crate) fn minutes(count: u64) -> Duration {
    Duration::from_secs(60 * count)
}

pub(crate) fn hello_body() -> String {
    body_with("")
}

/// A valid body with more members, such as `,"system":"Be brief."`.
pub(crate) fn body_with(members: &str) -> String {
    format!(
        r#"{{"anthropic_version":"bedrock-2023-05-31","max_tokens":256,"messages":[{{"role":"user","content":"Hello, world"}}]{members}}}"#
    )
}

/// Status, code and message of a refusal.
pub(crate) fn refusal(response: &Response<Content>) -> (u16, String, String) {
    let kind = response.headers().get("x-amzn-errortype").map_or("", |kind| kind.to_str().unwrap());
    let code = kind.split(':').next().unwrap_or_default().to_owned();
    let Content::Whole(body) = response.body() else { panic!("not a refusal: {response:?}") };
    let body: serde_json::Value = serde_json::from_slice(body).unwrap();
    let message =
        body.get("message").or(body.get("Message")).and_then(|text| text.as_str()).unwrap_or_default();
    (response.status().as_u16(), code, message.to_owned())
}
