//! Unions of wire objects, told apart by their `type`.

use std::fmt;

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{self, IgnoredAny, MapAccess, SeqAccess, Visitor},
};

use super::{
    ExtraFields, RawJson,
    object::{Text, required},
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
        let Ok(mut members) = self.raw.to::<ExtraFields>() else { return };
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

/// The members of an object up to its `type`.
pub(crate) struct Head<'de> {
    pub(crate) tag: Tag<'de>,
    /// What stood before it.
    pub(crate) set_aside: Vec<(String, RawJson)>,
}

impl<'de> Head<'de> {
    /// Reads up to and including `type`: on the wire the first member, so that nothing has to be set aside.
    pub(crate) fn read<A: MapAccess<'de>>(map: &mut A) -> Result<Self, A::Error> {
        let mut set_aside = Vec::new();
        while let Some(name) = map.next_key::<Text<'de>>()? {
            if &*name == "type" {
                return Ok(Self { tag: map.next_value()?, set_aside });
            }
            set_aside.push((name.into_owned(), map.next_value()?));
        }
        Ok(Self { tag: Tag::Absent, set_aside })
    }
}

/// The `type` of an object.
pub(crate) enum Tag<'de> {
    Text(Text<'de>),
    /// There is one, and it is no text.
    Other,
    Absent,
}

impl Tag<'_> {
    /// The error for a union that cannot do without a `type`.
    pub(crate) fn missing<T, E: de::Error>(&self) -> Result<T, E> {
        match self {
            Self::Other => Err(E::custom("the type is not a string")),
            Self::Text(_) | Self::Absent => required(None, "type"),
        }
    }
}

/// Reads the rest of an object of an unknown type, and puts its text together again.
pub(crate) fn read_unknown<'de, A: MapAccess<'de>>(
    tag: Text<'de>,
    set_aside: Vec<(String, RawJson)>,
    map: &mut A,
) -> Result<UnknownObject, A::Error> {
    let kind = tag.into_owned();
    let mut text = String::from("{");
    for (name, value) in set_aside {
        push_member(&mut text, &name, value.as_str());
    }
    push_member(&mut text, "type", &quoted(&kind));
    while let Some(name) = map.next_key::<Text<'de>>()? {
        let value: RawJson = map.next_value()?;
        push_member(&mut text, &name, value.as_str());
    }
    text.push('}');
    let raw = RawJson::parse(text).map_err(de::Error::custom)?;
    Ok(UnknownObject { kind, raw })
}

fn push_member(text: &mut String, name: &str, value: &str) {
    if text.len() > 1 {
        text.push(',');
    }
    text.push_str(&quoted(name));
    text.push(':');
    text.push_str(value);
}

/// A text as a JSON string.
pub(crate) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

impl<'de> Deserialize<'de> for Tag<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TagVisitor)
    }
}

struct TagVisitor;

impl<'de> Visitor<'de> for TagVisitor {
    type Value = Tag<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the type of an object")
    }

    fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Text::deserialize(de::value::BorrowedStrDeserializer::new(text)).map(Tag::Text)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        Text::deserialize(de::value::StringDeserializer::new(text.to_owned())).map(Tag::Text)
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<Self::Value, E> {
        Ok(Tag::Other)
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<Self::Value, E> {
        Ok(Tag::Other)
    }

    fn visit_u64<E: de::Error>(self, _: u64) -> Result<Self::Value, E> {
        Ok(Tag::Other)
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<Self::Value, E> {
        Ok(Tag::Other)
    }

    fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(Tag::Other)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Self::Value, A::Error> {
        IgnoredAny.visit_seq(seq).map(|_| Tag::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        IgnoredAny.visit_map(map).map(|_| Tag::Other)
    }
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

            /// Reads what follows the `type` in an object.
            #[allow(unused_mut, reason = "only unions with an untagged variant give the tag back")]
            pub(crate) fn read_rest<'de, A: serde::de::MapAccess<'de>>(
                tag: $crate::json::object::Text<'de>,
                mut set_aside: Vec<(String, $crate::json::RawJson)>,
                map: &mut A,
            ) -> Result<Self, A::Error> {
                match &*tag {
                    $(
                        <$ty as $crate::json::object::Tagged>::TAG => {
                            $crate::json::object::read_object(set_aside, map).map(Self::$variant)
                        }
                    )*
                    $(
                        $untagged_tag => {
                            let tag = $crate::json::RawJson::of(&*tag).map_err(serde::de::Error::custom)?;
                            set_aside.push(("type".to_owned(), tag));
                            $crate::json::object::read_object(set_aside, map).map(Self::$untagged)
                        }
                    )?
                    _ => $crate::json::union::read_unknown(tag, set_aside, map).map(Self::Unknown),
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

            struct UnionVisitor;

            impl<'de> serde::de::Visitor<'de> for UnionVisitor {
                type Value = $name;

                fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str(concat!("a ", stringify!($name), " object"))
                }

                fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<$name, A::Error> {
                    let head = $crate::json::union::Head::read(&mut map)?;
                    match head.tag {
                        $crate::json::union::Tag::Text(tag) => $name::read_rest(tag, head.set_aside, &mut map),
                        $( $crate::json::union::Tag::Absent => $crate::json::object::read_object(head.set_aside, &mut map)
                            .map($name::$untagged), )?
                        tag => tag.missing(),
                    }
                }
            }

            impl<'de> serde::Deserialize<'de> for $name {
                fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    deserializer.deserialize_map(UnionVisitor)
                }
            }
        };
    };
}

pub(crate) use tagged_union;
