//! Requests.

use super::{
    DocumentNames, PdfReading, bad_value, blocks,
    documents::{Documents, NamedDocuments, plain_text},
    each, missing, no_counterpart, only, tools,
};
use crate::{
    converse::{
        ContentBlock, ConversationRole, ConverseError, ConverseErrorKind, ConverseRequest,
        InferenceConfiguration, JsonSchemaDefinition, Message, OutputConfig, OutputFormat,
        OutputFormatStructure, SystemContentBlock, ToolConfiguration, error::At,
    },
    invoke::ANTHROPIC_VERSION,
    json::{ExtraFields, RawJson, object::WireObject, value::WireValue},
    messages::{self, Content, MessageCreateParams, MessageParam, Role},
};

/// Where Converse leaves a choice.
///
/// ```
/// use bedrock_types::converse::{ConverseOptions, DocumentNames, PdfReading};
///
/// let options = ConverseOptions::default().pdf(PdfReading::Visual).document_names(DocumentNames::Legal);
/// assert_eq!(options.pdf, PdfReading::Visual);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConverseOptions {
    /// How PDFs are read.
    pub pdf: PdfReading,
    /// What becomes of the titles of documents.
    pub document_names: DocumentNames,
}

impl ConverseOptions {
    /// How PDFs are read.
    #[must_use]
    pub fn pdf(mut self, pdf: PdfReading) -> Self {
        self.pdf = pdf;
        self
    }

    /// What becomes of the titles of documents.
    #[must_use]
    pub fn document_names(mut self, names: DocumentNames) -> Self {
        self.document_names = names;
        self
    }
}

impl ConverseRequest {
    /// A Messages request in the words of Converse; the model goes into the path.
    ///
    /// Members that Converse has no words for go to the model in `additionalModelRequestFields`: thinking, `top_k`, beta flags,
    /// Anthropic's own tools. The stop sequence that was met is asked for, so that the answer is as on the other routes.
    ///
    /// # Errors
    ///
    /// The first member that Converse cannot carry, with its path: addresses as sources, `tool_choice` none, `metadata`,
    /// `service_tier` and `user_profile_id`, members of blocks that have no counterpart. Nothing was sent.
    pub fn from_params(
        params: &MessageCreateParams,
        options: &ConverseOptions,
    ) -> Result<Self, ConverseError> {
        if params.anthropic_version.as_deref().is_some_and(|version| version != ANTHROPIC_VERSION) {
            return Err(bad_value().within("anthropic_version"));
        }
        let mut documents = Documents::new(options);
        let turns = each(&params.messages, &mut |turn| turn_to_converse(turn, &mut documents));
        let turns = turns.at("messages")?;
        let mut additional = additional_fields(params)?;
        let mut request = Self::new().messages(turns);
        if let Some(system) = &params.system {
            request.system = Some(system_to_converse(system).at("system")?);
        }
        let mut inference = InferenceConfiguration::new().max_tokens(params.max_tokens);
        inference.temperature = params.temperature;
        inference.top_p = params.top_p;
        inference.stop_sequences.clone_from(&params.stop_sequences);
        request.inference_config = Some(inference);

        let (yours, anthropics) =
            tools::to_converse(params.tools.as_deref().unwrap_or_default()).at("tools")?;
        if !anthropics.is_empty() {
            additional.insert("tools", RawJson::of(&anthropics).map_err(|_| bad_value()).at("tools")?);
        }
        let choice = params.tool_choice.as_ref().map(tools::choice_to_converse);
        let choice = choice.transpose().at("tool_choice")?;
        if !yours.is_empty() {
            let mut config = ToolConfiguration::new(yours);
            config.tool_choice = choice;
            request.tool_config = Some(config);
        } else if let Some(choice) = &params.tool_choice {
            // Beside Anthropic's tools there is no `toolConfig` that could say it.
            additional.insert("tool_choice", raw(choice).at("tool_choice")?);
        }
        if let Some(config) = &params.output_config {
            let (config, rest) = output_to_converse(config).at("output_config")?;
            request.output_config = config;
            if !rest.is_empty() {
                additional.insert("output_config", raw(&rest).at("output_config")?);
            }
        }
        if !additional.is_empty() {
            request.additional_model_request_fields = Some(raw(&additional)?);
        }
        request.additional_model_response_field_paths = Some(vec!["/stop_sequence".to_owned()]);
        Ok(request)
    }

