//! Amazon Bedrock API keys, which go into `Authorization: Bearer`.
//!
//! Long-term keys start with `ABSK`, short-term ones with `bedrock-api-key-`; neither prefix is checked, AWS may add others.

use std::fmt;
use std::time::SystemTime;

use http::HeaderValue;
use http::header::AUTHORIZATION;
use http::request::Parts;

use crate::outgoing::set;
use crate::secret::SecretString;
use crate::sigv4::{X_AMZ_DATE, X_AMZ_SECURITY_TOKEN};
use crate::text::cut;

/// An Amazon Bedrock API key (bearer token).
///
/// ```
/// use bedrock_auth::BearerToken;
///
/// let token = BearerToken::parse("ABSKexample")?;
/// assert!(!format!("{token:?}").contains("ABSK"));
/// assert!(BearerToken::parse("ABSKexample\n").is_err());
/// # Ok::<(), bedrock_auth::ParseBearerTokenError>(())
/// ```
///
/// Invariant: non-empty visible ASCII, so that it is always a valid header value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BearerToken {
    text: SecretString,
    expires_at: Option<SystemTime>,
}

impl BearerToken {
    /// Takes the text of a key exactly as given; nothing is trimmed.
    ///
    /// # Errors
    ///
    /// [`ParseBearerTokenError`] says what is wrong with the text, without repeating it.
    pub fn parse(text: &str) -> Result<Self, ParseBearerTokenError> {
        if text.is_empty() {
            return Err(ParseBearerTokenError::Empty);
        }
        if text.chars().any(char::is_whitespace) {
            return Err(ParseBearerTokenError::Whitespace);
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(ParseBearerTokenError::NotVisibleAscii);
        }
        if text.starts_with("http:") || text.starts_with("https:") || cut(text, "X-Amz-Signature=").is_some()
        {
            return Err(ParseBearerTokenError::PresignedUrl);
        }
        Ok(Self { text: SecretString::from(text), expires_at: None })
    }

    /// Says from when on AWS refuses the key.
    pub fn expires_at(mut self, time: SystemTime) -> Self {
        self.expires_at = Some(time);
        self
    }

    /// The text of the key.
    pub fn expose(&self) -> &str {
        self.text.expose()
    }

    /// When it expires, if the source said so.
    pub fn expiry(&self) -> Option<SystemTime> {
        self.expires_at
    }
}

/// Puts the token into `Authorization`, marked sensitive, replacing what was there.
///
/// Removes `x-amz-date` and `x-amz-security-token`, which an earlier signature with other credentials may have left: a request says
/// who it comes from once. No other header is touched.
pub fn apply_bearer(parts: &mut Parts, token: &BearerToken) {
    let mut value = HeaderValue::try_from(format!("Bearer {}", token.expose()))
        .expect("a parsed token is visible ascii, which every header value may be");
    value.set_sensitive(true);
    set(&mut parts.headers, AUTHORIZATION, value);
    parts.headers.remove(X_AMZ_DATE);
    parts.headers.remove(X_AMZ_SECURITY_TOKEN);
}

/// Why a text is not a Bedrock API key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ParseBearerTokenError {
    /// There is no text.
    Empty,
    /// It holds a space, tab or line break, often the end of the line it was read from.
    Whitespace,
    /// It holds a control character or one outside ASCII.
    NotVisibleAscii,
    /// It is the presigned URL a short-term key is made from, and not the key.
    PresignedUrl,
}

impl fmt::Display for ParseBearerTokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "the bearer token is empty",
            Self::Whitespace => "the bearer token contains white space or a line break",
            Self::NotVisibleAscii => "the bearer token contains a character that is not visible ASCII",
            Self::PresignedUrl => {
                "this is a presigned URL and not a bearer token; a short-term key is that URL in base64 after `bedrock-api-key-`"
            }
        })
    }
}

impl std::error::Error for ParseBearerTokenError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_clean_key_is_taken() {
        use ParseBearerTokenError::{Empty, NotVisibleAscii, PresignedUrl, Whitespace};
        let cases = [
            ("ABSKQmVkcm9ja0FQSUtleS0=", None),
            ("bedrock-api-key-YmVkcm9jaw==", None),
            ("httpkey", None),
            ("", Some(Empty)),
            (" ABSK", Some(Whitespace)),
            ("ABSK\r\n", Some(Whitespace)),
            ("AB\tSK", Some(Whitespace)),
            ("AB\u{a0}SK", Some(Whitespace)),
            ("ABSK\0", Some(NotVisibleAscii)),
            ("ABSKé", Some(NotVisibleAscii)),
            ("https://bedrock.amazonaws.com/?Action=CallWithBearerToken", Some(PresignedUrl)),
            ("bedrock.amazonaws.com/?X-Amz-Signature=00", Some(PresignedUrl)),
        ];
        for (text, error) in cases {
            assert_eq!(BearerToken::parse(text).err(), error, "{text:?}");
        }
    }

    #[test]
    fn neither_the_token_nor_its_errors_show_the_text() {
        let token = BearerToken::parse("canary").unwrap();
        assert!(!format!("{token:?}").contains("canary"), "{token:?}");
        let error = BearerToken::parse("https://canary").unwrap_err();
        assert!(!format!("{error} {error:?}").contains("canary"));
    }

    #[test]
    fn applying_replaces_what_carried_another_identity_and_nothing_else() {
        let request = http::Request::get("/")
            .header(AUTHORIZATION, "old")
            .header("x-amz-date", "20261122T000000Z")
            .header("x-amz-security-token", "canary")
            .header("x-other", "kept");
        let (mut parts, ()) = request.body(()).unwrap().into_parts();
        apply_bearer(&mut parts, &BearerToken::parse("ABSK").unwrap());
        assert_eq!(parts.headers.len(), 2);
        assert_eq!(parts.headers["x-other"], "kept");
        assert_eq!(parts.headers[AUTHORIZATION], "Bearer ABSK");
        assert!(parts.headers[AUTHORIZATION].is_sensitive());
    }
}
