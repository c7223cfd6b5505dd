//! How a value is asked for, by what the catalog knows of the model and the route. Pure.

#[cfg(feature = "schemars")]
use bedrock_types::SchemaError;
use bedrock_types::{
    Content, CustomTool, ExtraFields, JsonOutputFormat, Message, MessageCreateParams, MessageParam,
    OutputConfig, RawJson, Route, TextBlock, Tool, ToolChoiceAuto, ToolChoiceTool,
    json::Wire,
    models::{self, ModelId, ModelInfo},
};

use super::ParseMethod;
use crate::{
    Error,
    tools::{as_history, failure},
};

/// What a value must look like, in the words of each method.
pub(super) struct Form {
    description: Option<String>,
    schema: RawJson,
    /// `None` where `output_config.format` has no words for it.
    format: Option<JsonOutputFormat>,
}

impl Form {
    /// That of a type.
    #[cfg(feature = "schemars")]
    pub(super) fn of<T: schemars::JsonSchema>() -> Result<Self, Error> {
        let tool = CustomTool::of::<T>(NAME).map_err(|error| match error {
            SchemaError::NotAnObject => not_an_object().with_source(error),
            error => Error::config("the type has no schema that a model takes", "write its JsonSchema anew")
                .with_source(error),
        })?;
        let format = JsonOutputFormat::of::<T>();
        Ok(Self { description: tool.description, schema: tool.input_schema, format: logged(format) })
    }

    /// That of a schema.
    pub(super) fn of_schema(schema: RawJson) -> Result<Self, Error> {
        let members = ExtraFields::from_json(schema.as_str().as_bytes())
            .map_err(|error| not_an_object().with_source(error))?;
        if members.get("type").is_none_or(|kind| kind.as_str() != r#""object""#) {
            return Err(not_an_object());
        }
        let format = logged(JsonOutputFormat::closed(&schema));
        Ok(Self { description: None, schema, format })
    }
}

fn logged(format: Result<JsonOutputFormat, impl std::fmt::Display>) -> Option<JsonOutputFormat> {
    format.inspect_err(|error| tracing::debug!(%error, "no output format, a tool instead")).ok()
}

fn not_an_object() -> Error {
    Error::config(
        "the answer's schema is not that of an object",
        "put the value into a struct, as a field of it",
    )
}

/// A request that asks for a value.
pub(super) struct Asked {
    pub(super) method: ParseMethod,
    pub(super) params: MessageCreateParams,
    /// The name of the tool, of which none of the caller's is.
    pub(super) tool: String,
}

impl Asked {
    /// Takes the first method against which the catalog has nothing.
    pub(super) fn new(params: &MessageCreateParams, route: Route, form: Form) -> Self {
        let model = model_of(&params.model);
        let tool = free_name(params);
        let taken = |asked: &MessageCreateParams, place: &str| {
            model.is_some_and(|model| {
                asked.check_for(model, route).iter().all(|finding| !finding.path.starts_with(place))
            })
        };
        if let Some(format) = form.format.clone() {
            let params = with_format(params, format);
            if taken(&params, "output_config.format") {
                return Self { method: ParseMethod::OutputFormat, params, tool };
            }
        }
        // Nothing forbids a second call, since Converse cannot say that: the first one is read.
        let mut params = with_tool(params, &tool, form);
        params.tool_choice = Some(ToolChoiceTool::new(tool.as_str()).into());
        if taken(&params, "tool_choice") {
            return Self { method: ParseMethod::ForcedTool, params, tool };
        }
        params.tool_choice = Some(ToolChoiceAuto::new().into());
        instruct(&mut params, &tool);
        Self { method: ParseMethod::Tool, params, tool }
    }

