//! AWS's own cases, shared by its SDKs, from a folder named by `AWS_CASES` (test data of smithy-rs).
//!
//! `profile-parser-tests.json` holds here. What this crate cannot do yet shows as ignored with the reason, as everything does without
//! the variable; a file that is not known here fails.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use bedrock_auth::{MapEnv, MapFiles, Profile, ProfileError, Profiles, SyntaxProblem};
use libtest_mimic::{Arguments, Failed, Trial};
use serde_json::Value;

#[expect(
    clippy::disallowed_methods,
    reason = "the cases are outside the repository, the environment says where"
)]
fn main() -> Result<ExitCode, Box<dyn Error>> {
    let arguments = Arguments::from_args();
    let Some(folder) = std::env::var_os("AWS_CASES") else {
        let trial = Trial::test("aws_cases", || Err("AWS_CASES names no folder".into()))
            .with_kind("set AWS_CASES=DIR");
        return Ok(libtest_mimic::run(&arguments, vec![trial.with_ignored_flag(true)]).exit_code());
    };
    let folder = from_workspace(folder);
    let mut trials = profile_cases(&folder.join(PROFILES))?;
    let cases = trials.len();
    let others = other_files(&folder)?;
    trials.extend(others);
    let conclusion = libtest_mimic::run(&arguments, trials);
    // A list of tests, which nextest asks for, has nothing to count.
    if !arguments.list {
        writeln!(std::io::stdout(), "aws cases: {} passed of {cases}", conclusion.num_passed)?;
    }
    Ok(conclusion.exit_code())
}

/// The folder, from the workspace's own where it is relative: cargo runs a test in its package's folder.
fn from_workspace(folder: impl AsRef<Path>) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(folder)
}

fn profile_cases(file: &Path) -> Result<Vec<Trial>, Box<dyn Error>> {
    let cases = std::fs::read(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let cases: Value = serde_json::from_slice(&cases)?;
    let cases = cases["tests"].as_array().ok_or("the file has no list of tests")?;
    let trials = cases.iter().enumerate().map(|(number, case)| {
        let name = format!("{PROFILES} {number:02} {}", case["name"].as_str().unwrap_or_default());
        let case = case.clone();
        Trial::test(name, move || check(&case))
    });
    Ok(trials.collect())
}

/// Every other file and folder: ignored where the table says why, else failed.
fn other_files(folder: &Path) -> Result<Vec<Trial>, Box<dyn Error>> {
    let mut names = BTreeSet::new();
    for entry in std::fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))? {
        names.insert(entry?.file_name().to_string_lossy().into_owned());
    }
    let others = names.into_iter().filter(|name| name != PROFILES && name != "README.md");
    Ok(others.map(other_file).collect())
}

fn other_file(name: String) -> Trial {
    match NOT_YET.iter().find(|(known, _)| *known == name) {
        Some((_, reason)) => {
            Trial::test(name, || Err("not done yet".into())).with_kind(*reason).with_ignored_flag(true)
        }
        None => Trial::test(name, || Err(Failed::from("an unknown file of cases"))),
    }
}

fn check(case: &Value) -> Result<(), Failed> {
    let input = |key: &str| case["input"][key].as_str().unwrap_or_default();
    let files = MapFiles::from([
        ("/home/.aws/config", input("configFile")),
        ("/home/.aws/credentials", input("credentialsFile")),
    ]);
    let loaded = Profiles::load(&MapEnv::from([("HOME", "/home")]), &files);
    match case["output"]["errorContaining"].as_str() {
        Some(text) => check_error(loaded, problem(text)?),
        None => check_profiles(&loaded?, &case["output"]["config"]),
    }
}

fn check_error(loaded: Result<Profiles, ProfileError>, expected: SyntaxProblem) -> Result<(), Failed> {
    match loaded {
        Err(ProfileError::Syntax { problem, .. }) if problem == expected => Ok(()),
        other => Err(format!("expected {expected:?}, got {other:?}").into()),
    }
}

fn check_profiles(loaded: &Profiles, expected: &Value) -> Result<(), Failed> {
    let profiles = loaded.names().map(|name| (name, loaded.profile(name))).collect();
    same("profiles", &profiles, &expected["profiles"])?;
    let sessions = loaded.sso_session_names().map(|name| (name, loaded.sso_session(name))).collect();
    same("sso sessions", &sessions, &expected["sso_sessions"])
}

fn same(what: &str, found: &BTreeMap<&str, Option<&Profile>>, expected: &Value) -> Result<(), Failed> {
    let sections = found.iter().map(|(name, section)| {
        let settings = section.iter().flat_map(|section| section.iter());
        let settings = settings.map(|(key, value)| (key.to_owned(), value.into())).collect();
        ((*name).to_owned(), Value::Object(settings))
    });
    let found = Value::Object(sections.collect());
    let expected = if expected.is_null() { Value::Object(serde_json::Map::new()) } else { expected.clone() };
    if found == expected { Ok(()) } else { Err(format!("{what}: expected {expected}, found {found}").into()) }
}

/// Our name for what AWS's case says in its own words.
fn problem(text: &str) -> Result<SyntaxProblem, Failed> {
    let names = [
        ("Profile definition must end with ']'", SyntaxProblem::SectionNotClosed),
        ("Expected a profile definition", SyntaxProblem::OutsideSection),
        ("Property did not have a name", SyntaxProblem::PropertyWithoutName),
        ("Expected an '=' sign defining a property", SyntaxProblem::PropertyWithoutEquals),
        ("Expected a property definition", SyntaxProblem::ContinuesNothing),
        ("Expected an '=' sign defining a sub-property", SyntaxProblem::NestedWithoutEquals),
        ("Sub-property did not have a name", SyntaxProblem::NestedWithoutName),
    ];
    let found = names.into_iter().find(|(prefix, _)| text.starts_with(prefix));
    found.map(|(_, problem)| problem).ok_or_else(|| format!("a new kind of error: {text}").into())
}

const PROFILES: &str = "profile-parser-tests.json";

const NOT_YET: &[(&str, &str)] = &[
    ("assume-role-tests.json", "roles are not assumed yet"),
    ("clock-skew-test-cases.json", "the clock is not corrected yet"),
    ("default-credential-provider-chain", "most of its sources are not asked yet"),
    ("default-token-provider-chain", "sso tokens are not read yet"),
    ("ecs-tests.json", "containers are not asked yet"),
];
