//! What the emulator reads of a conversation.

use bedrock_types::{Content, ContentBlock, MessageCreateParams, MessageParam, Role, ToolResultBlock};

/// The last text that the user's last turn has.
pub(crate) fn last_text(params: &MessageCreateParams) -> Option<&str> {
    text_of(&users_last_turn(params)?.content)
}

/// Whether the user's texts have this anywhere.
pub(super) fn has_text(params: &MessageCreateParams, wanted: &str) -> bool {
    let users = params.messages.iter().filter(|turn| turn.role == Role::User);
    users.into_iter().any(|turn| match &turn.content {
        Content::Text(text) => text.contains(wanted),
        content => content.blocks().iter().filter_map(ContentBlock::text).any(|text| text.contains(wanted)),
    })
}

/// The results of tools that the user's last turn brings, each with the name of its tool.
pub(crate) fn tool_results(params: &MessageCreateParams) -> Vec<(&str, &ToolResultBlock)> {
    let blocks = users_last_turn(params).map_or(&[][..], |turn| turn.content.blocks());
    let results = blocks.iter().filter_map(|block| match block {
        ContentBlock::ToolResult(result) => Some((tool_of(params, &result.tool_use_id), result)),
        _ => None,
    });
    results.collect()
}

/// The last text in a turn or in the result of a tool.
pub(crate) fn text_of(content: &Content) -> Option<&str> {
    match content {
        Content::Text(text) => Some(text.as_str()),
        content => content.blocks().iter().rev().find_map(ContentBlock::text),
    }
}

fn users_last_turn(params: &MessageCreateParams) -> Option<&MessageParam> {
    params.messages.iter().rfind(|turn| turn.role == Role::User)
}

fn tool_of<'a>(params: &'a MessageCreateParams, id: &str) -> &'a str {
    let mut blocks = params.messages.iter().rev().flat_map(|turn| turn.content.blocks());
    let call = blocks.find_map(|block| block.as_tool_use().filter(|call| call.id == id));
    call.map_or("tool", |call| call.name.as_str())
}
