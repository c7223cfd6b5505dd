//! Members that a type does not know.

use std::{fmt, sync::Arc};

use super::{RawJson, value::serde_impls};

/// The members of an object that its type has no field for, in the order they came, written back as they came.
///
/// This is also the way to send a member that Bedrock knows and this crate does not yet:
///
/// ```
/// use bedrock_types::{MessageCreateParams, RawJson};
///
/// let mut params = MessageCreateParams::new("us.anthropic.claude-opus-4-8", 64).user("hi");
/// params.extra.insert("brand_new", RawJson::parse("true")?);
/// assert!(serde_json::to_string(&params).unwrap().ends_with(r#""brand_new":true}"#));
/// # Ok::<(), bedrock_types::JsonError>(())
/// ```
#[derive(Clone, Default)]
pub struct ExtraFields(Option<Arc<Members>>);

/// Behind a pointer, because every object has room for them, and nearly none has any. It is shared, so that neither a copy nor a drop of
/// an object is more than a call.
type Members = Vec<(String, RawJson)>;

impl ExtraFields {
    /// Sets a member; one of the same name is replaced.
    ///
    /// A name that the type has a field for is not written: the field is.
    pub fn insert(&mut self, name: impl Into<String>, value: RawJson) {
        let name = name.into();
        let members = self.members_mut();
        match members.iter_mut().rfind(|(known, _)| *known == name) {
            Some((_, slot)) => *slot = value,
            None => members.push((name, value)),
        }
    }

    /// Adds a member as it was read: without a look at the others, which would make reading many of them slow.
    pub(crate) fn push(&mut self, name: String, value: RawJson) {
        self.members_mut().push((name, value));
    }

    /// Takes over the members of `newer`, as [`insert`](Self::insert) does one by one, but in one pass.
    pub(crate) fn update(&mut self, newer: &Self) {
        if newer.is_empty() {
            return;
        }
        let all = [self.members(), newer.members()].concat();
        // Each name stays where it came first, with what it came with last.
        let mut updated = vec![None; all.len()];
        for of_a_name in by_name(&all).chunk_by(|(one, _), (other, _)| one == other) {
            if let ([(_, first), ..], [.., (_, last)]) = (of_a_name, of_a_name)
                && let Some(slot) = updated.get_mut(*first)
            {
                *slot = all.get(*last).cloned();
            }
        }
        self.0 = Some(Arc::new(updated.into_iter().flatten().collect()));
    }

    /// Takes a member out.
    pub fn remove(&mut self, name: &str) -> Option<RawJson> {
        let index = self.members().iter().rposition(|(known, _)| known == name)?;
        Some(self.members_mut().remove(index).1)
    }

    /// The value of a member; of one that came twice, the last.
    pub fn get(&self, name: &str) -> Option<&RawJson> {
        self.members().iter().rfind(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// Every member, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &RawJson)> {
        self.members().iter().map(|(name, value)| (name.as_str(), value))
    }

    /// Whether there is none: the usual case.
    pub fn is_empty(&self) -> bool {
        self.members().is_empty()
    }

    fn members(&self) -> &[(String, RawJson)] {
        match &self.0 {
            Some(members) => members,
            None => &[],
        }
    }

    fn members_mut(&mut self) -> &mut Members {
        Arc::make_mut(self.0.get_or_insert_default())
    }
}

impl fmt::Debug for ExtraFields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ExtraFields").field(&self.members()).finish()
    }
}

impl PartialEq for ExtraFields {
    /// Equal members, in any order: so it is with JSON objects.
    fn eq(&self, other: &Self) -> bool {
        let (ours, theirs) = (self.members(), other.members());
        let same =
            |((_, one), (_, other)): ((&str, usize), (&str, usize))| ours.get(one) == theirs.get(other);
        ours.len() == theirs.len()
            && (ours == theirs || by_name(ours).into_iter().zip(by_name(theirs)).all(same))
    }
}

impl Eq for ExtraFields {}

/// The names and places of members, sorted: those of one name stay in their order.
fn by_name(members: &[(String, RawJson)]) -> Vec<(&str, usize)> {
    let mut places: Vec<_> =
        members.iter().enumerate().map(|(place, (name, _))| (name.as_str(), place)).collect();
    places.sort_unstable();
    places
}

serde_impls!(ExtraFields);

#[cfg(test)]
mod tests {
    use super::ExtraFields;
    use crate::json::from_slice;

    #[test]
    fn an_update_is_an_insert_of_each_member() {
        for (older, newer, updated) in [
            ("{}", r#"{"a":1}"#, r#"{"a":1}"#),
            (r#"{"a":1}"#, "{}", r#"{"a":1}"#),
            (r#"{"a":1,"b":2}"#, r#"{"c":3,"a":4,"c":5}"#, r#"{"a":4,"b":2,"c":5}"#),
        ] {
            let [mut older, newer]: [ExtraFields; 2] =
                [older, newer].map(|json| from_slice(json.as_bytes()).expect(json));
            let mut inserted = older.clone();
            newer.iter().for_each(|(name, value)| inserted.insert(name, value.clone()));
            older.update(&newer);
            assert_eq!(serde_json::to_string(&older).expect("JSON"), updated);
            assert_eq!(serde_json::to_string(&inserted).expect("JSON"), updated);
        }
    }
}
