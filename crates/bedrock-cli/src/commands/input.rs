//! Reading what a command is given: a file, or stdin.

use std::{
    fs,
    io::{self, Read},
    path::Path,
};

use bedrock_client::MessageCreateParams;
use bedrock_types::json;

use crate::failure::Failure;

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
    open(path)?.read_to_end(&mut bytes).map_err(|error| Failure::input(&name(path), &error))?;
    Ok(bytes)
}

/// What to call an input in an error.
pub(crate) fn name(path: &Path) -> String {
    if path.as_os_str() == "-" { "stdin".to_owned() } else { path.display().to_string() }
}

/// A Messages request.
pub(crate) fn params(path: &Path) -> Result<MessageCreateParams, Failure> {
    json::from_slice(&read(path)?).map_err(|error| {
        Failure::config(
            format!("{} is no Messages request: {error}", name(path)),
            r#"give a JSON object like {"model":"sonnet","max_tokens":256,"messages":[{"role":"user","content":"Hello"}]}"#,
        )
    })
}
