//! What every type on the wire can do: take in the value that comes next, be looked at, and take over what another is seen to be.
//!
//! All are methods that a table can hold, so that whatever is done with values (reading, writing, copying, comparing, showing them) is
//! written and compiled once, and not once for each of two hundred types.

use std::borrow::Cow;

use super::{
    ExtraFields, Number, RawJson, UnknownObject,
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

    /// Becomes what a value of this type shows, in place of this one, which is blank.
    fn take_over(&mut self, view: View<'_>);
}

// A value is dropped by code that is made anew in each codegen unit that may drop one. These are for all types, and never inlined, so that
// it is made here and not beside each type.

/// A value that shows this: for one of the type itself, what [`Clone`] does.
#[inline(never)]
pub(crate) fn of_view<T: WireValue>(view: View<'_>) -> T {
    let mut value = T::blank();
    value.take_over(view);
    value
}

/// Puts a value in the place of another.
#[inline(never)]
pub(crate) fn put<T>(place: &mut T, value: T) {
    *place = value;
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
    /// An object of a `type` that the union does not know.
    UnknownObject(&'a UnknownObject),
}

impl View<'_> {
    /// What is left to do where a value of one type is to take over that of another: the macros and tables here never ask for it.
    pub(crate) fn is_foreign(self) {
        debug_assert!(false, "a value takes over what another of its type shows");
    }
}

/// An array.
pub(crate) trait Items {
    /// The value at a place, unless that is behind the last.
    fn item(&self, index: usize) -> Option<&dyn WireValue>;

    /// Adds a blank value, and lends it.
    fn add(&mut self) -> &mut dyn WireValue;
}

/// What may be there.
pub(crate) trait Maybe {
    /// Becomes a blank value and lends it, or nothing.
    fn set(&mut self, is_there: bool) -> Option<&mut dyn WireValue>;
}

macro_rules! wire_value {
    ($($ty:ty: $blank:expr, $reader:ident => $read:expr, $value:ident => $view:expr, $shown:pat => $copy:expr;)+) => {
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

                fn take_over(&mut self, view: View<'_>) {
                    match view {
                        $shown => *self = $copy,
                        other => other.is_foreign(),
                    }
                }
            }
        )+
    };
}

wire_value! {
    bool: false, reader => reader.truth(), value => View::Truth(*value), View::Truth(truth) => truth;
    u64: 0, reader => reader.whole_number(), value => View::Whole(*value), View::Whole(whole) => whole;
    u32: 0, reader => narrow(reader), value => View::Whole((*value).into()), View::Whole(whole) => Self::try_from(whole).unwrap_or(Self::MAX);
    u16: 0, reader => narrow(reader), value => View::Whole((*value).into()), View::Whole(whole) => Self::try_from(whole).unwrap_or(Self::MAX);
    usize: 0, reader => narrow(reader), value => View::Whole(u64::try_from(*value).unwrap_or(u64::MAX)), View::Whole(whole) => Self::try_from(whole).unwrap_or(Self::MAX);
    Number: 0.into(), reader => reader.number(), value => View::Number(*value), View::Number(number) => number;
    String: Self::new(), reader => reader.text().map(Cow::into_owned), value => View::Text(value), View::Text(text) => text.to_owned();
    RawJson: Self::null(), reader => reader.raw(), value => View::Raw(value), View::Raw(raw) => raw.clone();
    ExtraFields: Self::default(), reader => reader.any_members(), value => View::Members(value), View::Members(all) => all.clone();
}

fn narrow<T: TryFrom<u64>>(reader: &mut Reader<'_>) -> Result<T, Misread> {
    let number = reader.whole_number()?;
    T::try_from(number).map_err(|_| reader.error("a number beyond its range"))
}

impl<T: WireValue> WireValue for Option<T> {
    fn blank() -> Self {
        None
    }

    fn read(&mut self, reader: &mut Reader<'_>) -> Result<(), Misread> {
        reader.maybe(self)
    }

    fn view(&self) -> View<'_> {
        match self {
            Some(value) => value.view(),
            None => View::Null,
        }
    }

    fn take_over(&mut self, view: View<'_>) {
        if let Some(value) = self.set(!matches!(view, View::Null)) {
            value.take_over(view);
        }
    }
}

