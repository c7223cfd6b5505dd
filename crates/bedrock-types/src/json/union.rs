//! Unions of wire objects, told apart by their `type`.

use serde::{Serialize, Serializer};

use super::{
    ExtraFields, RawJson,
    reader::{Misread, Reader, Tag},
    value::{Place, View},
    wire,
};

/// An object of a `type` that this version does not know, kept as the JSON it came in.
///
/// It is written back as it came (white space between its outermost members aside), so a newer kind of content
/// survives in a history.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnknownObject {
    /// The text of `type`.
    pub kind: String,
    /// The whole object, `type` included.
    pub raw: RawJson,
}

impl UnknownObject {
    /// Keeps `raw`, an object whose `type` is `kind`.
    pub fn new(kind: impl Into<String>, raw: RawJson) -> Self {
        Self { kind: kind.into(), raw }
    }
}

impl UnknownObject {
    /// Replaces a member, or adds it.
    pub(crate) fn set(&mut self, name: &str, value: RawJson) {
        // What is kept is an object: it was read as one, or a caller said so; anything else stays as it is.
        let Ok(mut members) = self.raw.read::<ExtraFields>() else { return };
        members.insert(name, value);
        if let Ok(raw) = RawJson::of_view(View::Members(&members)) {
            self.raw = raw;
        }
    }
}

impl Serialize for UnknownObject {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.raw.serialize(serializer)
    }
}

/// What [`tagged_union!`] implements beside being a value.
pub(crate) trait Union {
    /// Becomes the blank object of this `type` and lends it to be read, unless it knows none.
    fn choose(&mut self, tag: &str) -> Option<Place<'_>>;

    /// Becomes an object of an unknown `type`.
    fn keep(&mut self, unknown: UnknownObject);

    /// The `type` of an object that has none.
    fn untagged(&self) -> Option<&'static str>;
}

/// Reads the object that comes next: its `type` first, and then that one struct.
pub(crate) fn read(union: &mut dyn Union, reader: &mut Reader<'_>) -> Result<(), Misread> {
    match (reader.tag()?, union.untagged()) {
        (Tag::Text(tag), _) => read_as(union, &tag, reader),
        (Tag::Absent, Some(tag)) => read_as(union, tag, reader),
        (Tag::Other, _) => Err(reader.error("the type is not a string")),
        (Tag::Absent, None) => Err(reader.missing("type")),
    }
}

/// Reads an object whose `type` is `tag`.
pub(crate) fn read_as(union: &mut dyn Union, tag: &str, reader: &mut Reader<'_>) -> Result<(), Misread> {
    if let Some(place) = union.choose(tag) {
        return reader.fill(place);
    }
    let unknown = read_unknown(tag, reader)?;
    union.keep(unknown);
    Ok(())
}

/// Reads an object of an unknown type. A second `type` that is another is an error, as it is in a known object: who reads what is
/// written back would take the last one for it.
fn read_unknown(kind: &str, reader: &mut Reader<'_>) -> Result<UnknownObject, Misread> {
    let mut again = *reader;
    let raw = reader.raw()?;
    again.object(&mut |again, name| match name == "type" {
        true if again.text()? != kind => Err(again.error("an object has one type")),
        true => Ok(()),
        false => again.skip(),
    })?;
    Ok(UnknownObject { kind: kind.to_owned(), raw })
}

/// A text as a JSON string.
pub(crate) fn quoted(text: &str) -> String {
    let mut json = Vec::with_capacity(text.len() + 2);
    wire::quote(&mut json, text);
    String::from_utf8(json).expect("a text with escapes is a text")
}

/// Declares a union of [`Tagged`](super::object::Tagged) objects.
///
/// The `type` is read first and then that one struct, straight from the input; a malformed known object is an error,
/// never `Unknown`. `untagged` names the variant for objects without a `type`, and the `type` it may have as well.
macro_rules! tagged_union {
    (
        $(#[$meta:meta])*
        pub enum $name:ident
        $( untagged $(#[$untagged_meta:meta])* $untagged:ident($untagged_ty:ty) = $untagged_tag:literal )?
        {
            $( $(#[$variant_meta:meta])* $variant:ident($ty:ty), )*
        }
    ) => {
        $(#[$meta])*
        #[non_exhaustive]
        pub enum $name {
            $( $(#[$untagged_meta])* $untagged($untagged_ty), )?
            $( $(#[$variant_meta])* $variant($ty), )*
            /// A type that this version does not know, kept as it came.
            Unknown($crate::json::UnknownObject),
        }

        impl $name {
            /// The text of its `type`.
            pub fn kind(&self) -> &str {
                match self {
                    $( Self::$variant(_) => <$ty as $crate::json::object::Tagged>::TAG, )*
                    $( Self::$untagged(_) => $untagged_tag, )?
                    Self::Unknown(unknown) => &unknown.kind,
                }
            }
        }

        $(
            impl From<$ty> for $name {
                #[inline]
                fn from(value: $ty) -> Self {
                    Self::$variant(value)
                }
            }
        )*

        $(
            impl From<$untagged_ty> for $name {
                #[inline]
                fn from(value: $untagged_ty) -> Self {
                    Self::$untagged(value)
                }
            }
        )?

        impl $crate::json::union::Union for $name {
            fn choose(&mut self, tag: &str) -> Option<$crate::json::value::Place<'_>> {
                let blank = match tag {
                    $( <$ty as $crate::json::object::Tagged>::TAG => {
                        Self::$variant($crate::json::value::WireValue::blank())
                    } )*
                    $( $untagged_tag => Self::$untagged($crate::json::value::WireValue::blank()), )?
                    _ => return None,
                };
                $crate::json::value::put(self, blank);
                match self {
                    $( Self::$variant(value) => Some($crate::json::value::WireValue::place(value)), )*
                    $( Self::$untagged(value) => Some($crate::json::value::WireValue::place(value)), )?
                    Self::Unknown(_) => None,
                }
            }

            fn keep(&mut self, unknown: $crate::json::UnknownObject) {
                $crate::json::value::put(self, Self::Unknown(unknown));
            }

            fn untagged(&self) -> Option<&'static str> {
                $crate::json::object::tag!($($untagged_tag)?)
            }
        }

        impl $crate::json::value::WireValue for $name {
            fn blank() -> Self {
                Self::Unknown($crate::json::UnknownObject {
                    kind: String::new(),
                    raw: $crate::json::RawJson::null(),
                })
            }

            fn view(&self) -> $crate::json::value::View<'_> {
                match self {
                    $( Self::$variant(value) => $crate::json::value::WireValue::view(value), )*
                    $( Self::$untagged(value) => $crate::json::value::WireValue::view(value), )?
                    Self::Unknown(unknown) => $crate::json::value::View::UnknownObject(unknown),
                }
            }

            fn place(&mut self) -> $crate::json::value::Place<'_> {
                $crate::json::value::Place::Union($crate::json::value::union(self))
            }
        }

        $crate::json::value::value_impls!($name);
    };
}

pub(crate) use tagged_union;
