//! The client's identity, as `object_store` asks for it.

use std::{fmt, sync::Arc};

use bedrock_client::{Client, Identity};
use bedrock_transport::BoxFuture;
use object_store::{CredentialProvider, Error, aws::AwsCredential};

/// Asks the client, which keeps and renews what it finds.
#[derive(Clone)]
pub(super) struct ClientCredentials(Client);

impl ClientCredentials {
    pub(super) fn of(client: &Client) -> Self {
        Self(client.clone())
    }

    async fn keys(&self) -> Result<Arc<AwsCredential>, Error> {
        let generic =
            |source: Box<dyn std::error::Error + Send + Sync>| Error::Generic { store: "S3", source };
        let found = self.0.identity().resolve().await.map_err(|error| generic(Box::new(error)))?;
        let Identity::Credentials(keys) = &found.identity else {
            return Err(generic(
                format!(
                    "the identity is an API key ({}), which S3 does not know: give keys or a profile",
                    found.source
                )
                .into(),
            ));
        };
        Ok(Arc::new(AwsCredential {
            key_id: keys.access_key_id().to_owned(),
            secret_key: keys.secret_access_key().expose().to_owned(),
            token: keys.token().map(|token| token.expose().to_owned()),
        }))
    }
}

impl CredentialProvider for ClientCredentials {
    type Credential = AwsCredential;

    fn get_credential<'a, 'f>(&'a self) -> BoxFuture<'f, Result<Arc<AwsCredential>, Error>>
    where
        'a: 'f,
        Self: 'f,
    {
        Box::pin(self.keys())
    }
}

impl fmt::Debug for ClientCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientCredentials").finish_non_exhaustive()
    }
}
