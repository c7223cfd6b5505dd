//! A JSON value that fits a JSON Schema, for the input of tools and for answers of a given form.
//!
//! The value is a function of the schema and the prompt: what the prompt says of a property as `name=value` or `name: value` is
//! taken if it fits, everything else is the plainest value that does. Optional properties are there too, so that a reader sees
//! them, but for what is nested deep, where a schema may lead back to itself.
//!
//! Known are `type`, `const`, `enum`, `$ref` within the schema, `allOf`, the first of `anyOf` and `oneOf`, and the bounds of each type.
//! `pattern`, `not`, `if` and their like are not: a schema that lives by those gets a value that need not fit.
//! <https://json-schema.org/draft/2020-12/json-schema-validation>

mod hints;
mod merge;
mod number;
mod text;

use std::cell::Cell;

use serde_json::{Map, Value};

pub(super) use hints::{Hints, is_of_word};
use merge::merged;

/// The value.
pub(super) fn fitting(schema: &Value, hints: &Hints<'_>) -> Value {
    Fitter { root: schema, hints, steps_left: Cell::new(MOST_STEPS) }
        .value(schema, Place { name: "value", nth: 0, depth: 0 })
}

/// Where in the value one of its parts stands.
#[derive(Clone, Copy)]
struct Place<'a> {
    /// The property that it is, or that it is an item of.
    name: &'a str,
    /// Which item of an array it is: items may have to differ.
    nth: usize,
    /// How many objects, arrays and references are around it.
    depth: usize,
}

impl Place<'_> {
    /// Where a property of it stands.
    fn inside<'n>(&self, name: &'n str) -> Place<'n> {
        Place { name, nth: self.nth, depth: self.depth + 1 }
    }
}

struct Fitter<'a> {
    root: &'a Value,
    hints: &'a Hints<'a>,
    /// Schemas that lead back to themselves several times over would otherwise never be done.
    steps_left: Cell<usize>,
}

