//! Values that fit, by a checker of its own.

use proptest::prelude::*;
use serde_json::json;

use super::*;

fn fit(schema: &Value) -> Value {
    fitting(schema, &Hints::new(""))
}

#[test]
fn each_kind_of_schema_has_its_plainest_value() {
    for (schema, value) in [
        (json!(true), json!("value")),
        (json!({}), json!("value")),
        (json!({"type": "string"}), json!("value")),
        (json!({"type": "string", "minLength": 8}), json!("valvalue")),
        (json!({"type": "string", "maxLength": 2}), json!("va")),
        (json!({"type": "string", "format": "date"}), json!("2026-01-01")),
        (json!({"type": ["null", "integer"]}), json!(1)),
        (json!({"type": "integer", "minimum": 5}), json!(5)),
        (json!({"type": "integer", "exclusiveMinimum": 5}), json!(6)),
        (json!({"type": "integer", "maximum": -3}), json!(-3)),
        (json!({"type": "integer", "multipleOf": 7, "minimum": 8}), json!(14)),
        (json!({"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1}), json!(0.5)),
        (json!({"type": "boolean"}), json!(true)),
        (json!({"type": "null"}), json!(null)),
        (json!({"const": [1, {"a": null}]}), json!([1, {"a": null}])),
        (json!({"enum": ["red", "green"]}), json!("red")),
        (json!({"type": "array", "items": {"type": "integer"}}), json!([1])),
        (
            json!({"type": "array", "minItems": 3, "uniqueItems": true, "items": {"type": "integer"}}),
            json!([1, 2, 3]),
        ),
        (
            json!({"type": "array", "prefixItems": [{"const": 1}, {"type": "boolean"}], "items": false}),
            json!([1, false]),
        ),
        (json!({"properties": {"city": {"type": "string"}, "no": false}}), json!({"city": "city"})),
        (json!({"type": "object", "required": ["any"]}), json!({"any": "any"})),
        (
            json!({"type": "object", "minProperties": 1, "additionalProperties": {"type": "integer"}}),
            json!({"key1": 1}),
        ),
        (json!({"anyOf": [{"type": "integer"}, {"type": "null"}]}), json!(1)),
        (json!({"allOf": [{"type": "number", "minimum": 2}, {"type": "integer", "minimum": 3}]}), json!(3)),
        (json!({"$ref": "#/$defs/id", "$defs": {"id": {"type": "integer"}}}), json!(1)),
    ] {
        assert_eq!(fit(&schema), value, "{schema}");
    }
}

#[test]
fn what_the_prompt_says_of_a_property_is_taken_if_it_fits() {
    let schema = json!({"type": "object", "properties": {
        "city": {"type": "string"}, "days": {"type": "integer", "maximum": 7}, "unit": {"enum": ["c", "f"]},
        "quick": {"type": "boolean"}, "note": {"type": "string"}, "id": {"type": "string", "maxLength": 3}}});
    let prompt =
        r#"The weather, city=Paris, days: 3; unit: f. quick=false note: "two words" id=toolong velocity=9"#;
    let value = fitting(&schema, &Hints::new(prompt));
    let expected =
        json!({"city": "Paris", "days": 3, "unit": "f", "quick": false, "note": "two words", "id": "id"});
    assert_eq!(value, expected);
    assert_eq!(fitting(&schema, &Hints::new("days=8"))["days"], 1);
    for (kind, said, expected) in
        [("integer", "4", 3), ("integer", "6", 6), ("number", "4", 3), ("number", "9.0", 9)]
    {
        let stepped = json!({"type": "object", "properties": {"days": {"type": kind, "multipleOf": 3}}});
        assert_eq!(
            fitting(&stepped, &Hints::new(&format!("days={said}")))["days"],
            expected,
            "{kind} {said}"
        );
    }
}

#[test]
fn a_schema_that_leads_back_to_itself_comes_to_an_end() {
    let tree = json!({"type": "object", "required": ["name", "children"], "properties": {
        "name": {"type": "string"}, "children": {"type": "array", "items": {"$ref": "#"}}}});
    assert!(fits(&tree, &tree, &fit(&tree)));
    let list = json!({"type": "object", "required": ["next"], "properties": {
        "next": {"anyOf": [{"$ref": "#"}, {"type": "null"}]}}});
    assert!(fits(&list, &list, &fit(&list)));
    // These have no value at all.
    for endless in [
        json!({"$ref": "#"}),
        json!({"allOf": [{"$ref": "#"}, {"$ref": "#"}]}),
        json!({"type": "object", "required": ["a", "b"], "properties": {"a": {"$ref": "#"}, "b": {"$ref": "#"}}}),
        json!({"type": "array", "minItems": 4_000_000_000_u32, "items": {"$ref": "#"}}),
    ] {
        fit(&endless);
    }
}

proptest! {
    #[test]
    fn the_value_fits_its_schema(schema in schemas(), prompt in "(name|size|kind)[=:] ?[a-z0-9.-]{0,9}") {
        let value = fitting(&schema, &Hints::new(&prompt));
        prop_assert!(fits(&schema, &schema, &value), "{schema}\n{value}");
    }
}

/// Schemas that have a value, of every keyword that is known here.
fn schemas() -> impl Strategy<Value = Value> {
    let lengths = (0_u64..20, 0_u64..20)
        .prop_map(|(least, more)| json!({"type": "string", "minLength": least, "maxLength": least + more}));
    let integers = (-50_i64..50, 12_i64..40, 1_i64..6)
        .prop_map(|(least, more, step)| json!({"type": "integer", "minimum": least, "maximum": least + more, "multipleOf": step}));
    let numbers = (-50_i64..50, 1_i64..40)
        .prop_map(|(least, more)| json!({"type": "number", "exclusiveMinimum": least, "exclusiveMaximum": least + more}));
    let leaf = prop_oneof![
        Just(json!(true)),
        Just(json!({"type": "boolean"})),
        Just(json!({"type": "null"})),
        Just(json!({"type": ["null", "string"]})),
        Just(json!({"const": {"a": [1, null]}})),
        Just(json!({"enum": ["red", 7, null]})),
        Just(json!({"$ref": "#/$defs/shared"})),
        prop::sample::select(vec!["date-time", "date", "time", "email", "uri", "uuid", "ipv4"])
            .prop_map(|format| json!({"type": "string", "format": format})),
        lengths,
        integers,
        numbers,
    ];
    let any = leaf.prop_recursive(5, 40, 4, |inner| {
        let object = (prop::collection::btree_map("name|size|kind|[a-z]{1,6}", inner.clone(), 0..4), any::<bool>()).prop_map(
            |(properties, closed)| {
                let required: Vec<_> = properties.keys().step_by(2).cloned().collect();
                json!({"type": "object", "properties": properties, "required": required, "additionalProperties": !closed})
            },
        );
        let array = (inner.clone(), 0_u64..3, 0_u64..3).prop_map(
            |(items, least, more)| json!({"type": "array", "items": items, "minItems": least, "maxItems": least + more}),
        );
        let both = (inner.clone(), object.clone()).prop_map(|(other, object)| json!({"anyOf": [object, other]}));
        let all = (object.clone(), Just(json!({"required": ["more"], "properties": {"more": {"type": "integer"}}})))
            .prop_map(|(mut object, other)| {
                object["additionalProperties"] = json!(true);
                json!({"allOf": [object, other]})
            });
        prop_oneof![object, array, both, all]
    });
    any.prop_map(|schema| match schema {
        Value::Object(mut members) => {
            members.insert("$defs".to_owned(), json!({"shared": {"type": "object", "required": ["id"],
                "properties": {"id": {"type": "integer", "minimum": 3}, "next": {"anyOf": [{"$ref": "#/$defs/shared"}, {"type": "null"}]}}}}));
            Value::Object(members)
        }
        other => json!({"type": "array", "items": other, "$defs": {"shared": true}}),
    })
}

/// Whether a value fits, keyword by keyword.
fn fits(root: &Value, schema: &Value, value: &Value) -> bool {
    let Value::Object(schema) = schema else { return *schema == Value::Bool(true) };
    schema.iter().all(|(keyword, wanted)| {
        let size = || wanted.as_u64().and_then(|size| usize::try_from(size).ok()).unwrap();
        let limit = || wanted.as_f64().unwrap();
        let each = || wanted.as_array().unwrap().iter();
        let number = value.as_f64();
        let (text, items, members) = (value.as_str(), value.as_array(), value.as_object());
        match keyword.as_str() {
            "type" => match wanted {
                Value::Array(kinds) => kinds.iter().any(|kind| is_of(kind, value)),
                kind => is_of(kind, value),
            },
            "const" => value == wanted,
            "enum" => each().any(|allowed| allowed == value),
            "$ref" => fits(root, root.pointer(&wanted.as_str().unwrap()[1..]).unwrap(), value),
            "anyOf" => each().any(|schema| fits(root, schema, value)),
            "allOf" => each().all(|schema| fits(root, schema, value)),
            "minLength" => text.is_none_or(|text| text.chars().count() >= size()),
            "maxLength" => text.is_none_or(|text| text.chars().count() <= size()),
            "format" => {
                text.is_none_or(|text| text.chars().any(|c| c.is_ascii_digit()) && !text.contains(' '))
            }
            "minimum" => number.is_none_or(|number| number >= limit()),
            "maximum" => number.is_none_or(|number| number <= limit()),
            "exclusiveMinimum" => number.is_none_or(|number| number > limit()),
            "exclusiveMaximum" => number.is_none_or(|number| number < limit()),
            "multipleOf" => number.is_none_or(|number| (number / limit()).fract() == 0.0),
            "minItems" => items.is_none_or(|items| items.len() >= size()),
            "maxItems" => items.is_none_or(|items| items.len() <= size()),
            "items" => items.is_none_or(|items| items.iter().all(|item| fits(root, wanted, item))),
            "required" => {
                members.is_none_or(|members| each().all(|name| members.contains_key(name.as_str().unwrap())))
            }
            "properties" => members.is_none_or(|members| {
                members
                    .iter()
                    .all(|(name, value)| wanted.get(name).is_none_or(|schema| fits(root, schema, value)))
            }),
            "additionalProperties" => {
                let known = schema.get("properties");
                let is_known = |name: &str| known.is_some_and(|known| known.get(name).is_some());
                members.is_none_or(|members| {
                    members.iter().all(|(name, value)| is_known(name) || fits(root, wanted, value))
                })
            }
            "$defs" => true,
            other => panic!("the checker does not know {other}"),
        }
    })
}

fn is_of(kind: &Value, value: &Value) -> bool {
    match kind.as_str().unwrap() {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        other => panic!("no type {other}"),
    }
}
