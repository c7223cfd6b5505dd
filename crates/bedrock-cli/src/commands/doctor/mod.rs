//! `bedrock doctor`: what is set up, what is not, and what to do about it.
//!
//! The report is the result, also where something fails; the first failure is then the command's own, and its exit code. `report` has
//! its form; `identity`, `network` and `model` look at one thing each. What needs no other goes on at the same time, each within a time of
//! its own, and what fails hides nothing.

mod identity;
mod model;
mod network;
mod report;

use std::time::Duration;

use bedrock_client::{
    Client, Error, Identity, Region, RegionSource, ResolvedIdentity, TimeoutPhase, TransportError,
};
use bedrock_types::models::catalog;
use tokio::{join, time::timeout};

use crate::{
    args::{Doctor, Global, Output},
    connection::{self, Connection},
    failure::Failure,
    layout, output,
    status::Waiting,
};
use report::{Check, Report};

pub(crate) async fn run(global: &Global, args: &Doctor) -> Result<(), Failure> {
    let waiting = Waiting::start("looking around");
    let report = Box::pin(examine(global, args)).await;
    drop(waiting);
    match global.output {
        Output::Json => output::json(&report)?,
        Output::Text => output::shown(&report.text(layout::width()))?,
    }
    report.into_failure().map_or(Ok(()), |failure| Err(Failure::Reported(Box::new(failure))))
}

/// Looks at all there is, in the order in which one thing needs the other.
async fn examine(global: &Global, args: &Doctor) -> Report {
    let connection = match Connection::open(global, None).await {
        Ok(connection) => connection,
        Err(failure) => return settings(global, failure),
    };
    let client = &connection.client;
    let patience = global.timeout.unwrap_or(PATIENCE);
    let (asked, id) = model::asked_for(global, args, client.region());
    let (connected, (credentials, found)) =
        join!(in_time(patience, client.probe()), identity::credentials(client));
    let mut report = Report::default();
    report.add(region(client.region(), client.region_source()));
    report.add(network::endpoint(client));
    report.add(credentials);
    report.add(network::connection(client, connected.flatten()));
    match found.map(|found| clients(global, client, found)) {
        None => report.add(asked),
        Some(Err(failure)) => {
            report.add(Check::fail("caller", "settings_invalid", failure));
            report.add(asked);
        }
        Some(Ok((of_sts, of_bedrock, found))) => {
            let ((caller, by_sts), access) = join!(
                identity::caller(&of_sts, &found, patience),
                model::access(&of_bedrock, id.as_deref(), &found.source, patience)
            );
            let (access, by_bedrock) = access.unzip();
            report.add(caller);
            // Of two answers, the one that is further off: a clock that is right is right for both.
            let offset = by_sts.into_iter().chain(by_bedrock.flatten()).max_by_key(|ahead| ahead.abs());
            report.add(identity::clock(offset));
            report.add(asked);
            access.into_iter().for_each(|access| report.add(access));
        }
    }
    report
}

/// Settings that make no client: it is the profile, the region, or something else that `failure` names.
fn settings(global: &Global, failure: Failure) -> Report {
    let mut report = Report::default();
    if let Err(error) = connection::settings(global).region(ANY_REGION).resolve_region() {
        report.add(Check::fail("profile", "profile_unusable", error.into()));
        return report;
    }
    match connection::settings(global).resolve_region() {
        Err(error) => report.add(Check::fail("region", "region_invalid", error.into())),
        Ok((found, source)) => {
            report.add(region(&found, source));
            report.add(Check::fail("settings", "settings_invalid", failure));
        }
    }
    report
}

fn region(region: &Region, source: RegionSource) -> Check {
    let check = Check::ok("region", format!("{region} ({source})"))
        .fact("region", region.as_str())
        .fact("source", source.to_string());
    let name = region.as_str();
    let is_known = catalog().iter().any(|model| {
        model.in_region.contains(&name) || model.profiles.iter().any(|profile| profile.serves(name))
    });
    if source == RegionSource::Default {
        check.warn("region_default", "set AWS_REGION, or write it into the profile: `bedrock configure`")
    } else if !is_known {
        check.warn("region_unknown", "no model is known to be there; if that is a typing error, choose another with --region, AWS_REGION or `bedrock configure`")
    } else {
        check
    }
}

/// A client for each of two checks: what one learns of AWS's clock is not to mend the request of the other meanwhile.
fn clients(
    global: &Global,
    client: &Client,
    found: ResolvedIdentity,
) -> Result<(Client, Client, ResolvedIdentity), Failure> {
    Ok((known(global, client, &found.identity)?, known(global, client, &found.identity)?, found))
}

/// A client that does not look for its identity again, which may ask a person for a code twice.
fn known(global: &Global, client: &Client, identity: &Identity) -> Result<Client, Failure> {
    if global.local {
        return Ok(client.clone());
    }
    Ok(connection::settings(global).identity(identity.clone()).build()?)
}

/// What takes longer is a finding of its own.
async fn in_time<T>(patience: Duration, check: impl Future<Output = T>) -> Result<T, TransportError> {
    timeout(patience, check).await.map_err(|_| TransportError::Timeout(TimeoutPhase::Total))
}

/// The same for a call.
async fn call_in_time<T>(
    patience: Duration,
    call: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    in_time(patience, call).await.map_err(Error::from)?
}

/// For each thing that is looked at, unless `--timeout` says otherwise.
const PATIENCE: Duration = Duration::from_secs(10);

/// Explicit, so that what still fails is not the region.
const ANY_REGION: &str = "us-east-1";
