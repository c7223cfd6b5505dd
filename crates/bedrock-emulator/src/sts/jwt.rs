//! Web identity tokens: any will do that has the form of one and has not expired; the signature is not looked at.

use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use super::error::StsError;

/// What a token says of its holder.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) subject: String,
    pub(super) audience: String,
    pub(super) issuer: String,
}

/// Reads a token.
pub(super) fn read(token: &str, now: SystemTime) -> Result<Token, StsError> {
    let claims = claims(token).ok_or_else(StsError::invalid_identity_token)?;
    let now = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    if let Some(expires_at) =
        claims.get("exp").and_then(Value::as_u64).filter(|expires_at| *expires_at <= now)
    {
        return Err(StsError::expired_identity_token(now, expires_at));
    }
    let first = |value: &Value| {
        value.as_array().and_then(|all| all.first()).and_then(Value::as_str).map(str::to_owned)
    };
    let text = |name: &str| match claims.get(name) {
        Some(Value::String(text)) => text.clone(),
        Some(list) => first(list).unwrap_or_default(),
        None => String::new(),
    };
    Ok(Token { subject: text("sub"), audience: text("aud"), issuer: text("iss") })
}

fn claims(token: &str) -> Option<Map<String, Value>> {
    let [header, payload, signature] = token.split('.').collect::<Vec<_>>()[..] else { return None };
    let object =
        |part| serde_json::from_slice::<Map<String, Value>>(&URL_SAFE_NO_PAD.decode(part).ok()?).ok();
    object(header)?;
    URL_SAFE_NO_PAD.decode(signature).ok()?;
    object(payload)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{minutes, now, web_identity_token};

    #[test]
    fn a_token_says_who_holds_it() {
        let token = web_identity_token(r#"{"sub":"pod","aud":["sts.amazonaws.com"],"iss":"https://issuer"}"#);
        let read = read(&token, now()).unwrap();
        let (subject, issuer) = ("pod".to_owned(), "https://issuer".to_owned());
        assert_eq!(read, Token { subject, audience: "sts.amazonaws.com".to_owned(), issuer });
    }

    #[test]
    fn a_token_expires() {
        let expires_at = (now() + minutes(1)).duration_since(UNIX_EPOCH).unwrap().as_secs();
        let token = web_identity_token(&format!(r#"{{"exp":{expires_at}}}"#));
        assert!(read(&token, now()).is_ok());
        assert_eq!(read(&token, now() + minutes(1)).unwrap_err().code(), "ExpiredTokenException");
    }

    #[test]
    fn what_has_not_the_form_is_refused() {
        for token in ["", "a.b", "e30.e30", "e30.e30.!", "e30.W10.AA", "bm8.e30.AA", "e30.e30.AA.AA"] {
            assert_eq!(read(token, now()).unwrap_err().code(), "InvalidIdentityToken", "{token}");
        }
        assert!(read("e30.e30.AA", now()).is_ok());
    }
}
