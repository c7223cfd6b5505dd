//! The command line: what can be said, and what `--help` says about it.
//!
//! Here is what all commands share; those with many options of their own have a file beside this one, the others their command's.

mod chat;
mod diagnosis;
mod messages;
mod serve;

use std::{path::PathBuf, time::Duration};

use bedrock_client::Route;
use clap::{
    Parser, Subcommand, ValueEnum,
    builder::{OsStringValueParser, TypedValueParser},
};

use crate::{
    commands::{
        access::AccessCommand,
        batch::BatchCommand,
        configure::Configure,
        logging::LoggingCommand,
        manual::{Completions, ManPages},
        models::ModelsCommand,
        profiles::ProfilesCommand,
    },
    duration, settings,
};
pub(crate) use chat::{Chat, History, ScopeName, ThinkingMode, with_modes_joined};
pub(crate) use diagnosis::{Decode, Doctor, Sign, Token};
pub(crate) use messages::{CountTokens, Create, MessagesCommand, Stream};
pub(crate) use serve::Serve;

/// Claude on Amazon Bedrock.
///
/// Try it without an account: `bedrock --local chat "Hello, world"` talks to an emulator inside this program.
/// With an account: `bedrock configure` once, then `bedrock doctor`, `bedrock access show sonnet` and `bedrock chat`.
#[derive(Debug, Parser)]
#[command(name = "bedrock", version, max_term_width = 100, after_help = settings::HELP)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Options of every command; they may stand before or after it.
#[derive(Debug, Default, clap::Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Global {
    /// AWS region [default: AWS_REGION, AWS_DEFAULT_REGION, the profile's, us-east-1]
    #[arg(long, global = true, value_name = "REGION")]
    pub(crate) region: Option<String>,
    /// Profile of the shared AWS files; keys and token of the environment are then not used
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) profile: Option<String>,
    /// Where requests go instead of AWS; plain http is for this machine only
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) endpoint_url: Option<String>,
    /// Start an emulator in this program and talk to it: no account, no network
    #[arg(long, global = true, conflicts_with_all = ["endpoint_url", "profile"])]
    pub(crate) local: bool,
    /// The API that requests go through
    #[arg(long, global = true, value_enum, default_value_t = RouteName::Invoke)]
    pub(crate) route: RouteName,
    /// How often a failed request is tried again [default: 2]
    #[arg(long, global = true, value_name = "N")]
    pub(crate) max_retries: Option<u32>,
    /// Time to connect, TLS included [default: 5s]
    #[arg(long, global = true, value_name = "TIME", value_parser = duration::parse)]
    pub(crate) connect_timeout: Option<Duration>,
    /// Time to the head of the answer [default: 10m]
    #[arg(long, global = true, value_name = "TIME", value_parser = duration::parse)]
    pub(crate) read_timeout: Option<Duration>,
    /// Time between two events of a stream [default: 120s]
    #[arg(long, global = true, value_name = "TIME", value_parser = duration::parse)]
    pub(crate) idle_timeout: Option<Duration>,
    /// Time for the whole call, retries included [default: none]
    #[arg(long, global = true, value_name = "TIME", value_parser = duration::parse)]
    pub(crate) timeout: Option<Duration>,
    /// PEM file with the CAs to trust instead of the system's [default: AWS_CA_BUNDLE, the profile's]
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) ca_bundle: Option<PathBuf>,
    /// Form of results and errors
    #[arg(long, global = true, value_enum, default_value_t = Output::Text)]
    pub(crate) output: Output,
    /// Keep a line for each call to a model in this folder: a file a day, for 30 days; an empty DIR keeps none [default: none]
    #[arg(long, global = true, value_name = "DIR", value_parser = OsStringValueParser::new().map(PathBuf::from))]
    pub(crate) log_dir: Option<PathBuf>,
    /// Keep what is asked and answered there too, without the bytes of files
    #[arg(long, global = true)]
    pub(crate) log_content: bool,
    /// Say what happens, on stderr; twice for more
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
    /// The region of the settings file, which ranks below what environment and profile say
    #[arg(skip)]
    pub(crate) region_of_settings: Option<String>,
}

/// What the program does.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Ask Claude and print the answer as it comes
    Chat(Chat),
    /// Send Messages requests given as JSON
    #[command(subcommand)]
    Messages(MessagesCommand),
    /// Write region, keys or an SSO session for a profile into the AWS files
    Configure(Configure),
    /// What is known of the models: ids, dates, limits, prices
    #[command(subcommand)]
    Models(ModelsCommand),
    /// Inference profiles: what models can be called by, and your own of them
    #[command(subcommand)]
    Profiles(ProfilesCommand),
    /// Access to models: what is missing, and asking for it
    #[command(subcommand)]
    Access(AccessCommand),
    /// The log that AWS keeps of prompts and answers, if you switch it on
    #[command(subcommand)]
    Logging(LoggingCommand),
    /// Batch inference: answer a file of requests at half the price, within a day or so
    #[command(subcommand)]
    Batch(BatchCommand),
    /// Ask AWS who is calling (STS GetCallerIdentity)
    Whoami,
    /// Make a short-term Bedrock API key from the credentials
    Token(Token),
    /// Check region, endpoint, network, credentials, clock and model, and say what to do about each failure
    Doctor(Doctor),
    /// Show how a request is signed (SigV4), to debug a signature
    Sign(Sign),
    /// Decode a recorded stream into its events
    Decode(Decode),
    /// Run the emulator: a local Amazon Bedrock for tests
    Serve(Serve),
    /// Print the completions for a shell
    Completions(Completions),
    /// Print the manual page
    Man(ManPages),
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Output {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum RouteName {
    /// InvokeModel of bedrock-runtime
    #[default]
    Invoke,
    /// The Messages API of bedrock-runtime
    Messages,
    /// The Messages API of bedrock-mantle
    Mantle,
    /// Converse of bedrock-runtime
    Converse,
}

impl From<RouteName> for Route {
    fn from(name: RouteName) -> Self {
        match name {
            RouteName::Invoke => Self::InvokeModel,
            RouteName::Messages => Self::Messages,
            RouteName::Mantle => Self::Mantle,
            RouteName::Converse => Self::Converse,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Args::command().debug_assert();
    }

    #[test]
    fn global_options_stand_before_or_after_the_command() {
        for line in [
            "bedrock --region eu-west-1 --local chat --thinking=2048 hi",
            "bedrock chat hi --thinking=2048 --local --region eu-west-1",
        ] {
            let args = Args::parse_from(line.split(' '));
            assert_eq!(args.global.region.as_deref(), Some("eu-west-1"));
            let Command::Chat(chat) = args.command else { panic!("a chat") };
            assert!(args.global.local && chat.prompt.as_deref() == Some("hi"));
            assert_eq!(chat.thinking, Some(ThinkingMode::Budget(2048)));
        }
    }
}
