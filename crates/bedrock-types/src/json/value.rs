//! What every type on the wire can do: be blank, be looked at, and be filled.
//!
//! Whatever is done with values (reading, writing, copying, comparing, showing them) is done with their [`View`]s and [`Place`]s: so it is
//! written and compiled once, and not once for each of two hundred types.

use super::{
    ExtraFields, Number, RawJson, UnknownObject,
    forms::TwoForms,
    member_union::{MemberUnion, OneMember},
    object::{FlatMember, WireObject},
    open_enum::OpenEnum,
    union::Union,
};

/// A type that stands for a JSON value.
pub(crate) trait WireValue: Sized {
    /// A value that nothing was read into yet: what it is does not matter, but it costs nothing.
    fn blank() -> Self;

    /// What it is in JSON.
    fn view(&self) -> View<'_>;

    /// Lends it to be filled.
    fn place(&mut self) -> Place<'_>;
}

/// A JSON value, lent by the one of a type.
#[derive(Clone, Copy)]
pub(crate) enum View<'a> {
    Null,
    Truth(bool),
    Whole(u64),
    Number(Number),
    Text(&'a str),
    Raw(&'a RawJson),
    Items(&'a dyn Items),
    Object(&'a dyn WireObject),
    /// An object that has nothing but one member.
    Member(&'a dyn OneMember),
    /// An object of any members.
    Members(&'a ExtraFields),
    /// A text that its set does not know.
    UnknownText(&'a str),
    /// An object of a member that the union does not know.
    UnknownMembers(&'a ExtraFields),
    /// An object of a `type` that the union does not know.
    UnknownObject(&'a UnknownObject),
}

/// A value that is blank, or to be replaced: by what is read into it, or by what another of its type shows.
pub(crate) enum Place<'a> {
    Truth(&'a mut bool),
    Whole(&'a mut dyn Whole),
    Number(&'a mut Number),
    Text(&'a mut String),
    Raw(&'a mut RawJson),
    Members(&'a mut ExtraFields),
    /// A text of a set that may grow.
    Word(&'a mut dyn OpenEnum),
    Maybe(&'a mut dyn Maybe),
    Items(&'a mut dyn Items),
    Object(&'a mut dyn WireObject),
    /// An object told apart from others by its `type`.
    Union(&'a mut dyn Union),
    /// One told apart by the name of its one member.
    MemberUnion(&'a mut dyn MemberUnion),
    TwoForms(&'a mut dyn TwoForms),
    /// A member that shares the names of its object.
    Flat(&'a mut dyn FlatMember),
}

/// A whole number of some width.
pub(crate) trait Whole {
    /// Becomes this number, unless it is beyond its range.
    fn set(&mut self, number: u64) -> Option<()>;
}

/// What may be there.
pub(crate) trait Maybe {
    /// Becomes a blank value and lends it, or nothing.
    fn set(&mut self, is_there: bool) -> Option<Place<'_>>;
}

/// An array.
pub(crate) trait Items {
    /// The value at a place, unless that is behind the last.
    fn item(&self, index: usize) -> Option<View<'_>>;

    /// Adds a blank value, and lends it.
    fn add(&mut self) -> Place<'_>;

    fn clear(&mut self);
}

// A value is dropped by code that is made anew in each codegen unit that may drop one, and one that makes a trait object of it may. So both
// are done by these, which are for all types and never inlined: that code is made here, and not beside each type.

/// A value that is filled before anyone has it.
#[inline(never)]
pub(crate) fn filled<T: WireValue, E>(fill: &mut dyn FnMut(Place<'_>) -> Result<(), E>) -> Result<T, E> {
    let mut value = T::blank();
    fill(value.place())?;
    Ok(value)
}

/// Puts a value in the place of another.
#[inline(never)]
pub(crate) fn put<T>(place: &mut T, value: T) {
    *place = value;
}

#[inline(never)]
fn boxed<T: WireValue>() -> Box<T> {
    Box::new(T::blank())
}

#[inline(never)]
pub(crate) fn object<T: WireObject>(object: &T) -> &dyn WireObject {
    object
}

#[inline(never)]
pub(crate) fn object_mut<T: WireObject>(object: &mut T) -> &mut dyn WireObject {
    object
}

#[inline(never)]
pub(crate) fn union<T: Union>(union: &mut T) -> &mut dyn Union {
    union
}

#[inline(never)]
pub(crate) fn one_member<T: OneMember>(member: &T) -> &dyn OneMember {
    member
}

#[inline(never)]
pub(crate) fn member_union<T: MemberUnion>(union: &mut T) -> &mut dyn MemberUnion {
    union
}

#[inline(never)]
fn maybe<T: WireValue>(value: &mut Option<T>) -> &mut dyn Maybe {
    value
}

#[inline(never)]
fn items<T: WireValue>(items: &Vec<T>) -> &dyn Items {
    items
}

#[inline(never)]
fn items_mut<T: WireValue>(items: &mut Vec<T>) -> &mut dyn Items {
    items
}

macro_rules! wire_value {
    ($($ty:ty: $blank:expr, $value:ident => $view:expr, $place:ident;)+) => {
        $(
            impl WireValue for $ty {
                fn blank() -> Self {
                    $blank
                }

                fn view(&self) -> View<'_> {
                    let $value = self;
                    $view
                }

                fn place(&mut self) -> Place<'_> {
                    Place::$place(self)
                }
            }
        )+
    };
}

wire_value! {
    bool: false, value => View::Truth(*value), Truth;
    u64: 0, value => View::Whole(*value), Whole;
    u32: 0, value => View::Whole((*value).into()), Whole;
    u16: 0, value => View::Whole((*value).into()), Whole;
    usize: 0, value => View::Whole(u64::try_from(*value).unwrap_or(u64::MAX)), Whole;
    Number: 0.into(), value => View::Number(*value), Number;
    String: Self::new(), value => View::Text(value), Text;
    RawJson: Self::null(), value => View::Raw(value), Raw;
    ExtraFields: Self::default(), value => View::Members(value), Members;
}

impl<T: TryFrom<u64>> Whole for T {
    fn set(&mut self, number: u64) -> Option<()> {
        *self = T::try_from(number).ok()?;
        Some(())
    }
}

impl<T: WireValue> WireValue for Option<T> {
    fn blank() -> Self {
        None
    }

    fn view(&self) -> View<'_> {
        match self {
            Some(value) => value.view(),
            None => View::Null,
        }
    }

    fn place(&mut self) -> Place<'_> {
        Place::Maybe(maybe(self))
    }
}

impl<T: WireValue> Maybe for Option<T> {
    fn set(&mut self, is_there: bool) -> Option<Place<'_>> {
        if self.is_some() {
            put(self, None);
        }
        if is_there {
            // There is nothing in its place that would have to be dropped.
            std::mem::forget(self.replace(T::blank()));
        }
        self.as_mut().map(T::place)
    }
}

impl<T: WireValue> WireValue for Box<T> {
    fn blank() -> Self {
        boxed()
    }

    fn view(&self) -> View<'_> {
        (**self).view()
    }

    fn place(&mut self) -> Place<'_> {
        (**self).place()
    }
}

impl<T: WireValue> WireValue for Vec<T> {
    fn blank() -> Self {
        Self::new()
    }

    fn view(&self) -> View<'_> {
        View::Items(items(self))
    }

    fn place(&mut self) -> Place<'_> {
        Place::Items(items_mut(self))
    }
}

impl<T: WireValue> Items for Vec<T> {
    fn item(&self, index: usize) -> Option<View<'_>> {
        self.get(index).map(T::view)
    }

    fn add(&mut self) -> Place<'_> {
        self.push_mut(T::blank()).place()
    }

    fn clear(&mut self) {
        self.clear();
    }
}

/// What the standard library's and serde's traits mean for a [`WireValue`].
macro_rules! value_impls {
    ($name:ident) => {
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                $crate::json::look::debug($crate::json::value::WireValue::view(self), f)
            }
        }

        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                $crate::json::look::equal(
                    $crate::json::value::WireValue::view(self),
                    $crate::json::value::WireValue::view(other),
                )
            }
        }

        // What is derived is inlined, and so compiled again by every crate that clones.
        impl Clone for $name {
            fn clone(&self) -> Self {
                $crate::json::copy::of_view($crate::json::value::WireValue::view(self))
            }
        }

        $crate::json::value::serde_impls!($name);
    };
}

/// What serde's traits mean for a [`WireValue`].
macro_rules! serde_impls {
    ($name:ident) => {
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serde::Serialize::serialize(&$crate::json::value::WireValue::view(self), serializer)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::json::from_serde::deserialize(deserializer)
            }
        }
    };
}

pub(crate) use serde_impls;
pub(crate) use value_impls;
