//! What to do about a failure: from its facts, and what is known of the call, to a sentence for people.
//!
//! Pure. What refuses within a stream has the same hint as what refuses before it. `cause.rs` tells which refusal means what, `model.rs` asks the catalog for ids, dates and limits, `transport.rs` is for exchanges
//! that failed. An identity that is missing has its hint from `bedrock-auth`, a refused setting from where it is read.

mod cause;
mod model;
mod transport;

use std::sync::Arc;

use bedrock_auth::IdentitySource;
use bedrock_transport::Region;
use bedrock_types::{
    Route, SizeLimit,
    check::Finding,
    models::{ModelId, ModelInfo, ModelScope},
};

use self::cause::Cause;
pub(crate) use self::{model::successor, transport::for_transport};
use crate::{
    Error,
    text::{cut, joined, says},
};

/// What a refused call was about.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Situation<'a> {
    /// The model, and the way that was taken to it; none for calls without one.
    pub(crate) subject: Option<&'a Subject>,
    /// Where the call came from.
    pub(crate) region: &'a str,
    /// Where the identity came from.
    pub(crate) source: &'a IdentitySource,
    /// How long the request's body was, in bytes.
    pub(crate) body: usize,
}

/// The same, kept by a stream: what refuses may come long after its head.
#[derive(Debug)]
pub(crate) struct KeptSituation {
    pub(crate) subject: Option<Subject>,
    pub(crate) region: Region,
    pub(crate) source: Arc<IdentitySource>,
    pub(crate) body: usize,
}

impl KeptSituation {
    pub(crate) fn situation(&self) -> Situation<'_> {
        let Self { subject, region, source, body } = self;
        Situation { subject: subject.as_ref(), region: region.as_str(), source, body: *body }
    }
}

impl Situation<'_> {
    /// That of a stream from elsewhere, of which nothing is known.
    pub(crate) const UNKNOWN: Situation<'static> =
        Situation { subject: None, region: "", source: &IdentitySource::Explicit, body: 0 };
}

/// Which model a call is for, by the id that is sent, and by which route.
#[derive(Debug, Clone)]
pub(crate) struct Subject {
    pub(crate) model: ModelId,
    /// What the catalog knows of it; of the account's own profiles only where it was asked what is behind them.
    pub(crate) info: Option<&'static ModelInfo>,
    pub(crate) route: Route,
    /// What the catalog knows against the request, and was sent all the same: the service knows better.
    pub(crate) doubts: Vec<Finding>,
}

/// What to do about a refusal; `None` where its own text says all there is.
pub(crate) fn for_refusal(error: &Error, situation: Situation<'_>) -> Option<String> {
    let foreseen = || foreseen(error, situation);
    let Some(cause) = Cause::of(error) else { return foreseen() };
    let text = match cause {
        // What the message names may be something that can be said more of.
        Cause::ExtraMember => return foreseen().or_else(|| of_itself(cause).map(str::to_owned)),
        Cause::ExpiredToken => situation.source.renewal_hint(),
        Cause::ApiKey => api_key(situation.source),
        Cause::SignatureScope => format!(
            "requests are signed for {}: set the region that the endpoint belongs to, or its own endpoint",
            situation.region
        ),
        Cause::UnknownKey => unknown_key(situation),
        Cause::Action => action(error.message()),
        Cause::DataRetention => data_retention(situation),
        Cause::EndOfLife => successor_of(situation, true),
        Cause::LegacyModel => successor_of(situation, false),
        Cause::OnDemand => profiles(situation),
        Cause::UnknownModel => unknown_model(situation),
        Cause::Beta => beta(situation),
        Cause::ApiVersion => api_version(situation),
        Cause::ContextWindow => context_window(situation),
        Cause::BodySize => body_size(situation.body),
        Cause::TokensPerDay => quota("tokens per day", situation),
        Cause::TokensPerMinute => {
            quota("tokens per minute", situation)
                + "; max_tokens is reserved at the start, so a smaller one helps"
        }
        Cause::Requests => quota("requests per minute", situation),
        Cause::Capacity => match wider(situation) {
            Some(id) => {
                format!("the model has no room in this region at the moment: try again, or send {id}")
            }
            None => "the model has no room at the moment, whatever your quota: try again later".to_owned(),
        },
        fixed => of_itself(fixed)?.to_owned(),
    };
    Some(match (info(situation), cut(&text, NAMELESS)) {
        (Some(model), Some((before, after))) => format!("{before}{}{after}", model.id),
        _ => text,
    })
}

