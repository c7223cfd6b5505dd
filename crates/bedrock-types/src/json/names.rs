//! Which members an object has, without writing them.

use serde::{Serialize, ser::SerializeMap};

use super::object::WireObject;

/// The first member that is not among `known` and not null: what a mapping of the known ones would lose.
pub(crate) fn member_outside(object: &impl WireObject, known: &[&str]) -> Option<String> {
    let mut names = Names { known, name: None, outside: None };
    // Only a value that has no JSON form fails, and that one is outside too.
    match object.write_members(&mut names, &[]) {
        Ok(()) => names.outside,
        Err(_) => names.name,
    }
}

struct Names<'a> {
    known: &'a [&'a str],
    /// The member being looked at.
    name: Option<String>,
    outside: Option<String>,
}

impl SerializeMap for Names<'_> {
    type Ok = ();
    type Error = serde_json::Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Self::Error> {
        // As text, like all that is written: a serializer of another kind would be compiled for every type once more.
        self.name = Some(serde_json::from_str(&serde_json::to_string(key)?)?);
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Self::Error> {
        let known = self.name.as_deref().is_none_or(|name| self.known.contains(&name));
        if !known && self.outside.is_none() && serde_json::to_string(value)? != "null" {
            self.outside.clone_from(&self.name);
        }
        Ok(())
    }

    fn end(self) -> Result<(), Self::Error> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::member_outside;
    use crate::messages::{CacheControl, CitationSearchResultLocation, TextBlock};

    #[test]
    fn typed_and_extra_members_are_seen_and_null_ones_are_not() {
        let text = TextBlock::new("a").cache_control(CacheControl::ephemeral());
        assert_eq!(member_outside(&text, &["type", "text", "cache_control"]), None);
        assert_eq!(member_outside(&text, &["type", "text"]).as_deref(), Some("cache_control"));
        let known =
            ["type", "cited_text", "search_result_index", "source", "start_block_index", "end_block_index"];
        let untitled = CitationSearchResultLocation::new("a", 0, "b", 0, 1);
        assert_eq!(member_outside(&untitled, &known), None);
    }
}
