//! Wire objects: known members typed, the rest kept.

use std::{borrow::Cow, fmt, marker::PhantomData, ops::Deref};

use serde::{
    Deserialize, Deserializer,
    de::{self, DeserializeSeed, MapAccess, Visitor},
    ser::SerializeMap,
};

use super::{ExtraFields, RawJson};

/// What [`wire_struct!`] implements: reading and writing the members of an object one at a time, so that a union can
/// hand over in the middle of an object, after it has seen the `type`.
pub(crate) trait WireObject: Sized {
    /// The members read so far.
    type Partial: Default;

    /// Reads the value of the member `name`, or returns false and reads nothing if this object has no such member.
    fn read_member<'de, A: MapAccess<'de>>(
        partial: &mut Self::Partial,
        name: &str,
        map: &mut A,
    ) -> Result<bool, A::Error>;

    /// Makes the object, if every required member was there.
    fn finish<E: de::Error>(partial: Self::Partial, extra: ExtraFields) -> Result<Self, E>;

    /// The names of its members on the wire.
    const NAMES: &'static [&'static str];

    /// Writes every member but those in `except`.
    fn write_members<M: SerializeMap>(&self, map: &mut M, except: &[&str]) -> Result<(), M::Error>;
}

/// An object that is told apart from others by its `type`.
pub(crate) trait Tagged: WireObject {
    const TAG: &'static str;
}

/// A member that shares the names of its object: one of several keys, each with its own meaning.
pub(crate) trait FlatMember: Sized {
    const NAMES: &'static str;

    fn read<'de, A: MapAccess<'de>>(
        slot: &mut Option<Self>,
        name: &str,
        map: &mut A,
    ) -> Result<bool, A::Error>;

    fn write<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error>;
}

/// Reads the rest of an object: members that were set aside first, then those still in `map`.
pub(crate) fn read_object<'de, T: WireObject, A: MapAccess<'de>>(
    set_aside: Vec<(String, RawJson)>,
    map: &mut A,
) -> Result<T, A::Error> {
    let mut partial = T::Partial::default();
    let mut extra = ExtraFields::default();
    for (name, value) in set_aside {
        // What is set aside is parsed anew, with serde_json's limit of depth anew: so the limit is held here.
        if depth(value.as_str()) > MAX_DEPTH {
            return Err(de::Error::custom("recursion limit exceeded"));
        }
        if !T::read_member(&mut partial, &name, &mut SetAside(&value)).map_err(de::Error::custom)? {
            extra.push(name, value);
        }
    }
    while let Some(name) = map.next_key::<Text<'de>>()? {
        if !T::read_member(&mut partial, &name, map)? {
            extra.push(name.into_owned(), map.next_value()?);
        }
    }
    T::finish(partial, extra)
}

/// How deep valid JSON is nested.
fn depth(json: &str) -> usize {
    let (mut deepest, mut depth, mut in_string, mut escaped) = (0, 0_usize, false, false);
    for byte in json.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = in_string,
            b'"' => in_string = !in_string,
            b'{' | b'[' if !in_string => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

/// As deep as serde_json goes.
const MAX_DEPTH: usize = 128;

/// Deserializes a [`WireObject`] that stands alone.
pub(crate) fn deserialize_object<'de, T: WireObject, D: Deserializer<'de>>(
    expecting: &'static str,
    deserializer: D,
) -> Result<T, D::Error> {
    deserializer.deserialize_map(ObjectVisitor { expecting, object: PhantomData })
}

struct ObjectVisitor<T> {
    expecting: &'static str,
    object: PhantomData<T>,
}

impl<'de, T: WireObject> Visitor<'de> for ObjectVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.expecting)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
        read_object(Vec::new(), &mut map)
    }
}

/// One value that was set aside, as the map access it would have come from.
struct SetAside<'a>(&'a RawJson);

impl<'a> MapAccess<'a> for SetAside<'a> {
    type Error = serde_json::Error;

    fn next_key_seed<K: DeserializeSeed<'a>>(&mut self, _: K) -> Result<Option<K::Value>, Self::Error> {
        Ok(None)
    }

    fn next_value_seed<V: DeserializeSeed<'a>>(&mut self, seed: V) -> Result<V::Value, Self::Error> {
        // From a text like everything else: another source would make the compiler build each type once more.
        seed.deserialize(&mut serde_json::Deserializer::from_str(self.0.as_str()))
    }
}

/// A member name or other short text: borrowed from the input unless it has escapes.
pub(crate) struct Text<'de>(Cow<'de, str>);

impl Text<'_> {
    pub(crate) fn into_owned(self) -> String {
        self.0.into_owned()
    }
}

