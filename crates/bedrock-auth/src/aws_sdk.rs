//! Credential providers of the AWS SDK as identities, behind the feature `aws-credential-types`.

use aws_credential_types::provider::ProvideCredentials;
use aws_credential_types::provider::error::CredentialsError;

use crate::credentials::Credentials;
use crate::identity::{BoxFuture, IdentitySource, ProvideIdentity, ResolvedIdentity};
use crate::identity_error::{Attempt, IdentityError};

/// The credentials of anything that the AWS SDK takes for a provider, such as `aws_config`'s chain.
///
/// ```
/// use bedrock_auth::{AwsCredentials, ProvideIdentity};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), bedrock_auth::IdentityError> {
/// let theirs = aws_credential_types::Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI", None, None, "mine");
/// let found = AwsCredentials::new(theirs).identity().await?;
/// assert_eq!(found.source.to_string(), "aws sdk");
/// # Ok(())
/// # }
/// ```
///
/// Each question goes to the provider; an [`IdentityCache`](crate::IdentityCache) around it keeps the answer. One that says that it
/// loaded nothing is not configured: in a place of [`DefaultIdentity`](crate::DefaultIdentity) it lets the next source try.
#[derive(Debug)]
#[must_use]
pub struct AwsCredentials<P> {
    provider: P,
}

impl<P: ProvideCredentials> AwsCredentials<P> {
    /// The credentials of this provider.
    pub fn new(provider: P) -> Self {
        Self { provider }
    }
}

impl<P: ProvideCredentials> ProvideIdentity for AwsCredentials<P> {
    fn identity(&self) -> BoxFuture<'_, Result<ResolvedIdentity, IdentityError>> {
        Box::pin(async {
            let credentials = self.provider.provide_credentials().await.map_err(error)?;
            Ok(ResolvedIdentity::new(ours(&credentials), source()))
        })
    }
}

fn ours(theirs: &aws_credential_types::Credentials) -> Credentials {
    let mut credentials = Credentials::new(theirs.access_key_id(), theirs.secret_access_key());
    if let Some(token) = theirs.session_token() {
        credentials = credentials.session_token(token);
    }
    if let Some(expiry) = theirs.expiry() {
        credentials = credentials.expires_at(expiry);
    }
    if let Some(account) = theirs.account_id() {
        credentials = credentials.in_account(account.as_str());
    }
    credentials
}

fn error(error: CredentialsError) -> IdentityError {
    if let CredentialsError::CredentialsNotLoaded(_) = error {
        let reason = "the provider of the aws sdk loaded nothing".to_owned();
        return IdentityError::NoneFound { tried: vec![Attempt { source: source(), reason }] };
    }
    // A service that was asked and failed may not fail the next time; a setting stays as it is.
    let is_transient =
        matches!(error, CredentialsError::ProviderTimedOut(_) | CredentialsError::ProviderError(_));
    IdentityError::custom(NAME, error).transient(is_transient)
}

fn source() -> IdentitySource {
    IdentitySource::Custom { name: NAME.to_owned() }
}

const NAME: &str = "aws sdk";

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use aws_credential_types::provider::future;

    use super::*;
    use crate::identity::Identity;

    /// A provider that fails in one way.
    #[derive(Debug)]
    struct Failing(fn() -> CredentialsError);

    impl ProvideCredentials for Failing {
        fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
        where
            Self: 'a,
        {
            future::ProvideCredentials::ready(Err(self.0()))
        }
    }

    #[tokio::test]
    async fn nothing_is_lost() {
        let expiry = SystemTime::UNIX_EPOCH + Duration::from_secs(1_234_567_890);
        let theirs = aws_credential_types::Credentials::builder()
            .access_key_id("AKID")
            .secret_access_key("secret")
            .session_token("token")
            .expiry(expiry)
            .account_id("123456789012")
            .provider_name("test")
            .build();
        let expected = Credentials::new("AKID", "secret")
            .session_token("token")
            .expires_at(expiry)
            .in_account("123456789012");
        let found = AwsCredentials::new(theirs).identity().await.unwrap();
        assert_eq!(found.identity, Identity::Credentials(expected));

        let theirs = aws_credential_types::Credentials::new("AKID", "secret", None, None, "test");
        let found = AwsCredentials::new(theirs).identity().await.unwrap();
        assert_eq!(found.identity, Identity::Credentials(Credentials::new("AKID", "secret")));
    }

    #[tokio::test]
    async fn an_error_says_whether_to_go_on_or_to_try_again() {
        type Case = (fn() -> CredentialsError, bool, bool);
        let cases: [Case; 5] = [
            (CredentialsError::not_loaded_no_source, true, false),
            (|| CredentialsError::provider_timed_out(Duration::from_secs(5)), false, true),
            (|| CredentialsError::provider_error("503"), false, true),
            (|| CredentialsError::invalid_configuration("no region"), false, false),
            (|| CredentialsError::unhandled("odd"), false, false),
        ];
        for (failure, goes_on, is_transient) in cases {
            let error = AwsCredentials::new(Failing(failure)).identity().await.unwrap_err();
            assert_eq!(matches!(error, IdentityError::NoneFound { .. }), goes_on, "{error:?}");
            assert_eq!(error.is_transient(), is_transient, "{error:?}");
        }
    }
}
