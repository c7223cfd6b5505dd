//! Wire objects: known members typed, the rest kept.

use std::ops::Range;

use super::{
    RawJson,
    member_union::OneMember,
    reader::{Misread, Reader},
    value::{Place, View},
};

/// What [`wire_struct!`] implements beside being a value: its members, one by one.
pub(crate) trait WireObject {
    /// What all objects of the type have in common.
    fn shape(&self) -> &'static Shape;

    /// The member at this place in the shape, behind them the [`FlatMember`], if it has one, and at [`EXTRA`] those that the shape does
    /// not know.
    fn view_at(&self, index: usize) -> View<'_>;

    /// The same, to be filled.
    fn place_at(&mut self, index: usize) -> Place<'_>;
}

/// Where an object has its [`ExtraFields`].
pub(crate) const EXTRA: usize = usize::MAX;

/// What the objects of a type have in common.
pub(crate) struct Shape {
    /// Its name in Rust.
    pub(crate) name: &'static str,
    /// Its `type`, if that tells it apart from others.
    pub(crate) tag: Option<&'static str>,
    pub(crate) members: &'static [Member],
    pub(crate) has_flat: bool,
}

/// A member that is known.
pub(crate) struct Member {
    pub(crate) name: &'static str,
    pub(crate) presence: Presence,
}

/// When a member is there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Presence {
    /// Always.
    Required,
    /// Unless it is null.
    Optional,
    /// Always when it is written, and it may be null.
    Nullable,
}

impl Shape {
    /// Fails to compile if there are more members than a word has bits, in which the reader keeps those that it has seen.
    pub(crate) const fn new(
        name: &'static str,
        tag: Option<&'static str>,
        members: &'static [Member],
        has_flat: bool,
    ) -> Self {
        assert!(members.len() <= u64::BITS as usize, "too many members");
        Self { name, tag, members, has_flat }
    }

    /// Where an object has its members, the [`FlatMember`] last.
    pub(crate) fn places(&self) -> Range<usize> {
        0..self.members.len() + usize::from(self.has_flat)
    }

    /// Whether there is a member of this name. Those that are [`FlatMember`]s are not counted.
    pub(crate) fn knows(&self, name: &str) -> bool {
        (self.tag.is_some() && name == "type") || self.members.iter().any(|member| member.name == name)
    }
}

/// A member that is written.
pub(crate) enum Written<'a> {
    /// Its name is plain: of letters and underscores, so that no JSON escapes it.
    Typed(&'static str, View<'a>),
    Untyped(&'a str, &'a RawJson),
}

impl<'a> Written<'a> {
    pub(crate) fn parts(self) -> (&'a str, View<'a>) {
        match self {
            Self::Typed(name, value) => (name, value),
            Self::Untyped(name, value) => (name, View::Raw(value)),
        }
    }
}

impl dyn WireObject + '_ {
    /// Shows every member that is written, in order: its `type`, those that it must have, those that it has, those that its type does
    /// not know.
    pub(crate) fn each_written(&self, see: &mut dyn FnMut(Written<'_>)) {
        let shape = self.shape();
        if let Some(tag) = shape.tag {
            see(Written::Typed("type", View::Text(tag)));
        }
        let mut flat = match shape.has_flat.then(|| self.view_at(shape.members.len())) {
            Some(View::Member(flat)) => Some(flat.written()),
            _ => None,
        };
        for (index, member) in shape.members.iter().enumerate() {
            if member.presence != Presence::Required
                && let Some((name, value)) = flat.take()
            {
                see(Written::Typed(name, value));
            }
            let value = self.view_at(index);
            if member.presence != Presence::Optional || !matches!(value, View::Null) {
                see(Written::Typed(member.name, value));
            }
        }
        if let Some((name, value)) = flat {
            see(Written::Typed(name, value));
        }
        if let View::Members(extra) = self.view_at(EXTRA) {
            for (name, value) in extra.iter().filter(|(name, _)| !shape.knows(name)) {
                see(Written::Untyped(name, value));
            }
        }
    }
}

/// An object that is told apart from others by its `type`.
pub(crate) trait Tagged: WireObject {
    const TAG: &'static str;
}

/// A member that shares the names of its object: one of several keys, each with its own meaning.
pub(crate) trait FlatMember: OneMember {
    /// One that nothing was read into yet.
    fn blank() -> Self
    where
        Self: Sized;

    /// The keys, as an error names them.
    fn names(&self) -> &'static str;

    /// Reads the value of the member `name`, or nothing if it is none of these keys.
    fn read_named(&mut self, name: &str, reader: &mut Reader<'_>) -> Result<Named, Misread> {
        match self.choose(name) {
            Some(place) => reader.fill(place).map(|()| Named::It),
            None => Ok(Named::Other),
        }
    }

