//! What a request asks for, in a form in which two that ask for the same are equal.

use std::fmt;

use bytes::Bytes;
use http::Method;
use serde_json::Value;

use crate::form::Form;
use crate::recording::is_recorded_parameter;
use crate::route::percent_decode;

/// A request as it is looked for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Asked {
    pub(super) method: Method,
    /// Decoded: clients differ in what they encode.
    pub(super) path: String,
    query: Vec<(String, String)>,
    pub(super) body: AskedBody,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum AskedBody {
    /// Equal whatever the order of its members and the space between them.
    Json(Value),
    /// Nothing, or what is not JSON.
    Other(Bytes),
}

impl Asked {
    pub(crate) fn new(method: &Method, path_and_query: &str, body: &Bytes) -> Self {
        let (path, query) = path_and_query.split_once('?').unwrap_or((path_and_query, ""));
        let mut query = Form::parse(query.as_bytes()).map(Form::into_pairs).unwrap_or_default();
        query.retain(|(name, _)| is_recorded_parameter(name));
        query.sort();
        Self {
            method: method.clone(),
            path: percent_decode(path).unwrap_or_else(|| path.to_owned()),
            query,
            body: serde_json::from_slice(body)
                .map_or_else(|_| AskedBody::Other(body.clone()), AskedBody::Json),
        }
    }
}

impl fmt::Display for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)?;
        for (index, (name, value)) in self.query.iter().enumerate() {
            write!(f, "{}{name}={value}", if index == 0 { '?' } else { '&' })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_asks_for_the_same_is_equal() {
        let asked = |path: &str, body: &'static str| Asked::new(&Method::POST, path, &body.into());
        let one = asked("/model/m%3A0/invoke", r#"{"a":1,"b":[2]}"#);
        for (path, body, is_same) in [
            ("/model/m:0/invoke", "{ \"b\": [2],\n\"a\": 1 }", true),
            ("/model/m%3a0/invoke?x-id=Invoke", r#"{"b":[2],"a":1}"#, true),
            ("/model/m:0/invoke?maxResults=1", r#"{"b":[2],"a":1}"#, false),
            ("/model/m:0/invoke", r#"{"b":[3],"a":1}"#, false),
            ("/model/m:0/converse", r#"{"b":[2],"a":1}"#, false),
            ("/model/m:0/invoke", "no json", false),
        ] {
            assert_eq!(asked(path, body) == one, is_same, "{path} {body}");
        }
        assert_eq!(asked("/x?type=A&maxResults=1", ""), asked("/x?maxResults=1&type=A", ""));
        assert_ne!(asked("/x", ""), Asked::new(&Method::GET, "/x", &Bytes::new()));
    }

    #[test]
    fn a_query_that_authorises_is_no_part_of_it() {
        let asked = Asked::new(&Method::GET, "/x?X-Amz-Security-Token=canary&type=A", &Bytes::new());
        assert_eq!(asked.to_string(), "GET /x?type=A");
        assert!(!format!("{asked:?}").contains("canary"));
    }
}
