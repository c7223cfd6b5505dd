//! What a service says when it refuses, made safe to show.

use bytes::Bytes;
use http::{HeaderName, Response};
use zeroize::Zeroizing;

use crate::percent::encoded;
use crate::secret_json::SecretJson;
use crate::source_error::SourceProblem;
use crate::text::cut;

/// The refusal of a service that speaks JSON. `secrets` is what was sent: a service may repeat it.
pub(crate) fn of_json(response: &Response<Bytes>, secrets: &[&str]) -> SourceProblem {
    let body = SecretJson::parse(response.body()).unwrap_or_default();
    let header = response.headers().get(ERROR_TYPE).and_then(|value| value.to_str().ok());
    let code =
        header.or_else(|| ["__type", "code", "Code", "error"].into_iter().find_map(|key| body.text(key)));
    let message = ["message", "Message", "error_description"].into_iter().find_map(|key| body.text(key));
    SourceProblem::Refused {
        status: response.status().as_u16(),
        code: code.map(|code| clean(bare(code), secrets)),
        message: message.map(|message| clean(message, secrets)),
    }
}

/// A text of a service as one bounded line without control characters and without what was sent, as it is or as a form has it.
pub(crate) fn clean(text: &str, secrets: &[&str]) -> String {
    let mut text = Zeroizing::new(text.to_owned());
    for secret in secrets.iter().filter(|secret| !secret.is_empty()) {
        let in_a_form = Zeroizing::new(encoded(secret).to_string());
        for shown in [secret, in_a_form.as_str()] {
            text = redacted(&text, shown);
        }
    }
    let line = text.trim().lines().next().unwrap_or_default();
    line.chars().filter(|c| !c.is_control()).take(MAX_TEXT_CHARS).collect()
}

fn redacted(text: &str, secret: &str) -> Zeroizing<String> {
    let mut shown = Zeroizing::new(String::with_capacity(text.len()));
    let mut rest = text;
    while let Some((before, after)) = cut(rest, secret) {
        shown.push_str(before);
        shown.push_str(REDACTED);
        rest = after;
    }
    shown.push_str(rest);
    shown
}

/// The name alone: AWS writes `prefix#Name`, `Name:http://…` and both.
fn bare(code: &str) -> &str {
    let code = code.split(':').next().unwrap_or_default();
    code.rsplit('#').next().unwrap_or_default()
}

const ERROR_TYPE: HeaderName = HeaderName::from_static("x-amzn-errortype");

const REDACTED: &str = "[redacted]";

const MAX_TEXT_CHARS: usize = 500;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_and_message_are_found_wherever_a_service_puts_them() {
        let cases = [
            (
                None,
                r#"{"__type":"com.amazonaws.portal#UnauthorizedException","message":"no"}"#,
                "UnauthorizedException",
                "no",
            ),
            (
                Some("InvalidGrantException:http://internal.amazon.com/"),
                r#"{"error":"invalid_grant","error_description":"old"}"#,
                "InvalidGrantException",
                "old",
            ),
            (None, r#"{"error":"invalid_grant","error_description":"old"}"#, "invalid_grant", "old"),
            (None, r#"{"code":"Busy","Message":"later"}"#, "Busy", "later"),
        ];
        for (header, body, expected_code, expected_message) in cases {
            let mut response = Response::builder().status(400);
            if let Some(header) = header {
                response = response.header("x-amzn-ErrorType", header);
            }
            let response = response.body(Bytes::from_static(body.as_bytes())).unwrap();
            let SourceProblem::Refused { status, code, message } = of_json(&response, &[]) else {
                panic!("not a refusal");
            };
            assert_eq!(
                (status, code.as_deref(), message.as_deref()),
                (400, Some(expected_code), Some(expected_message)),
                "{body}"
            );
        }
    }

    #[test]
    fn a_body_that_is_not_json_is_not_shown() {
        let response = Response::builder().status(502).body(Bytes::from_static(b"<html>canary")).unwrap();
        let refusal = of_json(&response, &[]);
        assert!(matches!(refusal, SourceProblem::Refused { status: 502, code: None, message: None }));
    }

    #[test]
    fn what_was_sent_is_not_shown() {
        for (text, expected) in [
            ("bad token canary", "bad token [redacted]"),
            ("bad form t=canary%2F%3D&x", "bad form t=[redacted]&x"),
            ("bad header canary/=", "bad header [redacted]"),
            ("  one\ntwo", "one"),
            ("\x1b[31mred", "[31mred"),
            ("", ""),
        ] {
            assert_eq!(clean(text, &["canary/=", "canary", ""]), expected);
        }
        assert_eq!(clean(&"é".repeat(600), &[]).chars().count(), MAX_TEXT_CHARS);
    }
}
