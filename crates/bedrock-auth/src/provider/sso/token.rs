//! The token of an SSO session, for services that take one.

use std::time::SystemTime;

use super::live_token;
use crate::effects::Effects;
use crate::identity::IdentitySource;
use crate::identity_error::{Attempt, IdentityError};
use crate::profile::Profiles;
use crate::provider::Context;
use crate::provider::profile::plan::{Base, Plan};
use crate::secret::SecretString;
use crate::source_error::SourceError;

/// The access token of a session of IAM Identity Center, as `aws sso login` leaves it and as it is renewed.
///
/// ```
/// use bedrock_auth::{Effects, MapEnv, MapFiles, SsoToken};
///
/// # let runtime = tokio::runtime::Builder::new_current_thread().build()?;
/// # runtime.block_on(async {
/// let config = "[default]\nsso_session = corp\n[sso-session corp]\nsso_region = eu-west-1\n\
///     sso_start_url = https://corp.awsapps.com/start\n";
/// let cached = r#"{"accessToken":"token","expiresAt":"2999-01-01T00:00:00Z"}"#;
/// let files = MapFiles::from([
///     ("/home/me/.aws/config", config),
///     ("/home/me/.aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json", cached),
/// ]);
///
/// let token = SsoToken::load(&Effects::new(MapEnv::from([("HOME", "/home/me")]), files), None).await?;
/// assert_eq!(token.expose(), "token");
/// # Ok::<(), bedrock_auth::IdentityError>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// It says who somebody is to IAM Identity Center and to the AWS applications behind it. It is no Bedrock API key, and nothing here
/// ever sends it to Bedrock: that is why it is no [`BearerToken`](crate::BearerToken).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SsoToken {
    token: SecretString,
    expires_at: SystemTime,
}

impl SsoToken {
    /// The token of the session that a profile names: of `profile`, else of `AWS_PROFILE`, else of `default`.
    ///
    /// A token with at most five minutes to live is renewed, for which the effects need an [`Http`](crate::Http), and its cache file
    /// is written anew.
    ///
    /// # Errors
    ///
    /// [`IdentityError::Profile`] without such a profile, [`IdentityError::NoneFound`] where it is one without SSO, and
    /// [`IdentityError::Source`] where there is no token that lives and none can be had without a person.
    pub async fn load(effects: &Effects, profile: Option<&str>) -> Result<Self, IdentityError> {
        let (env, files) = (&*effects.env, &*effects.files);
        let profiles = match profile {
            Some(name) => Profiles::load_named(env, files, name),
            None => Profiles::load(env, files),
        };
        let profiles = profiles.map_err(IdentityError::Profile)?;
        let name = profiles.selected_name();
        let source = IdentitySource::Sso { profile: name.to_owned() };
        let failed = |problem| IdentityError::Source(SourceError::new(source.clone(), problem));

        let plan = Plan::of(&profiles, name).map_err(failed)?;
        let Some(Plan { base: Base::Sso(settings), .. }) = plan else {
            let reason = "it does not get its credentials from SSO".to_owned();
            return Err(IdentityError::NoneFound { tried: vec![Attempt { source, reason }] });
        };
        let context = Context { effects, profiles: &profiles, region: None };
        let cached = live_token(&context, &settings).await.map_err(failed)?;
        Ok(Self { token: SecretString::from(cached.access_token()), expires_at: cached.expires_at() })
    }

    /// The text of the token.
    pub fn expose(&self) -> &str {
        self.token.expose()
    }

    /// When it expires.
    pub fn expires_at(&self) -> SystemTime {
        self.expires_at
    }
}
