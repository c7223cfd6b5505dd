//! `bedrock configure`: region, keys or an SSO session for a profile, into the files that every AWS tool reads.
//!
//! Secrets come from a terminal that does not show them, or from stdin, never from the command line. What is written is first made in
//! memory and read back; only then the files are replaced, each in one step.

mod answers;
mod dialog;
mod edit;

use std::{
    fs,
    io::{self, IsTerminal, Read, Write},
    path::{Path, PathBuf},
};

use bedrock_auth::{Env, Files, MapEnv, MapFiles, OsFiles, ProcessEnv, ProfileError, Profiles};
use console::Term;
use serde_json::json;

use crate::{
    args::{Global, Output},
    failure::{self, Failure},
    output::{self, Stderr},
};
use answers::{Answers, SharedFile, is_secret};
use dialog::Person;
use edit::{Section, edited};

/// `bedrock configure`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "On a terminal it asks. Otherwise it reads lines of NAME=VALUE from stdin: region, aws_access_key_id, \
    aws_secret_access_key, aws_session_token, sso_session, sso_start_url, sso_region, sso_account_id, sso_role_name, \
    sso_registration_scopes. --profile names the profile, --region the region.\n\n\
    It writes ~/.aws/config and ~/.aws/credentials, or the files that AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE name, and \
    leaves every other line as it is."
)]
pub(crate) struct Configure {
    /// Say what would be written, and write nothing
    #[arg(long)]
    dry_run: bool,
}

pub(crate) fn run(global: &Global, args: &Configure) -> Result<(), Failure> {
    if global.local {
        return Err(Failure::config("the local emulator needs no profile", "leave out --local"));
    }
    let target = Target::of(global, &ProcessEnv)?;
    let existing = target.existing(&OsFiles)?;
    let profile = existing.as_ref().and_then(Profiles::selected);
    let asked = io::stdin().is_terminal() && io::stderr().is_terminal();
    let mut answers = if asked {
        dialog::answers(&mut Terminal, global.region.as_deref(), profile)?
    } else {
        Answers::from_lines(&lines()?)?
    };
    if let (Some(region), None) = (&global.region, answers.get(answers::REGION)) {
        answers.set(answers::REGION, region)?;
    }
    let files = target.files(&answers)?;

    let stderr = Stderr::new(global);
    let will = if args.dry_run { "would be written to" } else { "to" };
    for file in &files {
        stderr.note(&format!("{will} {}:", file.path.display()));
        file.sections.iter().for_each(|section| stderr.note(&redacted(section)));
    }
    if args.dry_run {
        return Ok(());
    }
    if asked && !agreed()? {
        stderr.note("nothing was written");
        return Ok(());
    }
    files.iter().try_for_each(File::write)?;
    if global.output == Output::Json {
        let paths: Vec<_> = files.iter().map(|file| file.path.display().to_string()).collect();
        return output::json(&json!({"profile": target.profile, "files": paths}));
    }
    after(&target, &answers, profile, stderr);
    Ok(())
}

/// What to do next, and what stands in the way.
fn after(target: &Target, answers: &Answers, before: Option<&bedrock_auth::Profile>, stderr: Stderr) {
    let others: &[&str] = match (answers.get(answers::ACCESS_KEY_ID), answers.get(answers::SSO_SESSION)) {
        (Some(_), _) => {
            &["sso_session", "sso_start_url", "role_arn", "credential_process", "web_identity_token_file"]
        }
        (None, Some(_)) => {
            &["aws_access_key_id", "role_arn", "credential_process", "web_identity_token_file"]
        }
        (None, None) => &[],
    };
    for other in others.iter().filter(|name| before.is_some_and(|profile| profile.get(name).is_some())) {
        stderr.note(&format!(
            "(the profile has {other} too; `bedrock --profile {0} doctor` says which one counts)",
            target.profile
        ));
    }
    if answers.get(answers::SSO_START_URL).is_some() {
        stderr.note(&format!("sign in: aws sso login --profile {}", target.profile));
    }
    let profile =
        if target.profile == DEFAULT { String::new() } else { format!("--profile {} ", target.profile) };
    stderr.note(&format!("see who you are: bedrock {profile}whoami"));
}