/// Hints that need no facts, but for the model that a command is about.
fn of_itself(cause: Cause) -> Option<&'static str> {
    Some(match cause {
        Cause::Clock => {
            "set this machine's clock: signatures are valid for 5 minutes around the server's time"
        }
        Cause::Secret => {
            "check that the secret access key (AWS_SECRET_ACCESS_KEY, or the profile's) belongs to the access key id"
        }
        Cause::NoToken => "give keys or a bearer token: `bedrock configure`, or AWS_BEARER_TOKEN_BEDROCK",
        Cause::UseCaseForm => {
            "send Anthropic's use-case form once for this account: `bedrock access request MODEL`, or the model catalog of the Bedrock console; it takes up to 15 minutes to count"
        }
        Cause::Marketplace => {
            "the account's agreement for this model is being made, or may not be: try again in 15 minutes; its first call needs aws-marketplace:Subscribe and aws-marketplace:ViewSubscriptions"
        }
        Cause::ExplicitDeny => {
            "a policy denies this in so many words, so no permission helps: look for its Deny in the service control policies, the boundary and the policies of the caller"
        }
        Cause::ModelAccess => {
            "ask for bedrock:InvokeModel on this model, and see whether the account has access to it: `bedrock access show MODEL`, or the Bedrock console"
        }
        Cause::ExtraMember => {
            "leave out the member that the message names: this route takes no others than it knows"
        }
        Cause::NoOperation => "check the endpoint: it has no such operation",
        Cause::Quota => "ask for a higher quota in the Service Quotas console; waiting does not help",
        Cause::Loading => "the model is being loaded: try again in a minute",
        Cause::ModelTime => "stream the answer, or ask for less at a time: the model took longer than it may",
        Cause::Broken => "try again; if it persists, give AWS's support the request id",
        _ => return None,
    })
}

/// What the catalog knew against a request that is found invalid: what the message names of it, else all of it.
fn foreseen(error: &Error, situation: Situation<'_>) -> Option<String> {
    if !error.is_invalid_request() {
        return None;
    }
    if situation.body > SizeLimit::RequestBody.bytes() {
        return Some(body_size(situation.body));
    }
    let doubts = &situation.subject?.doubts;
    let is_named = |doubt: &&Finding| {
        let member = doubt.path.rsplit('.').next().unwrap_or_default();
        let name = member.split('[').next().unwrap_or_default();
        !name.is_empty() && says(error.message(), name)
    };
    let mut said: Vec<_> = doubts.iter().filter(is_named).map(Finding::to_string).collect();
    if said.is_empty() {
        said = doubts.iter().map(Finding::to_string).collect();
    }
    (!said.is_empty()).then(|| joined(&said, "; and "))
}

fn api_key(source: &IdentitySource) -> String {
    match source {
        IdentitySource::BearerEnvironment => {
            "check AWS_BEARER_TOKEN_BEDROCK: the key is unknown or expired, or was made for another region"
                .to_owned()
        }
        source => {
            format!("check the API key ({source}): it is unknown or expired, or was made for another region")
        }
    }
}

/// Keys are known in one partition, and not for ever.
fn unknown_key(situation: Situation<'_>) -> String {
    let elsewhere = match situation.region {
        region if region.starts_with("cn-") => " made in AWS China",
        region if region.starts_with("us-gov-") => " made in AWS GovCloud",
        _ => "",
    };
    match situation.source {
        IdentitySource::Environment | IdentitySource::Explicit => format!(
            "check that AWS_ACCESS_KEY_ID is an active key{elsewhere}, and AWS_SESSION_TOKEN if the keys are temporary"
        ),
        source => format!(
            "check that {source} has an active key{elsewhere}, with its session token if it is temporary"
        ),
    }
}

/// The IAM action that is named in the text.
fn action(message: &str) -> String {
    let named = cut(message, "not authorized to perform").and_then(|(_, rest)| {
        let word =
            rest.trim_start_matches([':', ' ']).split_whitespace().next()?.trim_end_matches([',', '.']);
        let is_action = word.as_bytes().contains(&b':')
            && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b":-*".contains(&byte));
        is_action.then_some(word)
    });
    match named {
        Some(action) => format!("ask whoever manages the account's IAM for {action} on this resource"),
        None => "ask whoever manages the account's IAM for the action that the message names".to_owned(),
    }
}

fn data_retention(situation: Situation<'_>) -> String {
    let name = info(situation).map_or("the model", |model| model.name);
    format!(
        "set the account's data retention to the mode that the card of {name} asks for, such as `aws_review`: \
         `bedrock access request MODEL --data-retention aws_review`, PutAccountDataRetention, or the settings of the Bedrock console"
    )
}

/// What came after a model that is over, for everybody or for this account.
fn successor_of(situation: Situation<'_>, is_over: bool) -> String {
    let Some(model) = info(situation) else { return "choose a model that is still offered".to_owned() };
    let name = model.name;
    let what = match (is_over, model.lifecycle.eol, model.lifecycle.legacy) {
        (true, Some(day), _) => format!("{name} ended on {day}"),
        (true, None, _) => format!("{name} is no longer offered"),
        (false, _, Some(day)) => {
            format!("{name} is legacy since {day}, and only for accounts that keep using it")
        }
        (false, _, None) => format!("{name} is legacy, and only for accounts that keep using it"),
    };
    let next = successor(model, situation.region)
        .and_then(|next| Some((next.name, *model::ids(next, situation.region).first()?)));
    match next {
        Some((name, id)) => format!("{what}: send {id} ({name})"),
        None => format!("{what}: choose another model"),
    }
}