    /// Adds the wrong answer, and what is wrong with it.
    pub(super) fn repair(&mut self, message: &Message, wrong: &str) {
        let again = match self.method {
            ParseMethod::OutputFormat => {
                format!("{wrong} Give the whole answer again, as JSON that is right.")
            }
            ParseMethod::ForcedTool | ParseMethod::Tool => {
                format!("{wrong} Call the tool `{}` with the whole answer.", self.tool)
            }
        };
        let results: Vec<_> =
            message.tool_uses().map(|call| failure(&call.id, again.as_str()).into()).collect();
        self.params.messages.extend(as_history(message));
        self.params.messages.push(match results.is_empty() {
            true => MessageParam::user(again),
            false => MessageParam::user(results),
        });
    }
}

/// The model that a request names, in whatever way.
fn model_of(name: &str) -> Option<&'static ModelInfo> {
    models::find(name).or_else(|| ModelId::parse(name).ok().and_then(|id| id.base_model()))
}

fn with_format(params: &MessageCreateParams, format: JsonOutputFormat) -> MessageCreateParams {
    let mut params = params.clone();
    let config = params.output_config.take().unwrap_or_else(OutputConfig::new);
    params.output_config(config.format(format))
}

fn with_tool(params: &MessageCreateParams, name: &str, form: Form) -> MessageCreateParams {
    let mut params = params.clone();
    if let Some(config) = &mut params.output_config {
        config.format = None; // the value is asked for in one way
    }
    let description = match form.description {
        Some(of_type) => format!("{DESCRIPTION} The answer: {of_type}"),
        None => DESCRIPTION.to_owned(),
    };
    params.tool(CustomTool::new(name, form.schema).description(description))
}

/// Says in the system text what `tool_choice` may not.
fn instruct(params: &mut MessageCreateParams, tool: &str) {
    let instruction = format!("Give your final answer by calling the tool `{tool}`, and in no other way.");
    params.system = Some(match params.system.take() {
        None => instruction.into(),
        Some(Content::Text(text)) => format!("{text}\n\n{instruction}").into(),
        Some(system) => {
            let mut blocks = system.into_blocks();
            blocks.push(TextBlock::new(instruction).into());
            blocks.into()
        }
    });
}

fn free_name(params: &MessageCreateParams) -> String {
    let mut name = NAME.to_owned();
    while params.tools.iter().flatten().any(|tool: &Tool| tool.name() == Some(&name)) {
        name.push('_');
    }
    name
}

const NAME: &str = "answer";
const DESCRIPTION: &str = "Takes your answer. Call it once, with the whole answer as its input.";

#[cfg(test)]
mod tests {
    use bedrock_types::{
        Base64Source, CitationsConfig, ContentBlock, DocumentBlock, Role, ThinkingEnabled, ToolInput,
        ToolUseBlock, Usage,
    };

    use super::*;

    const SCHEMA: &str = r#"{"type":"object","properties":{"age":{"type":"integer","minimum":0}}}"#;

    fn form(schema: &str) -> Form {
        Form::of_schema(RawJson::parse(schema).expect("JSON")).expect("an object")
    }

    fn hello(model: &str) -> MessageCreateParams {
        MessageCreateParams::new(model, 4096u64).user("How old?")
    }

