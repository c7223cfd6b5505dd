//! `default-credential-provider-chain`: an environment, files and recorded exchanges, and the credentials that the chain finds.

use std::error::Error;
use std::path::Path;
use std::time::UNIX_EPOCH;

use bedrock_auth::{Credentials, DefaultIdentity, Identity, ResolvedIdentity};
use libtest_mimic::{Failed, Trial};
use serde_json::{Value, json};

use crate::{replay, wording};

pub(crate) fn read(folder: &Path) -> Result<Vec<Trial>, Box<dyn Error>> {
    crate::folders(folder, check)
}

fn check(case: &Path) -> Result<(), Failed> {
    let (effects, traffic) = replay::world(case)?;
    let found = crate::run(DefaultIdentity::new(effects).resolve())?;
    traffic.check()?;
    let expected = &crate::json(&case.join("test-case.json"))?["result"];
    match (&expected["Ok"], found) {
        (Value::Null, found) => wording::check(expected, found),
        (expected, Ok(found)) => same(expected, &found),
        (_, Err(error)) => Err(wording::whole(&error).into()),
    }
}

fn same(expected: &Value, found: &ResolvedIdentity) -> Result<(), Failed> {
    let Identity::Credentials(credentials) = &found.identity else {
        return Err(format!("{found:?}").into());
    };
    let found = members(credentials)?;
    let names = ["access_key_id", "secret_access_key", "session_token", "account_id", "expiry"];
    // A member that is not known here would be one that is not compared.
    let unknown =
        expected.as_object().into_iter().flatten().find(|(name, _)| !names.contains(&name.as_str()));
    if let Some((name, _)) = unknown {
        return Err(format!("the case has `{name}`, which is not compared").into());
    }
    let differs = names.into_iter().find(|name| expected[*name] != found[*name]);
    differs.map_or(Ok(()), |name| Err(format!("{name}: expected {expected}, found {found}").into()))
}

fn members(credentials: &Credentials) -> Result<Value, Failed> {
    let expiry = credentials.expiry().map(|time| time.duration_since(UNIX_EPOCH)).transpose()?;
    Ok(json!({
        "access_key_id": credentials.access_key_id(),
        "secret_access_key": credentials.secret_access_key().expose(),
        "session_token": credentials.token().map(|token| token.expose()),
        "account_id": credentials.account_id(),
        "expiry": expiry.map(|since| since.as_secs()),
    }))
}
