//! `credential_process` with real programs: whatever one does, the answer is credentials or an error that shows nothing of what it
//! was given or printed.

use std::error::Error;
use std::path::Path;
use std::time::{Duration, Instant};

use bedrock_auth::{
    BoxFuture, Command, DefaultIdentity, Effects, Identity, IdentityError, IdentitySource, MapEnv, MapFiles,
    OsProcesses, ProcessError, ProcessOutput, Processes, SourceProblem,
};

/// Real programs with less time than they have in earnest.
#[derive(Debug)]
struct Hurried;

impl Processes for Hurried {
    fn run(&self, mut command: Command) -> BoxFuture<'_, Result<ProcessOutput, ProcessError>> {
        assert_eq!(command.timeout, Duration::from_secs(60));
        command.timeout = Duration::from_secs(2);
        OsProcesses.run(command)
    }
}

/// What the profile gives whose `credential_process` is this script of a shell.
async fn run(script: &str) -> Result<Identity, IdentityError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("my tool.sh");
    std::fs::write(&path, script).unwrap();
    identity(&format!("/bin/sh '{}' canary-argument", path.display())).await
}

async fn identity(command: &str) -> Result<Identity, IdentityError> {
    let config = format!("[profile dev]\ncredential_process = {command}\n");
    let files = MapFiles::from([("/home/me/.aws/config", config)]);
    let effects = Effects::new(MapEnv::from([("HOME", "/home/me")]), files).with_processes(Hurried);
    let found = DefaultIdentity::new(effects).profile("dev").resolve().await?;
    assert_eq!(found.source, IdentitySource::Process { profile: "dev".into() });
    Ok(found.identity)
}

#[tokio::test]
async fn a_program_that_prints_credentials_gives_them() {
    let script = r#"echo "canary on stderr" >&2
        printf '{"Version":1,"AccessKeyId":"AKID","SecretAccessKey":"%s","Expiration":"2999-01-01T00:00:00Z"}' "$1""#;
    let Identity::Credentials(found) = run(script).await.unwrap() else { panic!("no credentials") };
    assert_eq!((found.access_key_id(), found.secret_access_key().expose()), ("AKID", "canary-argument"));
    assert!(found.expiry().is_some());
}

#[tokio::test]
async fn whatever_else_a_program_does_is_an_error_that_shows_nothing() {
    let keys = r#""AccessKeyId":"canary","SecretAccessKey":"canary""#;
    let cases = [
        ("echo canary; echo canary >&2; exit 1".to_owned(), "failed with exit status: 1"),
        ("echo canary; kill -9 $$".to_owned(), "failed with signal: 9"),
        ("echo canary".to_owned(), "no JSON object"),
        (format!("echo '{{\"Version\":2,{keys}}}'"), "`Version` other than 1"),
        (
            format!("echo '{{\"Version\":1,{keys},\"Expiration\":\"2020-01-01T00:00:00Z\"}}'"),
            "credentials that have expired",
        ),
        ("exec head -c 1073741824 /dev/zero".to_owned(), "more than 65536 bytes"),
        ("echo canary; exec sleep 600".to_owned(), "did not end within 2 s"),
    ];
    for (script, expected) in cases {
        let started = Instant::now();
        let error = run(&script).await.unwrap_err();
        assert!(started.elapsed() < Duration::from_secs(30), "{script}");
        let shown = shown(&error);
        assert!(shown.contains(expected), "{script}: {shown}");
        assert!(!shown.contains("canary"), "{script}: {shown}");
        assert_eq!(error.hint(), "run the command of `credential_process` by hand to see what it says");
    }
}

#[tokio::test]
async fn a_program_that_is_not_there_or_not_a_command_is_an_error_that_shows_nothing() {
    for (command, expected) in [
        ("/no/such/tool canary", "could not be started"),
        ("/bin/sh -c 'canary", "has a quote that is not closed"),
    ] {
        let error = identity(command).await.unwrap_err();
        let shown = shown(&error);
        assert!(shown.contains(expected) && !shown.contains("canary"), "{shown}");
    }
}

#[tokio::test]
async fn no_shell_looks_at_the_command() {
    let folder = tempfile::tempdir().unwrap();
    let made = folder.path().join("made");
    let error = identity(&format!("/bin/true; touch {}", made.display())).await.unwrap_err();
    assert!(
        matches!(&error, IdentityError::Source(error) if matches!(error.problem, SourceProblem::Process(_)))
    );
    assert!(!Path::new(&made).exists());
}

/// All that anybody gets to see of an error.
fn shown(error: &IdentityError) -> String {
    let mut text = format!("{error:?}");
    let mut next: Option<&dyn Error> = Some(error);
    while let Some(error) = next {
        text.push_str(&format!("\n{error}"));
        next = error.source();
    }
    text
}
