//! The settings file: what a person always wants, below everything that is said elsewhere.
//!
//! ```toml
//! model = "opus"
//! region = "eu-west-1"
//! max_tokens = 8192
//! ```
//!
//! It is the one in the person's own folder; no project's file is ever read, and no file can send requests elsewhere or bring keys:
//! whoever can put a file into a folder must not decide where prompts go.

use std::{io, ops::Range, path::PathBuf};

use bedrock_auth::{Env, Files};
use bedrock_client::Region;
use clap::{Arg, Command, ValueEnum};
use serde::{Deserialize, Deserializer, de::Error as _};

use crate::{
    args::{History, Output, RouteName, ScopeName},
    failure::Failure,
};

/// What the file says; each is the default of the option of the same name.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    /// Of the last resort: it ranks below environment and profile.
    #[serde(default, deserialize_with = "region")]
    pub(crate) region: Option<String>,
    #[serde(default, deserialize_with = "named::<_, RouteName>")]
    route: Option<String>,
    #[serde(default, deserialize_with = "named::<_, Output>")]
    output: Option<String>,
    model: Option<String>,
    #[serde(default, deserialize_with = "named::<_, ScopeName>")]
    scope: Option<String>,
    max_tokens: Option<std::num::NonZeroU64>,
    system: Option<String>,
    #[serde(default, deserialize_with = "history")]
    history: Option<String>,
    #[serde(default, deserialize_with = "folder")]
    log_dir: Option<String>,
    #[serde(default)]
    log_content: bool,
}

impl Settings {
    /// Reads the file; where there is none, nothing is set.
    pub(crate) fn load(env: &dyn Env, files: &dyn Files) -> Result<Self, Failure> {
        let Some(path) = path(env, cfg!(target_os = "macos")) else { return Ok(Self::default()) };
        let name = path.display().to_string();
        let bytes = match files.read(&path) {
            Ok(bytes) => bytes,
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                return Ok(Self::default());
            }
            Err(error) => {
                return Err(Failure::config(
                    format!("{name}: {error}"),
                    "make it a file that you can read, or remove it",
                ));
            }
        };
        let text = std::str::from_utf8(&bytes)
            .map_err(|_| Failure::config(format!("{name} is not UTF-8"), "write it anew"))?;
        let settings: Self = toml::from_str(text).map_err(|error| broken(&name, text, &error))?;
        Ok(settings.at_home(&env.var("HOME").unwrap_or_default()))
    }

    /// `~/` as a shell reads it.
    fn at_home(mut self, home: &str) -> Self {
        for path in [&mut self.history, &mut self.log_dir].into_iter().flatten() {
            if let Some(below) = path.strip_prefix("~/") {
                *path = format!("{home}/{below}");
            }
        }
        self
    }

    /// The command line with these defaults, which `--help` then shows.
    pub(crate) fn defaults(&self, command: Command) -> Command {
        let max_tokens = self.max_tokens.map(|tokens| tokens.to_string());
        let scope = |command: Command| command.mut_arg("scope", |arg| default(arg, self.scope.as_deref()));
        command
            .mut_arg("route", |arg| default(arg, self.route.as_deref()))
            .mut_arg("output", |arg| default(arg, self.output.as_deref()))
            .mut_arg("log_dir", |arg| default(arg, self.log_dir.as_deref()))
            .mut_arg("log_content", |arg| default(arg, self.log_content.then_some("true")))
            .mut_subcommand("chat", |chat| {
                scope(chat)
                    .mut_arg("model", |arg| default(arg, self.model.as_deref()))
                    .mut_arg("max_tokens", |arg| default(arg, max_tokens.as_deref()))
                    .mut_arg("system", |arg| default(arg, self.system.as_deref()).hide_default_value(true))
                    .mut_arg("history", |arg| default(arg, self.history.as_deref()))
            })
            .mut_subcommand("doctor", |doctor| {
                doctor.mut_arg("model", |arg| default(arg, self.model.as_deref()))
            })
            .mut_subcommand("models", |models| {
                models
                    .mut_subcommand("list", scope)
                    .mut_subcommand("show", scope)
                    .mut_subcommand("resolve", scope)
            })
    }
}

/// What `--help` says about the file.
pub(crate) const HELP: &str = "\
Settings file: bedrock/config.toml in $XDG_CONFIG_HOME, else in ~/.config (macOS: ~/Library/Application Support). It sets the \
defaults of options, in TOML: region, route, output, model, scope, max_tokens, system, history, log_dir and log_content. Command \
line, environment and AWS profile outrank it. Endpoints and keys cannot stand there.";

