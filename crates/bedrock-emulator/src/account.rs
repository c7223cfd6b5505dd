//! Whom the emulator knows: one access key and one API key, made up and printed for everyone to see, and the temporary keys it gave
//! out.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bedrock_auth::sigv4::SigningKeyCache;
use bedrock_auth::{BearerToken, Credentials};

use crate::control::ControlPlane;
use crate::reply::PromptCache;
use crate::s3::ObjectStore;
use crate::script::Rules;
use crate::temporary;

/// The account behind the emulator.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    pub(crate) credentials: Credentials,
    pub(crate) bearer_token: BearerToken,
    /// How long temporary keys live; `None` leaves it to who asks for them.
    pub(crate) key_ttl: Option<Duration>,
    /// What it may use, has made and keeps; clones of the account share it.
    pub(crate) control: ControlPlane,
    /// What was sent before with a cache mark; clones of the account share it.
    pub(crate) prompt_cache: PromptCache,
    /// What it keeps in S3; clones of the account share it.
    pub(crate) objects: ObjectStore,
    /// What its models are to answer; clones of the account share it, and what was counted.
    pub(crate) rules: Arc<Rules>,
    /// What signatures are checked with; clones of the account share it.
    pub(crate) signing_keys: Arc<SigningKeyCache>,
}

/// Who calls, in the words of STS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Principal {
    pub(crate) arn: String,
    pub(crate) user_id: String,
}

/// A key that the account answers to.
pub(crate) enum KnownKey<'a> {
    /// Its own.
    Fixed(&'a Account),
    /// One that it gave out.
    Temporary(TemporaryKey),
}

/// A key that is known by its session token.
pub(crate) struct TemporaryKey {
    pub(crate) credentials: Credentials,
    pub(crate) principal: Principal,
}

impl KnownKey<'_> {
    pub(crate) fn credentials(&self) -> &Credentials {
        match self {
            Self::Fixed(account) => &account.credentials,
            Self::Temporary(key) => &key.credentials,
        }
    }

    /// Whose it is.
    pub(crate) fn into_principal(self) -> Principal {
        match self {
            Self::Fixed(account) => account.user(),
            Self::Temporary(key) => key.principal,
        }
    }
}

impl Account {
    /// The key with this id, if the session token that came along is its own. It may have expired.
    pub(crate) fn find(&self, access_key_id: &str, token: Option<&[u8]>) -> Option<KnownKey<'_>> {
        let fixed = &self.credentials;
        if access_key_id == fixed.access_key_id() {
            let expected = fixed.token().map(|token| token.expose().as_bytes());
            return (token == expected).then_some(KnownKey::Fixed(self));
        }
        let key = temporary::read(std::str::from_utf8(token?).ok()?, fixed.secret_access_key())?;
        (key.credentials.access_key_id() == access_key_id).then_some(KnownKey::Temporary(key))
    }

    /// Fresh temporary keys of `principal`, which live as long as was asked for unless the account has its own mind.
    pub(crate) fn issue(
        &self,
        principal: &Principal,
        asked: Option<Duration>,
        now: SystemTime,
    ) -> Credentials {
        let life = self.key_ttl.or(asked).unwrap_or(SESSION).min(MAX_SESSION);
        temporary::issue(principal, life, now, self.credentials.secret_access_key())
    }

    /// Fresh temporary keys of a machine in the account.
    pub(crate) fn issue_to_machine(&self, now: SystemTime) -> Credentials {
        let account = self.id();
        let principal = Principal {
            arn: format!("arn:aws:sts::{account}:assumed-role/bedrock-emulator/local"),
            user_id: "AROABEDROCKEMULATOR00:local".to_owned(),
        };
        self.issue(&principal, None, now)
    }

    fn user(&self) -> Principal {
        Principal {
            arn: format!("arn:aws:iam::{}:user/bedrock-emulator", self.id()),
            user_id: "AIDABEDROCKEMULATOR00".to_owned(),
        }
    }

    /// Its number.
    pub(crate) fn id(&self) -> &str {
        self.credentials.account_id().unwrap_or(ACCOUNT_ID)
    }
}

impl Principal {
    /// The account that the ARN names.
    pub(crate) fn account_id(&self) -> &str {
        self.arn.split(':').nth(4).unwrap_or_default()
    }
}

impl Default for Account {
    fn default() -> Self {
        Self {
            credentials: Credentials::new(ACCESS_KEY_ID, SECRET_ACCESS_KEY),
            bearer_token: BearerToken::parse(BEARER_TOKEN).expect("the constant is letters and dashes"),
            key_ttl: None,
            control: ControlPlane::default(),
            prompt_cache: PromptCache::default(),
            objects: ObjectStore::default(),
            rules: Arc::default(),
            signing_keys: Arc::default(),
        }
    }
}

// Of the lengths of real ones, so that tools that look at the form take them.
const ACCESS_KEY_ID: &str = "AKIABEDROCKEMULATOR0";
const SECRET_ACCESS_KEY: &str = "local/emulator/secret/that/opens/nothing";
const BEARER_TOKEN: &str = "bedrock-emulator-token-that-opens-nothing";
const ACCOUNT_ID: &str = "123456789012";
/// What STS gives to who does not say: <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>.
const SESSION: Duration = Duration::from_secs(60 * 60);
const MAX_SESSION: Duration = Duration::from_secs(12 * 60 * 60);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{minutes, now};

    #[test]
    fn the_default_keys_have_the_form_of_real_ones() {
        assert_eq!(ACCESS_KEY_ID.len(), 20);
        assert_eq!(SECRET_ACCESS_KEY.len(), 40);
        assert_eq!(Account::default().bearer_token.expose(), BEARER_TOKEN);
        assert_eq!(Account::default().user().user_id.len(), 21);
        assert_eq!(Account::default().user().account_id(), ACCOUNT_ID);
    }

    #[test]
    fn the_account_decides_how_long_temporary_keys_live() {
        let life = |key_ttl, asked| {
            let account = Account { key_ttl, ..Account::default() };
            let keys = account.issue(&account.user(), asked, now());
            keys.expiry().unwrap().duration_since(now()).unwrap()
        };
        assert_eq!(life(None, None), minutes(60));
        assert_eq!(life(None, Some(minutes(15))), minutes(15));
        assert_eq!(life(Some(minutes(1)), None), minutes(1));
        assert_eq!(life(Some(minutes(1)), Some(minutes(15))), minutes(1));
        assert_eq!(life(Some(Duration::MAX), None), minutes(12 * 60));
    }
}