/// The profile that is written, and where.
struct Target {
    profile: String,
    config: PathBuf,
    credentials: PathBuf,
}

/// A file as it shall be.
struct File {
    path: PathBuf,
    text: String,
    private: bool,
    sections: Vec<Section>,
}

impl Target {
    fn of(global: &Global, env: &dyn Env) -> Result<Self, Failure> {
        let profile =
            global.profile.clone().or_else(|| env.var("AWS_PROFILE")).unwrap_or_else(|| DEFAULT.to_owned());
        if !answers::is_name(&profile) {
            return Err(Failure::config(
                format!("{:?} cannot be the name of a profile", output::printable(&profile)),
                "use letters, digits and -_/.%@:+",
            ));
        }
        let homeless = || {
            Failure::config(
                "nobody says where the AWS files are",
                "set HOME, or AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE",
            )
        };
        Ok(Self {
            profile,
            config: Profiles::config_path(env).ok_or_else(homeless)?,
            credentials: Profiles::credentials_path(env).ok_or_else(homeless)?,
        })
    }

    /// What the files say of the profile now.
    fn existing(&self, files: &dyn Files) -> Result<Option<Profiles>, Failure> {
        match Profiles::load_named(&self.env(), files, &self.profile) {
            Ok(profiles) => Ok(Some(profiles)),
            Err(ProfileError::UnknownProfile { .. }) => Ok(None),
            Err(error) => Err(Failure::config(failure::chain(&error), "mend that line, and try again")),
        }
    }

    /// The files that change, with the profile as it shall be.
    fn files(&self, answers: &Answers) -> Result<Vec<File>, Failure> {
        let (config, credentials) = (text(&self.config)?, text(&self.credentials)?);
        // Beside a `[profile default]`, a `[default]` counts for nothing.
        let prefixed = format!("profile {}", self.profile);
        let title = match self.profile.as_str() {
            DEFAULT if !edit::has(&config, &prefixed) => DEFAULT.to_owned(),
            _ => prefixed,
        };
        let sections = answers.sections(&self.profile, &title)?;
        let mut files = [
            File { path: self.config.clone(), text: config, private: false, sections: Vec::new() },
            File { path: self.credentials.clone(), text: credentials, private: true, sections: Vec::new() },
        ];
        for (shared, section) in sections {
            let [config, credentials] = &mut files;
            let file = match shared {
                SharedFile::Config => config,
                SharedFile::Credentials => credentials,
            };
            file.text = edited(&file.text, &section);
            file.sections.push(section);
        }
        self.read_back(&files, answers)?;
        Ok(files.into_iter().filter(|file| !file.sections.is_empty()).collect())
    }

    /// Shows that readers will find what is written.
    fn read_back(&self, files: &[File], answers: &Answers) -> Result<(), Failure> {
        let content = files.iter().map(|file| (file.path.clone(), file.text.clone().into_bytes()));
        let profiles = self.existing(&content.collect::<MapFiles>())?;
        let profile = profiles.as_ref().and_then(Profiles::selected);
        for name in [
            answers::REGION,
            answers::ACCESS_KEY_ID,
            answers::SECRET_ACCESS_KEY,
            answers::SESSION_TOKEN,
            answers::SSO_SESSION,
        ] {
            let found = profile.and_then(|profile| profile.get(name));
            if answers.get(name).is_some_and(|value| found != Some(value)) {
                return Err(Failure::config(
                    format!("{name} would not be read from {} as it was given", self.config.display()),
                    "something else in the AWS files outranks it; nothing was written",
                ));
            }
        }
        Ok(())
    }

