//! Values written by serde: once for each of its serializers, not once more for each type.

use serde::{
    Serialize, Serializer,
    ser::{SerializeMap, SerializeSeq},
};

use super::{object::WireObject, value::View};

impl Serialize for View<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match *self {
            View::Null => serializer.serialize_none(),
            View::Truth(truth) => serializer.serialize_bool(truth),
            View::Whole(number) => serializer.serialize_u64(number),
            View::Number(number) => number.serialize(serializer),
            View::Text(text) | View::UnknownText(text) => serializer.serialize_str(text),
            View::Raw(raw) => raw.serialize(serializer),
            View::Items(items) => {
                let mut seq = serializer.serialize_seq(None)?;
                let mut index = 0;
                while let Some(item) = items.item(index) {
                    seq.serialize_element(&item)?;
                    index += 1;
                }
                seq.end()
            }
            View::Object(object) => {
                let mut map = serializer.serialize_map(None)?;
                write_members(object, &mut map, &[])?;
                map.end()
            }
            View::Member(union) => {
                let (name, value) = union.written();
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry(name, &value)?;
                map.end()
            }
            View::UnknownObject(unknown) => unknown.raw.serialize(serializer),
            View::Members(members) | View::UnknownMembers(members) => {
                let mut map = serializer.serialize_map(None)?;
                for (name, value) in members.iter() {
                    map.serialize_entry(name, &View::Raw(value))?;
                }
                map.end()
            }
        }
    }
}

/// Writes every member but those in `except`, so that an envelope can write its own beside them.
pub(crate) fn write_members<M: SerializeMap>(
    object: &dyn WireObject,
    map: &mut M,
    except: &[&str],
) -> Result<(), M::Error> {
    let mut written = Ok(());
    object.each_written(&mut |member| {
        let (name, value) = member.parts();
        if written.is_ok() && !except.contains(&name) {
            written = map.serialize_entry(name, &value);
        }
    });
    written
}
