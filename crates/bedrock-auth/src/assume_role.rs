//! A role assumed with any other identity.

use std::sync::Arc;
use std::time::Duration;

use crate::effects::Effects;
use crate::identity::{BoxFuture, Identity, IdentitySource, ProvideIdentity, ResolvedIdentity};
use crate::identity_error::IdentityError;
use crate::profile::Profiles;
use crate::provider::Context;
use crate::source_error::{SourceError, SourceProblem};
use crate::sts::{self, RoleRequest};

/// A role, assumed through STS with the credentials of another [`ProvideIdentity`].
///
/// ```
/// use std::time::Duration;
///
/// use bedrock_auth::{AssumeRole, DefaultIdentity, Effects};
///
/// let effects = Effects::of_process(); // with an `Http`, such as bedrock-client's
/// let base = DefaultIdentity::new(effects.clone());
/// let role = AssumeRole::new(base, "arn:aws:iam::123456789012:role/bedrock", effects)
///     .session_name("nightly")
///     .duration(Duration::from_secs(3600));
/// # let _ = role;
/// ```
///
/// Each call of [`identity`](ProvideIdentity::identity) asks STS: put it into an [`IdentityCache`](crate::IdentityCache). STS's
/// endpoint follows the environment and the shared files, as with a role of a profile.
#[derive(Clone, Debug)]
#[must_use]
pub struct AssumeRole {
    base: Arc<dyn ProvideIdentity>,
    effects: Effects,
    role_arn: String,
    session_name: Option<String>,
    external_id: Option<String>,
    duration: Option<Duration>,
    mfa_serial: Option<String>,
    region: Option<String>,
}

impl AssumeRole {
    /// The role `role_arn`, assumed with the credentials of `base`.
    pub fn new(base: impl ProvideIdentity + 'static, role_arn: impl Into<String>, effects: Effects) -> Self {
        Self {
            base: Arc::new(base),
            effects,
            role_arn: role_arn.into(),
            session_name: None,
            external_id: None,
            duration: None,
            mfa_serial: None,
            region: None,
        }
    }

    /// What CloudTrail calls the session, instead of `bedrock-` and the time.
    pub fn session_name(mut self, name: impl Into<String>) -> Self {
        self.session_name = Some(name.into());
        self
    }

    /// The word that the role's owner asks for.
    pub fn external_id(mut self, id: impl Into<String>) -> Self {
        self.external_id = Some(id.into());
        self
    }

    /// How long the credentials are to live, in whole seconds; an hour otherwise. AWS takes 15 minutes at least, and at most what the
    /// role allows.
    pub fn duration(mut self, duration: Duration) -> Self {
        self.duration = Some(duration);
        self
    }

    /// The multi-factor device that the role wants a code of; the effects' [`MfaPrompt`](crate::MfaPrompt) is asked for it.
    pub fn mfa_serial(mut self, serial: impl Into<String>) -> Self {
        self.mfa_serial = Some(serial.into());
        self
    }

    /// The region whose STS is asked, instead of that of the environment and the shared files.
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = Some(region.into());
        self
    }

    async fn assume(&self) -> Result<ResolvedIdentity, IdentityError> {
        let base = self.base.identity().await?;
        let source = IdentitySource::Role { arn: self.role_arn.clone(), base: Box::new(base.source) };
        let profiles =
            Profiles::load(&*self.effects.env, &*self.effects.files).map_err(IdentityError::Profile)?;
        let context = Context { effects: &self.effects, profiles: &profiles, region: self.region.as_deref() };

        let assumed = match &base.identity {
            Identity::Credentials(credentials) => {
                sts::assume_role(&context, credentials, self.request()).await
            }
            Identity::Bearer(_) => Err(SourceProblem::Setting {
                name: "role_arn".to_owned(),
                problem: "cannot be assumed with a bearer token, only with an access key".to_owned(),
            }),
        };
        match assumed {
            Ok(credentials) => Ok(ResolvedIdentity::new(credentials, source)),
            Err(problem) => {
                if problem.is_expiry() {
                    // The next call shall find new ones.
                    self.base.reject(&base.identity);
                }
                Err(IdentityError::Source(SourceError::new(source, problem)))
            }
        }
    }

    fn request(&self) -> RoleRequest<'_> {
        // Longer than a u32 of seconds is longer than AWS allows; it says so itself.
        let seconds = |duration: Duration| u32::try_from(duration.as_secs()).unwrap_or(u32::MAX);
        RoleRequest {
            role_arn: &self.role_arn,
            session_name: self.session_name.as_deref(),
            external_id: self.external_id.as_deref(),
            duration_seconds: self.duration.map(seconds),
            mfa_serial: self.mfa_serial.as_deref(),
        }
    }
}

