//! Text that must not show: zeroized when dropped, silent in `Debug`, compared in constant time.

use std::fmt;
use std::hint::black_box;

use zeroize::Zeroize;

/// A secret text: a secret access key, a session token, an API key.
///
/// ```
/// use bedrock_auth::SecretString;
///
/// let secret = SecretString::from("wJalrXUtnFEMI");
/// assert_eq!(format!("{secret:?}"), "[redacted]");
/// assert_eq!(secret.expose(), "wJalrXUtnFEMI");
/// ```
///
/// It has no `Display` and no `Serialize`; reading it takes [`expose`](Self::expose), so every place that does can be found.
#[derive(Clone)]
pub struct SecretString(String);

impl SecretString {
    /// The text itself.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl Drop for SecretString {
    #[inline(never)]
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl From<String> for SecretString {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for SecretString {
    fn from(text: &str) -> Self {
        Self::from(text.to_owned())
    }
}

impl PartialEq for SecretString {
    fn eq(&self, other: &Self) -> bool {
        constant_time_eq(self.expose().as_bytes(), other.expose().as_bytes())
    }
}

impl Eq for SecretString {}

impl fmt::Debug for SecretString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// Equality whose time depends on the lengths alone, not on where the first difference is.
pub(crate) fn constant_time_eq(left: &[u8], right: &[u8]) -> bool {
    if left.len() != right.len() {
        return false;
    }
    let difference = left.iter().zip(right).fold(0, |seen, (a, b)| seen | (a ^ b));
    black_box(difference) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_hides_the_text() {
        assert_eq!(format!("{:?}", SecretString::from("canary")), "[redacted]");
    }

    #[test]
    fn equality_is_that_of_the_text() {
        for (left, right, equal) in
            [("", "", true), ("a", "a", true), ("a", "b", false), ("ab", "a", false), ("ab", "bb", false)]
        {
            assert_eq!(SecretString::from(left) == SecretString::from(right), equal, "{left} {right}");
        }
    }
}