impl<T: WireValue> Maybe for Option<T> {
    fn set(&mut self, is_there: bool) -> Option<&mut dyn WireValue> {
        if self.is_some() {
            put(self, None);
        }
        if is_there {
            // There is nothing in its place that would have to be dropped.
            std::mem::forget(self.replace(T::blank()));
        }
        match self {
            Some(value) => Some(value),
            None => None,
        }
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

    fn take_over(&mut self, view: View<'_>) {
        (**self).take_over(view);
    }
}

impl<T: WireValue> WireValue for Vec<T> {
    fn blank() -> Self {
        Self::new()
    }

    fn read(&mut self, reader: &mut Reader<'_>) -> Result<(), Misread> {
        self.clear();
        reader.array(self)
    }

    fn view(&self) -> View<'_> {
        View::Items(self)
    }

    fn take_over(&mut self, view: View<'_>) {
        add_all(self, view);
    }
}

impl<T: WireValue> Items for Vec<T> {
    fn item(&self, index: usize) -> Option<&dyn WireValue> {
        self.get(index).map(|item| item as &dyn WireValue)
    }

    fn add(&mut self) -> &mut dyn WireValue {
        self.push_mut(T::blank())
    }
}

fn add_all(items: &mut dyn Items, view: View<'_>) {
    let View::Items(others) = view else { return view.is_foreign() };
    let mut index = 0;
    while let Some(item) = others.item(index) {
        items.add().take_over(item.view());
        index += 1;
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

        // What is derived is inlined, and so compiled again by every crate that clones.
        impl Clone for $name {
            fn clone(&self) -> Self {
                $crate::json::value::of_view($crate::json::value::WireValue::view(self))
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

#[cfg(test)]
mod tests {
    use crate::{
        CacheTtl, ContentBlock, ContextManagementConfig, CountTokensInput, MessageCreateParams, Usage,
    };
    use crate::{ExtraFields, json::Wire};

    #[test]
    fn a_copy_is_what_it_was_made_of() {
        fn check<T: Wire + Clone + PartialEq + std::fmt::Debug>(json: &str) {
            let value = T::from_json(json.as_bytes()).expect(json);
            let copy = value.clone();
            assert_eq!(copy, value, "{json}");
            let [mut one, mut other] = [Vec::new(), Vec::new()];
            value.write_json(&mut one);
            copy.write_json(&mut other);
            assert_eq!(String::from_utf8(other), String::from_utf8(one), "{json}");
        }
        check::<MessageCreateParams>(
            r#"{"model":"m","max_tokens":1,"temperature":0.5,"top_k":7,"stop_sequences":[],"system":[{"type":"text","text":"a",
                "cache_control":{"type":"ephemeral","ttl":"new"}}],"messages":[{"role":"user","content":"a"},{"role":"new","content":[
                {"type":"tool_use","id":"a","name":"b","input":{"n": 1.0e2}},{"type":"new","x":1}]}],
                "tools":[{"name":"b","input_schema":{}},{"type":"bash_20250124","name":"bash"},{"type":"custom","name":"c",
                "input_schema":null,"strict":true}],"new":{"a": null}}"#,
        );
        check::<ContentBlock>(r#"{"type":"tool_use","id":"a","name":"b","partial_json":"{\"n"}"#);
        check::<ContextManagementConfig>(
            r#"{"edits":[{"type":"clear_thinking_20251015","keep":"all"},{"type":"clear_tool_uses_20250919",
                "clear_tool_inputs":["a"],"keep":{"type":"tool_uses","value":3}}]}"#,
        );
        check::<CountTokensInput>(r#"{"invokeModel":{"body":"e30="}}"#);
        check::<CountTokensInput>(r#"{"new":[1, 2]}"#);
        check::<Usage>(r#"{"input_tokens":18446744073709551615,"output_tokens":0}"#);
        check::<ExtraFields>(r#"{"b":1,"a":null}"#);
    }

    #[test]
    fn what_a_caller_calls_unknown_stays_so() {
        let unknown = crate::CacheControl::ephemeral().ttl(CacheTtl::Unknown("1h".to_owned()));
        assert_eq!(unknown.clone().ttl, unknown.ttl);
    }
}
