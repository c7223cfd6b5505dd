//! Wire objects: known members typed, the rest kept.

use serde::ser::SerializeMap;

use super::{
    ExtraFields,
    reader::{Misread, ReadJson, Reader},
};

/// What [`wire_struct!`] implements beside reading: writing the members of an object one at a time, so that an envelope can write its own
/// beside them.
pub(crate) trait WireObject: ReadJson + Named {
    /// Writes every member but those in `except`.
    fn write_members<M: SerializeMap>(&self, map: &mut M, except: &[&str]) -> Result<(), M::Error>;
}

/// Which members an object has.
pub(crate) trait Named {
    /// The names that its type knows.
    fn known(&self) -> &'static [&'static str];

    /// Names every typed member that would be written.
    fn each_name(&self, name: &mut dyn FnMut(&'static str));

    /// The other members.
    fn extra(&self) -> &ExtraFields;
}

/// An object that is told apart from others by its `type`.
pub(crate) trait Tagged: WireObject {
    const TAG: &'static str;
}

/// A member that shares the names of its object: one of several keys, each with its own meaning.
pub(crate) trait FlatMember: Sized {
    const NAMES: &'static str;

    /// Reads the value of the member `name`, or returns false and reads nothing if it is none of these keys.
    fn read(slot: &mut Option<Self>, name: &str, reader: &mut Reader<'_>) -> Result<bool, Misread>;

    /// What an object means that has none of the keys; without a meaning that is an error.
    fn absent() -> Option<Self> {
        None
    }

    /// The key that is written.
    fn name(&self) -> &'static str;

    fn write<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error>;
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
            /// The members read so far.
            #[derive(Default)]
            struct Partial {
                $($( $rf: Option<$rt>, )*)?
                $($( $gf: Option<$gt>, )*)?
                $( $ff: Option<$ft>, )?
                $($( $of: Option<$ot>, )*)?
                $($( $nf: Option<$nt>, )*)?
            }

            impl $crate::json::reader::Members for Partial {
                #[allow(unused_variables, unreachable_code, reason = "not every object has every kind of member")]
                fn read_member(
                    &mut self,
                    name: &str,
                    reader: &mut $crate::json::reader::Reader<'_>,
                ) -> Result<bool, $crate::json::reader::Misread> {
                    match name {
                        $($( $crate::json::object::member_name!($rf $($rn)?) => self.$rf = Some(reader.read()?), )*)?
                        $($( stringify!($gf) => self.$gf = Some(reader.read()?), )*)?
                        $($( $crate::json::object::member_name!($of $($on)?) => self.$of = reader.read()?, )*)?
                        $($( $crate::json::object::member_name!($nf $($nn)?) => self.$nf = reader.read()?, )*)?
                        _ => {
                            $( return $crate::json::object::FlatMember::read(&mut self.$ff, name, reader); )?
                            #[allow(unreachable_code, reason = "what stands above is there for flat members only")]
                            return Ok(false);
                        }
                    }
                    Ok(true)
                }
            }

            impl $crate::json::reader::ReadJson for $name {
                fn read(
                    reader: &mut $crate::json::reader::Reader<'_>,
                ) -> Result<Self, $crate::json::reader::Misread> {
                    let mut partial = Partial::default();
                    let extra = reader.members($crate::json::object::tag!($($tag)?), &mut partial)?;
                    $( partial.$ff = partial.$ff.or_else(<$ft as $crate::json::object::FlatMember>::absent); )?
                    #[allow(irrefutable_let_patterns, reason = "not every object has required members")]
                    let Partial {
                        $($( $rf: Some($rf), )*)?
                        $($( $gf: Some($gf), )*)?
                        $( $ff: Some($ff), )?
                        $($( $of, )*)?
                        $($( $nf, )*)?
                    } = partial else {
                        return Err(reader.missing(&[
                            $($( ($crate::json::object::member_name!($rf $($rn)?), partial.$rf.is_none()), )*)?
                            $($( (stringify!($gf), partial.$gf.is_none()), )*)?
                            $( (<$ft as $crate::json::object::FlatMember>::NAMES, partial.$ff.is_none()), )?
                        ]));
                    };
                    Ok(Self {
                        $($( $rf, )*)?
                        $($( $gf, )*)?
                        $( $ff, )?
                        $($( $of, )*)?
                        $($( $nf, )*)?
                        extra,
                    })
                }
            }

            impl $crate::json::object::Named for $name {
                fn known(&self) -> &'static [&'static str] {
                    &[
                        $( $crate::json::object::skip!("type" $tag), )?
                        $($( $crate::json::object::member_name!($rf $($rn)?), )*)?
                        $($( stringify!($gf), )*)?
                        $($( $crate::json::object::member_name!($of $($on)?), )*)?
                        $($( $crate::json::object::member_name!($nf $($nn)?), )*)?
                    ]
                }

                #[allow(unused_variables, reason = "not every object has members")]
                fn each_name(&self, name: &mut dyn FnMut(&'static str)) {
                    $( name($crate::json::object::skip!("type" $tag)); )?
                    $($( name($crate::json::object::member_name!($rf $($rn)?)); )*)?
                    $($( name(stringify!($gf)); )*)?
                    $( name($crate::json::object::FlatMember::name(&self.$ff)); )?
                    $($(
                        if self.$of.is_some() {
                            name($crate::json::object::member_name!($of $($on)?));
                        }
                    )*)?
                    $($(
                        if self.$nf.is_some() {
                            name($crate::json::object::member_name!($nf $($nn)?));
                        }
                    )*)?
                }

                fn extra(&self) -> &$crate::json::ExtraFields {
                    &self.extra
                }
            }

            impl $crate::json::object::WireObject for $name {
                fn write_members<M: serde::ser::SerializeMap>(
                    &self,
                    map: &mut M,
                    except: &[&str],
                ) -> Result<(), M::Error> {
                    $( map.serialize_entry("type", $tag)?; )?
                    $($(
                        let name = $crate::json::object::member_name!($rf $($rn)?);
                        if !$crate::json::object::is_in(except, name) {
                            map.serialize_entry(name, &self.$rf)?;
                        }
                    )*)?
                    $($(
                        if !$crate::json::object::is_in(except, stringify!($gf)) {
                            map.serialize_entry(stringify!($gf), &self.$gf)?;
                        }
                    )*)?
                    $( $crate::json::object::FlatMember::write(&self.$ff, map)?; )?
                    $($(
                        let name = $crate::json::object::member_name!($of $($on)?);
                        if let Some(value) = &self.$of && !$crate::json::object::is_in(except, name) {
                            map.serialize_entry(name, value)?;
                        }
                    )*)?
                    $($(
                        map.serialize_entry($crate::json::object::member_name!($nf $($nn)?), &self.$nf)?;
                    )*)?
                    $crate::json::object::write_extra(self, map, except)
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
                    $crate::json::from_serde::deserialize(deserializer)
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

/// The text of the `type`, if there is one.
macro_rules! tag {
    () => {
        None
    };
    ($tag:literal) => {
        Some($tag)
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

/// Writes the members that the object's type does not know.
pub(crate) fn write_extra<M: SerializeMap>(
    object: &dyn Named,
    map: &mut M,
    except: &[&str],
) -> Result<(), M::Error> {
    for (name, value) in object.extra().iter() {
        if !is_in(except, name) && !is_in(object.known(), name) {
            map.serialize_entry(name, value)?;
        }
    }
    Ok(())
}

/// Whether the name is among these. Not inlined: it stands in the code of every member of every object.
#[inline(never)]
pub(crate) fn is_in(names: &[&str], name: &str) -> bool {
    names.contains(&name)
}

pub(crate) use argument;
pub(crate) use initial;
pub(crate) use member_name;
pub(crate) use skip;
pub(crate) use tag;
pub(crate) use wire_struct;
