//! Which bodies a folder of recordings has, and what API each of them belongs to.
//!
//! Two layouts are known: pairs of `NAME.request.json` and `NAME.response.json` or `.bin` with a `NAME.meta.json` that has the address,
//! and cassettes in YAML whose bodies are scalars on one line.

use std::{
    fs,
    path::{Path, PathBuf},
};

use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::Value;

/// One body as it went over the wire.
#[derive(Debug)]
pub(crate) struct Body {
    pub(crate) name: String,
    /// The last part of the address: `invoke`, `converse-stream` and so on.
    pub(crate) operation: String,
    pub(crate) is_request: bool,
    pub(crate) bytes: Vec<u8>,
}

/// The bodies of a file; an error is a file that nobody here knows how to read.
pub(crate) fn of_file(folder: &Path, file: &Path) -> Result<Vec<Body>, String> {
    let name = file.strip_prefix(folder).unwrap_or(file).display().to_string();
    let side = |side: &str| name.strip_suffix(side).map(str::to_owned);
    if let Some(stem) = side(".request.json") {
        return Ok(vec![of_pair(folder, &stem, name, true)?]);
    }
    if let Some(stem) = side(".response.json").or_else(|| side(".response.bin")) {
        return Ok(vec![of_pair(folder, &stem, name, false)?]);
    }
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("yaml") => of_cassette(&name, &read_text(file)?),
        // What is told about the recordings, and no body itself.
        Some("md" | "tsv") => Ok(Vec::new()),
        Some("json") if name.ends_with(".meta.json") => Ok(Vec::new()),
        _ => Err("an unknown kind of file".to_owned()),
    }
}

fn of_pair(folder: &Path, stem: &str, name: String, is_request: bool) -> Result<Body, String> {
    let meta = read_text(&folder.join(format!("{stem}.meta.json")))?;
    let meta: Value = serde_json::from_str(&meta).map_err(|error| error.to_string())?;
    let operation = operation(meta["url"].as_str().ok_or("no address")?);
    let path: PathBuf = folder.join(&name);
    let bytes = fs::read(&path).map_err(|error| error.to_string())?;
    Ok(Body { name, operation, is_request, bytes })
}

fn of_cassette(name: &str, text: &str) -> Result<Vec<Body>, String> {
    let mut bodies: Vec<Body> = Vec::new();
    let (mut address, mut is_request) = ("", false);
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        match line.trim_start().split_once(": ") {
            _ if line == "when:" => is_request = true,
            _ if line == "then:" => is_request = false,
            Some(("path", path)) => address = path,
            Some(("body", scalar)) => {
                let is_base64 = lines.peek().is_some_and(|line| line.trim() == "body_encoding: base64");
                let bytes = if is_base64 {
                    BASE64_STANDARD.decode(scalar).map_err(|error| error.to_string())?
                } else {
                    let quoted = scalar.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
                    quoted.ok_or("a body in an unknown form")?.replace("''", "'").into_bytes()
                };
                let (name, operation) = (format!("{name}#{}", bodies.len()), operation(address));
                bodies.push(Body { name, operation, is_request, bytes });
            }
            _ => {}
        }
    }
    if bodies.is_empty() { Err("a cassette without a body".to_owned()) } else { Ok(bodies) }
}

fn operation(address: &str) -> String {
    let path = address.split('?').next().unwrap_or(address);
    path.rsplit('/').next().unwrap_or(path).to_owned()
}

fn read_text(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}
