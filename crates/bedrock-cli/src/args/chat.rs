//! `bedrock chat`: what is asked, of whom, and how.

use std::{ffi::OsString, path::PathBuf};

use bedrock_client::Scope;
use clap::ValueEnum;

use crate::call_options::CallOptions;

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
    /// Let the model think: --thinking, or --thinking MODE with adaptive, between-tools, disabled or a budget in tokens;
    /// not every model takes every mode
    #[arg(
        long,
        value_name = "MODE",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "adaptive",
        value_parser = ThinkingMode::parse
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

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ThinkingMode {
    Adaptive,
    BetweenTools,
    Disabled,
    Budget(u64),
}

impl ThinkingMode {
    fn parse(text: &str) -> Result<Self, String> {
        match text {
            "adaptive" => Ok(Self::Adaptive),
            "between-tools" => Ok(Self::BetweenTools),
            "disabled" => Ok(Self::Disabled),
            _ => text
                .parse()
                .map(Self::Budget)
                .map_err(|_| "adaptive, between-tools, disabled, or a number of tokens".to_owned()),
        }
    }

    /// Whether a word behind `--thinking` is one, and no prompt. The least budget that a model takes is 1024.
    fn is_meant_by(word: &str) -> bool {
        match Self::parse(word) {
            Ok(Self::Budget(tokens)) => tokens >= 1024,
            mode => mode.is_ok(),
        }
    }
}

/// The arguments, with `--thinking MODE` as `--thinking=MODE`: because the mode may be left out, the parser cannot tell it from a prompt.
pub(crate) fn with_modes_joined(arguments: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let mut joined: Vec<OsString> = Vec::new();
    let mut options_may_come = true;
    for argument in arguments {
        let is_mode = argument.to_str().is_some_and(ThinkingMode::is_meant_by);
        match joined.last_mut() {
            Some(last) if options_may_come && is_mode && last == "--thinking" => {
                last.push("=");
                last.push(argument);
            }
            _ => {
                options_may_come &= argument != "--";
                joined.push(argument);
            }
        }
    }
    joined
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mode_is_joined_and_a_prompt_is_not() {
        for (line, joined) in [
            ("bedrock chat --thinking adaptive hi", "bedrock chat --thinking=adaptive hi"),
            ("bedrock chat hi --thinking 2048", "bedrock chat hi --thinking=2048"),
            ("bedrock chat --thinking hi", "bedrock chat --thinking hi"),
            ("bedrock chat --thinking 42", "bedrock chat --thinking 42"),
            ("bedrock chat --thinking -m opus", "bedrock chat --thinking -m opus"),
            ("bedrock chat -- --thinking disabled", "bedrock chat -- --thinking disabled"),
            ("bedrock chat adaptive --thinking", "bedrock chat adaptive --thinking"),
        ] {
            assert_eq!(with_modes_joined(line.split(' ').map(OsString::from)).join(" ".as_ref()), joined);
        }
    }
}
