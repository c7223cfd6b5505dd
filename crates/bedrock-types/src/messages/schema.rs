//! JSON schemas for the form of an answer, in the part of JSON Schema that Bedrock takes; and, behind the feature `schemars`, from Rust
//! types: for the input of a tool, and for the form of an answer.
//!
//! What the model is told of a type is what serde reads: the schema is that of [`Deserialize`](serde::Deserialize).
//! <https://docs.aws.amazon.com/bedrock/latest/userguide/structured-output.html> says which part of JSON Schema is taken.

use std::fmt;

#[cfg(feature = "schemars")]
use schemars::{JsonSchema, generate::SchemaSettings};
#[cfg(feature = "schemars")]
use serde_json::{Map, Value};

#[cfg(feature = "schemars")]
use super::CustomTool;
use super::JsonOutputFormat;
use crate::joined::joined;
use crate::json::{ExtraFields, RawJson, value::WireValue};

#[cfg(feature = "schemars")]
impl CustomTool {
    /// A tool whose input is a `T`; the type's doc comment is the tool's description, those of its fields are theirs.
    ///
    /// ```
    /// use bedrock_types::CustomTool;
    ///
    /// /// The weather in a city.
    /// #[derive(schemars::JsonSchema, serde::Deserialize)]
    /// struct Weather {
    ///     /// Its name in English.
    ///     city: String,
    /// }
    ///
    /// let tool = CustomTool::of::<Weather>("weather")?;
    /// assert_eq!(tool.description.as_deref(), Some("The weather in a city."));
    /// assert!(tool.input_schema.as_str().contains("Its name in English."));
    /// # Ok::<(), bedrock_types::SchemaError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// `T` is not read from a JSON object: the input of a tool always is one.
    pub fn of<T: JsonSchema>(name: impl Into<String>) -> Result<Self, SchemaError> {
        let mut schema = schema_of::<T>()?;
        if schema.get("type") != Some(&Value::from("object")) {
            return Err(SchemaError::NotAnObject);
        }
        let description = schema.remove("description");
        let mut tool = Self::new(name, raw(&Value::Object(schema))?);
        tool.description = description.as_ref().and_then(Value::as_str).map(str::to_owned);
        Ok(tool)
    }
}

impl JsonOutputFormat {
    /// An answer that is a `T`, in the part of JSON Schema that Bedrock takes: objects are closed, bounds on numbers, texts and
    /// lists become words in the description, `oneOf` becomes `anyOf`.
    ///
    /// ```
    /// use bedrock_types::{JsonOutputFormat, MessageCreateParams, OutputConfig};
    ///
    /// #[derive(schemars::JsonSchema, serde::Deserialize)]
    /// struct Verdict {
    ///     guilty: bool,
    /// }
    ///
    /// let format = JsonOutputFormat::of::<Verdict>()?;
    /// assert!(format.schema.as_str().contains(r#""additionalProperties":false"#));
    /// let params = MessageCreateParams::new("global.anthropic.claude-sonnet-4-6", 64)
    ///     .user("Did the butler do it?")
    ///     .output_config(OutputConfig::new().format(format));
    /// # Ok::<(), bedrock_types::SchemaError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// `T` contains itself, or has something with any number of members, such as a map.
    #[cfg(feature = "schemars")]
    pub fn of<T: JsonSchema>() -> Result<Self, SchemaError> {
        Self::closed(&raw(&Value::Object(schema_of::<T>()?))?)
    }

    /// An answer by a schema of yours, brought into the part of JSON Schema that Bedrock takes, as that of a type is.
    ///
    /// ```
    /// use bedrock_types::{JsonOutputFormat, RawJson};
    ///
    /// let schema = RawJson::parse(r#"{"type":"object","properties":{"age":{"type":"integer","minimum":0}}}"#)?;
    /// let format = JsonOutputFormat::closed(&schema)?;
    /// assert!(format.schema.as_str().contains(r#""additionalProperties":false"#));
    /// assert!(format.schema.as_str().contains(r#""description":"minimum: 0""#));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// A schema that is sent as it stands is given to [`new`](Self::new).
    ///
    /// # Errors
    ///
    /// The schema contains itself, has something with any number of members, or is no object.
    pub fn closed(schema: &RawJson) -> Result<Self, SchemaError> {
        if object(schema).is_none() {
            return Err(SchemaError::NoSchema);
        }
        refuse_recursion(schema)?;
        close(schema, "").map(Self::new)
    }
}

