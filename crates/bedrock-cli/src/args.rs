//! The command line: what can be said, and what `--help` says about it.

use std::{path::PathBuf, time::Duration};

use bedrock_client::{Framing, Route, Scope};
use bedrock_emulator::{Fault, FaultRule};
use clap::{
    Parser, Subcommand, ValueEnum,
    builder::{OsStringValueParser, TypedValueParser},
};

use crate::{
    call_options::CallOptions,
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

/// `bedrock chat`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Without PROMPT it is read from stdin; what is piped in beside a PROMPT is sent behind it. On a terminal without \
    PROMPT you get a prompt line and a conversation: /help there says what can be done, Ctrl-D leaves."
)]
pub(crate) struct Chat {
    /// What to ask
    pub(crate) prompt: Option<String>,
    /// Model id, ARN, or a short name like `opus` [default: sonnet]
    #[arg(short, long, env = "BEDROCK_MODEL")]
    pub(crate) model: Option<String>,
    /// The most to write, in tokens
    #[arg(long, default_value_t = 4096, value_name = "N")]
    pub(crate) max_tokens: u64,
    /// Instructions that stand above the conversation
    #[arg(long, value_name = "TEXT")]
    pub(crate) system: Option<String>,
    /// A PDF, picture or text to send along; repeatable
    #[arg(long, value_name = "FILE")]
    pub(crate) attach: Vec<PathBuf>,
    /// Let the model think: --thinking, or --thinking=MODE with adaptive, between-tools, disabled or a budget in tokens;
    /// not every model takes every mode
    #[arg(
        long,
        value_name = "MODE",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "adaptive",
        value_parser = parse_thinking
    )]
    pub(crate) thinking: Option<ThinkingMode>,
    /// Show what the model thinks, on stderr
    #[arg(long, requires = "thinking")]
    pub(crate) show_thinking: bool,
    /// How much work to put in: low, medium, high, xhigh, max
    #[arg(long)]
    pub(crate) effort: Option<String>,
    /// Randomness, 0 to 1 (models before Claude 4.7)
    #[arg(long, value_name = "T", allow_negative_numbers = true)]
    pub(crate) temperature: Option<f64>,
    /// A feature in preview, by its flag; repeatable
    #[arg(long, value_name = "FLAG")]
    pub(crate) beta: Vec<String>,
    /// Where a short name's model may run [default: the widest that serves the region]
    #[arg(long, value_enum)]
    pub(crate) scope: Option<ScopeName>,
    /// Wait for the whole answer instead of streaming it
    #[arg(long)]
    pub(crate) no_stream: bool,
    /// Say what each answer used and cost, on stderr
    #[arg(long)]
    pub(crate) usage: bool,
    /// Where what is typed in a conversation is kept, to be brought back in the next: on (a file that only you can read), off, or
    /// the path of a file
    #[arg(long, value_name = "on|off|FILE", env = "BEDROCK_CHAT_HISTORY", default_value = "on", value_parser = History::parse)]
    pub(crate) history: History,
    #[command(flatten)]
    pub(crate) call: CallOptions,
}

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

/// What is typed in a conversation, for the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum History {
    /// Kept where the platform keeps such things.
    On,
    /// Neither read nor written.
    Off,
    /// Kept in this file.
    File(PathBuf),
}

impl History {
    /// A path has a slash: what has none is a word that was mistyped.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        match text {
            "on" => Ok(Self::On),
            "off" => Ok(Self::Off),
            path if path.contains('/') => Ok(Self::File(path.into())),
            _ => Err("on, off, or the path of a file, with a slash in it".to_owned()),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ScopeName {
    /// Any commercial region
    Global,
    /// The region's geography
    Regional,
    /// The region itself
    InRegion,
}

impl From<ScopeName> for Scope {
    fn from(name: ScopeName) -> Self {
        match name {
            ScopeName::Global => Self::Global,
            ScopeName::Regional => Self::Regional,
            ScopeName::InRegion => Self::InRegion,
        }
    }
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

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ThinkingMode {
    Adaptive,
    BetweenTools,
    Disabled,
    Budget(u64),
}

fn parse_speed(text: &str) -> Result<f64, String> {
    let speed: Option<f64> = text.parse().ok();
    speed
        .filter(|speed| speed.is_finite() && *speed >= 0.0)
        .ok_or_else(|| "a number, 0 or more: 1 as recorded, 2 in half the time, 0 at once".to_owned())
}

fn parse_thinking(text: &str) -> Result<ThinkingMode, String> {
    match text {
        "adaptive" => Ok(ThinkingMode::Adaptive),
        "between-tools" => Ok(ThinkingMode::BetweenTools),
        "disabled" => Ok(ThinkingMode::Disabled),
        _ => text
            .parse()
            .map(ThinkingMode::Budget)
            .map_err(|_| "adaptive, between-tools, disabled, or a number of tokens".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_help_lists_every_fault() {
        for (name, _) in Fault::NAMES {
            assert!(fault_help().contains(name), "{name}");
        }
    }

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