    /// Becomes what an object means that has none of the keys; without a meaning there is none, and that is an error.
    fn absent(&mut self) -> Option<()> {
        None
    }
}

/// Whether a name is that of a [`FlatMember`].
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Named {
    It,
    /// The value is `null`, which means that it is absent.
    #[cfg_attr(
        not(feature = "control-plane"),
        expect(dead_code, reason = "only a batch's records have such")
    )]
    Absent,
    Other,
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
            #[inline]
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
                #[inline]
                pub fn $of(mut self, $of: $crate::json::object::argument!($ot $(= $ox)?)) -> Self {
                    self.$of = Some($of.into());
                    self
                }
            )*)?
        }

        const _: () = {
            static SHAPE: $crate::json::object::Shape = $crate::json::object::Shape::new(
                stringify!($name),
                $crate::json::object::tag!($($tag)?),
                &[
                    $($( $crate::json::object::member!(Required $rf $($rn)?), )*)?
                    $($( $crate::json::object::member!(Required $gf), )*)?
                    $($( $crate::json::object::member!(Optional $of $($on)?), )*)?
                    $($( $crate::json::object::member!(Nullable $nf $($nn)?), )*)?
                ],
                $crate::json::object::is_there!($($ff)?),
            );

            // Their places.
            #[allow(dead_code, non_camel_case_types, reason = "named like the members, of which there may be none")]
            enum At {
                $($( $rf, )*)?
                $($( $gf, )*)?
                $($( $of, )*)?
                $($( $nf, )*)?
            }

            impl $crate::json::value::WireValue for $name {
                // Inlined, it would stand in every union that has such an object.
                #[inline(never)]
                fn blank() -> Self {
                    Self {
                        $($( $rf: $crate::json::value::WireValue::blank(), )*)?
                        $($( $gf: $crate::json::value::WireValue::blank(), )*)?
                        $( $ff: $crate::json::object::FlatMember::blank(), )?
                        $($( $of: None, )*)?
                        $($( $nf: None, )*)?
                        extra: Default::default(),
                    }
                }

                fn view(&self) -> $crate::json::value::View<'_> {
                    $crate::json::value::View::Object($crate::json::value::object(self))
                }

                fn place(&mut self) -> $crate::json::value::Place<'_> {
                    $crate::json::value::Place::Object($crate::json::value::object_mut(self))
                }
            }

            impl $crate::json::object::WireObject for $name {
                fn shape(&self) -> &'static $crate::json::object::Shape {
                    &SHAPE
                }

                fn view_at(&self, index: usize) -> $crate::json::value::View<'_> {
                    match index {
                        $($( at if at == At::$rf as usize => $crate::json::value::WireValue::view(&self.$rf), )*)?
                        $($( at if at == At::$gf as usize => $crate::json::value::WireValue::view(&self.$gf), )*)?
                        $($( at if at == At::$of as usize => $crate::json::value::WireValue::view(&self.$of), )*)?
                        $($( at if at == At::$nf as usize => $crate::json::value::WireValue::view(&self.$nf), )*)?
                        $( at if at == SHAPE.members.len() => $crate::json::value::View::Member(&self.$ff), )?
                        _ => $crate::json::value::View::Members(&self.extra),
                    }
                }

                fn place_at(&mut self, index: usize) -> $crate::json::value::Place<'_> {
                    match index {
                        $($( at if at == At::$rf as usize => $crate::json::value::WireValue::place(&mut self.$rf), )*)?
                        $($( at if at == At::$gf as usize => $crate::json::value::WireValue::place(&mut self.$gf), )*)?
                        $($( at if at == At::$of as usize => $crate::json::value::WireValue::place(&mut self.$of), )*)?
                        $($( at if at == At::$nf as usize => $crate::json::value::WireValue::place(&mut self.$nf), )*)?
                        $( at if at == SHAPE.members.len() => $crate::json::value::Place::Flat(&mut self.$ff), )?
                        _ => $crate::json::value::Place::Members(&mut self.extra),
                    }
                }
            }

            $(
                impl $crate::json::object::Tagged for $name {
                    const TAG: &'static str = $tag;
                }
            )?
        };

        $crate::json::value::value_impls!($name);
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

/// Whether there is something.
macro_rules! is_there {
    () => {
        false
    };
    ($field:ident) => {
        true
    };
}

/// A member by its field, or by its name on the wire where that is another.
macro_rules! member {
    ($presence:ident $field:ident) => {
        $crate::json::object::member!($presence $field stringify!($field))
    };
    ($presence:ident $field:ident $name:expr) => {
        $crate::json::object::Member {
            name: $name,
            presence: $crate::json::object::Presence::$presence,
        }
    };
}

pub(crate) use argument;
pub(crate) use initial;
pub(crate) use is_there;
pub(crate) use member;
pub(crate) use tag;
pub(crate) use wire_struct;