/// The ids of profiles, where the base id does not do.
fn profiles(situation: Situation<'_>) -> String {
    let Some(model) = info(situation) else {
        return "send the id or ARN of an inference profile that has the model, not the model's own"
            .to_owned();
    };
    let sent = situation.subject.map(|subject| subject.model.as_str());
    let ids: Vec<_> =
        model::ids(model, situation.region).into_iter().filter(|id| Some(*id) != sent).collect();
    callable(model, &ids, situation)
}

fn unknown_model(situation: Situation<'_>) -> String {
    if let Some(model) = info(situation) {
        let ids = model::ids(model, situation.region);
        return match situation.subject.filter(|subject| ids.contains(&subject.model.as_str())) {
            Some(_) => {
                format!("check in the Bedrock console that {} is offered in {}", model.name, situation.region)
            }
            None => callable(model, &ids, situation),
        };
    }
    let text = situation.subject.map_or("", |subject| subject.model.as_str());
    match model::nearest(text, situation.region).as_slice() {
        [] => "check the model id; short names like `sonnet` work too".to_owned(),
        near => format!("check the model id: did you mean {}?", joined(near, " or ")),
    }
}

/// Which ids of a model to send from here, or from where it can be called.
fn callable(model: &ModelInfo, ids: &[&str], situation: Situation<'_>) -> String {
    if !ids.is_empty() {
        return format!("from {} send {}", situation.region, joined(ids, " or "));
    }
    match model::regions(model).as_slice() {
        [] => format!("{} is served from no region that the catalog knows: choose another model", model.name),
        regions => format!(
            "{} is not served from {}; choose one of {}",
            model.name,
            situation.region,
            joined(regions, ", ")
        ),
    }
}

fn beta(situation: Situation<'_>) -> String {
    let Some((model, subject)) = info(situation).zip(situation.subject) else {
        return "leave out the beta flags that Bedrock does not have".to_owned();
    };
    match model::flags(model, subject.route).as_slice() {
        [] => format!("leave the beta flags out: {} takes none for {}", subject.route, model.name),
        flags => format!(
            "{} takes for {} no other beta flags than {}",
            subject.route,
            model.name,
            joined(flags, ", ")
        ),
    }
}

fn api_version(situation: Situation<'_>) -> String {
    match info(situation).map(|model| (model.name, model.api_versions)) {
        Some((name, versions)) if !versions.is_empty() => {
            format!("leave anthropic_version out, or give one that {name} takes: {}", joined(versions, ", "))
        }
        _ => "leave anthropic_version out: the right one is then sent".to_owned(),
    }
}

fn context_window(situation: Situation<'_>) -> String {
    match info(situation) {
        Some(model) => format!(
            "shorten the conversation or its files: {} has room for {} tokens, the answer's included",
            model.name, model.context_window
        ),
        None => "shorten the conversation or its files".to_owned(),
    }
}

fn body_size(bytes: usize) -> String {
    let taken = if bytes > SizeLimit::RequestBody.bytes() {
        "Bedrock takes 20 MB"
    } else {
        "something between here and Bedrock takes less"
    };
    format!("the request has {:.1} MB, and {taken}: send fewer or smaller files", megabytes(bytes))
}

/// Quotas are each profile's own, so a wider one may have room.
fn quota(of: &str, situation: Situation<'_>) -> String {
    let wait =
        format!("the quota of {of} is used up: wait, or ask for a higher one in the Service Quotas console");
    match wider(situation) {
        Some(id) => format!("{wait}; {id} has a quota of its own"),
        None => wait,
    }
}

/// The global profile of a model that was not called by it, where it serves the region.
fn wider(situation: Situation<'_>) -> Option<&'static str> {
    let subject = situation.subject?;
    match subject.model.scope()? {
        ModelScope::InRegion | ModelScope::Regional { .. } if subject.route != Route::Mantle => {
            let profile = subject.model.base_model()?.profile("global")?;
            profile.serves(situation.region).then_some(profile.id)
        }
        _ => None,
    }
}

/// What stands in a command for a model that is not known; one that is known is named, so that the command runs as it stands.
const NAMELESS: &str = "MODEL";

fn info(situation: Situation<'_>) -> Option<&'static ModelInfo> {
    situation.subject?.info
}

#[expect(clippy::cast_precision_loss, reason = "a length for people, with one decimal")]
fn megabytes(bytes: usize) -> f64 {
    bytes as f64 / 1e6
}