/// Why a type or a schema has none that the model takes.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SchemaError {
    /// It is not read from an object. Put it into a struct.
    NotAnObject,
    /// It contains itself, which the form of an answer cannot.
    Recursive {
        /// The definition that does; `#` is the type itself.
        definition: String,
    },
    /// It has an object with any number of members, which the form of an answer cannot have. Use a list of pairs.
    OpenObject {
        /// Where in the schema, as a JSON pointer.
        pointer: String,
    },
    /// The schema is no JSON object; that of a type was then written by hand.
    NoSchema,
}

impl fmt::Display for SchemaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAnObject => f.write_str("the type is not read from an object"),
            Self::Recursive { definition } => write!(f, "the type contains itself at {definition}"),
            Self::OpenObject { pointer } => write!(f, "the object at `{pointer}` may have any members"),
            Self::NoSchema => f.write_str("the schema is no object"),
        }
    }
}

impl std::error::Error for SchemaError {}

/// The schema without what says nothing to the model: `$schema`, and the Rust name of the type.
#[cfg(feature = "schemars")]
fn schema_of<T: JsonSchema>() -> Result<Map<String, Value>, SchemaError> {
    let settings = SchemaSettings::draft2020_12().with(|settings| settings.meta_schema = None);
    let schema = settings.into_generator().into_root_schema_for::<T>();
    let Value::Object(mut members) = schema.to_value() else { return Err(SchemaError::NoSchema) };
    members.remove("$schema");
    members.remove("title");
    Ok(members)
}

#[cfg(feature = "schemars")]
fn raw(schema: &Value) -> Result<RawJson, SchemaError> {
    RawJson::of(schema).map_err(|_| SchemaError::NoSchema)
}

/// Fails if a definition leads back to itself.
fn refuse_recursion(root: &RawJson) -> Result<(), SchemaError> {
    // Those whose references are being followed, from the root down.
    let mut open = vec!["#".to_owned()];
    for (name, value) in object(root).unwrap_or_default().iter() {
        if name != "$defs" {
            follow(root, value, &mut open)?;
        }
    }
    Ok(())
}

fn follow(root: &RawJson, value: &RawJson, open: &mut Vec<String>) -> Result<(), SchemaError> {
    for item in list(value).iter().flatten() {
        follow(root, item, open)?;
    }
    let Some(members) = object(value) else { return Ok(()) };
    if let Some(reference) = members.get("$ref").and_then(text) {
        if open.contains(&reference) {
            return Err(SchemaError::Recursive { definition: reference });
        }
        if let Some(definition) = reference.strip_prefix('#').and_then(|pointer| at(root, pointer)) {
            open.push(reference);
            follow(root, &definition, open)?;
            open.pop();
        }
    }
    for (_, member) in members.iter() {
        follow(root, member, open)?;
    }
    Ok(())
}

/// What a JSON pointer points at: <https://www.rfc-editor.org/rfc/rfc6901>.
fn at(root: &RawJson, pointer: &str) -> Option<RawJson> {
    let mut found = root.clone();
    for step in pointer.split('/').skip(1) {
        let step = step.replace("~1", "/").replace("~0", "~");
        found = match list(&found) {
            Some(items) => items.get(step.parse::<usize>().ok()?)?.clone(),
            None => object(&found)?.get(&step)?.clone(),
        };
    }
    Some(found)
}

