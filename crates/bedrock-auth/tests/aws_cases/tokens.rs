//! `default-token-provider-chain`: the same, and the SSO token that is loaded.

use std::error::Error;
use std::path::Path;
use std::time::SystemTime;

use bedrock_auth::SsoToken;
use libtest_mimic::{Failed, Trial};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::{replay, wording};

pub(crate) fn read(folder: &Path) -> Result<Vec<Trial>, Box<dyn Error>> {
    crate::folders(folder, check)
}

fn check(case: &Path) -> Result<(), Failed> {
    let (effects, traffic) = replay::world(case)?;
    let found = crate::run(SsoToken::load(&effects, None))?;
    traffic.check()?;
    let expected = &crate::json(&case.join("test-case.json"))?["result"];
    let token = &expected["Ok"];
    if token.is_null() {
        return wording::check(expected, found);
    }
    let found = found.map_err(|error| wording::whole(&error))?;
    let expiration =
        token["expiration"].as_str().map(|text| OffsetDateTime::parse(text, &Rfc3339)).transpose()?;
    if token["token"] != found.expose() {
        return Err("another token".into());
    }
    match expiration.map(SystemTime::from) {
        Some(time) if time != found.expires_at() => Err(format!("expected {token}, found {found:?}").into()),
        _ => Ok(()),
    }
}
