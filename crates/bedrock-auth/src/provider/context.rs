//! What every source is given: the world, the shared files, and the region the caller asked for.

use std::time::SystemTime;

use crate::effects::{Effects, Http};
use crate::profile::Profiles;
use crate::source_error::SourceProblem;

/// What a source may look at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Context<'a> {
    pub(crate) effects: &'a Effects,
    pub(crate) profiles: &'a Profiles,
    /// The region that the caller set explicitly.
    pub(crate) region: Option<&'a str>,
}

impl<'a> Context<'a> {
    pub(crate) fn now(&self) -> SystemTime {
        self.effects.clock.now()
    }

    pub(crate) fn http(&self) -> Result<&'a dyn Http, SourceProblem> {
        self.effects.http.as_deref().ok_or(SourceProblem::NoHttp)
    }

    /// A setting of the environment, else of the selected profile.
    pub(crate) fn setting(&self, variable: &str, key: &str) -> Option<String> {
        let of_profile = || self.profiles.selected()?.get(key).map(str::to_owned);
        self.effects.env.var(variable).or_else(of_profile)
    }

    /// A setting that is on or off; anything but `true` is off.
    pub(crate) fn flag(&self, variable: &str, key: &str) -> bool {
        self.setting(variable, key).is_some_and(|value| value.trim().eq_ignore_ascii_case("true"))
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
