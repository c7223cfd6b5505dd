//! Two schemas as one that asks for what both ask for.

use serde_json::{Map, Value};

/// Both schemas at once, as far as their keywords can be put together: properties and required ones of both, the narrower bounds.
/// Of keywords that cannot, the first schema's stand.
pub(super) fn merged(mut one: Map<String, Value>, other: Map<String, Value>) -> Map<String, Value> {
    for (keyword, value) in other {
        match one.get_mut(&keyword) {
            None => drop(one.insert(keyword, value)),
            Some(present) => narrow(&keyword, present, value),
        }
    }
    one
}

fn narrow(keyword: &str, present: &mut Value, value: Value) {
    match (keyword, present, value) {
        ("properties" | "$defs", Value::Object(present), Value::Object(value)) => {
            for (name, schema) in value {
                let both = match (present.remove(&name), schema) {
                    (Some(Value::Object(one)), Value::Object(other)) => Value::Object(merged(one, other)),
                    (Some(one), Value::Bool(true)) => one,
                    (_, other) => other,
                };
                present.insert(name, both);
            }
        }
        ("required", Value::Array(present), Value::Array(value)) => {
            let new: Vec<_> = value.into_iter().filter(|name| !present.contains(name)).collect();
            present.extend(new);
        }
        ("enum", Value::Array(present), Value::Array(value)) => {
            present.retain(|allowed| value.contains(allowed));
        }
        ("type", present, value) => *present = common_type(present, &value),
        (_, present, value) if is_least(keyword) && present.as_f64() < value.as_f64() => *present = value,
        (_, present, value) if is_most(keyword) && value.as_f64() < present.as_f64() => *present = value,
        ("additionalProperties", present, Value::Bool(false)) => *present = Value::Bool(false),
        _ => {}
    }
}

fn is_least(keyword: &str) -> bool {
    keyword.ends_with("inimum") || keyword.starts_with("min")
}

fn is_most(keyword: &str) -> bool {
    keyword.ends_with("aximum") || keyword.starts_with("max")
}

/// The types that both allow; an integer is a number.
fn common_type(one: &Value, other: &Value) -> Value {
    let list = |value: &Value| match value {
        Value::Array(kinds) => kinds.clone(),
        kind => vec![kind.clone()],
    };
    let (ones, others) = (list(one), list(other));
    let is_in = |kind: &Value, kinds: &[Value]| {
        kinds.contains(kind) || kind == "integer" && kinds.iter().any(|kind| kind == "number")
    };
    let common = ones
        .iter()
        .filter(|kind| is_in(kind, &others))
        .chain(others.iter().filter(|kind| is_in(kind, &ones)));
    let narrowest = common.min_by_key(|kind| (**kind == "null", **kind != "integer"));
    narrowest.unwrap_or(one).clone()
}
