//! Which members an object has, without writing them.

use crate::json::{object::WireObject, value::View};

/// The first member that is not among `known` and not null: what a mapping of the known ones would lose.
pub(crate) fn member_outside(object: &dyn WireObject, known: &[&str]) -> Option<String> {
    let mut outside = None;
    object.each_written(&mut |member| {
        let (name, value) = member.parts();
        if outside.is_none() && !known.contains(&name) && !is_null(value) {
            outside = Some(name.to_owned());
        }
    });
    outside
}

/// Whether a value is `null`, typed or not.
fn is_null(value: View<'_>) -> bool {
    match value {
        View::Null => true,
        View::Raw(raw) => raw.as_str() == "null",
        _ => false,
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
