//! What looks at one thing closely: `doctor`, `token`, `sign` and `decode`.

use std::{path::PathBuf, time::Duration};

use bedrock_client::Framing;
use clap::ValueEnum;

use crate::duration;

/// `bedrock doctor`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Each check is ok, warn or FAIL, with what to run; the first that fails decides the exit code. With --output json a \
    check that is not ok has a code:\n\n\
    profile_unusable, settings_invalid, region_invalid, region_default, region_unknown\n\
    credentials_none, sso_signed_out, sso_expired, credentials_expired, credentials_expire_soon, credentials_invalid, credentials_failed, \
    credentials_refused\n\
    endpoint_unreachable, proxy_failed, ca_unknown, tls_failed, sts_unreachable, control_plane_unreachable\n\
    clock_off, clock_unknown\n\
    model_unknown, model_not_here, model_end_of_life, model_legacy, model_not_accessible, model_access_unknown"
)]
pub(crate) struct Doctor {
    /// The model to look at: id, ARN, or a short name like `opus` [default: sonnet]
    #[arg(short, long, env = "BEDROCK_MODEL")]
    pub(crate) model: Option<String>,
}

/// `bedrock token`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "The key works in one region, for as long as the credentials live at most. Give it to whatever takes \
    AWS_BEARER_TOKEN_BEDROCK: export AWS_BEARER_TOKEN_BEDROCK=\"$(bedrock token)\"."
)]
pub(crate) struct Token {
    /// How long the key lives, 12h at most
    #[arg(long, value_name = "TIME", default_value = "12h", value_parser = duration::parse)]
    pub(crate) expires: Duration,
}

/// `bedrock sign`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "It is signed for the region that the URL's host is in; --region signs for another. Where the host names none, as of a \
    gateway of yours, the region is that of every command."
)]
pub(crate) struct Sign {
    /// HTTP method
    #[arg(long, default_value = "POST")]
    pub(crate) method: String,
    /// The URL exactly as it goes on the wire
    #[arg(long)]
    pub(crate) url: String,
    /// A header; the value is what stands behind the first colon; repeatable
    #[arg(long, value_name = "NAME:VALUE")]
    pub(crate) header: Vec<String>,
    /// The body; `-` is stdin [default: empty]
    #[arg(long, value_name = "FILE")]
    pub(crate) body: Option<PathBuf>,
    /// The service's signing name
    #[arg(long, default_value = "bedrock")]
    pub(crate) service: String,
    /// When to sign, like 20261122T000000Z [default: now]
    #[arg(long, value_name = "TIME")]
    pub(crate) at: Option<String>,
}

/// `bedrock decode`.
#[derive(Debug, clap::Args)]
pub(crate) struct Decode {
    /// The body of a streamed answer; `-` is stdin
    pub(crate) file: PathBuf,
    /// Print only the message that the events make
    #[arg(long = "final")]
    pub(crate) whole: bool,
    /// How the events are put into bytes [default: told from the first byte]
    #[arg(long, value_enum)]
    pub(crate) format: Option<Format>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// AWS's binary frames
    Eventstream,
    /// Server-sent events
    Sse,
}

impl From<Format> for Framing {
    fn from(format: Format) -> Self {
        match format {
            Format::Eventstream => Self::EventStream,
            Format::Sse => Self::Sse,
        }
    }
}
