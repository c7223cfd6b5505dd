//! Where cache marks go: on a block, on the end of a text, of the system, of the tools, of the last turn.
//!
//! The mark itself is [`CacheControl`]; how many a request may have and in which order is checked in `check/cache.rs`.

use super::{CacheControl, Content, ContentBlock, MessageCreateParams, Tool};

impl MessageCreateParams {
    /// Marks the end of the system text: tools and system are cached.
    ///
    /// Nothing happens if there is no system text yet.
    #[must_use]
    pub fn cache_control_system(mut self, mark: CacheControl) -> Self {
        self.system = self.system.map(|system| system.cache_control(mark));
        self
    }

    /// Marks the last of the tools so far: all of them are cached.
    ///
    /// Nothing happens if there is none, or if it is of a kind that this version does not know.
    #[must_use]
    pub fn cache_control_tools(mut self, mark: CacheControl) -> Self {
        if let Some(tool) = self.tools.as_mut().and_then(|tools| tools.last_mut()) {
            tool.set_cache_control(mark);
        }
        self
    }

    /// Marks the end of the last turn so far: the whole request up to there is cached.
    ///
    /// ```
    /// use bedrock_types::{CacheControl, MessageCreateParams};
    ///
    /// let params = MessageCreateParams::new("us.anthropic.claude-opus-4-8", 64)
    ///     .system("A long text of instructions")
    ///     .cache_control_system(CacheControl::ephemeral().ttl("1h"))
    ///     .user("A long text")
    ///     .cache_control_last_turn(CacheControl::ephemeral());
    /// let json = serde_json::to_value(&params).unwrap();
    /// assert_eq!(json["system"][0]["cache_control"]["ttl"], "1h");
    /// assert_eq!(json["messages"][0]["content"][0]["cache_control"]["type"], "ephemeral");
    /// ```
    #[must_use]
    pub fn cache_control_last_turn(mut self, mark: CacheControl) -> Self {
        if let Some(turn) = self.messages.last_mut() {
            let content = std::mem::replace(&mut turn.content, Content::Blocks(Vec::new()));
            turn.content = content.cache_control(mark);
        }
        self
    }
}

impl Content {
    /// Marks the last block that can carry a mark; a plain text becomes a block for that.
    #[must_use]
    pub fn cache_control(self, mark: CacheControl) -> Self {
        let mut blocks = self.into_blocks();
        if let Some(slot) = blocks.iter_mut().rev().find_map(ContentBlock::cache_control_slot) {
            *slot = Some(mark);
        }
        Self::Blocks(blocks)
    }
}

impl ContentBlock {
    /// Marks this block, if it is of a kind that can carry a mark: thinking cannot.
    ///
    /// ```
    /// use bedrock_types::{CacheControl, ContentBlock, TextBlock};
    ///
    /// let block = ContentBlock::from(TextBlock::new("hi")).cache_control(CacheControl::ephemeral());
    /// assert_eq!(block.cache_mark(), Some(&CacheControl::ephemeral()));
    /// ```
    #[must_use]
    pub fn cache_control(mut self, mark: CacheControl) -> Self {
        self.set_cache_control(mark);
        self
    }

    /// The mark of this block, if it has one and its kind is known.
    pub fn cache_mark(&self) -> Option<&CacheControl> {
        match self {
            Self::Text(block) => block.cache_control.as_ref(),
            Self::Image(block) => block.cache_control.as_ref(),
            Self::Document(block) => block.cache_control.as_ref(),
            Self::SearchResult(block) => block.cache_control.as_ref(),
            Self::ToolUse(block) => block.cache_control.as_ref(),
            Self::ToolResult(block) => block.cache_control.as_ref(),
            Self::ServerToolUse(block) => block.cache_control.as_ref(),
            Self::ToolSearchToolResult(block) => block.cache_control.as_ref(),
            Self::ToolReference(block) => block.cache_control.as_ref(),
            Self::ToolAddition(block) => block.cache_control.as_ref(),
            Self::ToolRemoval(block) => block.cache_control.as_ref(),
            Self::Compaction(block) => block.cache_control.as_ref(),
            Self::Thinking(_) | Self::RedactedThinking(_) | Self::Unknown(_) => None,
        }
    }

    fn set_cache_control(&mut self, mark: CacheControl) {
        if let Some(slot) = self.cache_control_slot() {
            *slot = Some(mark);
        }
    }