/// Where the file is; without a home folder nowhere.
fn path(env: &dyn Env, macos: bool) -> Option<PathBuf> {
    let home = env.var("HOME").map(PathBuf::from);
    // A relative one is to be ignored: https://specifications.freedesktop.org/basedir-spec/latest/
    let xdg = env.var("XDG_CONFIG_HOME").map(PathBuf::from).filter(|folder| folder.is_absolute());
    let below_home = if macos { "Library/Application Support" } else { ".config" };
    let folder = xdg.or_else(|| Some(home?.join(below_home)))?;
    Some(folder.join("bedrock").join("config.toml"))
}

fn broken(name: &str, text: &str, error: &toml::de::Error) -> Failure {
    let span = error.span().unwrap_or_default();
    let line = text.get(..span.start).unwrap_or_default().matches('\n').count() + 1;
    let hint = if is_forbidden(text, span) {
        "endpoints, keys and profiles cannot stand in this file: use options, the environment or the AWS files (`bedrock configure`)"
    } else {
        "`bedrock --help` says what can stand there"
    };
    // Of several lines, the first says what is wrong; the others draw it.
    let message = error.message().lines().next().unwrap_or_default();
    Failure::config(format!("{name} line {line}: {message}"), hint)
}

/// Whether a name that is no setting would say where requests go, or as whom.
fn is_forbidden(text: &str, span: Range<usize>) -> bool {
    let name = text.get(span).unwrap_or_default().to_ascii_lowercase();
    ["endpoint", "url", "key", "secret", "token", "credential", "profile", "ca_bundle"]
        .iter()
        .any(|part| name.contains(part))
}

/// The option with another default, which its help names instead of its own.
fn default(arg: Arg, value: Option<&str>) -> Arg {
    let Some(value) = value else { return arg };
    let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
    let help = help.split(" [default:").next().unwrap_or_default().to_owned();
    arg.help(help).default_value(value.to_owned())
}

fn named<'de, D: Deserializer<'de>, T: ValueEnum>(deserializer: D) -> Result<Option<String>, D::Error> {
    let text = String::deserialize(deserializer)?;
    if T::from_str(&text, false).is_ok() {
        return Ok(Some(text));
    }
    let names: Vec<_> = T::value_variants()
        .iter()
        .filter_map(|value| Some(value.to_possible_value()?.get_name().to_owned()))
        .collect();
    Err(D::Error::custom(format!("{text:?} is none of {}", names.join(", "))))
}

/// A file that is the same whatever folder one works in.
fn is_fixed(path: &str) -> bool {
    path.starts_with('/') || path.starts_with("~/")
}

fn history<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let text = String::deserialize(deserializer)?;
    match History::parse(&text) {
        Ok(History::File(_)) if !is_fixed(&text) => {
            Err(D::Error::custom(format!("{text:?} begins neither with / nor with ~/")))
        }
        Ok(_) => Ok(Some(text)),
        Err(what) => Err(D::Error::custom(format!("{text:?} is none of {what}"))),
    }
}

fn folder<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let text = String::deserialize(deserializer)?;
    if is_fixed(&text) {
        Ok(Some(text))
    } else {
        Err(D::Error::custom(format!("{text:?} begins neither with / nor with ~/")))
    }
}

fn region<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let text = String::deserialize(deserializer)?;
    Region::parse(&text).map_err(|error| D::Error::custom(error.to_string()))?;
    Ok(Some(text))
}

#[cfg(test)]
mod tests {
    use bedrock_auth::{MapEnv, MapFiles};
    use clap::{CommandFactory, FromArgMatches};

    use super::*;
    use crate::args::{Args, Command as Verb};

    const PATH: &str = "/home/me/.config/bedrock/config.toml";

    fn load(text: &str) -> Result<Settings, Failure> {
        let env = MapEnv::from([("HOME", "/home/me"), ("XDG_CONFIG_HOME", "/home/me/.config")]);
        Settings::load(&env, &MapFiles::from([(PATH, text)]))
    }

    fn args(settings: &Settings, line: &str) -> Args {
        let matches = settings.defaults(Args::command()).get_matches_from(line.split(' '));
        Args::from_arg_matches(&matches).expect("arguments")
    }

