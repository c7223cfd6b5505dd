//! A JSON object that is read member by member into Rust literals, and then must have no member left.
//!
//! A misspelt member of a data file would otherwise be a silent default.

use std::collections::BTreeSet;
use std::error::Error;

use serde_json::{Map, Value};

pub(crate) use crate::Result;

/// A JSON object, where it stands, and which members were read.
pub(crate) struct Object<'a> {
    path: String,
    members: &'a Map<String, Value>,
    read: BTreeSet<String>,
}

impl<'a> Object<'a> {
    pub(crate) fn new(path: impl Into<String>, value: &'a Value) -> Result<Self> {
        let path = path.into();
        let members = value.as_object().ok_or_else(|| format!("{path} is no object"))?;
        Ok(Self { path, members, read: BTreeSet::new() })
    }

    /// The member, if it is there and not null.
    pub(crate) fn get(&mut self, name: &str) -> Option<&'a Value> {
        self.read.insert(name.to_owned());
        self.members.get(name).filter(|value| !value.is_null())
    }

    pub(crate) fn require(&mut self, name: &str) -> Result<&'a Value> {
        self.get(name).ok_or_else(|| self.complain(name, "is missing"))
    }

    pub(crate) fn object(&mut self, name: &str) -> Result<Option<Self>> {
        let path = format!("{}.{name}", self.path);
        self.get(name).map(|value| Self::new(path, value)).transpose()
    }

    /// Its members and their values; all count as read.
    pub(crate) fn entries(&mut self) -> impl Iterator<Item = (&'a str, &'a Value)> + use<'a> {
        self.read.extend(self.members.keys().cloned());
        self.members.iter().map(|(name, value)| (name.as_str(), value))
    }

    pub(crate) fn text(&mut self, name: &str) -> Result<&'a str> {
        self.require(name)?.as_str().ok_or_else(|| self.complain(name, "is no text"))
    }

    pub(crate) fn optional_text(&mut self, name: &str) -> Result<Option<&'a str>> {
        match self.get(name) {
            Some(_) => self.text(name).map(Some),
            None => Ok(None),
        }
    }

    pub(crate) fn number(&mut self, name: &str) -> Result<u32> {
        let number = self.require(name)?.as_u64().and_then(|number| u32::try_from(number).ok());
        number.ok_or_else(|| self.complain(name, "is no whole number"))
    }

    pub(crate) fn optional_number(&mut self, name: &str) -> Result<Option<u32>> {
        match self.get(name) {
            Some(_) => self.number(name).map(Some),
            None => Ok(None),
        }
    }

    /// A switch; absent is off.
    pub(crate) fn flag(&mut self, name: &str) -> Result<bool> {
        match self.get(name) {
            None => Ok(false),
            Some(value) => value.as_bool().ok_or_else(|| self.complain(name, "is neither true nor false")),
        }
    }

    /// A list of texts; absent is empty.
    pub(crate) fn texts(&mut self, name: &str) -> Result<Vec<&'a str>> {
        let Some(value) = self.get(name) else { return Ok(Vec::new()) };
        let list = value.as_array().ok_or_else(|| self.complain(name, "is no list"))?;
        list.iter()
            .map(|item| item.as_str().ok_or_else(|| self.complain(name, "holds something that is no text")))
            .collect()
    }

    /// A day like `2026-10-14`.
    pub(crate) fn optional_date(&mut self, name: &str) -> Result<Option<&'a str>> {
        let date = self.optional_text(name)?;
        let shape =
            |text: &str| text.bytes().map(|b| if b.is_ascii_digit() { b'0' } else { b }).collect::<Vec<_>>();
        match date {
            Some(text) if shape(text) != b"0000-00-00" => Err(self.complain(name, "is no day")),
            _ => Ok(date),
        }
    }

    /// A decimal like `22.5`.
    pub(crate) fn optional_decimal(&mut self, name: &str) -> Result<Option<&'a str>> {
        let decimal = self.optional_text(name)?;
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        match decimal {
            Some(text)
                if !text
                    .split_once('.')
                    .map_or(digits(text), |(whole, rest)| digits(whole) && digits(rest)) =>
            {
                Err(self.complain(name, "is no decimal"))
            }
            _ => Ok(decimal),
        }
    }

    /// Nothing is left to read.
    pub(crate) fn done(self) -> Result<()> {
        match self.members.keys().find(|name| !self.read.contains(*name)) {
            Some(name) => Err(self.complain(name, "means nothing here")),
            None => Ok(()),
        }
    }

    pub(crate) fn complain(&self, name: &str, what: &str) -> Box<dyn Error> {
        format!("{}.{name} {what}", self.path).into()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_member_nobody_reads_is_an_error_with_its_path() {
        let value = json!({"id": "a", "inn": 1});
        let mut object = Object::new("models[0]", &value).expect("an object");
        assert_eq!(object.text("id").expect("text"), "a");
        assert_eq!(object.done().expect_err("inn is left").to_string(), "models[0].inn means nothing here");
    }

    #[test]
    fn days_and_decimals_have_their_shape() {
        for (value, day, decimal) in [
            (json!("2026-10-14"), true, false),
            (json!("14.10.2026"), false, false),
            (json!("22.5"), false, true),
            (json!("3"), false, true),
            (json!(".5"), false, false),
            (json!("-1"), false, false),
            (json!(22.5), false, false),
        ] {
            let value = json!({ "it": value });
            let object = || Object::new("x", &value).expect("an object");
            assert_eq!(object().optional_date("it").is_ok(), day, "{value}");
            assert_eq!(object().optional_decimal("it").is_ok(), decimal, "{value}");
        }
    }
}
