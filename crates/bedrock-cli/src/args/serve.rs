//! `bedrock serve`: how the emulator behaves, and who answers in its place.

use std::{path::PathBuf, time::Duration};

use bedrock_emulator::{Fault, FaultRule};

use crate::duration;

/// `bedrock serve`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Stdout gets what a shell needs to talk to it: `bedrock serve > emulator.env &`, then `. ./emulator.env`.\n\n\
    GET /_local/credentials gives out temporary keys, in the shape of a container's and of credential_process; STS, on the \
    same port, gives out those of any role. Keys of a default profile outrank a container's: \
    AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null leaves them out."
)]
#[command(after_long_help = fault_help())]
pub(crate) struct Serve {
    /// Port on 127.0.0.1; 0 takes a free one
    #[arg(long, default_value_t = 0)]
    pub(crate) port: u16,
    /// Serve https, with a fresh CA and certificate
    #[arg(long)]
    pub(crate) tls: bool,
    /// Let keys expire: clients are pointed to /_local/credentials (AWS_CONTAINER_CREDENTIALS_FULL_URI) instead of being given
    /// keys, and what they get there lives this long, in whole seconds [default: keys that do not expire]
    #[arg(long, value_name = "TIME", value_parser = duration::parse)]
    pub(crate) key_ttl: Option<Duration>,
    /// Start without access to any model, to try what an account meets that never asked: see `bedrock access`
    #[arg(long, conflicts_with_all = ["record", "replay"])]
    pub(crate) no_model_access: bool,
    /// Answer as a script says, in TOML (or JSON, if the name ends in .json): rules with answers, errors, delays and faults, access to
    /// models, application profiles. docs/scripts.md says what can stand there
    #[arg(long, value_name = "FILE", conflicts_with_all = ["record", "replay", "upstream"])]
    pub(crate) script: Option<PathBuf>,
    /// Do something wrong with every answer, or with @N only with that of the Nth request; repeatable. --help lists the faults
    #[arg(long, value_name = "NAME[@N]", conflicts_with_all = ["record", "replay", "upstream"])]
    pub(crate) fault: Vec<FaultRule>,
    #[command(flatten)]
    pub(crate) source: Source,
    /// How fast --replay goes: 1 as recorded, 2 in half the time, 0 at once
    #[arg(long, value_name = "N", default_value_t = 1.0, requires = "replay", value_parser = parse_speed)]
    pub(crate) replay_speed: f64,
    /// The model that --upstream is asked for [default: the one that is asked for here, by Anthropic's name]
    #[arg(long, value_name = "NAME", requires = "upstream")]
    pub(crate) upstream_model: Option<String>,
}

/// Who answers in the emulator's place.
#[derive(Debug, clap::Args)]
#[group(multiple = false)]
pub(crate) struct Source {
    /// Pass requests on to Bedrock, signed anew as of every command (--profile, --region, --endpoint-url), and write what is asked and
    /// answered into DIR: prompts and answers whole, but nothing that authorises
    #[arg(long, value_name = "DIR", conflicts_with = "local")]
    pub(crate) record: Option<PathBuf>,
    /// Answer with what was recorded in DIR; what was not is refused, with what it is nearest to
    #[arg(long, value_name = "DIR")]
    pub(crate) replay: Option<PathBuf>,
    /// Let a server of the Anthropic Messages API say what the model says, on every route: a model on this machine, say. URL ends before
    /// /v1; BEDROCK_UPSTREAM_API_KEY is sent to it in x-api-key
    #[arg(long, value_name = "URL")]
    pub(crate) upstream: Option<String>,
}

/// The faults that `--fault` takes.
fn fault_help() -> String {
    let lines = Fault::NAMES.iter().map(|(name, what)| format!("  {name:<26} {what}\n"));
    format!(
        "Faults (docs/faults.md says what a client should make of each):\n{}\n\
         Brackets stand around what may be left out, with its default. Bytes are counted in the body, from 0. What the \
         emulator refuses is refused as ever, and STS and /_local/credentials have no faults.",
        lines.collect::<String>()
    )
}

fn parse_speed(text: &str) -> Result<f64, String> {
    let speed: Option<f64> = text.parse().ok();
    speed
        .filter(|speed| speed.is_finite() && *speed >= 0.0)
        .ok_or_else(|| "a number, 0 or more: 1 as recorded, 2 in half the time, 0 at once".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_help_lists_every_fault() {
        for (name, _) in Fault::NAMES {
            assert!(fault_help().contains(name), "{name}");
        }
    }
}