    /// What the reader of the files needs to find them.
    fn env(&self) -> MapEnv {
        MapEnv::from([
            ("AWS_CONFIG_FILE", self.config.display().to_string()),
            ("AWS_SHARED_CREDENTIALS_FILE", self.credentials.display().to_string()),
        ])
    }
}

impl File {
    /// Replaces it in one step; where it is a link, what it leads to.
    fn write(&self) -> Result<(), Failure> {
        let path = fs::canonicalize(&self.path).unwrap_or_else(|_| self.path.clone());
        let failed = |error: io::Error| Failure::io(&self.path.display().to_string(), &error);
        let kept = fs::metadata(&path).ok().filter(|_| !self.private);
        OsFiles.write_private(&path, self.text.as_bytes()).map_err(failed)?;
        match kept {
            Some(metadata) => fs::set_permissions(&path, metadata.permissions()).map_err(failed),
            None => Ok(()),
        }
    }
}

/// The text of a file; one that is not there is empty.
fn text(path: &Path) -> Result<String, Failure> {
    let name = path.display();
    match OsFiles.read(path) {
        Ok(bytes) => String::from_utf8(bytes)
            .map_err(|_| Failure::config(format!("{name} is not UTF-8"), "mend it, and try again")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(String::new()),
        Err(error) => Err(Failure::config(format!("{name}: {error}"), "make it a file that you can read")),
    }
}

/// A section as it will stand in the file, without its secrets.
fn redacted(section: &Section) -> String {
    let line = |(name, value): &(&str, Option<String>)| match value {
        Some(value) if is_secret(name) => format!(
            "\n  {name} = ****{}",
            value.get(value.len().saturating_sub(4)..).filter(|_| value.len() >= 16).unwrap_or_default()
        ),
        Some(value) => format!("\n  {name} = {value}"),
        None => String::new(),
    };
    format!("  [{}]{}", section.title, section.settings.iter().map(line).collect::<String>())
}

fn lines() -> Result<String, Failure> {
    let mut text = String::new();
    io::stdin()
        .take(MOST_INPUT)
        .read_to_string(&mut text)
        .map_err(|error| Failure::input("stdin", &error))?;
    Ok(text)
}

fn agreed() -> Result<bool, Failure> {
    let answer = Terminal.ask("Write this? [Y/n]: ", false)?;
    Ok(matches!(answer.trim().to_ascii_lowercase().as_str(), "" | "y" | "yes"))
}

/// Stdin and stderr, where both are a terminal.
struct Terminal;

impl Person for Terminal {
    fn ask(&mut self, question: &str, secret: bool) -> Result<String, Failure> {
        let failed = |error: io::Error| Failure::io("the terminal", &error);
        let mut stderr = io::stderr();
        write!(stderr, "{question}").and_then(|()| stderr.flush()).map_err(failed)?;
        if secret {
            return Term::stderr().read_secure_line().map_err(failed);
        }
        let mut line = String::new();
        match io::stdin().read_line(&mut line).map_err(failed)? {
            0 => Err(Failure::config("the input ended", "nothing was written")),
            _ => Ok(line),
        }
    }

    fn say(&mut self, text: &str) {
        // There is nobody left to tell when stderr is gone.
        let _ = writeln!(io::stderr(), "{text}");
    }
}

const DEFAULT: &str = "default";

/// More than all values together have.
const MOST_INPUT: u64 = 64 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_shown_by_its_end_if_it_is_long_enough() {
        let section = |value: &str| Section {
            title: "dev".to_owned(),
            settings: vec![("aws_secret_access_key", Some(value.to_owned())), ("aws_session_token", None)],
        };
        assert_eq!(
            redacted(&section("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")),
            "  [dev]\n  aws_secret_access_key = ****EKEY"
        );
        assert_eq!(redacted(&section("canary")), "  [dev]\n  aws_secret_access_key = ****");
    }
}
