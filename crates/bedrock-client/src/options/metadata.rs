//! Names and values for the invocation log.

use std::collections::BTreeMap;

use crate::Error;

/// Holds the metadata of a request to AWS's rules, which it would otherwise refuse in words that name no entry.
/// <https://docs.aws.amazon.com/bedrock/latest/userguide/cost-mgmt-request-metadata.html>
pub(super) fn check(metadata: &BTreeMap<String, String>) -> Result<(), Error> {
    if metadata.len() > MOST {
        return Err(Error::config(
            format!("request metadata has {} entries", metadata.len()),
            format!("{MOST} are the most"),
        ));
    }
    for (name, value) in metadata {
        let refused = |what: &str, rule: String| {
            let name: String = name.chars().take(80).collect();
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
    character.is_ascii_alphanumeric() || " :_@$#=/+,-.".contains(character)
}

const MOST: usize = 16;
const LONGEST: usize = 256;
const TAKEN: &str = "letters, digits, blanks and :_@$#=/+,-.";

#[cfg(test)]
mod tests {
    use super::*;

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
            let metadata = BTreeMap::from([(name.to_owned(), value.to_owned())]);
            assert_eq!(check(&metadata).is_ok(), taken, "{name:?}: {value:?}");
        }
        let entries = |number| (0..number).map(|index| (format!("k{index}"), String::new())).collect();
        assert!(check(&entries(16)).is_ok() && check(&entries(17)).is_err());
    }
}
