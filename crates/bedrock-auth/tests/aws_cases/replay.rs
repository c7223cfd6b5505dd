//! The world of a case: its environment, its files, and recorded exchanges that answer what they were recorded for.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use bedrock_auth::{
    BoxFuture, Effects, Http, HttpError, HttpOptions, ManualClock, MapEnv, MapFiles, OsProcesses,
};
use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, Request, Response, Uri};
use libtest_mimic::Failed;
use serde_json::Value;

/// The effects of a case, and what was asked of its recorded exchanges.
pub(crate) fn world(case: &Path) -> Result<(Effects, Traffic), Failed> {
    let variables = crate::json(&case.join("env.json"))?;
    let variables = variables.as_object().ok_or("env.json is no object")?;
    let env: MapEnv =
        variables.iter().map(|(name, value)| (name, value.as_str().unwrap_or_default())).collect();
    let mut files = BTreeMap::new();
    collect(&case.join("fs"), Path::new("/"), &mut files)?;
    let traffic = Traffic::read(&case.join("http-traffic.json"))?;
    let effects = Effects::new(env, files.into_iter().collect::<MapFiles>())
        .with_clock(ManualClock::at(SystemTime::UNIX_EPOCH + DAY))
        .with_processes(OsProcesses)
        .with_http(traffic.clone());
    Ok((effects, traffic))
}

/// Every file below a folder, as if the folder were `root`; none where there is no folder.
fn collect(folder: &Path, root: &Path, files: &mut BTreeMap<PathBuf, Vec<u8>>) -> Result<(), Failed> {
    if !folder.is_dir() {
        return Ok(());
    }
    for name in crate::names(folder)? {
        let (from, to) = (folder.join(&name), root.join(&name));
        if from.is_dir() {
            collect(&from, &to, files)?;
        } else {
            files.insert(to, std::fs::read(&from)?);
        }
    }
    Ok(())
}

/// Recorded exchanges, which are asked for in their order; clones are the same.
#[derive(Clone, Debug)]
pub(crate) struct Traffic(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    recorded: VecDeque<Exchange>,
    /// What was asked otherwise than it was recorded.
    complaints: Vec<String>,
}

#[derive(Debug, Default)]
struct Exchange {
    request: Value,
    request_body: Vec<u8>,
    response: Value,
    response_body: Vec<u8>,
}

impl Traffic {
    fn read(file: &Path) -> Result<Self, Failed> {
        let mut exchanges: BTreeMap<u64, Exchange> = BTreeMap::new();
        let events =
            if file.is_file() { crate::json(file)?["events"].take() } else { Value::Array(Vec::new()) };
        for event in events.as_array().ok_or("no events")? {
            let number = event["connection_id"].as_u64().ok_or("an event of no connection")?;
            exchanges.entry(number).or_default().add(&event["action"])?;
        }
        let state = State { recorded: exchanges.into_values().collect(), complaints: Vec::new() };
        Ok(Self(Arc::new(Mutex::new(state))))
    }

    /// Fails where something was asked otherwise than it was recorded.
    pub(crate) fn check(&self) -> Result<(), Failed> {
        let state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if state.complaints.is_empty() { Ok(()) } else { Err(state.complaints.join("\n").into()) }
    }

    fn answer(&self, request: &Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let asked = format!("{} {}", request.method(), request.uri());
        let Some(exchange) = state.recorded.pop_front() else {
            state.complaints.push(format!("nothing more was recorded, asked {asked}"));
            return Err(HttpError::new("nothing more was recorded"));
        };
        let complaints = exchange.complaints(request);
        state.complaints.extend(complaints.into_iter().map(|complaint| format!("{asked}: {complaint}")));
        exchange.answer()
    }
}

impl Http for Traffic {
    fn exchange(
        &self,
        request: Request<Bytes>,
        _options: HttpOptions,
    ) -> BoxFuture<'_, Result<Response<Bytes>, HttpError>> {
        Box::pin(std::future::ready(self.answer(&request)))
    }
}

impl Exchange {
    fn add(&mut self, action: &Value) -> Result<(), Failed> {
        let (kind, event) =
            action.as_object().and_then(|action| action.iter().next()).ok_or("an empty event")?;
        match kind.as_str() {
            "Request" => self.request = event["request"].clone(),
            "Response" => self.response = event["response"].clone(),
            "Data" if event["direction"] == "Request" => self.request_body.extend(data(&event["data"])?),
            "Data" => self.response_body.extend(data(&event["data"])?),
            "Eof" => {}
            other => return Err(format!("an unknown kind of event: {other}").into()),
        }
        Ok(())
    }

