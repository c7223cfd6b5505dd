//! Tools and the choice among them.

use super::{blocks, no_counterpart, only};
use crate::{
    converse::{
        self, AnyToolChoice, AutoToolChoice, ConverseError, SpecificToolChoice, ToolInputSchema,
        ToolSpecification, error::At,
    },
    messages::{CustomTool, Tool, ToolChoice, ToolChoiceAny, ToolChoiceAuto, ToolChoiceTool},
};

/// The tools of yours, with their marks for the cache behind them, and Anthropic's, which Converse hands through.
pub(super) fn to_converse(tools: &[Tool]) -> Result<(Vec<converse::Tool>, Vec<&Tool>), ConverseError> {
    let (mut yours, mut anthropics) = (Vec::new(), Vec::new());
    for (index, tool) in tools.iter().enumerate() {
        let Tool::Custom(tool) = tool else {
            anthropics.push(tool);
            continue;
        };
        yours.push(converse::Tool::ToolSpec(tool_to_converse(tool).at_index(index)?));
        if let Some(mark) = &tool.cache_control {
            let point = blocks::cache_point(mark).at("cache_control").at_index(index)?;
            yours.push(converse::Tool::CachePoint(point));
        }
    }
    Ok((yours, anthropics))
}

pub(super) fn to_messages(tools: &[converse::Tool]) -> Result<Vec<Tool>, ConverseError> {
    let mut messages: Vec<CustomTool> = Vec::with_capacity(tools.len());
    for (index, tool) in tools.iter().enumerate() {
        match tool {
            converse::Tool::ToolSpec(spec) => {
                messages.push(tool_to_messages(spec).at("toolSpec").at_index(index)?);
            }
            converse::Tool::CachePoint(point) => {
                let mark = blocks::cache_control(point).at("cachePoint").at_index(index)?;
                let closed = messages.last_mut().filter(|tool| tool.cache_control.is_none());
                closed.ok_or_else(blocks::unclosed).at("cachePoint").at_index(index)?.cache_control =
                    Some(mark);
            }
            converse::Tool::SystemTool(_) | converse::Tool::Unknown(_) => {
                return Err(no_counterpart().within(tool.member())).at_index(index);
            }
        }
    }
    Ok(messages.into_iter().map(Tool::from).collect())
}

pub(super) fn choice_to_converse(choice: &ToolChoice) -> Result<converse::ToolChoice, ConverseError> {
    const PARALLEL: &str = "disable_parallel_tool_use";
    let (converse, one_at_a_time) = match choice {
        ToolChoice::Auto(auto) => {
            only(auto, &["type", PARALLEL])?;
            (converse::ToolChoice::Auto(AutoToolChoice::new()), auto.disable_parallel_tool_use)
        }
        ToolChoice::Any(any) => {
            only(any, &["type", PARALLEL])?;
            (converse::ToolChoice::Any(AnyToolChoice::new()), any.disable_parallel_tool_use)
        }
        ToolChoice::Tool(tool) => {
            only(tool, &["type", "name", PARALLEL])?;
            let choice = SpecificToolChoice::new(tool.name.as_str());
            (converse::ToolChoice::Tool(choice), tool.disable_parallel_tool_use)
        }
        ToolChoice::None(_) | ToolChoice::Unknown(_) => return Err(no_counterpart()),
    };
    // `false` is what goes without saying.
    if one_at_a_time == Some(true) { Err(no_counterpart().within(PARALLEL)) } else { Ok(converse) }
}

pub(super) fn choice_to_messages(choice: &converse::ToolChoice) -> Result<ToolChoice, ConverseError> {
    Ok(match choice {
        converse::ToolChoice::Auto(auto) => {
            only(auto, &[]).at("auto")?;
            ToolChoiceAuto::new().into()
        }
        converse::ToolChoice::Any(any) => {
            only(any, &[]).at("any")?;
            ToolChoiceAny::new().into()
        }
        converse::ToolChoice::Tool(tool) => {
            only(tool, &["name"]).at("tool")?;
            ToolChoiceTool::new(tool.name.as_str()).into()
        }
        converse::ToolChoice::Unknown(_) => return Err(no_counterpart().within(choice.member())),
    })
}

fn tool_to_converse(tool: &CustomTool) -> Result<ToolSpecification, ConverseError> {
    only(tool, &["type", "name", "description", "input_schema", "strict", "cache_control"])?;
    let schema = ToolInputSchema::Json(tool.input_schema.clone());
    let mut spec = ToolSpecification::new(tool.name.as_str(), schema);
    spec.description.clone_from(&tool.description);
    spec.strict = tool.strict;
    Ok(spec)
}

fn tool_to_messages(spec: &ToolSpecification) -> Result<CustomTool, ConverseError> {
    only(spec, &["name", "description", "inputSchema", "strict"])?;
    let ToolInputSchema::Json(schema) = &spec.input_schema else {
        return Err(no_counterpart().within("inputSchema"));
    };
    let mut tool = CustomTool::new(spec.name.as_str(), schema.clone());
    tool.description.clone_from(&spec.description);
    tool.strict = spec.strict;
    Ok(tool)
}
