//! From the global options to a client, with an emulator of its own if asked for.

use bedrock_auth::{Env, MapEnv, MapFiles, ProcessEnv};
use bedrock_client::{ActivityLog, Client, ClientBuilder, RegionSource, Scope, Timeouts};
use bedrock_emulator::Emulator;

use crate::{args::Global, failure::Failure, mfa};

/// A client, and what must live as long as it.
#[derive(Debug)]
pub(crate) struct Connection {
    pub(crate) client: Client,
    _emulator: Option<Emulator>,
}

impl Connection {
    pub(crate) async fn open(global: &Global, scope: Option<Scope>) -> Result<Self, Failure> {
        let mut builder = settings(global);
        if let Some(scope) = scope {
            builder = builder.scope(scope);
        }
        let mut emulator = None;
        if global.local {
            let started =
                Emulator::builder().start().await.map_err(|error| Failure::io("the emulator", &error))?;
            builder = builder.endpoint_url(started.url()).credentials(started.credentials().clone());
            emulator = Some(started);
        }
        Ok(Self { client: builder.build()?, _emulator: emulator })
    }
}

/// What the global options say to a client.
pub(crate) fn settings(global: &Global) -> ClientBuilder {
    let mut timeouts = Timeouts::default();
    timeouts.connect = global.connect_timeout;
    timeouts.response_head = global.read_timeout;
    timeouts.idle = global.idle_timeout;

    let mut builder = Client::builder().timeouts(timeouts).mfa_prompt(mfa::Terminal);
    if let Some(total) = global.timeout {
        builder = builder.total_timeout(total);
    }
    if let Some(retries) = global.max_retries {
        builder = builder.max_retries(retries);
    }
    if let Some(path) = &global.ca_bundle {
        builder = builder.ca_bundle(path);
    }
    if let Some(region) = &global.region {
        builder = builder.region(region);
    }
    if let Some(url) = &global.endpoint_url {
        builder = builder.endpoint_url(url);
    }
    if let Some(profile) = &global.profile {
        builder = builder.profile(profile);
    }
    if let Some(log) = activity_log(global) {
        builder = builder.activity_log(log);
    }
    if global.local {
        // Nothing of the user's account plays a part: not keys, not endpoints, not profiles.
        let region = ProcessEnv.var("AWS_REGION").unwrap_or_else(|| LOCAL_REGION.to_owned());
        builder = builder.env(MapEnv::from([("AWS_REGION", region)])).files(MapFiles::default());
    }
    match &global.region_of_settings {
        Some(region) if matches!(builder.resolve_region(), Ok((_, RegionSource::Default))) => {
            builder.region(region)
        }
        _ => builder,
    }
}

/// The log of this machine, where one is wanted.
fn activity_log(global: &Global) -> Option<ActivityLog> {
    let folder = global.log_dir.as_ref().filter(|folder| !folder.as_os_str().is_empty())?;
    let log = ActivityLog::daily(folder);
    Some(if global.log_content { log.with_content() } else { log })
}

/// The region of `--local` where nobody names one.
const LOCAL_REGION: &str = "us-east-1";
