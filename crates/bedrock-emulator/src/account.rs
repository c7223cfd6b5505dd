//! Whom the emulator knows: one access key and one API key, made up and printed for everyone to see.

use bedrock_auth::{BearerToken, Credentials};

/// The account behind the emulator.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    pub(crate) credentials: Credentials,
    pub(crate) bearer_token: BearerToken,
}

impl Default for Account {
    fn default() -> Self {
        Self {
            credentials: Credentials::new(ACCESS_KEY_ID, SECRET_ACCESS_KEY),
            bearer_token: BearerToken::parse(BEARER_TOKEN).expect("the constant is letters and dashes"),
        }
    }
}

// Of the lengths of real ones, so that tools that look at the form take them.
const ACCESS_KEY_ID: &str = "AKIABEDROCKEMULATOR0";
const SECRET_ACCESS_KEY: &str = "local/emulator/secret/that/opens/nothing";
const BEARER_TOKEN: &str = "bedrock-emulator-token-that-opens-nothing";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_keys_have_the_form_of_real_ones() {
        assert_eq!(ACCESS_KEY_ID.len(), 20);
        assert_eq!(SECRET_ACCESS_KEY.len(), 40);
        assert_eq!(Account::default().bearer_token.expose(), BEARER_TOKEN);
    }
}