impl Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextVisitor;

        impl<'de> Visitor<'de> for TextVisitor {
            type Value = Text<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Borrowed(text)))
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }

            fn visit_string<E: de::Error>(self, text: String) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Owned(text)))
            }
        }

        deserializer.deserialize_str(TextVisitor)
    }
}

/// Declares a wire object.
///
/// `required` members are the parameters of `new` and must be there; `growing` ones must be there too but start empty, or
/// as `= "text"` says; `optional` ones are left out when `None` and have a setter; `nullable` ones are written as `null`
/// when `None`; a `flat` one is a [`FlatMember`]. A `tag` is the text of the object's `type`; numbers are `= exact`. A member's name on the wire is the field's, unless `as "name"` says otherwise.
macro_rules! wire_struct {
    (
        $(#[$meta:meta])*
        pub struct $name:ident $(tag $tag:literal)? {
            $( required { $( $(#[$rm:meta])* $rf:ident $(as $rn:literal)? : $rt:ty $(= $rx:ident)? ),* $(,)? } )?
            $( growing { $( $(#[$gm:meta])* $gf:ident : $gt:ty $(= $gi:literal)? ),* $(,)? } )?
            $( flat { $(#[$fm:meta])* $ff:ident : $ft:ty $(,)? } )?
            $( optional { $( $(#[$om:meta])* $of:ident $(as $on:literal)? : $ot:ty $(= $ox:ident)? ),* $(,)? } )?
            $( nullable { $( $(#[$nm:meta])* $nf:ident $(as $nn:literal)? : $nt:ty ),* $(,)? } )?
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq)]
        #[non_exhaustive]
        pub struct $name {
            $($( $(#[$rm])* pub $rf: $rt, )*)?
            $($( $(#[$gm])* pub $gf: $gt, )*)?
            $( $(#[$fm])* pub $ff: $ft, )?
            $($( $(#[$om])* pub $of: Option<$ot>, )*)?
            $($( $(#[$nm])* pub $nf: Option<$nt>, )*)?
            /// Members that this version has no field for.
            pub extra: $crate::json::ExtraFields,
        }

        impl $name {
            /// Makes one from what it must have; the rest are public fields and setters.
            #[allow(clippy::new_without_default, reason = "an object without required members is made by name too")]
            pub fn new($($( $rf: $crate::json::object::argument!($rt $(= $rx)?), )*)? $( $ff: impl Into<$ft>, )?) -> Self {
                Self {
                    $($( $rf: $rf.into(), )*)?
                    $($( $gf: $crate::json::object::initial!($($gi)?), )*)?
                    $( $ff: $ff.into(), )?
                    $($( $of: None, )*)?
                    $($( $nf: None, )*)?
                    extra: Default::default(),
                }
            }

            $($(
                $(#[$om])*
                #[must_use]
                pub fn $of(mut self, $of: $crate::json::object::argument!($ot $(= $ox)?)) -> Self {
                    self.$of = Some($of.into());
                    self
                }
            )*)?
        }

        const _: () = {
            #[derive(Debug)]
            #[allow(unreachable_pub, reason = "an associated type must be as visible as its trait")]
            pub struct Partial {
                $($( $rf: Option<$rt>, )*)?
                $($( $gf: Option<$gt>, )*)?
                $( $ff: Option<$ft>, )?
                $($( $of: Option<$ot>, )*)?
                $($( $nf: Option<$nt>, )*)?
            }

            impl Default for Partial {
                fn default() -> Self {
                    Self {
                        $($( $rf: None, )*)?
                        $($( $gf: None, )*)?
                        $( $ff: None::<$ft>, )?
                        $($( $of: None, )*)?
                        $($( $nf: None, )*)?
                    }
                }
            }

            impl $crate::json::object::WireObject for $name {
                type Partial = Partial;

                const NAMES: &'static [&'static str] = &[
                    $( $crate::json::object::skip!("type" $tag), )?
                    $($( $crate::json::object::member_name!($rf $($rn)?), )*)?
                    $($( stringify!($gf), )*)?
                    $($( $crate::json::object::member_name!($of $($on)?), )*)?
                    $($( $crate::json::object::member_name!($nf $($nn)?), )*)?
                ];

                #[allow(unused_variables, unreachable_code, reason = "not every object has every kind of member")]
                fn read_member<'de, A: serde::de::MapAccess<'de>>(
                    partial: &mut Partial,
                    name: &str,
                    map: &mut A,
                ) -> Result<bool, A::Error> {
                    match name {
                        $($( $crate::json::object::member_name!($rf $($rn)?) => partial.$rf = Some(map.next_value()?), )*)?
                        $($( stringify!($gf) => partial.$gf = Some(map.next_value()?), )*)?
                        $($( $crate::json::object::member_name!($of $($on)?) => partial.$of = map.next_value()?, )*)?
                        $($( $crate::json::object::member_name!($nf $($nn)?) => partial.$nf = map.next_value()?, )*)?
                        $( "type" => $crate::json::object::expect_tag($tag, &map.next_value::<$crate::json::object::Text<'de>>()?)?, )?
                        _ => {
                            $( return $crate::json::object::FlatMember::read(&mut partial.$ff, name, map); )?
                            #[allow(unreachable_code, reason = "what stands above is there for flat members only")]
                            return Ok(false);
                        }
                    }
                    Ok(true)
                }

                #[allow(unused_variables, reason = "not every object has required members")]
                fn finish<E: serde::de::Error>(
                    partial: Partial,
                    extra: $crate::json::ExtraFields,
                ) -> Result<Self, E> {
                    Ok(Self {
                        $($( $rf: $crate::json::object::required(
                            partial.$rf, $crate::json::object::member_name!($rf $($rn)?),
                        )?, )*)?
                        $($( $gf: $crate::json::object::required(partial.$gf, stringify!($gf))?, )*)?
                        $( $ff: $crate::json::object::required(
                            partial.$ff, <$ft as $crate::json::object::FlatMember>::NAMES,
                        )?, )?
                        $($( $of: partial.$of, )*)?
                        $($( $nf: partial.$nf, )*)?
                        extra,
                    })
                }

                fn write_members<M: serde::ser::SerializeMap>(
                    &self,
                    map: &mut M,
                    except: &[&str],
                ) -> Result<(), M::Error> {
                    $( map.serialize_entry("type", $tag)?; )?
                    $($(
                        let name = $crate::json::object::member_name!($rf $($rn)?);
                        if !except.contains(&name) {
                            map.serialize_entry(name, &self.$rf)?;
                        }
                    )*)?
                    $($(
                        if !except.contains(&stringify!($gf)) {
                            map.serialize_entry(stringify!($gf), &self.$gf)?;
                        }
                    )*)?
                    $( $crate::json::object::FlatMember::write(&self.$ff, map)?; )?
                    $($(
                        let name = $crate::json::object::member_name!($of $($on)?);
                        if let Some(value) = &self.$of && !except.contains(&name) {
                            map.serialize_entry(name, value)?;
                        }
                    )*)?
                    $($(
                        map.serialize_entry($crate::json::object::member_name!($nf $($nn)?), &self.$nf)?;
                    )*)?
                    for (name, value) in self.extra.iter() {
                        if !except.contains(&name) && !Self::NAMES.contains(&name) {
                            map.serialize_entry(name, value)?;
                        }
                    }
                    Ok(())
                }
            }

            $(
                impl $crate::json::object::Tagged for $name {
                    const TAG: &'static str = $tag;
                }
            )?

            impl serde::Serialize for $name {
                fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    let mut map = serializer.serialize_map(None)?;
                    $crate::json::object::WireObject::write_members(self, &mut map, &[])?;
                    serde::ser::SerializeMap::end(map)
                }
            }

            impl<'de> serde::Deserialize<'de> for $name {
                fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    $crate::json::object::deserialize_object(concat!("a ", stringify!($name), " object"), deserializer)
                }
            }
        };
    };
}

/// The type of a parameter: whatever converts, or with `= exact` only the type itself, which a number must have for its
/// literals to be inferred.
macro_rules! argument {
    ($type:ty) => {
        impl Into<$type>
    };
    ($type:ty = exact) => {
        $type
    };
}

/// What a member that `new` does not ask for starts with.
macro_rules! initial {
    () => {
        Default::default()
    };
    ($text:literal) => {
        $text.into()
    };
}

/// The first of two: for a repetition that must name the second.
macro_rules! skip {
    ($taken:literal $skipped:literal) => {
        $taken
    };
}

/// A member's name on the wire.
macro_rules! member_name {
    ($field:ident) => {
        stringify!($field)
    };
    ($field:ident $name:literal) => {
        $name
    };
}

/// The value of a required member, or the error that names it.
pub(crate) fn required<T, E: de::Error>(value: Option<T>, name: &str) -> Result<T, E> {
    value.ok_or_else(|| E::custom(format_args!("missing member `{name}`")))
}

/// The error for an object of another type than the one that was expected.
pub(crate) fn expect_tag<E: de::Error>(tag: &'static str, found: &str) -> Result<(), E> {
    if found == tag { Ok(()) } else { Err(E::custom(format_args!("the type is not `{tag}`"))) }
}

pub(crate) use argument;
pub(crate) use initial;
pub(crate) use member_name;
pub(crate) use skip;
pub(crate) use wire_struct;
