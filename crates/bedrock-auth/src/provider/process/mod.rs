//! The program of `credential_process`: any program that prints credentials as JSON.
//!
//! It is run without a shell. Neither its arguments nor anything it prints gets into an error: both may hold a secret. What it gives
//! is never written to a disk.
//! <https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html>

mod command_line;

use std::time::SystemTime;

use super::Context;
use crate::credentials::Credentials;
use crate::effects::Command;
use crate::secret_json::SecretJson;
use crate::source_error::SourceProblem;
use crate::timestamp;

/// The credentials that a program prints.
///
/// # Errors
///
/// [`SourceProblem::Setting`] where the setting is no command; [`SourceProblem::Process`] and [`SourceProblem::ProcessFailed`] where
/// it does not run and end well; [`SourceProblem::BadAnswer`] where it does not print credentials that still live.
pub(crate) async fn credentials(context: &Context<'_>, command: &str) -> Result<Credentials, SourceProblem> {
    let output = context.effects.processes.run(parse_command(command)?).await;
    let output = output.map_err(SourceProblem::Process)?;
    if !output.success {
        return Err(SourceProblem::ProcessFailed { status: output.status });
    }
    parse_output(&output.stdout, context.now()).map_err(|problem| SourceProblem::BadAnswer { problem })
}

fn parse_command(line: &str) -> Result<Command, SourceProblem> {
    let setting = |problem: &str| SourceProblem::Setting {
        name: "credential_process".to_owned(),
        problem: problem.to_owned(),
    };
    let words = command_line::split(line).map_err(|error| setting(error.problem()))?;
    let mut words = words.into_iter();
    match words.next() {
        Some(program) if !program.is_empty() => Ok(Command::new(program, words.collect())),
        _ => Err(setting("names no program")),
    }
}

