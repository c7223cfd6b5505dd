//! Who answers what `bedrock serve` is asked: the emulator, recordings, the real side, or a server of the Messages API.

use std::net::SocketAddr;

use bedrock_auth::{Env, ProcessEnv, SecretString};
use bedrock_client::Client;
use bedrock_emulator::{EmulatorBuilder, Recorder, Recordings, Upstream};
use bedrock_transport::{HyperClient, ProxySettings};

use crate::{
    args::{Global, Serve},
    connection,
    failure::{Failure, chain},
    output::Stderr,
};

/// Who answers.
pub(super) enum Source {
    Emulator,
    Recordings { recordings: Recordings, speed: f64 },
    RealSide { client: Client, recorder: Recorder },
    Upstream(Upstream),
}

/// Where requests are passed on to.
pub(super) struct RealSide {
    pub(super) region: String,
    endpoint: String,
}

impl Source {
    /// What the options say.
    pub(super) fn of(global: &Global, args: &Serve, stderr: &Stderr) -> Result<Self, Failure> {
        if let Some(folder) = &args.source.record {
            let client = connection::settings(global).build()?;
            let recorder = Recorder::open(folder).map_err(|error| Failure::Io {
                message: format!("{}: {error}", folder.display()),
                hint: "name a folder that can be written to".to_owned(),
                input: false,
            })?;
            stderr.note(&format!(
                "answers come from {} and are recorded in {}, prompts included",
                client.endpoint().origin(),
                folder.display()
            ));
            return Ok(Self::RealSide { client, recorder });
        }
        if let Some(folder) = &args.source.replay {
            let recordings = Recordings::read(folder).map_err(|error| Failure::Io {
                message: chain(&error),
                hint: "name a folder that `bedrock serve --record` wrote".to_owned(),
                input: true,
            })?;
            stderr.note(&format!("answers come from {}: {}", folder.display(), counted(&recordings)));
            return Ok(Self::Recordings { recordings, speed: args.replay_speed });
        }
        match &args.source.upstream {
            Some(url) => upstream(url, global, args, stderr).map(Self::Upstream),
            None => Ok(Self::Emulator),
        }
    }

    pub(super) fn real_side(&self) -> Option<RealSide> {
        let Self::RealSide { client, .. } = self else { return None };
        Some(RealSide { region: client.region().to_string(), endpoint: client.endpoint().origin() })
    }

    pub(super) fn give_to(self, builder: EmulatorBuilder) -> EmulatorBuilder {
        match self {
            Self::Emulator => builder,
            Self::Recordings { recordings, speed } => builder.replay(recordings, speed),
            Self::RealSide { client, recorder } => builder.record(client, recorder),
            Self::Upstream(upstream) => builder.upstream(upstream),
        }
    }
}

impl RealSide {
    /// A shell that has read what an earlier `bedrock serve` on this port said would lead a recorder to itself.
    pub(super) fn is_not(&self, address: SocketAddr) -> Result<(), Failure> {
        let port = format!(":{}", address.port());
        let is_here =
            ["//127.0.0.1", "//localhost", "//[::1]"].iter().any(|host| self.endpoint.contains(host));
        if is_here && self.endpoint.ends_with(&port) {
            return Err(Failure::config(
                format!("the real side is {}, which is this emulator itself", self.endpoint),
                "name the real side with --endpoint-url, or unset AWS_ENDPOINT_URL to record AWS",
            ));
        }
        Ok(())
    }
}

/// The server at a URL, reached as AWS is: through the same proxies, with the same CAs.
fn upstream(url: &str, global: &Global, args: &Serve, stderr: &Stderr) -> Result<Upstream, Failure> {
    let config = |error: &dyn std::error::Error, hint| Failure::config(chain(error), hint);
    let mut http = HyperClient::builder().proxies(ProxySettings::from_variables(|name| ProcessEnv.var(name)));
    if let Some(file) = &global.ca_bundle {
        http = http.ca_bundle(file);
    }
    let http = http
        .build()
        .map_err(|error| config(&error, "check --ca-bundle and the proxies of the environment"))?;
    let mut upstream = Upstream::new(url, http)
        .map_err(|error| config(&error, "give a URL like http://127.0.0.1:8080, without /v1"))?;
    if let Some(key) = ProcessEnv.var(UPSTREAM_KEY) {
        upstream = upstream
            .api_key(&SecretString::from(key))
            .map_err(|error| config(&error, "check BEDROCK_UPSTREAM_API_KEY for stray characters"))?;
    }
    if let Some(model) = &args.upstream_model {
        upstream = upstream.model(model);
    }
    stderr.note(&format!("what a model says comes from {url}"));
    Ok(upstream)
}

/// A variable of its own: nobody's key for Anthropic is to go to a server that merely speaks the same.
const UPSTREAM_KEY: &str = "BEDROCK_UPSTREAM_API_KEY";

fn counted(recordings: &Recordings) -> String {
    let partial = recordings.partial();
    let mut text = format!("{} recorded", recordings.len());
    if !partial.is_empty() {
        let names: Vec<_> = partial.iter().map(|file| file.display().to_string()).collect();
        text += &format!("; not finished, and left out: {}", names.join(", "));
    }
    text
}