    fn answer(&self) -> Result<Response<Bytes>, HttpError> {
        let Some(recorded) = self.response["Ok"].as_object() else {
            return Err(HttpError::new(self.response.to_string()));
        };
        let status = recorded["status"].as_u64().and_then(|status| u16::try_from(status).ok());
        let mut response = Response::builder().status(status.unwrap_or_default());
        for (name, value) in headers(&self.response["Ok"]["headers"]) {
            response = response.header(name, value);
        }
        response.body(self.response_body.clone().into()).map_err(HttpError::new)
    }

    /// What a request has otherwise than it was recorded. Some of the recordings were made with other accounts, roles and tokens than
    /// their files name, so of what carries those the names are compared and not the values.
    fn complaints(&self, request: &Request<Bytes>) -> Vec<String> {
        let mut complaints = Vec::new();
        let mut compare = |what: &str, recorded: String, found: String| {
            if recorded != found {
                complaints.push(format!("{what}: recorded {recorded}, found {found}"));
            }
        };
        let text = |key: &str| self.request[key].as_str().unwrap_or_default();
        compare("method", text("method").to_owned(), request.method().to_string());
        compare("uri", target(text("uri")), target(&request.uri().to_string()));
        for (name, value) in headers(&self.request["headers"]) {
            if OF_ANOTHER_CLIENT.contains(&name.as_str()) {
                continue;
            }
            compare(&name, recorded_value(&name, &value), found_value(&name, request.headers()));
        }
        compare("body", form(&self.request_body), form(request.body()));
        complaints
    }
}

/// Scheme, host and path as they are, the query in one order.
fn target(uri: &str) -> String {
    let Ok(uri) = uri.parse::<Uri>() else { return uri.to_owned() };
    let pairs: BTreeSet<&str> = uri.query().unwrap_or_default().split('&').collect();
    let authority = uri.authority().map(|authority| authority.as_str()).unwrap_or_default();
    format!("{}://{authority}{} {pairs:?}", uri.scheme_str().unwrap_or_default(), uri.path())
}

fn recorded_value(name: &str, value: &str) -> String {
    let mut headers = HeaderMap::new();
    if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), value.parse()) {
        headers.insert(name, value);
    }
    found_value(name, &headers)
}

/// What is compared of a header: all of it, unless it holds a secret or a date, or leaves a choice.
fn found_value(name: &str, headers: &HeaderMap) -> String {
    let Some(value) = headers.get(name).and_then(|value| value.to_str().ok()) else {
        return "absent".to_owned();
    };
    if name.eq_ignore_ascii_case("authorization") {
        // The scope after the day, for a signature.
        let scope = value.split(", ").next().unwrap_or_default().splitn(3, '/').nth(2);
        return scope.unwrap_or("present").to_owned();
    }
    if name == CONTENT_TYPE || name == ACCEPT {
        return value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    }
    if ["x-amz-date", "x-amz-security-token"].contains(&name) {
        return "present".to_owned();
    }
    value.to_owned()
}

/// The names of a form's fields, and the values of those that say what is asked.
fn form(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    if let Ok(Value::Object(members)) = serde_json::from_str(&text) {
        return format!("{:?}", members.keys().collect::<BTreeSet<_>>());
    }
    let fields = text.split('&').map(|field| match field.split_once('=') {
        Some((name @ ("Action" | "Version" | "ExternalId" | "DurationSeconds"), value)) => {
            format!("{name}={value}")
        }
        Some((name, _)) => name.to_owned(),
        None => field.to_owned(),
    });
    format!("{:?}", fields.collect::<BTreeSet<_>>())
}

fn headers(headers: &Value) -> impl Iterator<Item = (String, String)> {
    headers.as_object().into_iter().flatten().flat_map(|(name, values)| {
        let values = values.as_array().into_iter().flatten().filter_map(Value::as_str);
        values.map(move |value| (name.to_ascii_lowercase(), value.to_owned()))
    })
}

fn data(data: &Value) -> Result<Vec<u8>, Failed> {
    let text = data["Utf8"].as_str().ok_or("a body that is not recorded as text")?;
    Ok(text.as_bytes().to_owned())
}

/// Headers that say who asks, or that the HTTP client writes.
const OF_ANOTHER_CLIENT: &[&str] = &[
    "user-agent",
    "x-amz-user-agent",
    "amz-sdk-request",
    "amz-sdk-invocation-id",
    "host",
    "connection",
    "content-length",
    "accept-encoding",
];

/// The recordings are of many years: what has expired since had not at the beginning of time.
const DAY: Duration = Duration::from_secs(86_400);
