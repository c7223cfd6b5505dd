//! Reading what a command is given: a file, or stdin.

use std::{
    fs,
    io::{self, Read},
    path::Path,
    time::Duration,
};

use bedrock_client::MessageCreateParams;
use bedrock_types::{ExtraFields, JsonError, RawJson, json};

use crate::{
    failure::{Failure, Interrupted},
    interrupt::Interrupt,
    output::Stderr,
};

/// A reader of the file, or of stdin for `-`.
pub(crate) fn open(path: &Path) -> Result<Box<dyn Read>, Failure> {
    if path.as_os_str() == "-" {
        return Ok(Box::new(io::stdin()));
    }
    match fs::File::open(path) {
        Ok(file) => Ok(Box::new(file)),
        Err(error) => Err(Failure::input(&name(path), &error)),
    }
}

/// The whole file, or the whole of stdin for `-`.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    open(path)?
        .take(LIMIT + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| Failure::input(&name(path), &error))?;
    if bytes.len() as u64 > LIMIT {
        return Err(Failure::config(
            format!("{} is larger than {LIMIT} bytes", name(path)),
            "Bedrock takes 20 MB in a request",
        ));
    }
    Ok(bytes)
}

/// The whole of stdin, without holding up Ctrl-C. Whoever forgot that something is to come there is told what is waited for.
pub(crate) async fn piped(stderr: Stderr, interrupt: &mut Interrupt) -> Result<Vec<u8>, Failure> {
    let mut reading = tokio::task::spawn_blocking(|| read(Path::new("-")));
    let mut was_told = false;
    loop {
        tokio::select! {
            read = &mut reading => {
                return read.map_err(|error| Failure::input("stdin", &error.into()))?;
            }
            () = interrupt.wait() => return Err(Failure::Interrupted(Interrupted::default())),
            () = tokio::time::sleep(PATIENCE), if !was_told => {
                stderr.note("(waiting for stdin to end: it is sent too; Ctrl-D ends it, and with `< /dev/null` there is none)");
                was_told = true;
            }
        }
    }
}

/// What to call an input in an error.
pub(crate) fn name(path: &Path) -> String {
    if path.as_os_str() == "-" { "stdin".to_owned() } else { path.display().to_string() }
}

/// A Messages request.
pub(crate) fn params(path: &Path) -> Result<MessageCreateParams, Failure> {
    json::from_slice(object(&read(path)?)).map_err(|error| no_request(path, &error))
}

/// A Messages request to count, which need not say how long the answer may be.
pub(crate) fn counted_params(path: &Path) -> Result<MessageCreateParams, Failure> {
    let body = read(path)?;
    let params = || {
        let mut members: ExtraFields = json::from_slice(object(&body))?;
        if members.get("max_tokens").is_none() {
            members.insert("max_tokens", RawJson::of(&1)?);
        }
        RawJson::of(&members)?.to()
    };
    params().map_err(|error| no_request(path, &error))
}

/// Some editors begin a file with a byte order mark.
fn object(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body)
}

fn no_request(path: &Path, error: &JsonError) -> Failure {
    Failure::config(
        format!("{} is no Messages request: {error}", name(path)),
        r#"give a JSON object like {"model":"sonnet","max_tokens":256,"messages":[{"role":"user","content":"Hello"}]}"#,
    )
}

/// How long stdin may take until it is said that it is waited for.
const PATIENCE: Duration = Duration::from_secs(2);

/// More than Bedrock takes in a request, in bytes: an endless input ends here.
const LIMIT: u64 = 64 * 1024 * 1024;