impl ProvideIdentity for AssumeRole {
    fn identity(&self) -> BoxFuture<'_, Result<ResolvedIdentity, IdentityError>> {
        Box::pin(self.assume())
    }

    fn has_changed(&self) -> bool {
        self.base.has_changed()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::bearer::BearerToken;
    use crate::credentials::Credentials;
    use crate::effects::testing::ScriptedHttp;
    use crate::effects::{MapEnv, MapFiles};
    use crate::sts::testing::{forms, refusal, role_answer};

    const STS: &str = "POST https://sts.eu-central-1.amazonaws.com/";

    fn role(base: impl ProvideIdentity + 'static, http: &ScriptedHttp) -> AssumeRole {
        let effects = Effects::new(MapEnv::default(), MapFiles::default()).with_http(http.clone());
        AssumeRole::new(base, "arn:aws:iam::1:role/r", effects).region("eu-central-1")
    }

    fn keys() -> Credentials {
        Credentials::new("AKID", "canary-secret").session_token("canary-token")
    }

    #[tokio::test]
    async fn a_role_is_assumed_on_the_terms_given() {
        let answer = role_answer("AssumeRole", "ASIA");
        let http = ScriptedHttp::new([(STS, 200, answer.as_str())]);
        let role = role(keys(), &http)
            .session_name("nightly")
            .external_id("word")
            .duration(Duration::from_millis(900_900));
        let found = role.identity().await.unwrap();
        assert_eq!(found.source.to_string(), "role arn:aws:iam::1:role/r, assumed with given by the program");
        assert!(matches!(found.identity, Identity::Credentials(keys) if keys.access_key_id() == "ASIA"));
        assert_eq!(
            forms(&http),
            ["Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fr\
                &RoleSessionName=nightly&DurationSeconds=900&ExternalId=word"]
        );
        let (request, _) = &http.requests()[0];
        assert!(request.headers()["authorization"].to_str().unwrap().contains("/eu-central-1/sts/"));
    }

    #[tokio::test]
    async fn a_bearer_token_assumes_no_role() {
        let http = ScriptedHttp::default();
        let error = role(BearerToken::parse("canary").unwrap(), &http).identity().await.unwrap_err();
        assert!(
            matches!(&error, IdentityError::Source(error) if matches!(&error.problem, SourceProblem::Setting { name, .. } if name == "role_arn")),
            "{error:?}"
        );
        assert_eq!(http.count(), 0);
    }

    /// Remembers what was rejected.
    #[derive(Debug, Default)]
    struct Base(Mutex<Vec<Identity>>);

    impl ProvideIdentity for Base {
        fn identity(&self) -> BoxFuture<'_, Result<ResolvedIdentity, IdentityError>> {
            let found = ResolvedIdentity::new(keys(), IdentitySource::Environment);
            Box::pin(std::future::ready(Ok(found)))
        }

        fn reject(&self, identity: &Identity) {
            self.0.lock().unwrap().push(identity.clone());
        }
    }

    #[tokio::test]
    async fn expired_base_credentials_are_rejected_and_others_are_not() {
        for (code, rejected) in [("ExpiredToken", 1), ("ExpiredTokenException", 1), ("AccessDenied", 0)] {
            let answer = refusal(code, "canary-token does not do");
            let http = ScriptedHttp::new([(STS, 403, answer.as_str())]);
            let base = Arc::new(Base::default());
            let error = role(Arc::clone(&base), &http).identity().await.unwrap_err();
            assert!(!format!("{error:?}").contains("canary"), "{error:?}");
            assert_eq!(*base.0.lock().unwrap(), vec![Identity::from(keys()); rejected], "{code}");
        }
    }
}
