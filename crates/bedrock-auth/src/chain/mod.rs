//! The default identity: the documented order in which the sources are asked.
//!
//! What may stand in a place of that order is in `slot`; which files an answer came from is remembered in `watched`. The sources
//! themselves are in `provider`.

mod slot;
#[cfg(test)]
mod tests;
mod watched;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use self::slot::{Place, Slot, first_of};
use self::watched::{WatchedFiles, Watchlist};
use crate::effects::Effects;
use crate::identity::{BoxFuture, Identity, IdentitySource, ProvideIdentity, ResolvedIdentity};
use crate::identity_error::{Attempt, IdentityError};
use crate::profile::Profiles;
use crate::provider::{Context, bearer_environment, container, environment, imds, profile, web_identity};

/// The identity that the environment, the shared AWS files and the machine give, in AWS's order.
///
/// The first source that is configured wins:
///
/// 1. with [`profile`](Self::profile), that profile and nothing else: keys and token of the environment are passed over;
/// 2. `AWS_BEARER_TOKEN_BEDROCK`, a Bedrock API key;
/// 3. `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`;
/// 4. the profile of `AWS_PROFILE`, else `default`: its keys, role, web identity, SSO or login session, or program;
/// 5. the web identity of `AWS_WEB_IDENTITY_TOKEN_FILE` and `AWS_ROLE_ARN`, as in EKS;
/// 6. the credentials endpoint of a container, in ECS and with EKS pod identity;
/// 7. the metadata service of an EC2 instance.
///
/// A source that is not configured lets the next one try; one that is configured and broken ends the search.
///
/// ```
/// use bedrock_auth::{DefaultIdentity, Effects, IdentitySource, MapEnv, MapFiles};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), bedrock_auth::IdentityError> {
/// let env = MapEnv::from([("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"), ("AWS_SECRET_ACCESS_KEY", "secret")]);
/// let found = DefaultIdentity::new(Effects::new(env, MapFiles::default())).resolve().await?;
/// assert_eq!(found.source, IdentitySource::Environment);
/// # Ok(())
/// # }
/// ```
///
/// It keeps nothing: each question is answered anew, which may ask the network. [`IdentityCache`](crate::IdentityCache) keeps the
/// answer for as long as it is good. Each place in the order can be left out, or taken by a [`ProvideIdentity`] of the program's
/// own, whose [`IdentityError::NoneFound`] lets the next one try:
///
/// ```
/// use bedrock_auth::{Credentials, DefaultIdentity};
///
/// let chain = DefaultIdentity::from_process().no_imds().container(Credentials::new("AKIDEXAMPLE", "secret"));
/// # let _ = chain;
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct DefaultIdentity {
    effects: Effects,
    named: Option<String>,
    region: Option<String>,
    bearer: Slot,
    environment: Slot,
    profile: Slot,
    web_identity: Slot,
    container: Slot,
    imds: Slot,
    watchlist: Arc<Watchlist>,
    has_warned: Arc<AtomicBool>,
}

/// What [`DefaultIdentity::explain`] tells.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Explanation {
    /// The identity, or why there is none.
    pub outcome: Result<ResolvedIdentity, IdentityError>,
    /// The sources that were asked before and gave nothing, in order, each with the reason.
    pub passed_over: Vec<Attempt>,
}

impl Explanation {
    /// That of an identity which comes from one place, so that nothing was passed over.
    pub fn given(outcome: Result<ResolvedIdentity, IdentityError>) -> Self {
        Self { outcome, passed_over: Vec::new() }
    }
}

impl DefaultIdentity {
    /// The identity that these effects give.
    pub fn new(effects: Effects) -> Self {
        Self {
            effects,
            named: None,
            region: None,
            bearer: Slot::BuiltIn,
            environment: Slot::BuiltIn,
            profile: Slot::BuiltIn,
            web_identity: Slot::BuiltIn,
            container: Slot::BuiltIn,
            imds: Slot::BuiltIn,
            watchlist: Arc::default(),
            has_warned: Arc::default(),
        }
    }

