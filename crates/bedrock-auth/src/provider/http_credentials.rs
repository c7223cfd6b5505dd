//! The credentials that the endpoints of containers and instances answer with: one JSON object, the same for both.

use bytes::Bytes;
use http::{Response, StatusCode};

use crate::credentials::Credentials;
use crate::refusal;
use crate::secret_json::SecretJson;
use crate::source_error::SourceProblem;
use crate::timestamp;

/// Reads the credentials of an answer. `secrets` is what was sent: the message of a refusal may repeat it.
///
/// # Errors
///
/// [`SourceProblem::Refused`], also where an answer with status 200 holds a code and no credentials, as an endpoint does that failed
/// to renew them; [`SourceProblem::BadAnswer`].
pub(super) fn read(response: &Response<Bytes>, secrets: &[&str]) -> Result<Credentials, SourceProblem> {
    if response.status() != StatusCode::OK {
        return Err(refusal::of_json(response, secrets));
    }
    let Some(body) = SecretJson::parse(response.body()) else {
        return Err(SourceProblem::bad_answer("it is not a JSON object"));
    };
    // Instances write `Code`, containers `code`.
    let code = body.text("Code").or_else(|| body.text("code"));
    if code.is_some_and(|code| code != "Success") {
        return Err(refusal::of_json(response, secrets));
    }

    let required =
        |key: &str| body.text(key).ok_or_else(|| SourceProblem::bad_answer(&format!("it has no {key}")));
    let mut credentials = Credentials::new(required("AccessKeyId")?, required("SecretAccessKey")?)
        .session_token(required("Token")?);
    if body.has("Expiration") {
        let time = body.text("Expiration").and_then(timestamp::parse);
        credentials = credentials
            .expires_at(time.ok_or_else(|| SourceProblem::bad_answer("its Expiration is not a time"))?);
    }
    if let Some(account) = body.text("AccountId") {
        credentials = credentials.in_account(account);
    }
    Ok(credentials)
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    fn answer(status: u16, body: &'static str) -> Result<Credentials, SourceProblem> {
        let response = Response::builder().status(status).body(Bytes::from_static(body.as_bytes())).unwrap();
        read(&response, &["canary-sent"])
    }

    #[test]
    fn all_that_is_there_is_read() {
        let body = r#"{"Code":"Success","AccessKeyId":"A","SecretAccessKey":"s","Token":"t",
            "Expiration":"2009-02-13T23:31:30Z","AccountId":"012345678901","RoleArn":"r"}"#;
        let expected = Credentials::new("A", "s")
            .session_token("t")
            .expires_at(UNIX_EPOCH + Duration::from_secs(1_234_567_890))
            .in_account("012345678901");
        assert_eq!(answer(200, body).unwrap(), expected);
        let body = r#"{"AccessKeyId":"A","SecretAccessKey":"s","Token":"t","AccountId":null}"#;
        assert_eq!(answer(200, body).unwrap(), Credentials::new("A", "s").session_token("t"));
    }

    #[test]
    fn anything_else_is_an_error_without_the_content() {
        let bad = "the answer is not what it must be: ";
        let cases = [
            (200, "canary", "it is not a JSON object"),
            (200, r#""canary""#, "it is not a JSON object"),
            (200, r#"{"AccessKeyId":"A","Token":"canary"}"#, "it has no SecretAccessKey"),
            (
                200,
                r#"{"AccessKeyId":"A","SecretAccessKey":"","Token":"canary"}"#,
                "it has no SecretAccessKey",
            ),
            (200, r#"{"AccessKeyId":"A","SecretAccessKey":"canary"}"#, "it has no Token"),
            (200, r#"{"AccessKeyId":7,"SecretAccessKey":"canary"}"#, "it has no AccessKeyId"),
            (
                200,
                r#"{"AccessKeyId":"A","SecretAccessKey":"canary","Token":"canary","Expiration":"canary"}"#,
                "its Expiration is not a time",
            ),
        ];
        for (status, body, problem) in cases {
            let error = answer(status, body).unwrap_err();
            assert_eq!(error.to_string(), format!("{bad}{problem}"), "{body}");
        }
    }

    #[test]
    fn a_refusal_keeps_code_and_message_and_not_what_was_sent() {
        let cases = [
            (
                200,
                r#"{"Code":"AssumeRoleUnauthorizedAccess","Message":"no trust","AccessKeyId":"A"}"#,
                "refused with status 200 AssumeRoleUnauthorizedAccess: no trust",
            ),
            (
                200,
                r#"{"code":"NoRole","message":"none for canary-sent"}"#,
                "refused with status 200 NoRole: none for [redacted]",
            ),
            (
                400,
                r#"{"code":"InvalidToken","message":"canary-sent is old"}"#,
                "refused with status 400 InvalidToken: [redacted] is old",
            ),
            (500, "<html>", "refused with status 500"),
        ];
        for (status, body, text) in cases {
            assert_eq!(answer(status, body).unwrap_err().to_string(), text);
        }
    }
}
