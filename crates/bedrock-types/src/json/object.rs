//! Wire objects: known members typed, the rest kept.

use super::{
    ExtraFields,
    reader::{Misread, Reader},
    value::{View, WireValue},
};

/// What [`wire_struct!`] implements beside being a value: its members, one by one.
pub(crate) trait WireObject: WireValue {
    /// What all objects of the type have in common.
    fn shape(&self) -> &'static Shape;

    /// Lends what it has.
    fn slots(&self, see: &mut dyn FnMut(Slots<'_>));

    /// Lends what it has, to be filled.
    fn slots_mut(&mut self, fill: &mut dyn FnMut(SlotsMut<'_>));
}

/// What the objects of a type have in common.
pub(crate) struct Shape {
    /// Its name in Rust.
    pub(crate) name: &'static str,
    /// Its `type`, if that tells it apart from others.
    pub(crate) tag: Option<&'static str>,
    pub(crate) members: &'static [Member],
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
    ) -> Self {
        assert!(members.len() <= u64::BITS as usize, "too many members");
        Self { name, tag, members }
    }

    /// Whether there is a member of this name. Those that are [`FlatMember`]s are not counted.
    pub(crate) fn knows(&self, name: &str) -> bool {
        (self.tag.is_some() && name == "type") || self.members.iter().any(|member| member.name == name)
    }
}

/// What an object has.
pub(crate) struct Slots<'a> {
    /// A value for each member of the [`Shape`].
    pub(crate) members: &'a [&'a dyn WireValue],
    pub(crate) flat: Option<&'a dyn FlatMember>,
    pub(crate) extra: &'a ExtraFields,
}

/// What an object has, to be filled.
pub(crate) struct SlotsMut<'a> {
    /// A value for each member of the [`Shape`].
    pub(crate) members: &'a mut [&'a mut dyn WireValue],
    pub(crate) flat: Option<&'a mut dyn FlatMember>,
    pub(crate) extra: &'a mut ExtraFields,
}

impl dyn WireObject + '_ {
    /// Shows every member that is written, in order: its `type`, those that it must have, those that it has, those that its type does
    /// not know.
    pub(crate) fn each_written(&self, see: &mut dyn FnMut(&str, View<'_>)) {
        self.each_typed(see);
        self.each_untyped(see);
    }

    /// Of those, the ones that the type does not know.
    pub(crate) fn each_untyped(&self, see: &mut dyn FnMut(&str, View<'_>)) {
        self.slots(&mut |slots| {
            for (name, value) in slots.extra.iter() {
                if !self.shape().knows(name) {
                    see(name, View::Raw(value));
                }
            }
        });
    }

    /// The others, whose names are plain: of letters and underscores, so that no JSON escapes them.
    pub(crate) fn each_typed(&self, see: &mut dyn FnMut(&str, View<'_>)) {
        let shape = self.shape();
        if let Some(tag) = shape.tag {
            see("type", View::Text(tag));
        }
        self.slots(&mut |slots| {
            let mut flat = slots.flat.map(FlatMember::written);
            for (member, value) in shape.members.iter().zip(slots.members) {
                if member.presence != Presence::Required
                    && let Some((name, value)) = flat.take()
                {
                    see(name, value.view());
                }
                let view = value.view();
                if member.presence != Presence::Optional || !matches!(view, View::Null) {
                    see(member.name, view);
                }
            }
            if let Some((name, value)) = flat {
                see(name, value.view());
            }
        });
    }
}

/// Takes over what each member of an object of the same type shows.
pub(crate) fn take_over(object: &mut dyn WireObject, view: View<'_>) {
    let View::Object(other) = view else { return view.is_foreign() };
    other.slots(&mut |theirs| {
        object.slots_mut(&mut |ours| {
            for (slot, value) in ours.members.iter_mut().zip(theirs.members) {
                slot.take_over(value.view());
            }
            if let Some((flat, other)) = ours.flat.zip(theirs.flat) {
                let (name, value) = other.written();
                flat.choose(name)
                    .map_or_else(|| value.view().is_foreign(), |slot| slot.take_over(value.view()));
            }
            ours.extra.clone_from(theirs.extra);
        });
    });
}

/// An object that is told apart from others by its `type`.
pub(crate) trait Tagged: WireObject {
    const TAG: &'static str;
}

/// A member that shares the names of its object: one of several keys, each with its own meaning.
pub(crate) trait FlatMember {
    /// One that nothing was read into yet.
    fn blank() -> Self
    where
        Self: Sized;

    /// The keys, as an error names them.
    fn names(&self) -> &'static str;

    /// Becomes the blank meaning of this key and lends its value to be filled, unless it is none of these keys.
    fn choose(&mut self, name: &str) -> Option<&mut dyn WireValue>;

    /// Reads the value of the member `name`, or nothing if it is none of these keys.
    fn read_named(&mut self, name: &str, reader: &mut Reader<'_>) -> Result<Named, Misread> {
        match self.choose(name) {
            Some(value) => value.read(reader).map(|()| Named::It),
            None => Ok(Named::Other),
        }
    }

    /// Becomes what an object means that has none of the keys; without a meaning there is none, and that is an error.
    fn absent(&mut self) -> Option<()> {
        None
    }

    /// The key and value that are written.
    fn written(&self) -> (&'static str, &dyn WireValue);
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
            );

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

                fn read(
                    &mut self,
                    reader: &mut $crate::json::reader::Reader<'_>,
                ) -> Result<(), $crate::json::reader::Misread> {
                    reader.members(self)
                }

                fn view(&self) -> $crate::json::value::View<'_> {
                    $crate::json::value::View::Object(self)
                }

                fn take_over(&mut self, view: $crate::json::value::View<'_>) {
                    $crate::json::object::take_over(self, view);
                }
            }

            impl $crate::json::object::WireObject for $name {
                fn shape(&self) -> &'static $crate::json::object::Shape {
                    &SHAPE
                }

                fn slots(&self, see: &mut dyn FnMut($crate::json::object::Slots<'_>)) {
                    see($crate::json::object::Slots {
                        members: &[
                            $($( &self.$rf, )*)?
                            $($( &self.$gf, )*)?
                            $($( &self.$of, )*)?
                            $($( &self.$nf, )*)?
                        ],
                        flat: $crate::json::object::flat!($(&self.$ff)?),
                        extra: &self.extra,
                    });
                }

                fn slots_mut(&mut self, fill: &mut dyn FnMut($crate::json::object::SlotsMut<'_>)) {
                    fill($crate::json::object::SlotsMut {
                        members: &mut [
                            $($( &mut self.$rf, )*)?
                            $($( &mut self.$gf, )*)?
                            $($( &mut self.$of, )*)?
                            $($( &mut self.$nf, )*)?
                        ],
                        flat: $crate::json::object::flat!($(&mut self.$ff)?),
                        extra: &mut self.extra,
                    });
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

/// The [`FlatMember`] of an object, if it has one.
macro_rules! flat {
    () => {
        None
    };
    ($member:expr) => {
        Some($member)
    };
}

pub(crate) use argument;
pub(crate) use flat;
pub(crate) use initial;
pub(crate) use member;
pub(crate) use tag;
pub(crate) use wire_struct;