/// A schema in the part that Bedrock takes.
fn close(schema: &RawJson, pointer: &str) -> Result<RawJson, SchemaError> {
    // `true` and `false` are schemas too; the rest is for [`Deserialize`](serde::Deserialize) to find.
    let Some(mut members) = object(schema) else { return Ok(schema.clone()) };
    if let Some(options) = members.remove("oneOf") {
        members.insert("anyOf", options);
    }
    members.remove("unevaluatedProperties");
    let is_object = members.get("type").and_then(text).is_some_and(|kind| kind == "object");
    if is_object || members.get("properties").is_some() {
        // Without known members, `true` and a schema both mean a map; with some, `true` only says that more are ignored.
        let is_map = members.remove("additionalProperties").is_some_and(|open| {
            object(&open).is_some() || open.as_str() == "true" && members.get("properties").is_none()
        });
        if is_map {
            return Err(SchemaError::OpenObject { pointer: pointer.to_owned() });
        }
        members.insert("additionalProperties", written(&false));
    }
    bounds_into_words(&mut members);
    let mut closed = ExtraFields::default();
    for (name, member) in members.iter() {
        closed.insert(name, close_member(name, member, &format!("{pointer}/{name}"))?);
    }
    Ok(written(&closed))
}

/// A member of a schema, with the schemas in it closed.
fn close_member(name: &str, member: &RawJson, pointer: &str) -> Result<RawJson, SchemaError> {
    match name {
        "properties" | "$defs" | "definitions" => {
            let Some(named) = object(member) else { return Ok(member.clone()) };
            let mut closed = ExtraFields::default();
            for (name, schema) in named.iter() {
                closed.insert(name, close(schema, &format!("{pointer}/{name}"))?);
            }
            Ok(written(&closed))
        }
        "anyOf" | "allOf" | "prefixItems" => {
            let Some(schemas) = list(member) else { return Ok(member.clone()) };
            let mut closed = Vec::new();
            for (index, schema) in schemas.iter().enumerate() {
                closed.push(close(schema, &format!("{pointer}/{index}"))?);
            }
            Ok(written(&closed))
        }
        "items" => close(member, pointer),
        _ => Ok(member.clone()),
    }
}

/// Moves what the schema may not say into the description, where the model reads it and nothing holds it to it.
fn bounds_into_words(members: &mut ExtraFields) {
    let mut words = Vec::new();
    for name in BOUNDS {
        // Of lists Bedrock takes "none or more" and "one or more".
        let taken = *name == "minItems" && members.get(name).is_some_and(|n| matches!(n.as_str(), "0" | "1"));
        if taken {
            continue;
        }
        if let Some(bound) = members.remove(name) {
            words.push(format!("{name}: {bound}"));
        }
    }
    let format = members.get("format").and_then(text);
    if format.is_some_and(|format| !FORMATS.contains(&format.as_str())) {
        // Those of schemars' own name number types, like `uint32`.
        members.remove("format");
    }
    if words.is_empty() {
        return;
    }
    let words = joined(&words, ", ");
    let description = match members.get("description").and_then(text) {
        Some(text) => format!("{text} ({words})"),
        None => words,
    };
    members.insert("description", RawJson::text(&description));
}

fn object(value: &RawJson) -> Option<ExtraFields> {
    value.read().ok()
}

fn list(value: &RawJson) -> Option<Vec<RawJson>> {
    value.read().ok()
}

fn text(value: &RawJson) -> Option<String> {
    value.read().ok()
}

fn written(value: &impl WireValue) -> RawJson {
    RawJson::written(value).expect("JSON within JSON is JSON")
}

const BOUNDS: &[&str] = &[
    "exclusiveMaximum",
    "exclusiveMinimum",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "pattern",
    "uniqueItems",
];

