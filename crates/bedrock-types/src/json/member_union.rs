//! Unions of AWS: objects told apart by the name of their one member, like `{"text": …}` or `{"toolUse": …}`.

use super::{
    ExtraFields,
    reader::{Misread, Reader},
    value::{Place, View},
};

/// Declares a union whose alternatives are named by a member: `{"name": value}`.
///
/// The value of a known member is parsed as its type straight from the input, and one that is malformed is an error. An object
/// without a known member is kept whole in `Unknown`; members that are null count as absent, and two that are not are an error.
/// An alternative may be there with a `feature` alone.
macro_rules! member_union {
    (
        $(#[$meta:meta])*
        pub enum $name:ident {
            $( $(#[$variant_meta:meta])* $variant:ident($ty:ty) = $member:literal $(feature $feature:literal)?, )+
        }
    ) => {
        $(#[$meta])*
        #[non_exhaustive]
        pub enum $name {
            $( $(#[cfg(feature = $feature)])? $(#[$variant_meta])* $variant($ty), )+
            /// A member that this version does not know, kept as it came.
            Unknown($crate::json::ExtraFields),
        }

        impl $name {
            /// The name of its member; empty for an object without one.
            pub fn member(&self) -> &str {
                match self {
                    $( $(#[cfg(feature = $feature)])? Self::$variant(_) => $member, )+
                    Self::Unknown(members) => members.iter().next().map_or("", |(name, _)| name),
                }
            }
        }

        impl $crate::json::member_union::OneMember for $name {
            fn choose(&mut self, name: &str) -> Option<$crate::json::value::Place<'_>> {
                let blank = match name {
                    $( $(#[cfg(feature = $feature)])? $member => Self::$variant($crate::json::value::WireValue::blank()), )+
                    _ => return None,
                };
                $crate::json::value::put(self, blank);
                match self {
                    $( $(#[cfg(feature = $feature)])? Self::$variant(value) => Some($crate::json::value::WireValue::place(value)), )+
                    Self::Unknown(_) => None,
                }
            }

            fn written(&self) -> (&'static str, $crate::json::value::View<'_>) {
                match self {
                    $( $(#[cfg(feature = $feature)])? Self::$variant(value) => ($member, $crate::json::value::WireValue::view(value)), )+
                    Self::Unknown(members) => ("", $crate::json::value::View::UnknownMembers(members)),
                }
            }
        }

        impl $crate::json::member_union::MemberUnion for $name {
            fn keep(&mut self, unknown: $crate::json::ExtraFields) {
                $crate::json::value::put(self, Self::Unknown(unknown));
            }
        }

        impl $crate::json::value::WireValue for $name {
            fn blank() -> Self {
                Self::Unknown(Default::default())
            }

            fn view(&self) -> $crate::json::value::View<'_> {
                match self {
                    Self::Unknown(members) => $crate::json::value::View::UnknownMembers(members),
                    _ => $crate::json::value::View::Member($crate::json::value::one_member(self)),
                }
            }

            fn place(&mut self) -> $crate::json::value::Place<'_> {
                $crate::json::value::Place::MemberUnion($crate::json::value::member_union(self))
            }
        }

        $crate::json::value::value_impls!($name);
    };
}

/// One of several members, each with its own meaning.
pub(crate) trait OneMember {
    /// Becomes the blank meaning of this name and lends its value to be filled, unless it is none of these names.
    fn choose(&mut self, name: &str) -> Option<Place<'_>>;

    /// The name and value that are written.
    fn written(&self) -> (&'static str, View<'_>);
}

/// What [`member_union!`] implements beside being a value.
pub(crate) trait MemberUnion: OneMember {
    /// Becomes an object of none of these names.
    fn keep(&mut self, unknown: ExtraFields);
}

/// Reads the object that comes next.
#[inline(never)]
pub(crate) fn read(union: &mut dyn MemberUnion, reader: &mut Reader<'_>) -> Result<(), Misread> {
    let mut is_known = false;
    let mut unknown = ExtraFields::default();
    reader.object(&mut |reader, name| {
        if reader.null() {
            return Ok(());
        }
        if is_known {
            return Err(reader.error(CROWDED));
        }
        match union.choose(name) {
            Some(place) => {
                reader.fill(place)?;
                is_known = true;
            }
            None => unknown.push(name.to_owned(), reader.raw()?),
        }
        if is_known && !unknown.is_empty() { Err(reader.error(CROWDED)) } else { Ok(()) }
    })?;
    if !is_known {
        union.keep(unknown);
    }
    Ok(())
}

/// The error for an object with more than one of the members that exclude each other.
const CROWDED: &str = "a union has one member";

pub(crate) use member_union;

#[cfg(test)]
#[allow(unreachable_pub, reason = "what the macro declares is public")]
mod tests {
    use crate::json::from_slice;

    member_union! {
        /// For the tests.
        pub enum Sample {
            /// A text.
            Text(String) = "text",
            /// A number.
            Count(u64) = "count",
        }
    }

    #[test]
    fn a_member_names_the_kind() {
        for (json, member) in [
            (r#"{"text":"a"}"#, "text"),
            (r#"{"count":7}"#, "count"),
            (r#"{"new": [1,  2]}"#, "new"),
            ("{}", ""),
        ] {
            let sample: Sample = from_slice(json.as_bytes()).expect(json);
            assert_eq!(sample.member(), member);
            assert_eq!(matches!(sample, Sample::Unknown(_)), !["text", "count"].contains(&member), "{json}");
            let written = serde_json::to_string(&sample).expect("it can be written");
            assert_eq!(written, json.replacen(": ", ":", 1), "{json}");
        }
    }

    #[test]
    fn null_is_absent() {
        assert_eq!(from_slice::<Sample>(br#"{"text":null,"count":1,"new":null}"#), Ok(Sample::Count(1)));
    }

    #[test]
    fn malformed_is_an_error_with_its_path() {
        for (json, path) in [
            (r#"[{"text":7}]"#, "[0].text"),
            (r#"[{"count":1},{"count":1,"text":"a"}]"#, "[1]"),
            (r#"[{"count":1,"new":2}]"#, "[0]"),
        ] {
            let error = from_slice::<Vec<Sample>>(json.as_bytes()).expect_err(json);
            assert!(error.path().starts_with(path), "{json}: {error}");
        }
    }
}