    #[test]
    fn an_option_outranks_the_file() {
        let settings =
            load("model = 'opus'\nmax_tokens = 7\nroute = 'mantle'\nscope = 'in-region'\noutput = 'json'\n")
                .expect("settings");
        let read = args(&settings, "bedrock chat hi");
        let Verb::Chat(chat) = read.command else { panic!("a chat") };
        assert_eq!((read.global.route, read.global.output), (RouteName::Mantle, Output::Json));
        assert_eq!((chat.model.as_deref(), chat.max_tokens), (Some("opus"), 7));
        assert_eq!(chat.scope, Some(ScopeName::InRegion));
        let read = args(&settings, "bedrock chat hi -m haiku --max-tokens 8 --route converse");
        let Verb::Chat(chat) = read.command else { panic!("a chat") };
        assert_eq!(
            (read.global.route, chat.model.as_deref(), chat.max_tokens),
            (RouteName::Converse, Some("haiku"), 8)
        );
    }

    #[test]
    fn the_log_and_the_history_are_set_below_the_home_folder() {
        let settings = load("log_dir = '~/logs'\nlog_content = true\nhistory = '~/typed'").expect("settings");
        let read = args(&settings, "bedrock chat hi");
        assert_eq!(read.global.log_dir, Some("/home/me/logs".into()));
        assert!(read.global.log_content);
        let Verb::Chat(chat) = read.command else { panic!("a chat") };
        assert_eq!(chat.history, History::File("/home/me/typed".into()));
        let read = args(&settings, "bedrock chat hi --log-dir elsewhere --history off");
        assert_eq!(read.global.log_dir, Some("elsewhere".into()));
        let Verb::Chat(chat) = read.command else { panic!("a chat") };
        assert_eq!(chat.history, History::Off);
    }

    #[test]
    fn help_names_the_default_of_the_file_alone() {
        let settings = load("model = 'opus'").expect("settings");
        let mut command = settings.defaults(Args::command());
        command.build();
        let help = command.find_subcommand_mut("chat").expect("chat").render_help().to_string();
        assert!(help.contains("[default: opus]") && !help.contains("[default: sonnet]"), "{help}");
    }

    #[test]
    fn no_file_sets_nothing() {
        let nowhere =
            Settings::load(&MapEnv::from([("HOME", "/home/me")]), &MapFiles::default()).expect("none");
        assert!(nowhere.model.is_none());
        let chat = args(&nowhere, "bedrock chat hi");
        assert_eq!(chat.global.route, RouteName::Invoke);
    }

    #[test]
    fn the_file_lies_where_the_platform_has_such_files() {
        for (variables, macos, expected) in [
            (&[("HOME", "/h")][..], false, Some("/h/.config/bedrock/config.toml")),
            (&[("HOME", "/h")], true, Some("/h/Library/Application Support/bedrock/config.toml")),
            (&[("HOME", "/h"), ("XDG_CONFIG_HOME", "/x")], true, Some("/x/bedrock/config.toml")),
            (&[("HOME", "/h"), ("XDG_CONFIG_HOME", "x")], false, Some("/h/.config/bedrock/config.toml")),
            (&[], false, None),
        ] {
            let env: MapEnv = variables.iter().copied().collect();
            assert_eq!(path(&env, macos), expected.map(PathBuf::from));
        }
    }

    #[test]
    fn what_is_wrong_is_said_with_file_and_line() {
        for (text, line, what, forbidden) in [
            ("model = 'opus'\n\ncolour = 1\n", 3, "unknown field `colour`", false),
            ("model = 'opus'\nendpoint_url = 'http://127.0.0.1'\n", 2, "unknown field `endpoint_url`", true),
            ("aws_secret_access_key = 'canary'", 1, "unknown field `aws_secret_access_key`", true),
            ("[keys]\na = 1", 1, "unknown field `keys`", true),
            ("# x\nroute = 'invok'", 2, "\"invok\" is none of invoke, messages, mantle, converse", false),
            ("region = 'x.evil.com/'", 1, "", false),
            ("history = 'offf'", 1, "\"offf\" is none of on, off, or the path of a file", false),
            ("\nlog_dir = 'logs'", 2, "\"logs\" begins neither with / nor with ~/", false),
            ("max_tokens = 0", 1, "", false),
            ("model = ", 1, "", false),
        ] {
            let error = load(text).expect_err(text);
            assert_eq!(error.exit_code(), 2);
            let message = error.message();
            assert!(
                message.starts_with(&format!("{PATH} line {line}: ")) && message.contains(what),
                "{message}"
            );
            let hint = error.hint().unwrap_or_default();
            assert_eq!(hint.contains("cannot stand"), forbidden, "{message}: {hint}");
            assert!(!message.contains("canary") && !hint.contains("canary"));
        }
    }
}
