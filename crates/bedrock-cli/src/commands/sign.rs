//! `bedrock sign`: each step of a signature, to compare with what AWS says it computed.

use bedrock_auth::{
    Clock, Credentials, Env, Identity, ProcessEnv, SystemClock,
    sigv4::{PayloadHash, SigningParams, SigningTime, sign},
};
use bedrock_client::transport::Endpoint;
use bedrock_emulator::Emulator;
use http::{HeaderMap, HeaderName, HeaderValue, request::Parts};
use serde_json::{Map, Value};

use super::input;
use crate::{
    args::{Global, Output, Sign},
    connection,
    failure::Failure,
    output::{self, Stderr},
};

pub(crate) async fn run(global: &Global, args: &Sign) -> Result<(), Failure> {
    let mut parts = head(args)?;
    let body = args.body.as_deref().map(input::read).transpose()?.unwrap_or_default();
    let credentials = credentials(global).await?;
    let region = region(global, &parts)?;
    let now = time(args.at.as_deref())?.to_system_time();
    let params = SigningParams::new(&credentials, &region, &args.service, now);
    let given = parts.headers.clone();
    let signed = sign(&mut parts, &PayloadHash::of(&body), &params).map_err(|error| {
        Failure::config(format!("this cannot be signed: {error}"), "mend that part of the request")
    })?;

    for (name, source) in
        [("x-amz-date", "--at"), ("x-amz-security-token", "the keys"), ("authorization", "the signature")]
    {
        if given.get(name).is_some_and(|value| parts.headers.get(name) != Some(value)) {
            Stderr::new(global).note(&format!("(the given {name} is replaced: {source} decides)"));
        }
    }
    match global.output {
        Output::Json => {
            let headers: Map<String, Value> =
                joined(&parts.headers).into_iter().map(|(name, value)| (name, value.into())).collect();
            output::json(&serde_json::json!({
                "canonical_request": signed.canonical_request,
                "string_to_sign": signed.string_to_sign,
                "headers": headers,
            }))
        }
        Output::Text => {
            let headers: String = joined(&parts.headers)
                .into_iter()
                .map(|(name, value)| format!("{name}: {value}\n"))
                .collect();
            output::text(&format!(
                "canonical request:\n{}\n\nstring to sign:\n{}\n\nheaders to send:\n{headers}",
                signed.canonical_request, signed.string_to_sign
            ))
        }
    }
}

/// The request head as it was given.
fn head(args: &Sign) -> Result<Parts, Failure> {
    if args.url.contains('#') {
        return Err(Failure::config(
            "--url has a fragment, which never goes on the wire",
            "leave out # and what follows",
        ));
    }
    let request = http::Request::builder().method(args.method.as_str()).uri(args.url.as_str()).body(());
    let (mut parts, ()) = request
        .map_err(|error| {
            Failure::config(
                format!("--method {} and --url {} make no request: {error}", args.method, args.url),
                "give the URL as it goes on the wire: https://host/path?query, percent-encoded",
            )
        })?
        .into_parts();
    let scheme_is_http = matches!(parts.uri.scheme_str(), Some("http" | "https"));
    if !scheme_is_http || parts.uri.authority().is_none_or(|authority| authority.as_str().contains('@')) {
        return Err(Failure::config(
            "--url is not an http or https URL of a host",
            "write it like https://host/path",
        ));
    }
    for header in &args.header {
        let (name, value) = header.split_once(':').ok_or_else(|| {
            Failure::config(format!("--header {header:?} has no colon"), "write NAME:VALUE")
        })?;
        let illegal =
            |_| Failure::config(format!("--header {name:?} is no legal header"), "write NAME:VALUE");
        let value = HeaderValue::from_str(value).map_err(|_| illegal(()))?;
        parts.headers.append(HeaderName::try_from(name).map_err(|_| illegal(()))?, value);
    }
    Ok(parts)
}

/// Keys by the usual order; a bearer token signs nothing, so it is passed over.
async fn credentials(global: &Global) -> Result<Credentials, Failure> {
    if global.local {
        let emulator =
            Emulator::builder().start().await.map_err(|error| Failure::io("the emulator", &error))?;
        return Ok(emulator.credentials().clone());
    }
    let client = connection::settings(global).env(WithoutBearer).build()?;
    match client.identity().resolve().await {
        Ok(found) => match found.identity {
            Identity::Credentials(credentials) => Ok(credentials),
            _ => Err(Failure::config("a bearer token signs nothing", "give keys")),
        },
        Err(_) if ProcessEnv.var(BEARER).is_some() => Err(Failure::config(
            format!("{BEARER} is set, but a bearer token signs nothing, and there are no keys"),
            "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a profile with keys",
        )),
        Err(error) => Err(error.into()),
    }
}

/// The region that is asked for, else the one that the URL's host is in: AWS lets nothing in that is signed for another. Hosts that name
/// none get the region that a client with these options would sign for.
fn region(global: &Global, parts: &Parts) -> Result<String, Failure> {
    let of_host = Endpoint::parse(&origin(parts)).ok().and_then(|endpoint| endpoint.aws_region());
    if let (None, Some(of_host)) = (&global.region, &of_host) {
        return Ok(of_host.to_string());
    }
    let (region, _) = connection::settings(global).resolve_region()?;
    if let Some(of_host) = of_host.filter(|of_host| *of_host != region) {
        Stderr::new(global).note(&format!(
            "(signed for {region}, as --region says; the host is in {of_host}, and refuses what is signed for another region)"
        ));
    }
    Ok(region.to_string())
}

fn origin(parts: &Parts) -> String {
    format!("https://{}", parts.uri.authority().map_or("", |authority| authority.as_str()))
}

fn time(at: Option<&str>) -> Result<SigningTime, Failure> {
    let parsed = match at {
        Some(text) => text.parse(),
        None => SigningTime::try_from(SystemClock.now()),
    };
    parsed.map_err(|error| Failure::config(format!("--at: {error}"), "write it like 20261122T000000Z"))
}

/// Each header once, its values joined as they would be on the wire.
fn joined(headers: &HeaderMap) -> Vec<(String, String)> {
    headers
        .keys()
        .map(|name| {
            let values: Vec<_> =
                headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes())).collect();
            (name.to_string(), values.join(","))
        })
        .collect()
}

/// The environment without the bearer token.
#[derive(Debug)]
struct WithoutBearer;

impl Env for WithoutBearer {
    fn var(&self, name: &str) -> Option<String> {
        if name == BEARER { None } else { ProcessEnv.var(name) }
    }
}

const BEARER: &str = "AWS_BEARER_TOKEN_BEDROCK";