impl Fitter<'_> {
    fn value(&self, schema: &Value, place: Place<'_>) -> Value {
        if !self.may_go_on(place.depth) {
            return Value::Null;
        }
        let Value::Object(schema) = self.resolved(schema, place.depth) else {
            return Value::String(place.name.to_owned()); // `true`: anything
        };
        if let Some(constant) = schema.get("const") {
            return constant.clone();
        }
        if let Some(values) = schema.get("enum").and_then(Value::as_array)
            && let Some(value) = self.one_of(values, place)
        {
            return value.clone();
        }
        match kind(&schema) {
            "object" => Value::Object(self.object(&schema, place)),
            "array" => Value::Array(self.array(&schema, place)),
            "integer" => number::integer(&schema, self.hints.of(place.name), place.nth),
            "number" => number::number(&schema, self.hints.of(place.name), place.nth),
            "boolean" => Value::Bool(self.boolean(place)),
            "null" => Value::Null,
            _ => Value::String(text::text(&schema, self.hints.of(place.name), place.name, place.nth)),
        }
    }

    /// The schema with its references, `allOf` and first alternatives worked in.
    fn resolved(&self, schema: &Value, depth: usize) -> Value {
        let Value::Object(members) = schema else { return schema.clone() };
        if !self.may_go_on(depth) {
            return schema.clone();
        }
        let mut whole = members.clone();
        let referred = whole.remove("$ref").and_then(|path| self.referred(path.as_str()?));
        let all = whole.remove("allOf");
        let alternative = |all: Option<Value>| all.as_ref().and_then(|all| first_of(all, depth)).cloned();
        let (any, one) = (alternative(whole.remove("anyOf")), alternative(whole.remove("oneOf")));
        let all = all.as_ref().and_then(Value::as_array).into_iter().flatten();
        let parts = referred.into_iter().chain(all).chain(&any).chain(&one);
        Value::Object(parts.fold(whole, |whole, part| match self.resolved(part, depth + 1) {
            Value::Object(part) => merged(whole, part),
            _ => whole,
        }))
    }

    /// What a reference within the schema means: `#`, or `#/` and a JSON pointer.
    fn referred(&self, path: &str) -> Option<&Value> {
        self.root.pointer(path.strip_prefix('#')?)
    }

    fn may_go_on(&self, depth: usize) -> bool {
        let left = self.steps_left.get();
        self.steps_left.set(left.saturating_sub(1));
        left > 0 && depth <= DEEPEST
    }

    fn one_of<'v>(&self, values: &'v [Value], place: Place<'_>) -> Option<&'v Value> {
        let hinted = self.hints.of(place.name);
        let said = |value: &&Value| match value {
            Value::String(text) => Some(text.as_str()) == hinted,
            other => hinted.and_then(|hint| hint.parse::<Value>().ok()).as_ref() == Some(other),
        };
        let nth = || values.get(place.nth % values.len().max(1));
        values.iter().find(said).filter(|_| place.nth == 0).or_else(nth)
    }

    fn object(&self, schema: &Map<String, Value>, place: Place<'_>) -> Map<String, Value> {
        let required: Vec<&str> = schema
            .get("required")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let properties = schema.get("properties").and_then(Value::as_object);
        let most = count(schema, "maxProperties").unwrap_or(usize::MAX);
        let mut object = Map::new();
        for name in &required {
            let schema = properties.and_then(|all| all.get(*name)).unwrap_or(&Value::Bool(true));
            object.insert((*name).to_owned(), self.value(schema, place.inside(name)));
        }
        let optional = properties.into_iter().flatten().filter(|_| place.depth < DEEP);
        for (name, schema) in optional.filter(|(_, schema)| **schema != Value::Bool(false)) {
            if object.len() >= most {
                break;
            }
            if !object.contains_key(name) {
                object.insert(name.clone(), self.value(schema, place.inside(name)));
            }
        }
        let additional = schema.get("additionalProperties").cloned().unwrap_or(Value::Bool(true));
        let least = count(schema, "minProperties").unwrap_or(0).min(MANY);
        for nth in 1..=least.saturating_sub(object.len()) {
            let name = format!("key{nth}");
            let value = self.value(&additional, place.inside(&name));
            object.insert(name, value);
        }
        object
    }

    fn array(&self, schema: &Map<String, Value>, place: Place<'_>) -> Vec<Value> {
        let first = schema.get("prefixItems").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let rest = schema.get("items").unwrap_or(&Value::Bool(true));
        let least = count(schema, "minItems").unwrap_or(0).min(MANY);
        let most = count(schema, "maxItems").unwrap_or(usize::MAX);
        // One item shows what an array is of; where nothing may follow the first ones, they are enough.
        let wanted = match rest {
            Value::Bool(false) => first.len(),
            _ if place.depth >= DEEP => 0,
            _ => first.len().max(1),
        };
        (0..wanted.max(least).min(most))
            .map(|nth| {
                let item = first.get(nth).unwrap_or(rest);
                self.value(item, Place { nth: place.nth + nth, depth: place.depth + 1, ..place })
            })
            .collect()
    }

    fn boolean(&self, place: Place<'_>) -> bool {
        self.hints.of(place.name).and_then(|hint| hint.parse().ok()).unwrap_or(place.nth.is_multiple_of(2))
    }
}

/// The first alternative; deep inside, the first that leads nowhere else.
fn first_of(alternatives: &Value, depth: usize) -> Option<&Value> {
    let all = alternatives.as_array()?;
    let plain = all.iter().find(|schema| schema.get("$ref").is_none());
    plain.filter(|_| depth >= DEEP).or_else(|| all.first())
}

/// The type; where none is said, the one whose keywords there are. Of several the first that is not `null`.
fn kind(schema: &Map<String, Value>) -> &str {
    match schema.get("type") {
        Some(Value::String(kind)) => return kind,
        Some(Value::Array(kinds)) => {
            let mut kinds = kinds.iter().filter_map(Value::as_str);
            return kinds.find(|kind| *kind != "null").unwrap_or("null");
        }
        _ => {}
    }
    let implied = [
        ("object", &["properties", "required", "additionalProperties", "minProperties"][..]),
        ("array", &["items", "prefixItems", "minItems"]),
        ("number", &["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"]),
    ];
    let found = implied.iter().find(|(_, words)| words.iter().any(|word| schema.contains_key(*word)));
    found.map_or("string", |(kind, _)| kind)
}

fn count(schema: &Map<String, Value>, keyword: &str) -> Option<usize> {
    schema.get(keyword)?.as_u64().and_then(|count| usize::try_from(count).ok())
}

/// From here on only what is required.
const DEEP: usize = 5;
/// Deeper than this no value is.
const DEEPEST: usize = 64;
/// Parts of schemas that are looked at for one value.
const MOST_STEPS: usize = 20_000;
/// More items or properties than these no schema gets, whatever it asks for.
const MANY: usize = 100;

#[cfg(test)]
mod tests;
