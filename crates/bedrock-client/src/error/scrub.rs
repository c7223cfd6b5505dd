//! What may stay of a text that a server wrote: one line, bounded, printable, without live secrets.

use std::sync::Arc;

use bedrock_auth::Identity;

/// Cleans texts from the other side of a call that was made as this identity.
///
/// AWS repeats what was signed, session token included, when a signature is wrong; a server in its place may repeat anything
/// anywhere.
#[derive(Debug, Clone, Default)]
pub(crate) struct Scrubber(Option<Arc<Identity>>);

impl Scrubber {
    pub(crate) fn of(identity: &Identity) -> Self {
        Self(Some(Arc::new(identity.clone())))
    }

    /// The first line, without secrets and control characters, and no longer than `limit` bytes.
    pub(crate) fn clean(&self, text: &str, limit: usize) -> String {
        let text = self.without_secrets(text.trim().as_bytes().to_vec());
        let text = String::from_utf8_lossy(&text);
        let line = text.lines().next().unwrap_or_default();
        let mut cleaned: String = line.chars().filter(|c| !c.is_control()).collect();
        let end =
            (0..=cleaned.len().min(limit)).rev().find(|&index| cleaned.is_char_boundary(index)).unwrap_or(0);
        cleaned.truncate(end);
        cleaned
    }

    /// The whole of it, whatever it is, without secrets.
    pub(crate) fn without_secrets(&self, mut text: Vec<u8>) -> Vec<u8> {
        for secret in self.secrets().filter(|secret| secret.len() >= SHORTEST_SECRET) {
            let mut shown = Vec::with_capacity(text.len());
            let mut rest = &text[..];
            while let Some(found) = position(rest, secret.as_bytes()) {
                shown.extend_from_slice(&rest[..found]);
                shown.extend_from_slice(REDACTED);
                rest = &rest[found + secret.len()..]; // what was found ends within the text
            }
            shown.extend_from_slice(rest);
            text = shown;
        }
        text
    }

    fn secrets(&self) -> impl Iterator<Item = &str> {
        let (first, second) = match self.0.as_deref() {
            Some(Identity::Credentials(keys)) => {
                (Some(keys.secret_access_key().expose()), keys.token().map(|token| token.expose()))
            }
            Some(Identity::Bearer(token)) => (Some(token.expose()), None),
            _ => (None, None),
        };
        first.into_iter().chain(second)
    }
}

fn position(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|window| window == wanted)
}

const REDACTED: &[u8] = b"[redacted]";
/// What is shorter is no secret, and would be found in ordinary words.
const SHORTEST_SECRET: usize = 8;

#[cfg(test)]
mod tests {
    use bedrock_auth::Credentials;

    use super::*;

    #[test]
    fn what_stays_is_one_bounded_line_without_secrets() {
        let keys = Credentials::new("AKIDEXAMPLE", "canary-secret").session_token("canary-token");
        let scrubber = Scrubber::of(&keys.into());
        let long = "x".repeat(20) + "canary-token";
        for (text, limit, expected) in [
            ("  plain  ", 100, "plain"),
            ("bad canary-secret and canary-token\nhost:…", 100, "bad [redacted] and [redacted]"),
            ("\x1b[31mred\x07", 100, "[31mred"),
            ("wörld", 2, "w"),
            // The cut comes last, so no secret is cut in two and half of it kept.
            (long.as_str(), 25, "xxxxxxxxxxxxxxxxxxxx[reda"),
        ] {
            assert_eq!(scrubber.clean(text, limit), expected);
        }
        assert_eq!(Scrubber::default().clean("canary-secret", 100), "canary-secret");
        let body = b"\xff canary-token\ncanary-tokencanary-secret".to_vec();
        assert_eq!(scrubber.without_secrets(body), b"\xff [redacted]\n[redacted][redacted]");
    }
}