/// Forms of text that structured output knows: <https://platform.claude.com/docs/en/build-with-claude/structured-outputs>.
const FORMATS: &[&str] =
    &["date", "date-time", "duration", "email", "hostname", "ipv4", "ipv6", "time", "uri", "uuid"];

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn a_schema_of_yours_is_closed_or_refused() {
        let closed = |schema: &str| JsonOutputFormat::closed(&RawJson::parse(schema).expect("JSON"));
        let format = closed(
            r##"{"type":"object","properties":{"a":{"$ref":"#/definitions/A"}},
                "definitions":{"A":{"type":"object","properties":{"n":{"type":"integer","maximum":9}}}}}"##,
        );
        let schema: Value = format.expect("it can be closed").schema.to().expect("JSON");
        assert_eq!(schema["additionalProperties"], false);
        assert_eq!(schema["definitions"]["A"]["additionalProperties"], false);
        assert_eq!(schema["definitions"]["A"]["properties"]["n"]["description"], "maximum: 9");
        assert_eq!(closed("true"), Err(SchemaError::NoSchema));
        let kept = closed(r#"{"type":"object","properties":{"b":{"type":"string"},"a":{"type":"string"}}}"#);
        assert_eq!(
            kept.expect("it can be closed").schema.as_str(),
            r#"{"type":"object","properties":{"b":{"type":"string"},"a":{"type":"string"}},"additionalProperties":false}"#,
            "the model answers in the order of the schema"
        );
        let of_itself = closed(r##"{"type":"object","properties":{"next":{"$ref":"#"}}}"##);
        assert_eq!(of_itself, Err(SchemaError::Recursive { definition: "#".to_owned() }));
        let map =
            closed(r#"{"type":"object","properties":{"m":{"type":"object","additionalProperties":{}}}}"#);
        assert_eq!(map, Err(SchemaError::OpenObject { pointer: "/properties/m".to_owned() }));
    }
}

#[cfg(all(test, feature = "schemars"))]
mod tests_of_types {
    use std::collections::BTreeMap;

    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    /// An order.
    #[derive(JsonSchema, Deserialize)]
    #[allow(dead_code, reason = "only its schema matters")]
    struct Order {
        /// How many.
        #[schemars(range(min = 1, max = 9))]
        count: u32,
        size: Option<Size>,
        lines: Vec<Line>,
    }

    #[derive(JsonSchema, Deserialize)]
    #[allow(dead_code, reason = "only its schema matters")]
    enum Size {
        /// Small.
        Small,
        /// In centimetres.
        Exact { width: f64 },
    }

    #[derive(JsonSchema, Deserialize)]
    #[allow(dead_code, reason = "only its schema matters")]
    struct Line {
        text: String,
    }

    #[derive(JsonSchema, Deserialize)]
    #[allow(dead_code, reason = "only its schema matters")]
    struct Tree {
        children: Vec<Self>,
    }

    #[test]
    fn a_tool_has_the_schema_of_its_input() {
        let tool = CustomTool::of::<Order>("order").expect("an object");
        assert_eq!((tool.name.as_str(), tool.description.as_deref()), ("order", Some("An order.")));
        let schema: Value = tool.input_schema.to().expect("JSON");
        assert_eq!(schema["type"], "object");
        assert_eq!(schema["properties"]["count"]["minimum"], 1);
        assert_eq!(schema["required"], json!(["count", "lines"]));
        assert!(schema.get("$schema").is_none() && schema.get("title").is_none(), "{schema}");
        assert_eq!(CustomTool::of::<String>("text"), Err(SchemaError::NotAnObject));
        assert!(CustomTool::of::<Tree>("tree").is_ok(), "tools may have recursive input");
    }

    #[test]
    fn an_answer_has_a_closed_schema_without_bounds() {
        let format = JsonOutputFormat::of::<Order>().expect("a form");
        let schema: Value = format.schema.to().expect("JSON");
        assert_eq!(schema["additionalProperties"], false);
        assert_eq!(schema["$defs"]["Line"]["additionalProperties"], false);
        assert_eq!(
            schema["properties"]["count"],
            json!({
                "type": "integer", "description": "How many. (maximum: 9, minimum: 1)"
            })
        );
        let text = schema.to_string();
        for unwanted in ["oneOf", "minimum\"", "uint32", "$schema", "\"double\""] {
            assert!(!text.contains(unwanted), "{unwanted} in {text}");
        }
        let exact = &schema["$defs"]["Size"]["anyOf"][1];
        assert_eq!(exact["additionalProperties"], false, "{text}");
        assert_eq!(exact["properties"]["Exact"]["additionalProperties"], false, "{text}");
    }

    #[test]
    fn what_has_no_closed_schema_is_refused() {
        assert_eq!(
            JsonOutputFormat::of::<BTreeMap<String, u8>>(),
            Err(SchemaError::OpenObject { pointer: String::new() })
        );
        let recursive = JsonOutputFormat::of::<Tree>();
        assert!(matches!(recursive, Err(SchemaError::Recursive { .. })), "{recursive:?}");
        // The same definition twice is no recursion.
        assert!(JsonOutputFormat::of::<(Line, Line)>().is_ok());
    }
}