    /// The identity that this process's environment and this machine's files give. There is no HTTP client: the sources that need
    /// one say so.
    pub fn from_process() -> Self {
        Self::new(Effects::of_process())
    }

    /// Takes this profile and looks nowhere else.
    pub fn profile(mut self, name: impl Into<String>) -> Self {
        self.named = Some(name.into());
        self
    }

    /// The region to ask STS and its like in, where no profile says otherwise for itself; else that of the environment and the
    /// profile.
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = Some(region.into());
        self
    }

    /// Asks `provider` in the place of `AWS_BEARER_TOKEN_BEDROCK`.
    pub fn bearer(mut self, provider: impl ProvideIdentity + 'static) -> Self {
        self.bearer = Slot::replaced(provider);
        self
    }

    /// Passes over `AWS_BEARER_TOKEN_BEDROCK`.
    pub fn no_bearer(mut self) -> Self {
        self.bearer = Slot::LeftOut;
        self
    }

    /// Asks `provider` in the place of the keys in the environment.
    pub fn environment(mut self, provider: impl ProvideIdentity + 'static) -> Self {
        self.environment = Slot::replaced(provider);
        self
    }

    /// Passes over the keys in the environment.
    pub fn no_environment(mut self) -> Self {
        self.environment = Slot::LeftOut;
        self
    }

    /// Asks `provider` in the place of the profile.
    pub fn profile_provider(mut self, provider: impl ProvideIdentity + 'static) -> Self {
        self.profile = Slot::replaced(provider);
        self
    }

    /// Takes no credentials from a profile; settings are still read there.
    pub fn no_profile(mut self) -> Self {
        self.profile = Slot::LeftOut;
        self
    }

    /// Asks `provider` in the place of the web identity of the environment.
    pub fn web_identity(mut self, provider: impl ProvideIdentity + 'static) -> Self {
        self.web_identity = Slot::replaced(provider);
        self
    }

    /// Passes over the web identity of the environment.
    pub fn no_web_identity(mut self) -> Self {
        self.web_identity = Slot::LeftOut;
        self
    }

    /// Asks `provider` in the place of the container's credentials endpoint.
    pub fn container(mut self, provider: impl ProvideIdentity + 'static) -> Self {
        self.container = Slot::replaced(provider);
        self
    }

    /// Passes over the container's credentials endpoint.
    pub fn no_container(mut self) -> Self {
        self.container = Slot::LeftOut;
        self
    }

    /// Asks `provider` in the place of the metadata service.
    pub fn imds(mut self, provider: impl ProvideIdentity + 'static) -> Self {
        self.imds = Slot::replaced(provider);
        self
    }

    /// Passes over the metadata service.
    pub fn no_imds(mut self) -> Self {
        self.imds = Slot::LeftOut;
        self
    }

    /// Asks the sources in order.
    ///
    /// # Errors
    ///
    /// [`IdentityError::NoneFound`] with every source tried, or what is wrong with the first that is configured.
    pub async fn resolve(&self) -> Result<ResolvedIdentity, IdentityError> {
        let files = Arc::new(WatchedFiles::new(self.effects.files.clone()));
        let effects = Effects { files: files.clone(), ..self.effects.clone() };
        let explanation = self.ask(&effects).await;
        // Also after a failure: what has failed once is worth another try when a file changes.
        self.watchlist.replace(files.seen());
        explanation.outcome
    }

    /// Asks the sources in order and says of each that gave nothing why; for people and diagnosis.
    pub async fn explain(&self) -> Explanation {
        self.ask(&self.effects).await
    }

    async fn ask(&self, effects: &Effects) -> Explanation {
        let mut passed_over = Vec::new();
        let outcome = match &self.named {
            Some(name) => self.in_profile(effects, name, &mut passed_over).await,
            None => self.in_order(effects, &mut passed_over).await,
        };
        let outcome = outcome
            .and_then(|found| found.ok_or_else(|| IdentityError::NoneFound { tried: passed_over.clone() }));
        match &outcome {
            Ok(found) => tracing::debug!(source = %found.source, "identity found"),
            Err(error) => tracing::debug!(%error, "no identity"),
        }
        Explanation { outcome, passed_over }
    }

    async fn in_profile(
        &self,
        effects: &Effects,
        name: &str,
        passed_over: &mut Vec<Attempt>,
    ) -> Result<Option<ResolvedIdentity>, IdentityError> {
        let profiles =
            Profiles::load_named(&*effects.env, &*effects.files, name).map_err(IdentityError::Profile)?;
        self.warn_of_open_files(effects);
        first_of(vec![self.of_profile(&self.context(effects, &profiles))], passed_over).await
    }

    async fn in_order(
        &self,
        effects: &Effects,
        passed_over: &mut Vec<Attempt>,
    ) -> Result<Option<ResolvedIdentity>, IdentityError> {
        let env = &*effects.env;
        let bearer = Box::pin(async { bearer_environment::identity(env) });
        let keys = Box::pin(async { environment::identity(env) });
        let of_environment = vec![
            self.bearer.place(IdentitySource::BearerEnvironment, bearer),
            self.environment.place(IdentitySource::Environment, keys),
        ];
        let found = first_of(of_environment, passed_over).await?;
        if found.is_some() {
            return Ok(found);
        }
        // Only now: whoever has keys in the environment needs no files, and no broken ones stand in the way.
        let profiles = Profiles::load(env, &*effects.files).map_err(IdentityError::Profile)?;
        self.warn_of_open_files(effects);
        let context = self.context(effects, &profiles);
        let of_web = IdentitySource::WebIdentity { profile: None };
        let others = vec![
            self.of_profile(&context),
            self.web_identity.place(of_web, Box::pin(web_identity::identity(&context))),
            self.container.place(IdentitySource::Container, Box::pin(container::identity(&context))),
            self.imds.place(IdentitySource::InstanceMetadata, Box::pin(imds::identity(&context))),
        ];
        first_of(others, passed_over).await
    }

    fn of_profile<'a>(&'a self, context: &'a Context<'_>) -> Place<'a> {
        let name = context.profiles.selected_name();
        let source = IdentitySource::Profile { name: name.to_owned() };
        self.profile.place(source, Box::pin(profile::identity(context, name)))
    }

    fn context<'a>(&'a self, effects: &'a Effects, profiles: &'a Profiles) -> Context<'a> {
        Context { effects, profiles, region: self.region.as_deref() }
    }

    /// Warns once of a credentials file that others can read. It is used all the same, as every AWS tool does.
    fn warn_of_open_files(&self, effects: &Effects) {
        let Some(path) = Profiles::credentials_path(&*effects.env) else { return };
        if effects.files.is_readable_by_others(&path) && !self.has_warned.swap(true, Ordering::Relaxed) {
            tracing::warn!(path = %path.display(), "others can read this file of credentials; run `chmod 600` on it");
        }
    }
}

impl ProvideIdentity for DefaultIdentity {
    fn identity(&self) -> BoxFuture<'_, Result<ResolvedIdentity, IdentityError>> {
        Box::pin(self.resolve())
    }

    fn reject(&self, identity: &Identity) {
        self.replacements().for_each(|provider| provider.reject(identity));
    }

    /// Whether a file that the last answer came from has changed, appeared or gone, or a replaced source says so.
    fn has_changed(&self) -> bool {
        self.watchlist.has_changed(&*self.effects.files)
            || self.replacements().any(ProvideIdentity::has_changed)
    }
}

impl DefaultIdentity {
    fn replacements(&self) -> impl Iterator<Item = &dyn ProvideIdentity> {
        [&self.bearer, &self.environment, &self.profile, &self.web_identity, &self.container, &self.imds]
            .into_iter()
            .filter_map(Slot::replacement)
    }
}