    /// The Messages request that this is, to `model`: the id from the path.
    ///
    /// Members of the call stay out, as they do on the other routes: guardrail, request metadata, latency, service tier, and the
    /// paths of what to add to the answer.
    ///
    /// # Errors
    ///
    /// The first member that Messages cannot carry, with its path; so is an absent `maxTokens`.
    pub fn to_params(&self, model: &str) -> Result<MessageCreateParams, ConverseError> {
        only(self, &Self::CARRIED)?;
        let inference = self.inference_config.as_ref();
        if let Some(inference) = inference {
            only(inference, &["maxTokens", "temperature", "topP", "stopSequences"]).at("inferenceConfig")?;
        }
        let max_tokens = inference.and_then(|inference| inference.max_tokens);
        let max_tokens = max_tokens.ok_or_else(missing).at("maxTokens").at("inferenceConfig")?;
        let mut params = self.additional_params(model, max_tokens)?;

        let mut documents = NamedDocuments::default();
        let turns = self.messages.as_deref().unwrap_or_default();
        let turns = each(turns, &mut |turn| turn_to_messages(turn, &mut documents));
        params.messages = turns.at("messages")?;
        if let Some(system) = &self.system {
            params.system = Some(system_to_messages(system).at("system")?);
        }
        if let Some(inference) = inference {
            params.temperature = inference.temperature;
            params.top_p = inference.top_p;
            params.stop_sequences.clone_from(&inference.stop_sequences);
        }
        if let Some(config) = &self.tool_config {
            only(config, &["tools", "toolChoice"]).at("toolConfig")?;
            let mut all = tools::to_messages(&config.tools).at("tools").at("toolConfig")?;
            all.extend(params.tools.take().unwrap_or_default());
            params.tools = Some(all);
            if let Some(choice) = &config.tool_choice {
                let choice = tools::choice_to_messages(choice).at("toolChoice").at("toolConfig")?;
                params.tool_choice = Some(choice);
            }
        }
        if let Some(config) = &self.output_config {
            let base = params.output_config.take().unwrap_or_else(messages::OutputConfig::new);
            params.output_config = Some(output_to_messages(config, base).at("outputConfig")?);
        }
        Ok(params)
    }

    /// The members that go over to a Messages request, and those that belong to the call.
    const CARRIED: [&str; 11] = [
        "messages",
        "system",
        "inferenceConfig",
        "toolConfig",
        "outputConfig",
        "additionalModelRequestFields",
        "additionalModelResponseFieldPaths",
        "guardrailConfig",
        "requestMetadata",
        "performanceConfig",
        "serviceTier",
    ];

    /// `additionalModelRequestFields` are members of a Messages request: they are read as one.
    fn additional_params(&self, model: &str, max_tokens: u64) -> Result<MessageCreateParams, ConverseError> {
        const HERE: &str = "additionalModelRequestFields";
        let params = MessageCreateParams::new(model, max_tokens);
        let Some(additional) = &self.additional_model_request_fields else { return Ok(params) };
        let mut members = raw(&params)?.read::<ExtraFields>().map_err(|_| bad_value())?;
        let additional: ExtraFields = additional.read().map_err(|_| bad_value()).at(HERE)?;
        for (name, value) in additional.iter() {
            if members.get(name).is_some() {
                return Err(bad_value().within(name)).at(HERE);
            }
            members.insert(name, value.clone());
        }
        raw(&members)?.read().map_err(|error| bad_value().within(error.path()).within(HERE))
    }
}

/// What has no place of its own in Converse, and no other handling here.
fn additional_fields(params: &MessageCreateParams) -> Result<ExtraFields, ConverseError> {
    const MAPPED: [&str; 12] = [
        "model",
        "max_tokens",
        "messages",
        "system",
        "stop_sequences",
        "temperature",
        "top_p",
        "tools",
        "tool_choice",
        "output_config",
        "anthropic_version",
        "stream",
    ];

    // Request metadata and service tiers are the call's there, with other values; nothing of Converse is a user.
    for (name, is_set) in [
        ("metadata", params.metadata.is_some()),
        ("service_tier", params.service_tier.is_some()),
        ("user_profile_id", params.user_profile_id.is_some()),
    ] {
        if is_set {
            return Err(no_counterpart().within(name));
        }
    }
    let mut members = ExtraFields::default();
    let mut written = Ok(());
    let object: &dyn WireObject = params;
    object.each_written(&mut |member| {
        let (name, value) = member.parts();
        if !MAPPED.contains(&name) {
            match RawJson::of_view(value) {
                Ok(raw) => members.push(name.to_owned(), raw),
                Err(_) => written = Err(bad_value().within(name)),
            }
        }
    });
    written.map(|()| members)
}

fn turn_to_converse(turn: &MessageParam, documents: &mut Documents<'_>) -> Result<Message, ConverseError> {
    only(turn, &["role", "content"])?;
    let content = match &turn.content {
        Content::Text(text) => vec![ContentBlock::Text(text.clone())],
        Content::Blocks(blocks) => blocks::to_converse(blocks, documents).at("content")?,
    };
    let is_text = |block: &ContentBlock| matches!(block, ContentBlock::Text(_));
    if let Content::Blocks(blocks) = &turn.content
        && let Some(index) =
            blocks.iter().position(|block| matches!(block, messages::ContentBlock::Document(_)))
        && !content.iter().any(is_text)
    {
        return Err(ConverseError::new(ConverseErrorKind::DocumentWithoutText)).at_index(index).at("content");
    }
    Ok(Message::new(ConversationRole::from(turn.role.as_str()), content))
}

