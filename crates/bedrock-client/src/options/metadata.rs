//! Names and values for the invocation log.

use bedrock_types::{ExtraFields, RawJson};

use crate::{Error, text::beginning};

/// Names and values by name. A list, and not a map: few are allowed.
#[derive(Debug, Clone, Default)]
pub(crate) struct RequestMetadata(Vec<(String, String)>);

impl RequestMetadata {
    /// Sets the value of a name.
    pub(crate) fn insert(&mut self, name: String, value: String) {
        let index = self.0.partition_point(|(known, _)| *known < name);
        match self.0.get_mut(index).filter(|(known, _)| *known == name) {
            Some((_, old)) => *old = value,
            None => self.0.insert(index, (name, value)),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The members of a JSON object, if AWS takes them.
    pub(crate) fn members(&self) -> Result<ExtraFields, Error> {
        check(&self.0)?;
        let mut members = ExtraFields::default();
        for (name, value) in &self.0 {
            members.insert(name, RawJson::of(value.as_str()).expect("a text has a form in JSON"));
        }
        Ok(members)
    }
}

/// Holds the metadata of a request to AWS's rules, which it would otherwise refuse in words that name no entry.
/// <https://docs.aws.amazon.com/bedrock/latest/userguide/cost-mgmt-request-metadata.html>
fn check(metadata: &[(String, String)]) -> Result<(), Error> {
    if metadata.len() > MOST {
        return Err(Error::config(
            format!("request metadata has {} entries", metadata.len()),
            format!("{MOST} are the most"),
        ));
    }
    for (name, value) in metadata {
        let refused = |what: &str, rule: String| {
            let name = beginning(name, 80);
            Err(Error::config(format!("request metadata {name:?}: the {what} is not taken"), rule))
        };
        if name.is_empty() || name.chars().count() > LONGEST || !name.chars().all(is_taken) {
            return refused("name", format!("use 1 to {LONGEST} of {TAKEN}"));
        }
        if value.chars().count() > LONGEST || !value.chars().all(is_taken) {
            return refused("value", format!("use at most {LONGEST} of {TAKEN}"));
        }
    }
    Ok(())
}

/// White space is a blank here: what else AWS calls so cannot stand in a header.
fn is_taken(character: char) -> bool {
    character.is_ascii_alphanumeric()
        || matches!(character, ' ' | ':' | '_' | '@' | '$' | '#' | '=' | '/' | '+' | ',' | '-' | '.')
}

const MOST: usize = 16;
const LONGEST: usize = 256;
const TAKEN: &str = "letters, digits, blanks and :_@$#=/+,-.";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_in_order_and_the_last_value_counts() {
        let mut metadata = RequestMetadata::default();
        for (name, value) in [("b", "1"), ("a", "2"), ("c", "3"), ("b", "4")] {
            metadata.insert(name.to_owned(), value.to_owned());
        }
        let members = metadata.members().expect("AWS takes it");
        let members: Vec<_> = members.iter().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(members, [r#"a="2""#, r#"b="4""#, r#"c="3""#]);
    }

    #[test]
    fn metadata_is_held_to_awss_rules() {
        let long = "a".repeat(257);
        let just = "a".repeat(256);
        for (name, value, taken) in [
            ("team", "orchestrator", true),
            ("k:_@$#=/+,-.", "a b", true),
            ("team", "", true),
            (&just, &just, true),
            ("", "a", false),
            ("team", "a\nb", false),
            ("team", "ä", false),
            ("{}", "a", false),
            (&long, "a", false),
            ("a", &long, false),
        ] {
            let metadata = [(name.to_owned(), value.to_owned())];
            assert_eq!(check(&metadata).is_ok(), taken, "{name:?}: {value:?}");
        }
        let entries =
            |number| (0..number).map(|index| (format!("k{index}"), String::new())).collect::<Vec<_>>();
        assert!(check(&entries(16)).is_ok() && check(&entries(17)).is_err());
    }
}
