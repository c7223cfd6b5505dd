//! Unions of wire objects, told apart by their `type`.

use serde::{Serialize, Serializer};

use super::{
    ExtraFields, RawJson,
    reader::{Misread, Reader, Tag},
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
        if let Ok(raw) = RawJson::of(&members) {
            self.raw = raw;
        }
    }
}

impl Serialize for UnknownObject {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.raw.serialize(serializer)
    }
}

/// Reads an object of an unknown type. A second `type` that is another is an error, as it is in a known object: who reads what is
/// written back would take the last one for it.
pub(crate) fn read_unknown(kind: &str, reader: &mut Reader<'_>) -> Result<UnknownObject, Misread> {
    let mut again = *reader;
    let raw = reader.raw()?;
    again.object(&mut |again, name| match name == "type" {
        true if again.text()? != kind => Err(again.error("an object has one type")),
        true => Ok(()),
        false => again.skip(),
    })?;
    Ok(UnknownObject { kind: kind.to_owned(), raw })
}

/// The error for an object whose `type` is not there, or no text.
pub(crate) fn untold(tag: &Tag<'_>, reader: &Reader<'_>) -> Misread {
    match tag {
        Tag::Other => reader.error("the type is not a string"),
        Tag::Text(_) | Tag::Absent => reader.missing(&[("type", true)]),
    }
}

/// A text as a JSON string.
pub(crate) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
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
        #[derive(Debug, Clone, PartialEq)]
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

            /// Reads an object whose `type` is `tag`.
            pub(crate) fn read_as(
                tag: &str,
                reader: &mut $crate::json::reader::Reader<'_>,
            ) -> Result<Self, $crate::json::reader::Misread> {
                match tag {
                    $( <$ty as $crate::json::object::Tagged>::TAG => reader.read().map(Self::$variant), )*
                    $( $untagged_tag => reader.read().map(Self::$untagged), )?
                    _ => $crate::json::union::read_unknown(tag, reader).map(Self::Unknown),
                }
            }
        }

        $(
            impl From<$ty> for $name {
                fn from(value: $ty) -> Self {
                    Self::$variant(value)
                }
            }
        )*

        $(
            impl From<$untagged_ty> for $name {
                fn from(value: $untagged_ty) -> Self {
                    Self::$untagged(value)
                }
            }
        )?

        const _: () = {
            impl serde::Serialize for $name {
                fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    match self {
                        $( Self::$variant(value) => value.serialize(serializer), )*
                        $( Self::$untagged(value) => value.serialize(serializer), )?
                        Self::Unknown(value) => value.serialize(serializer),
                    }
                }
            }

            impl $crate::json::reader::ReadJson for $name {
                fn read(
                    reader: &mut $crate::json::reader::Reader<'_>,
                ) -> Result<Self, $crate::json::reader::Misread> {
                    match reader.tag()? {
                        $crate::json::reader::Tag::Text(tag) => Self::read_as(&tag, reader),
                        $( $crate::json::reader::Tag::Absent => reader.read().map(Self::$untagged), )?
                        tag => Err($crate::json::union::untold(&tag, reader)),
                    }
                }
            }

            impl<'de> serde::Deserialize<'de> for $name {
                fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    $crate::json::from_serde::deserialize(deserializer)
                }
            }
        };
    };
}

pub(crate) use tagged_union;