    #[test]
    fn the_first_method_is_taken_that_model_and_route_take() {
        let thinking = |params: MessageCreateParams| params.thinking(ThinkingEnabled::new(1024u64));
        let citing = |params: MessageCreateParams| {
            let document = DocumentBlock::new(Base64Source::from_bytes("application/pdf", b"%PDF"));
            let document: ContentBlock = document.citations(CitationsConfig::new().enabled(true)).into();
            params.user([document])
        };
        let with_map = r#"{"type":"object","additionalProperties":{"type":"string"}}"#;
        let same = |params| params;
        type Change<'a> = &'a dyn Fn(MessageCreateParams) -> MessageCreateParams;
        let cases: [(&str, Change<'_>, Route, &str, ParseMethod); 10] = [
            ("sonnet-4.6", &same, Route::InvokeModel, SCHEMA, ParseMethod::OutputFormat),
            ("sonnet-4.6", &same, Route::Converse, SCHEMA, ParseMethod::OutputFormat),
            ("haiku-4.5", &same, Route::Mantle, SCHEMA, ParseMethod::ForcedTool),
            ("haiku-4.5", &citing, Route::InvokeModel, SCHEMA, ParseMethod::ForcedTool),
            ("haiku-4.5", &same, Route::InvokeModel, with_map, ParseMethod::ForcedTool),
            ("opus-4.1", &same, Route::InvokeModel, SCHEMA, ParseMethod::ForcedTool),
            ("opus-4.1", &thinking, Route::InvokeModel, SCHEMA, ParseMethod::Tool),
            ("opus-4.8", &same, Route::InvokeModel, SCHEMA, ParseMethod::ForcedTool),
            ("opus-5.5", &same, Route::InvokeModel, SCHEMA, ParseMethod::Tool),
            (
                "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc",
                &same,
                Route::InvokeModel,
                SCHEMA,
                ParseMethod::Tool,
            ),
        ];
        for (model, change, route, schema, method) in cases {
            let asked = Asked::new(&change(hello(model)), route, form(schema));
            assert_eq!(asked.method, method, "{model} {route} {schema}");
        }
    }

    #[test]
    fn what_is_sent_says_it_in_one_way() {
        let format = Asked::new(&hello("sonnet-4.6"), Route::InvokeModel, form(SCHEMA)).params;
        let json = serde_json::to_string(&format).expect("JSON");
        assert!(json.contains(r#""additionalProperties":false"#) && json.contains("minimum: 0"), "{json}");
        assert!(format.tools.is_none() && format.tool_choice.is_none());

        let taken = CustomTool::new("answer", RawJson::parse(r#"{"type":"object"}"#).expect("JSON"));
        let params = hello("opus-5.5").tool(taken).system("Be brief.");
        let asked = Asked::new(&params, Route::InvokeModel, form(SCHEMA));
        assert_eq!(asked.tool, "answer_");
        let json = serde_json::to_string(&asked.params).expect("JSON");
        assert!(json.contains(r#""tool_choice":{"type":"auto"}"#), "{json}");
        assert!(
            json.contains("Be brief.\\n\\nGive your final answer by calling the tool `answer_`"),
            "{json}"
        );
        assert!(json.contains(SCHEMA), "a tool has the schema as it is: {json}");

        let forced = Asked::new(&hello("opus-4.1"), Route::InvokeModel, form(SCHEMA)).params;
        let json = serde_json::to_string(&forced.tool_choice).expect("JSON");
        assert_eq!(json, r#"{"type":"tool","name":"answer"}"#);
        assert!(forced.system.is_none());
    }

    #[test]
    fn only_the_schema_of_an_object_is_one() {
        for schema in ["true", "7", r#"{"type":"array"}"#, r#"{"anyOf":[]}"#] {
            let error = Form::of_schema(RawJson::parse(schema).expect("JSON")).err().expect("no object");
            assert_eq!(error.kind(), crate::ErrorKind::Config, "{schema}");
        }
    }

    #[test]
    fn a_repair_answers_every_call_and_keeps_what_was_said() {
        let mut asked = Asked::new(&hello("opus-4.1"), Route::InvokeModel, form(SCHEMA));
        let content = vec![
            ToolUseBlock::new("toolu_1", "answer", ToolInput::Partial("{".to_owned())).into(),
            ToolUseBlock::new("toolu_2", "answer", RawJson::parse("{}").expect("JSON")).into(),
        ];
        asked.repair(&Message::new("m", Role::Assistant, "m", content, Usage::new(1u64, 1u64)), "No.");
        let model = models::find("opus-4.1").expect("in the catalog");
        let findings = asked.params.check(model);
        assert!(findings.iter().all(|finding| !finding.path.starts_with("messages")), "{findings:?}");
        assert_eq!(asked.params.messages.len(), 3);
        let json = serde_json::to_string(&asked.params.messages).expect("JSON");
        assert!(json.contains("INVALID_JSON") && json.contains("No. Call the tool `answer`"), "{json}");
    }
}
