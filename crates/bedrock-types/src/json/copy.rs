//! Values copied: a blank one of the type becomes what another of it shows.

use std::convert::Infallible;

use super::{
    forms::Form,
    object::{EXTRA, WireObject},
    value::{Place, View, WireValue, filled},
};

/// A value that shows this: for one of the type itself, what [`Clone`] does.
pub(crate) fn of_view<T: WireValue>(view: View<'_>) -> T {
    let Ok(value) = filled::<T, Infallible>(&mut |place| {
        copy(place, view);
        Ok(())
    });
    value
}

/// Fills a place with what a value of its type shows. The macros and tables here never ask for another type's, and nothing is left to do
/// there.
fn copy(place: Place<'_>, view: View<'_>) {
    match (place, view) {
        (Place::Truth(to), View::Truth(truth)) => *to = truth,
        (Place::Whole(to), View::Whole(number)) => to.set(number).unwrap_or_default(),
        (Place::Number(to), View::Number(number)) => *to = number,
        (Place::Text(to), View::Text(text)) => *to = text.to_owned(),
        (Place::Raw(to), View::Raw(raw)) => *to = raw.clone(),
        (Place::Members(to), View::Members(all)) => *to = all.clone(),
        (Place::Word(to), View::Text(text)) => to.set(text),
        (Place::Word(to), View::UnknownText(text)) => to.keep(text),
        (Place::Maybe(to), view) => copy_into(to.set(!matches!(view, View::Null)), view),
        (Place::Items(to), View::Items(items)) => {
            to.clear();
            let mut index = 0;
            while let Some(item) = items.item(index) {
                copy(to.add(), item);
                index += 1;
            }
        }
        (Place::Object(to), View::Object(object)) => copy_members(to, object),
        (Place::Union(to), View::UnknownObject(unknown)) => to.keep(unknown.clone()),
        (Place::Union(to), View::Object(object)) => {
            let tag = object.shape().tag.or_else(|| to.untagged());
            copy_into(tag.and_then(|tag| to.choose(tag)), view);
        }
        (Place::MemberUnion(to), View::UnknownMembers(members)) => to.keep(members.clone()),
        (Place::MemberUnion(to), View::Member(union)) => {
            let (name, value) = union.written();
            copy_into(to.choose(name), value);
        }
        (Place::Flat(to), View::Member(flat)) => {
            let (name, value) = flat.written();
            copy_into(to.choose(name), value);
        }
        (Place::TwoForms(to), view) => copy_into(form(view).and_then(|form| to.choose(form)), view),
        _ => debug_assert!(false, "a value becomes what another of its type shows"),
    }
}

/// Fills the place, if there is one.
fn copy_into(place: Option<Place<'_>>, view: View<'_>) {
    if let Some(place) = place {
        copy(place, view);
    }
}

#[inline(never)]
fn copy_members(object: &mut dyn WireObject, other: &dyn WireObject) {
    for index in object.shape().places() {
        match other.view_at(index) {
            // What is blank is null where it may be.
            View::Null => {}
            view => copy(object.place_at(index), view),
        }
    }
    if let (Place::Members(to), View::Members(extra)) = (object.place_at(EXTRA), other.view_at(EXTRA)) {
        to.clone_from(extra);
    }
}

fn form(view: View<'_>) -> Option<Form> {
    match view {
        View::Truth(_) => Some(Form::Truth),
        View::Text(_) => Some(Form::Text),
        View::Items(_) => Some(Form::Items),
        View::Object(_) | View::UnknownObject(_) => Some(Form::Object),
        _ => None,
    }
}

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