/// The credentials in what a program printed; or what is wrong, without any of it.
fn parse_output(stdout: &[u8], now: SystemTime) -> Result<Credentials, String> {
    let printed = SecretJson::parse(stdout).ok_or("the program printed no JSON object")?;
    if printed.number("Version") != Some(1) {
        return Err("the program printed a `Version` other than 1, or none".to_owned());
    }
    let required = |key| printed.text(key).ok_or_else(|| format!("the program printed no `{key}`"));
    let mut credentials = Credentials::new(required("AccessKeyId")?, required("SecretAccessKey")?);
    match printed.text("SessionToken") {
        Some(token) => credentials = credentials.session_token(token),
        // Without their token, AWS does not know temporary keys.
        None if printed.has("SessionToken") && !printed.is_text("SessionToken") => {
            return Err("the program printed a `SessionToken` that is no text".to_owned());
        }
        None => {}
    }
    if let Some(account) = printed.text("AccountId") {
        credentials = credentials.in_account(account);
    }
    if printed.has("Expiration") {
        let expiration = printed.text("Expiration").and_then(timestamp::parse);
        let expiration = expiration.ok_or("the program printed an `Expiration` that is not RFC 3339")?;
        if expiration <= now {
            return Err("the program printed credentials that have expired".to_owned());
        }
        credentials = credentials.expires_at(expiration);
    }
    Ok(credentials)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::effects::testing::ScriptedProcesses;
    use crate::effects::{Effects, ManualClock, MapEnv, MapFiles, ProcessError, ProcessOutput};
    use crate::identity::IdentitySource;
    use crate::profile::Profiles;
    use crate::source_error::SourceError;

    const COMMAND: &str = "/opt/tool --token canary-argument 'two words'";
    const NOW: Duration = Duration::from_secs(1_795_305_600); // 2026-11-22T00:00:00Z

    async fn run(processes: ScriptedProcesses, command: &str) -> Result<Credentials, SourceProblem> {
        let effects = Effects::new(MapEnv::default(), MapFiles::default())
            .with_processes(processes)
            .with_clock(ManualClock::at(SystemTime::UNIX_EPOCH + NOW));
        let profiles = Profiles::load(&MapEnv::default(), &MapFiles::default()).unwrap();
        let context = Context { effects: &effects, profiles: &profiles, region: None };
        credentials(&context, command).await
    }

    #[tokio::test]
    async fn everything_that_is_printed_is_taken_over() {
        let processes = ScriptedProcesses::printing(
            r#"{"Version":1,"AccessKeyId":"AKID","SecretAccessKey":"secret","SessionToken":"token",
                "Expiration":"2026-11-22T01:00:00Z","AccountId":"123456789012","Other":[]}"#,
        );
        let found = run(processes.clone(), COMMAND).await.unwrap();

        let expected = Credentials::new("AKID", "secret")
            .session_token("token")
            .expires_at(SystemTime::UNIX_EPOCH + NOW + Duration::from_secs(3600))
            .in_account("123456789012");
        assert_eq!(found, expected);
        let commands = processes.commands();
        assert_eq!(commands[0].program, "/opt/tool");
        assert_eq!(commands[0].arguments, ["--token", "canary-argument", "two words"]);
        assert_eq!((commands[0].timeout, commands[0].max_output), (Duration::from_secs(60), 65_536));
    }

    #[tokio::test]
    async fn long_term_keys_are_enough() {
        let processes = ScriptedProcesses::printing(
            r#"{"Version":1,"AccessKeyId":"AKID","SecretAccessKey":"secret","SessionToken":null,"Expiration":null}"#,
        );
        assert_eq!(run(processes, "tool").await.unwrap(), Credentials::new("AKID", "secret"));
        let processes = ScriptedProcesses::printing(
            r#"{"Version":1,"AccessKeyId":"AKID","SecretAccessKey":"secret","SessionToken":""}"#,
        );
        assert_eq!(run(processes, "tool").await.unwrap(), Credentials::new("AKID", "secret"));
    }

    #[tokio::test]
    async fn what_is_not_credentials_is_told_without_what_was_printed() {
        let keys = r#""AccessKeyId":"canary-id","SecretAccessKey":"canary-secret""#;
        for (stdout, expected) in [
            ("canary".to_owned(), "the program printed no JSON object"),
            (String::new(), "the program printed no JSON object"),
            (format!("{{{keys},\"Version\":1"), "the program printed no JSON object"),
            (format!("{{{keys}}}"), "the program printed a `Version` other than 1, or none"),
            (format!("{{{keys},\"Version\":2}}"), "the program printed a `Version` other than 1, or none"),
            (
                format!("{{{keys},\"Version\":\"1\"}}"),
                "the program printed a `Version` other than 1, or none",
            ),
            (
                r#"{"Version":1,"SecretAccessKey":"canary"}"#.to_owned(),
                "the program printed no `AccessKeyId`",
            ),
            (
                r#"{"Version":1,"AccessKeyId":"canary"}"#.to_owned(),
                "the program printed no `SecretAccessKey`",
            ),
            (
                format!("{{{keys},\"Version\":1,\"SessionToken\":[\"canary\"]}}"),
                "the program printed a `SessionToken` that is no text",
            ),
            (
                format!("{{{keys},\"Version\":1,\"Expiration\":\"canary\"}}"),
                "the program printed an `Expiration` that is not RFC 3339",
            ),
            (
                format!("{{{keys},\"Version\":1,\"Expiration\":1795305600}}"),
                "the program printed an `Expiration` that is not RFC 3339",
            ),
            (
                format!("{{{keys},\"Version\":1,\"Expiration\":\"2026-11-22T00:00:00Z\"}}"),
                "the program printed credentials that have expired",
            ),
        ] {
            let problem = run(ScriptedProcesses::printing(&stdout), COMMAND).await.unwrap_err();
            assert!(!shown(&problem).contains("canary"), "{problem:?}");
            assert!(
                matches!(&problem, SourceProblem::BadAnswer { problem } if problem == expected),
                "{problem:?}"
            );
        }
    }

    #[tokio::test]
    async fn a_program_that_does_not_end_well_is_told_by_how_it_ended() {
        let failed = ProcessOutput::new(false, "exit status: 1", b"canary".to_vec());
        let cases = [
            (Ok(failed), "exit status: 1"),
            (Err(ProcessError::TimedOut(Duration::from_secs(60))), "did not end within 60 s"),
            (Err(ProcessError::TooMuchOutput { limit: 65_536 }), "more than 65536 bytes"),
            (
                Err(ProcessError::Start(std::sync::Arc::new(std::io::ErrorKind::NotFound.into()))),
                "could not be started",
            ),
        ];
        for (result, expected) in cases {
            let problem = run(ScriptedProcesses::new([result]), COMMAND).await.unwrap_err();
            let text = shown(&problem);
            assert!(text.contains(expected) && !text.contains("canary"), "{text}");
            assert!(!error(problem).is_transient(), "{expected}");
        }
    }

    #[tokio::test]
    async fn what_is_no_command_is_not_run() {
        for (command, expected) in [
            ("tool 'canary", "has a quote that is not closed"),
            ("tool canary\\", "ends in a backslash"),
            ("'' canary", "names no program"),
            (" ", "names no program"),
        ] {
            let problem = run(ScriptedProcesses::default(), command).await.unwrap_err();
            let SourceProblem::Setting { name, problem } = &problem else { panic!("{problem:?}") };
            assert_eq!((name.as_str(), problem.as_str()), ("credential_process", expected));
        }
    }

    /// All that anybody gets to see of a problem.
    fn shown(problem: &SourceProblem) -> String {
        let error = error(problem.clone());
        let source = std::error::Error::source(&error).map(ToString::to_string);
        assert_eq!(error.hint(), "run the command of `credential_process` by hand to see what it says");
        format!("{error} {error:?} {source:?}")
    }

    fn error(problem: SourceProblem) -> SourceError {
        SourceError::new(IdentitySource::Process { profile: "dev".into() }, problem)
    }
}
