//! `profile-parser-tests.json`: config and credentials files, and the sections they give.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;

use bedrock_auth::{MapEnv, MapFiles, Profile, ProfileError, Profiles, SyntaxProblem};
use libtest_mimic::{Failed, Trial};
use serde_json::Value;

pub(crate) fn read(file: &Path) -> Result<Vec<Trial>, Box<dyn Error>> {
    crate::trials(file, &crate::json(file)?["tests"], "name", check)
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
