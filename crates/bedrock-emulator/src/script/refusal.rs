//! An error that a rule gives in place of an answer.

use http::header::{CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, TRANSFER_ENCODING};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde::Deserialize;
use std::collections::BTreeMap;

use crate::error::AwsError;
use crate::exception::{capital, code_of, status_of};

/// An error, checked: of a code that is not known the status is said.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "Written")]
pub(crate) struct Refusal {
    status: StatusCode,
    code: Option<String>,
    message: String,
    headers: HeaderMap,
}

impl Refusal {
    pub(crate) fn to_error(&self) -> AwsError {
        AwsError::told(self.status, self.code.clone(), &self.message, self.headers.clone())
    }
}

/// As it stands in the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    code: Option<String>,
    status: Option<u16>,
    #[serde(default = "message")]
    message: String,
    #[serde(default)]
    headers: BTreeMap<String, String>,
}

fn message() -> String {
    "an error that was asked for".to_owned()
}

impl TryFrom<Written> for Refusal {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let code = written.code.map(|code| capital(&code));
        if let Some(code) =
            code.as_ref().filter(|code| code.is_empty() || !code.bytes().all(|b| b.is_ascii_alphanumeric()))
        {
            return Err(format!(
                "`{code}` is no code: take the name of an exception, such as ThrottlingException"
            ));
        }
        let status = match (written.status, &code) {
            (Some(status), _) => StatusCode::from_u16(status)
                .ok()
                .filter(|status| status.is_client_error() || status.is_server_error())
                .ok_or_else(|| format!("{status} is no status of an error: take one from 400 to 599"))?,
            (None, Some(code)) => status_of(code).ok_or_else(|| {
                format!("the status of `{code}` is not known: give it, as in `status = 400`, or take a code of Bedrock")
            })?,
            (None, None) => return Err("an error has a `code`, a `status`, or both".to_owned()),
        };
        let code = code.or_else(|| code_of(status).map(str::to_owned));
        Ok(Self { status, code, message: written.message, headers: headers(written.headers)? })
    }
}

fn headers(written: BTreeMap<String, String>) -> Result<HeaderMap, String> {
    let mut headers = HeaderMap::new();
    for (name, value) in written {
        let name = HeaderName::try_from(&name).map_err(|_| format!("`{name}` is no name of a header"))?;
        if FRAMING.contains(&name) {
            return Err(format!(
                "the header {name} is not a script's to set: `faults` break the framing of answers"
            ));
        }
        let value = HeaderValue::try_from(&value)
            .map_err(|_| format!("`{value}` is no value of the header {name}"))?;
        headers.insert(name, value);
    }
    Ok(headers)
}

const FRAMING: [HeaderName; 4] = [CONTENT_LENGTH, CONTENT_TYPE, TRANSFER_ENCODING, CONNECTION];
