//! What every type on the wire can do: take in the value that comes next, and be looked at.
//!
//! Both are methods that a table can hold, so that whatever is done with values (reading, writing, comparing, showing them) is
//! written and compiled once, and not once for each of two hundred types.

use std::borrow::Cow;

use super::{
    ExtraFields, Number, RawJson,
    object::WireObject,
    reader::{Misread, Reader},
};

/// A type that stands for a JSON value.
pub(crate) trait WireValue {
    /// A value that nothing was read into yet: what it is does not matter, but it costs nothing.
    fn blank() -> Self
    where
        Self: Sized;

    /// Reads the value that comes next in place of this one, which is blank.
    fn read(&mut self, reader: &mut Reader<'_>) -> Result<(), Misread>;

    /// What it is in JSON.
    fn view(&self) -> View<'_>;
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
    /// An object that has nothing but this member.
    Member(&'static str, &'a dyn WireValue),
    /// An object of any members.
    Members(&'a ExtraFields),
    /// A kind or text that the type does not know.
    Unknown(&'a dyn WireValue),
}

/// An array.
pub(crate) trait Items {
    /// The value at a place, unless that is behind the last.
    fn item(&self, index: usize) -> Option<&dyn WireValue>;
}

macro_rules! wire_value {
    ($($ty:ty: $blank:expr, $reader:ident => $read:expr, $value:ident => $view:expr;)+) => {
        $(
            impl WireValue for $ty {
                fn blank() -> Self {
                    $blank
                }

                fn read(&mut self, $reader: &mut Reader<'_>) -> Result<(), Misread> {
                    *self = $read?;
                    Ok(())
                }

                fn view(&self) -> View<'_> {
                    let $value = self;
                    $view
                }
            }
        )+
    };
}

wire_value! {
    bool: false, reader => reader.truth(), value => View::Truth(*value);
    u64: 0, reader => reader.whole_number(), value => View::Whole(*value);
    u32: 0, reader => narrow(reader), value => View::Whole((*value).into());
    u16: 0, reader => narrow(reader), value => View::Whole((*value).into());
    usize: 0, reader => narrow(reader), value => View::Whole(u64::try_from(*value).unwrap_or(u64::MAX));
    Number: 0.into(), reader => reader.number(), value => View::Number(*value);
    String: Self::new(), reader => reader.text().map(Cow::into_owned), value => View::Text(value);
    RawJson: Self::null(), reader => reader.raw(), value => View::Raw(value);
    ExtraFields: Self::default(), reader => reader.any_members(), value => View::Members(value);
}

fn narrow<T: TryFrom<u64>>(reader: &mut Reader<'_>) -> Result<T, Misread> {
    let number = reader.whole_number()?;
    T::try_from(number).map_err(|_| reader.error("a number beyond its range"))
}

impl<T: WireValue> WireValue for Option<T> {
    fn blank() -> Self {
        None
    }

    /// `null` is none.
    fn read(&mut self, reader: &mut Reader<'_>) -> Result<(), Misread> {
        *self = (!reader.null()).then(T::blank);
        match self {
            Some(value) => value.read(reader),
            None => Ok(()),
        }
    }

    fn view(&self) -> View<'_> {
        self.as_ref().map_or(View::Null, T::view)
    }
}

impl<T: WireValue> WireValue for Box<T> {
    fn blank() -> Self {
        Self::new(T::blank())
    }

    fn read(&mut self, reader: &mut Reader<'_>) -> Result<(), Misread> {
        (**self).read(reader)
    }

    fn view(&self) -> View<'_> {
        (**self).view()
    }
}

impl<T: WireValue> WireValue for Vec<T> {
    fn blank() -> Self {
        Self::new()
    }

    fn read(&mut self, reader: &mut Reader<'_>) -> Result<(), Misread> {
        self.clear();
        reader.array(&mut |reader| {
            let mut item = T::blank();
            item.read(reader)?;
            self.push(item);
            Ok(())
        })
    }

    fn view(&self) -> View<'_> {
        View::Items(self)
    }
}

impl<T: WireValue> Items for Vec<T> {
    fn item(&self, index: usize) -> Option<&dyn WireValue> {
        self.get(index).map(|item| item as &dyn WireValue)
    }
}

/// What the standard library's and serde's traits mean for a [`WireValue`].
macro_rules! value_impls {
    ($name:ident) => {
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                $crate::json::look::debug(self, f)
            }
        }

        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                $crate::json::look::equal(self, other)
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
                $crate::json::write::serialize(self, serializer)
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
