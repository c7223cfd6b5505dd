//! `clock-skew-test-cases.json`: when attempts are sent and answered, and what they are to be signed with.

use std::error::Error;
use std::path::Path;
use std::time::SystemTime;

use bedrock_auth::sigv4::ClockSkew;
use http::{HeaderMap, HeaderName, HeaderValue};
use libtest_mimic::{Failed, Trial};
use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::{Rfc2822, Rfc3339};

pub(crate) fn read(file: &Path) -> Result<Vec<Trial>, Box<dyn Error>> {
    crate::trials(file, &crate::json(file)?["tests"], "description", check)
}

/// One client for all operations of a case.
fn check(case: &Value) -> Result<(), Failed> {
    let operations = case["operations"].as_array().ok_or("no operations")?;
    let skew = ClockSkew::default();
    for operation in operations {
        let known = operation["initialClientSkew"].as_i64().unwrap_or_default();
        if skew.current().seconds() != known {
            learn(&skew, known)?;
        }
        let outcome = operate(&skew, operation)?;
        same("outcome", outcome, operation["expectedOutcome"].as_str().ok_or("no outcome")?)?;
        same("skew", skew.current().seconds(), operation["expectedClientSkew"].as_i64().ok_or("no skew")?)?;
    }
    Ok(())
}

/// The attempts of one call, as a client makes them: each signed with what is known, another one only for a clock that was wrong.
fn operate(skew: &ClockSkew, operation: &Value) -> Result<&'static str, Failed> {
    let attempts = operation["attempts"].as_array().ok_or("no attempts")?;
    let limit = operation["maxAttempts"].as_u64().unwrap_or(3);
    for (index, attempt) in attempts.iter().enumerate() {
        let is_last = index + 1 == attempts.len();
        let (sent, received) = (time(&attempt["clientTimeAtSend"])?, time(&attempt["clientTimeAtReceive"])?);
        let signed_with = skew.current();
        same("time of signing", signed_with.correct(sent), time(&attempt["expectedSigningTime"])?)?;

        let response = &attempt["response"];
        let seen = skew.observe(sent, received, &headers(&response["headers"])?);
        if response["statusCode"].as_u64().is_some_and(|status| status < 400) {
            return if is_last { Ok("success") } else { Err("attempts after a success".into()) };
        }
        let code = response["errorCode"].as_str();
        let is_explained = seen.is_some_and(|seen| seen.explains(code, signed_with));
        if !is_explained || u64::try_from(index)? + 1 >= limit {
            return if is_last { Ok("error") } else { Err("it is not tried again".into()) };
        }
    }
    Err("it is tried again".into())
}

/// An answer from a clock that is so many seconds ahead.
fn learn(skew: &ClockSkew, seconds: i64) -> Result<(), Failed> {
    let now = OffsetDateTime::from_unix_timestamp(1_700_000_000)?;
    let date = now.checked_add(time::Duration::seconds(seconds)).ok_or("out of range")?.format(&Rfc2822)?;
    let date = HeaderValue::try_from(date.replace("+0000", "GMT"))?; // as HTTP writes it
    let headers = HeaderMap::from_iter([(http::header::DATE, date)]);
    skew.observe(now.into(), now.into(), &headers).ok_or("nothing is learned")?;
    Ok(())
}

fn headers(headers: &Value) -> Result<HeaderMap, Failed> {
    let headers = headers.as_object().ok_or("no headers")?.iter().map(|(name, value)| {
        Ok((name.parse::<HeaderName>()?, HeaderValue::from_str(value.as_str().ok_or("no text")?)?))
    });
    headers.collect()
}

fn time(text: &Value) -> Result<SystemTime, Failed> {
    Ok(OffsetDateTime::parse(text.as_str().ok_or("no time")?, &Rfc3339)?.into())
}

fn same<T: PartialEq + std::fmt::Debug>(what: &str, found: T, expected: T) -> Result<(), Failed> {
    if found == expected {
        Ok(())
    } else {
        Err(format!("{what}: expected {expected:?}, found {found:?}").into())
    }
}
