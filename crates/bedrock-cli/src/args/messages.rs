//! `bedrock messages`: requests and answers as JSON.

use std::path::PathBuf;

use clap::Subcommand;

use crate::call_options::CallOptions;

/// `bedrock messages …`.
#[derive(Debug, Subcommand)]
pub(crate) enum MessagesCommand {
    /// One request, one answer
    Create(Create),
    /// The answer as one event a line
    Stream(Stream),
    /// Count the tokens of a request without sending it to the model; that is free
    CountTokens(CountTokens),
}

/// `bedrock messages create`.
#[derive(Debug, clap::Args)]
pub(crate) struct Create {
    /// The request as JSON, with `model`; `-` is stdin
    #[arg(long, value_name = "FILE")]
    pub(crate) body: PathBuf,
    #[command(flatten)]
    pub(crate) call: CallOptions,
}

/// `bedrock messages stream`.
#[derive(Debug, clap::Args)]
pub(crate) struct Stream {
    /// The request as JSON, with `model`; `-` is stdin
    #[arg(long, value_name = "FILE")]
    pub(crate) body: PathBuf,
    /// Print only the message that the events make
    #[arg(long = "final")]
    pub(crate) whole: bool,
    #[command(flatten)]
    pub(crate) call: CallOptions,
}

/// `bedrock messages count-tokens`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "bedrock-runtime counts for most models; --route mantle counts for the newest, where bedrock-mantle is, and needs \
    permission for bedrock-mantle:CountTokens."
)]
pub(crate) struct CountTokens {
    /// The request as JSON, with `model`; `-` is stdin
    #[arg(long, value_name = "FILE")]
    pub(crate) body: PathBuf,
}