fn turn_to_messages(turn: &Message, documents: &mut NamedDocuments) -> Result<MessageParam, ConverseError> {
    only(turn, &["role", "content"])?;
    let content = blocks::to_messages(&turn.content, documents).at("content")?;
    Ok(MessageParam::new(Role::from(turn.role.as_str()), content))
}

fn system_to_converse(system: &Content) -> Result<Vec<SystemContentBlock>, ConverseError> {
    let blocks = match system {
        Content::Text(text) => return Ok(vec![SystemContentBlock::Text(text.clone())]),
        Content::Blocks(blocks) => blocks,
    };
    let mut converse = Vec::with_capacity(blocks.len());
    for (index, block) in blocks.iter().enumerate() {
        let mut unmarked = block.clone();
        if let messages::ContentBlock::Text(text) = &mut unmarked {
            text.cache_control = None;
        }
        converse.push(SystemContentBlock::Text(plain_text(&unmarked).at_index(index)?));
        if let Some(mark) = block.cache_mark() {
            let point = blocks::cache_point(mark).at("cache_control").at_index(index)?;
            converse.push(SystemContentBlock::CachePoint(point));
        }
    }
    Ok(converse)
}

fn system_to_messages(system: &[SystemContentBlock]) -> Result<Content, ConverseError> {
    let mut texts: Vec<messages::TextBlock> = Vec::with_capacity(system.len());
    for (index, block) in system.iter().enumerate() {
        match block {
            SystemContentBlock::Text(text) => texts.push(messages::TextBlock::new(text.as_str())),
            SystemContentBlock::CachePoint(point) => {
                let mark = blocks::cache_control(point).at("cachePoint").at_index(index)?;
                let closed = texts.last_mut().filter(|text| text.cache_control.is_none());
                closed.ok_or_else(blocks::unclosed).at("cachePoint").at_index(index)?.cache_control =
                    Some(mark);
            }
            SystemContentBlock::Unknown(_) => {
                return Err(no_counterpart().within(block.member())).at_index(index);
            }
        }
    }
    Ok(Content::Blocks(texts.into_iter().map(messages::ContentBlock::from).collect()))
}

/// What Converse has words for, and the rest.
fn output_to_converse(
    config: &messages::OutputConfig,
) -> Result<(Option<OutputConfig>, ExtraFields), ConverseError> {
    let mut rest = raw(config)?.read::<ExtraFields>().map_err(|_| bad_value())?;
    let mut converse = OutputConfig::new();
    if let Some(effort) = &config.effort {
        rest.remove("effort");
        converse.effort = Some(effort.to_string());
    }
    if let Some(messages::OutputFormat::JsonSchema(format)) = &config.format {
        only(format, &["type", "schema"]).at("format")?;
        rest.remove("format");
        let schema = JsonSchemaDefinition::new(format.schema.as_str());
        let structure = OutputFormatStructure::JsonSchema(schema);
        converse.text_format = Some(OutputFormat::new("json_schema", structure));
    }
    let said = converse != OutputConfig::new();
    Ok((said.then_some(converse), rest))
}

fn output_to_messages(
    config: &OutputConfig,
    mut messages: messages::OutputConfig,
) -> Result<messages::OutputConfig, ConverseError> {
    only(config, &["effort", "textFormat"])?;
    if let Some(effort) = &config.effort {
        messages = messages.effort(effort.as_str());
    }
    if let Some(format) = &config.text_format {
        messages = messages.format(format_to_messages(format).at("textFormat")?);
    }
    Ok(messages)
}

fn format_to_messages(format: &OutputFormat) -> Result<messages::JsonOutputFormat, ConverseError> {
    only(format, &["type", "structure"])?;
    if format.kind != "json_schema" {
        return Err(bad_value().within("type"));
    }
    let OutputFormatStructure::JsonSchema(definition) = &format.structure else {
        return Err(no_counterpart().within("structure"));
    };
    // A name and a description are for people.
    only(definition, &["schema", "name", "description"]).at("jsonSchema").at("structure")?;
    let schema = RawJson::parse(&definition.schema)
        .map_err(|_| bad_value().within("schema"))
        .at("jsonSchema")
        .at("structure")?;
    Ok(messages::JsonOutputFormat::new(schema))
}

/// The JSON of a value; one that has none is a bad value, like the NaN of a temperature.
fn raw(value: &impl WireValue) -> Result<RawJson, ConverseError> {
    RawJson::written(value).map_err(|_| bad_value())
}
