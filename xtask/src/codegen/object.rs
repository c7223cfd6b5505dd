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

    /// A decimal of at most six places like `22.5`, in millionths.
    pub(crate) fn optional_micros(&mut self, name: &str) -> Result<Option<u64>> {
        let Some(text) = self.optional_text(name)? else { return Ok(None) };
        let (whole, places) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        if !digits(whole) || !digits(places) || places.len() > 6 {
            return Err(self.complain(name, "is no decimal of at most six places"));
        }
        let micros = format!("{whole}{places:0<6}").parse();
        micros.map(Some).map_err(|_| self.complain(name, "is too large"))
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
        for (value, day, micros) in [
            (json!("2026-10-14"), true, None),
            (json!("14.10.2026"), false, None),
            (json!("22.5"), false, Some(22_500_000)),
            (json!("3"), false, Some(3_000_000)),
            (json!("0.000001"), false, Some(1)),
            (json!("0.0000001"), false, None),
            (json!("99999999999999"), false, None),
            (json!(".5"), false, None),
            (json!("-1"), false, None),
            (json!(22.5), false, None),
        ] {
            let value = json!({ "it": value });
            let object = || Object::new("x", &value).expect("an object");
            assert_eq!(object().optional_date("it").is_ok(), day, "{value}");
            assert_eq!(object().optional_micros("it").ok().flatten(), micros, "{value}");
        }
    }
}
