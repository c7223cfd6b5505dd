//! Answers and refusals, read from XML.

use std::fmt;

use super::xml::Texts;
use crate::credentials::Credentials;
use crate::timestamp;

/// Who AWS says is calling.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CallerIdentity {
    /// The unique id of the user or role; of an assumed role with the session's name behind a colon.
    pub user_id: String,
    /// The account.
    pub account: String,
    /// The ARN.
    pub arn: String,
}

/// What STS says when it refuses. It may repeat what was sent: clean it before it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StsError {
    /// AWS's name for the error, such as `ExpiredToken`.
    pub code: Option<String>,
    /// What AWS says about it.
    pub message: Option<String>,
    /// The id to give to AWS's support.
    pub request_id: Option<String>,
}

impl CallerIdentity {
    /// Reads the answer to [`GET_CALLER_IDENTITY`](super::GET_CALLER_IDENTITY).
    ///
    /// # Errors
    ///
    /// [`ParseCallerIdentityError`] where it is no such answer.
    pub fn parse(answer: &[u8]) -> Result<Self, ParseCallerIdentityError> {
        let read = || {
            let texts = Texts::parse(answer)?;
            let text = |name| Some(texts.get(&format!("GetCallerIdentityResult/{name}"))?.to_owned());
            Some(Self { user_id: text("UserId")?, account: text("Account")?, arn: text("Arn")? })
        };
        read().ok_or(ParseCallerIdentityError)
    }
}

impl StsError {
    /// Reads a refusal; `None` where it is none of STS, as that of a proxy.
    pub fn parse(answer: &[u8]) -> Option<Self> {
        let texts = Texts::parse(answer)?;
        let text = |path| texts.get(path).map(str::to_owned);
        let (code, message) = (text("Error/Code"), text("Error/Message"));
        (code.is_some() || message.is_some()).then(|| Self { code, message, request_id: text("RequestId") })
    }
}

/// The credentials in the answer to an action that assumes a role, or what is wrong with it.
pub(super) fn credentials(action: &str, answer: &[u8]) -> Result<Credentials, &'static str> {
    let texts = Texts::parse(answer).ok_or("it is not the XML of STS")?;
    let text = |path: &str| texts.get(&format!("{action}Result/{path}"));
    let id = text("Credentials/AccessKeyId").ok_or("it has no AccessKeyId")?;
    let secret = text("Credentials/SecretAccessKey").ok_or("it has no SecretAccessKey")?;
    let token = text("Credentials/SessionToken").ok_or("it has no SessionToken")?;
    let expiration = text("Credentials/Expiration").ok_or("it has no Expiration")?;
    let expires_at = timestamp::parse(expiration).ok_or("its Expiration is not a time")?;

    let credentials = Credentials::new(id, secret).session_token(token).expires_at(expires_at);
    let account = text("AssumedRoleUser/Arn").and_then(|arn| arn.split(':').nth(4));
    Ok(match account.filter(|account| !account.is_empty()) {
        Some(account) => credentials.in_account(account),
        None => credentials,
    })
}

/// The bytes are not the answer to `GetCallerIdentity`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ParseCallerIdentityError;

impl fmt::Display for ParseCallerIdentityError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the answer of STS has no user id, account and ARN")
    }
}

impl std::error::Error for ParseCallerIdentityError {}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::*;

    #[test]
    fn a_caller_has_all_three_names() {
        let answer = |inner: &str| {
            let result = format!("<GetCallerIdentityResult>{inner}</GetCallerIdentityResult>");
            format!("<GetCallerIdentityResponse>{result}</GetCallerIdentityResponse>")
        };
        let whole = answer("<Arn>a</Arn><UserId>u</UserId><Account>1</Account>");
        let found = CallerIdentity { user_id: "u".into(), account: "1".into(), arn: "a".into() };
        assert_eq!(CallerIdentity::parse(whole.as_bytes()), Ok(found));
        for bad in [answer("<Arn>a</Arn><UserId>u</UserId>"), answer(""), String::new(), "{}".to_owned()] {
            assert_eq!(CallerIdentity::parse(bad.as_bytes()), Err(ParseCallerIdentityError), "{bad}");
        }
    }

    #[test]
    fn a_refusal_has_a_code_or_a_message() {
        let refusal = "<ErrorResponse><Error><Type>Sender</Type><Code>C</Code><Message>a &lt; b</Message></Error>\
            <RequestId>r</RequestId></ErrorResponse>";
        let expected =
            StsError { code: Some("C".into()), message: Some("a < b".into()), request_id: Some("r".into()) };
        assert_eq!(StsError::parse(refusal.as_bytes()), Some(expected));
        for other in ["<html><body>502</body></html>", "bad gateway", ""] {
            assert_eq!(StsError::parse(other.as_bytes()), None, "{other}");
        }
    }

    #[test]
    fn credentials_are_whole_or_an_error() {
        const KEYS: &str =
            "<AccessKeyId>A</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>";
        const EXPIRATION: &str = "<Expiration>2009-02-13T23:31:30Z</Expiration>";
        let answer = |user: &str, credentials: &str| {
            let result = format!("<XResult>{user}<Credentials>{credentials}</Credentials></XResult>");
            format!("<XResponse>{result}</XResponse>")
        };
        let whole = Credentials::new("A", "s")
            .session_token("t")
            .expires_at(SystemTime::UNIX_EPOCH + Duration::from_secs(1_234_567_890));
        let user = "<AssumedRoleUser><Arn>arn:aws:sts::123456789012:assumed-role/r/s</Arn></AssumedRoleUser>";
        for (user, credentials, expected) in [
            (user, format!("{KEYS}{EXPIRATION}"), Ok(whole.clone().in_account("123456789012"))),
            ("", format!("{KEYS}{EXPIRATION}"), Ok(whole)),
            ("", KEYS.to_owned(), Err("it has no Expiration")),
            ("", format!("{KEYS}<Expiration>soon</Expiration>"), Err("its Expiration is not a time")),
            ("", EXPIRATION.to_owned(), Err("it has no AccessKeyId")),
        ] {
            assert_eq!(
                super::credentials("X", answer(user, &credentials).as_bytes()),
                expected,
                "{credentials}"
            );
        }
        assert_eq!(super::credentials("X", b"<html>"), Err("it is not the XML of STS"));
    }
}
