//! Forms, as the body of a request to STS and the query of one to the control plane are: `Action=GetCallerIdentity&Version=2011-06-15`.

use crate::route::percent_decode;

/// A form, decoded.
pub(crate) struct Form(Vec<(String, String)>);

impl Form {
    /// Reads a form; `None` if it is not one.
    pub(crate) fn parse(body: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(body).ok()?;
        let decode = |text: &str| percent_decode(&text.replace('+', " "));
        let pairs = text.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Some((decode(name)?, decode(value)?))
        });
        pairs.collect::<Option<_>>().map(Self)
    }

    /// All names and values, as they stand.
    pub(crate) fn into_pairs(self) -> Vec<(String, String)> {
        self.0
    }

    /// The first value with this name; a blank one counts as absent, as with AWS.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let pair = self.0.iter().find(|(key, value)| key == name && !value.is_empty());
        pair.map(|(_, value)| value.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_decoded() {
        let form = Form::parse(b"a=b+c&d=%2B%C3%BC&e=&f&a=later&").unwrap();
        for (name, value) in [("a", Some("b c")), ("d", Some("+ü")), ("e", None), ("f", None), ("g", None)] {
            assert_eq!(form.get(name), value, "{name}");
        }
        assert!(Form::parse(b"").unwrap().get("").is_none());
    }

    #[test]
    fn what_cannot_be_decoded_is_no_form() {
        for body in [&b"a=%"[..], b"a=%zz", b"%ff=a", b"\xff"] {
            assert!(Form::parse(body).is_none(), "{body:?}");
        }
    }
}