    fn cache_control_slot(&mut self) -> Option<&mut Option<CacheControl>> {
        match self {
            Self::Text(block) => Some(&mut block.cache_control),
            Self::Image(block) => Some(&mut block.cache_control),
            Self::Document(block) => Some(&mut block.cache_control),
            Self::SearchResult(block) => Some(&mut block.cache_control),
            Self::ToolUse(block) => Some(&mut block.cache_control),
            Self::ToolResult(block) => Some(&mut block.cache_control),
            Self::ServerToolUse(block) => Some(&mut block.cache_control),
            Self::ToolSearchToolResult(block) => Some(&mut block.cache_control),
            Self::ToolReference(block) => Some(&mut block.cache_control),
            Self::ToolAddition(block) => Some(&mut block.cache_control),
            Self::ToolRemoval(block) => Some(&mut block.cache_control),
            Self::Compaction(block) => Some(&mut block.cache_control),
            Self::Thinking(_) | Self::RedactedThinking(_) | Self::Unknown(_) => None,
        }
    }
}

impl Tool {
    /// The mark of this tool, if it has one and its kind is known.
    pub fn cache_mark(&self) -> Option<&CacheControl> {
        match self {
            Self::Custom(tool) => tool.cache_control.as_ref(),
            Self::Bash20250124(tool) => tool.cache_control.as_ref(),
            Self::TextEditor20250124(tool) => tool.cache_control.as_ref(),
            Self::TextEditor20250429(tool) => tool.cache_control.as_ref(),
            Self::TextEditor20250728(tool) => tool.cache_control.as_ref(),
            Self::ComputerUse20241022(tool) => tool.cache_control.as_ref(),
            Self::ComputerUse20250124(tool) => tool.cache_control.as_ref(),
            Self::ComputerUse20251124(tool) => tool.cache_control.as_ref(),
            Self::Memory20250818(tool) => tool.cache_control.as_ref(),
            Self::ToolSearchRegex20251119(tool) => tool.cache_control.as_ref(),
            Self::ToolSearchBm25_20251119(tool) => tool.cache_control.as_ref(),
            Self::Unknown(_) => None,
        }
    }

    fn set_cache_control(&mut self, mark: CacheControl) {
        let slot = match self {
            Self::Custom(tool) => &mut tool.cache_control,
            Self::Bash20250124(tool) => &mut tool.cache_control,
            Self::TextEditor20250124(tool) => &mut tool.cache_control,
            Self::TextEditor20250429(tool) => &mut tool.cache_control,
            Self::TextEditor20250728(tool) => &mut tool.cache_control,
            Self::ComputerUse20241022(tool) => &mut tool.cache_control,
            Self::ComputerUse20250124(tool) => &mut tool.cache_control,
            Self::ComputerUse20251124(tool) => &mut tool.cache_control,
            Self::Memory20250818(tool) => &mut tool.cache_control,
            Self::ToolSearchRegex20251119(tool) => &mut tool.cache_control,
            Self::ToolSearchBm25_20251119(tool) => &mut tool.cache_control,
            Self::Unknown(_) => return,
        };
        *slot = Some(mark);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{CustomTool, RawJson, TextBlock, ThinkingBlock};

    #[test]
    fn the_mark_goes_to_the_last_block_that_can_carry_it() {
        let content = Content::from([TextBlock::new("a").into(), ThinkingBlock::new("b").into()])
            .cache_control(CacheControl::ephemeral());
        let marks: Vec<_> = content.blocks().iter().map(|block| block.cache_mark().is_some()).collect();
        assert_eq!(marks, [true, false]);
    }

    #[test]
    fn nothing_to_mark_is_no_mark() {
        let params = MessageCreateParams::new("m", 1)
            .cache_control_system(CacheControl::ephemeral())
            .cache_control_tools(CacheControl::ephemeral())
            .cache_control_last_turn(CacheControl::ephemeral());
        assert_eq!(params, MessageCreateParams::new("m", 1));
    }

    #[test]
    fn the_last_tool_stands_for_all() {
        let tool = |name: &str| CustomTool::new(name, RawJson::parse("{}").expect("JSON"));
        let params = MessageCreateParams::new("m", 1)
            .tool(tool("a"))
            .tool(tool("b"))
            .cache_control_tools(CacheControl::ephemeral());
        let marks: Vec<_> = params.tools.iter().flatten().map(|tool| tool.cache_mark().is_some()).collect();
        assert_eq!(marks, [false, true]);
    }
}
