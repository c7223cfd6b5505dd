//! Values shown to programmers, and compared.

use std::fmt;

use super::value::{View, WireValue};

/// Shows an object as a struct of the members that it has.
pub(crate) fn debug(value: &dyn WireValue, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    fmt::Debug::fmt(&Shown(value.view()), f)
}

struct Shown<'a>(View<'a>);

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            View::Null => f.write_str("None"),
            View::Truth(truth) => fmt::Debug::fmt(&truth, f),
            View::Whole(number) => fmt::Debug::fmt(&number, f),
            View::Number(number) => fmt::Display::fmt(&number, f),
            View::Text(text) => fmt::Debug::fmt(text, f),
            View::Raw(raw) => fmt::Debug::fmt(raw, f),
            View::Members(members) => fmt::Debug::fmt(members, f),
            View::UnknownObject(unknown) => f.debug_tuple("Unknown").field(&unknown.raw).finish(),
            View::Unknown(value) => f.debug_tuple("Unknown").field(&Shown(value.view())).finish(),
            View::Member(name, value) => f.debug_map().entry(&name, &Shown(value.view())).finish(),
            View::Items(items) => {
                let mut list = f.debug_list();
                let mut index = 0;
                while let Some(item) = items.item(index) {
                    list.entry(&Shown(item.view()));
                    index += 1;
                }
                list.finish()
            }
            View::Object(object) => {
                let mut shown = f.debug_struct(object.shape().name);
                object.each_typed(&mut |name, value| {
                    shown.field(name, &Shown(value));
                });
                object.slots(&mut |slots| {
                    if !slots.extra.is_empty() {
                        shown.field("extra", slots.extra);
                    }
                });
                shown.finish()
            }
        }
    }
}

/// Whether two values of a type are the same: members that the type does not know in any order, the others one by one.
pub(crate) fn equal(a: &dyn WireValue, b: &dyn WireValue) -> bool {
    match (a.view(), b.view()) {
        (View::Null, View::Null) => true,
        (View::Truth(a), View::Truth(b)) => a == b,
        (View::Whole(a), View::Whole(b)) => a == b,
        (View::Number(a), View::Number(b)) => a == b,
        (View::Text(a), View::Text(b)) => a == b,
        (View::Raw(a), View::Raw(b)) => a == b,
        (View::Members(a), View::Members(b)) => a == b,
        (View::Unknown(a), View::Unknown(b)) => equal(a, b),
        (View::UnknownObject(a), View::UnknownObject(b)) => a.raw == b.raw,
        (View::Member(a_name, a), View::Member(b_name, b)) => a_name == b_name && equal(a, b),
        (View::Items(a), View::Items(b)) => (0..)
            .map(|index| (a.item(index), b.item(index)))
            .map_while(|pair| match pair {
                (None, None) => None,
                (Some(a), Some(b)) => Some(equal(a, b)),
                (Some(_), None) | (None, Some(_)) => Some(false),
            })
            .all(|same| same),
        (View::Object(a), View::Object(b)) => {
            let mut same = std::ptr::eq(a.shape(), b.shape());
            a.slots(&mut |a| {
                b.slots(&mut |b| {
                    same = same
                        && a.extra == b.extra
                        && a.flat.map(|flat| flat.written().0) == b.flat.map(|flat| flat.written().0)
                        && a.flat.zip(b.flat).is_none_or(|(a, b)| equal(a.written().1, b.written().1))
                        && a.members.iter().zip(b.members).all(|(a, b)| equal(*a, *b));
                });
            });
            same
        }
        _ => false,
    }
}
