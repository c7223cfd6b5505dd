//! The model that would be asked: whether it can be called from here, and whether this account may.

use std::time::Duration;

use bedrock_auth::{Clock, SystemClock, sigv4::ClockSkew};
use bedrock_client::{Client, ErrorKind, IdentitySource, Region};
use bedrock_types::models::{ModelId, ModelInfo, ResolveError, find};

use super::{call_in_time, identity, report::Check};
use crate::{
    args::{Doctor, Global},
    commands::{
        access,
        models::{Here, Standing, known},
    },
    failure::{self, Failure},
};

/// Whether the model has an id for this region, and that id.
pub(super) fn asked_for(global: &Global, args: &Doctor, region: &Region) -> (Check, Option<String>) {
    let name = args.model.as_deref().filter(|name| !name.trim().is_empty()).unwrap_or(DEFAULT_MODEL);
    if let Err(failure) = known(name) {
        return (Check::fail("model", "model_unknown", failure), None);
    }
    let here = Here::at(region.clone(), global.route);
    let id = match here.id_to_send(name) {
        Ok(id) => id,
        Err(error) => {
            let code = if matches!(error, ResolveError::Id(_)) { "model_unknown" } else { "model_not_here" };
            let hint = format!(
                "`bedrock models list --region {region}` shows what works here; choose one with -m or BEDROCK_MODEL, or another \
                 region with --region or `bedrock configure`"
            );
            return (Check::fail("model", code, Failure::config(failure::chain(&error), hint)), None);
        }
    };
    let check = match find(name).or_else(|| id.base_model()) {
        None => Check::ok("model", format!("{id}; the catalog does not have it, it is sent as typed")),
        Some(model) => of_catalog(model, &id, &here, region),
    };
    (check.fact("model_id", id.as_str()), Some(id.as_str().to_owned()))
}

fn of_catalog(model: &ModelInfo, id: &ModelId, here: &Here, region: &Region) -> Check {
    let name = model.name;
    let message = format!("{name}, as {id}");
    // An alias has the id of its region; an id is sent as it was typed, and may be that of another.
    let elsewhere = model
        .profiles
        .iter()
        .find(|profile| profile.id == id.as_str())
        .filter(|it| !it.serves(region.as_str()));
    if let Some(profile) = elsewhere {
        let hint = format!(
            "`bedrock models show {id}` lists the ids that work in {region}; this one works from {}",
            few(&profile.sources())
        );
        let failure = Failure::config(format!("{id} cannot be called from {region}"), hint);
        return Check::fail("model", "model_not_here", failure);
    }
    let newest = find(model.family).filter(|newest| newest.id != model.id);
    let instead = newest.map_or_else(
        || "`bedrock models list` shows those of today".to_owned(),
        |newest| format!("ask {} instead: -m {}", newest.name, model.family),
    );
    match here.standing(model) {
        standing @ Standing::Ended { .. } => {
            let end = standing.end().unwrap_or_default();
            let failure = Failure::config(format!("{name} {end}"), instead);
            Check::fail("model", "model_end_of_life", failure)
        }
        standing @ Standing::Legacy { .. } => {
            let end = standing.end().map(|end| format!(", {end}")).unwrap_or_default();
            Check::ok("model", format!("{message}; it is legacy{end}")).warn("model_legacy", instead)
        }
        Standing::Active { .. } | Standing::Gated => Check::ok("model", message),
    }
}

fn few(regions: &[&str]) -> String {
    let named = regions.iter().take(3).copied().collect::<Vec<_>>().join(", ");
    if regions.len() > 3 { format!("{named} and others") } else { named }
}

/// Whether the account may call the model, and by how many seconds Bedrock's clock is ahead of this one. Nothing without an id.
pub(super) async fn access(
    client: &Client,
    id: Option<&str>,
    source: &IdentitySource,
    patience: Duration,
) -> Option<(Check, Option<i64>)> {
    let id = id?;
    let sent = SystemClock.now();
    let found = match call_in_time(patience, client.model_access().availability(id)).await {
        Ok(found) => found,
        Err(error) => {
            let unreachable = error.kind() != ErrorKind::Api;
            let check = if let Some(expired) = identity::expired("access", source, &error) {
                expired
            } else if error.is_unauthenticated() {
                Check::fail("access", "credentials_refused", error.into())
            } else if unreachable {
                Check::fail("access", "control_plane_unreachable", error.into())
            } else {
                let hint = error.hint().unwrap_or("try it: `bedrock chat hi`").to_owned();
                Check::ok("access", format!("not known: {error}")).warn("model_access_unknown", hint)
            };
            return Some((check, None));
        }
    };
    let skew = ClockSkew::default().observe(sent, SystemClock.now(), found.headers());
    let mut unmet = access::unmet(&found, client.region().as_str());
    if access::needs_retention(&found.model_id) {
        // Who may not ask for it learns it from the model.
        let retention = call_in_time(patience, client.model_access().data_retention()).await;
        unmet.extend(retention.ok().and_then(|kept| access::refused_retention(&found.model_id, &kept.mode)));
    }
    let check = if unmet.is_empty() {
        Check::ok("access", format!("{} can be called", found.model_id))
    } else {
        let message = format!("{} cannot be called yet", found.model_id);
        Check::fail("access", "model_not_accessible", Failure::config(message, unmet.join("; ")))
    };
    Some((check, skew.map(|skew| skew.seconds())))
}

/// The alias that is asked when nobody says which model, as by `bedrock chat`.
const DEFAULT_MODEL: &str = "sonnet";
