//! Values shown to programmers, and compared.

use std::fmt;

use super::{
    object::{EXTRA, Written},
    value::View,
};

/// Shows an object as a struct of the members that it has.
pub(crate) fn debug(view: View<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    fmt::Debug::fmt(&Shown(view), f)
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
            View::UnknownText(text) => f.debug_tuple("Unknown").field(&text).finish(),
            View::UnknownMembers(members) => f.debug_tuple("Unknown").field(members).finish(),
            View::Member(union) => {
                let (name, value) = union.written();
                f.debug_map().entry(&name, &Shown(value)).finish()
            }
            View::Items(items) => {
                let mut list = f.debug_list();
                let mut index = 0;
                while let Some(item) = items.item(index) {
                    list.entry(&Shown(item));
                    index += 1;
                }
                list.finish()
            }
            View::Object(object) => {
                let mut shown = f.debug_struct(object.shape().name);
                object.each_written(&mut |member| {
                    if let Written::Typed(name, value) = member {
                        shown.field(name, &Shown(value));
                    }
                });
                if let View::Members(extra) = object.view_at(EXTRA)
                    && !extra.is_empty()
                {
                    shown.field("extra", extra);
                }
                shown.finish()
            }
        }
    }
}

/// Whether two values of a type are the same: members that the type does not know in any order, the others one by one.
pub(crate) fn equal(a: View<'_>, b: View<'_>) -> bool {
    match (a, b) {
        (View::Null, View::Null) => true,
        (View::Truth(a), View::Truth(b)) => a == b,
        (View::Whole(a), View::Whole(b)) => a == b,
        (View::Number(a), View::Number(b)) => a == b,
        (View::Text(a), View::Text(b)) => a == b,
        (View::Raw(a), View::Raw(b)) => a == b,
        (View::Members(a), View::Members(b)) => a == b,
        (View::UnknownText(a), View::UnknownText(b)) => a == b,
        (View::UnknownMembers(a), View::UnknownMembers(b)) => a == b,
        (View::UnknownObject(a), View::UnknownObject(b)) => a.raw == b.raw,
        (View::Member(a), View::Member(b)) => {
            let ((a_name, a), (b_name, b)) = (a.written(), b.written());
            a_name == b_name && equal(a, b)
        }
        (View::Items(a), View::Items(b)) => (0..)
            .map(|index| (a.item(index), b.item(index)))
            .map_while(|pair| match pair {
                (None, None) => None,
                (Some(a), Some(b)) => Some(equal(a, b)),
                (Some(_), None) | (None, Some(_)) => Some(false),
            })
            .all(|same| same),
        (View::Object(a), View::Object(b)) => {
            std::ptr::eq(a.shape(), b.shape())
                && a.shape().places().all(|index| equal(a.view_at(index), b.view_at(index)))
                && equal(a.view_at(EXTRA), b.view_at(EXTRA))
        }
        _ => false,
    }
}
