//! What every source is given: the world, the shared files, and the region the caller asked for.

use std::time::SystemTime;

use bytes::Bytes;
use http::{Request, Response};

use crate::effects::{Effects, HttpOptions, MAX_RESPONSE_BYTES};
use crate::identity::BoxFuture;
use crate::profile::Profiles;
use crate::source_error::SourceProblem;
use crate::text::is_word;

/// What a source may look at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Context<'a> {
    pub(crate) effects: &'a Effects,
    pub(crate) profiles: &'a Profiles,
    /// The region that the caller set explicitly.
    pub(crate) region: Option<&'a str>,
}

impl Context<'_> {
    pub(crate) fn now(&self) -> SystemTime {
        self.effects.clock.now()
    }

    /// One exchange. Whatever its status, an answer is no larger than it may be, also where the HTTP client does not see to that.
    ///
    /// # Errors
    ///
    /// [`SourceProblem::NoHttp`], [`SourceProblem::Unreachable`], and [`SourceProblem::BadAnswer`] where it is too large.
    pub(crate) fn exchange(
        &self,
        request: Request<Bytes>,
        options: HttpOptions,
    ) -> BoxFuture<'_, Result<Response<Bytes>, SourceProblem>> {
        Box::pin(async move {
            let http = self.effects.http.as_deref().ok_or(SourceProblem::NoHttp)?;
            let response = http.exchange(request, options).await.map_err(SourceProblem::Unreachable)?;
            if response.body().len() > MAX_RESPONSE_BYTES {
                return Err(SourceProblem::bad_answer("it is too large"));
            }
            Ok(response)
        })
    }

    /// A setting of the environment, else of the selected profile.
    pub(crate) fn setting(&self, variable: &str, key: &str) -> Option<String> {
        let of_profile = || self.profiles.selected()?.get(key).map(str::to_owned);
        self.effects.env.var(variable).or_else(of_profile)
    }

    /// A setting that is on or off; anything but `true` is off.
    pub(crate) fn flag(&self, variable: &str, key: &str) -> bool {
        self.setting(variable, key).is_some_and(|value| is_word(value.trim(), "true"))
    }

    /// The region to ask AWS's own services in: explicit, `AWS_REGION`, `AWS_DEFAULT_REGION`, the profile's, `us-east-1`.
    pub(crate) fn region(&self) -> String {
        let explicit = self.region.map(str::to_owned);
        explicit
            .or_else(|| self.effects.env.var("AWS_REGION"))
            .or_else(|| self.setting("AWS_DEFAULT_REGION", "region"))
            .unwrap_or_else(|| DEFAULT_REGION.to_owned())
    }
}

const DEFAULT_REGION: &str = "us-east-1";
