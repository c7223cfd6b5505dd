//! Calls of tools and their results: each call has its result at the head of the turn behind it, and the tools are still defined.
//!
//! Turns of one speaker in a row count as one, as the API counts them. System turns are passed over.
//! <https://platform.claude.com/docs/en/agents-and-tools/tool-use/handle-tool-calls>, 2026-11.

use super::{Check, Fix, Outcome, Rule, place::Place};
use crate::{
    messages::{ContentBlock, MessageParam, Role},
    route::Route,
};

pub(super) fn check(check: &mut Check<'_>) {
    let params = check.params;
    let mut history = History::default();
    for (turn, message) in params.messages.iter().enumerate() {
        match message.role {
            Role::Assistant => history.asked(check, turn, message),
            Role::User => history.answered(check, turn, message),
            Role::System | Role::Unknown(_) => {}
        }
    }
    if history.last == Some(Role::User) {
        history.close(check);
    }
    if history.has_tools && params.tools.as_ref().is_none_or(Vec::is_empty) {
        check.found(
            without_tools(check.route),
            Place::member("tools"),
            Rule::ToolsOfHistoryMissing,
            Fix::DefineTools,
        );
    }
}

/// Converse says so itself ("The toolConfig field must be defined when using toolUse and toolResult content blocks"). Of the other
/// routes only notes of users say it.
fn without_tools(route: Route) -> Outcome {
    match route {
        Route::Converse => Outcome::Refused,
        Route::InvokeModel | Route::Messages | Route::Mantle => Outcome::Unsure,
    }
}

/// What the turns up to here leave open.
#[derive(Default)]
struct History<'a> {
    last: Option<Role>,
    /// Calls of the model's last turn that have no result yet.
    open: Vec<Call<'a>>,
    /// Whether the user's turn has something before its next block that is no result.
    begun: bool,
    has_tools: bool,
}

struct Call<'a> {
    id: &'a str,
    turn: usize,
    block: usize,
}

impl<'a> History<'a> {
    fn asked(&mut self, check: &mut Check<'_>, turn: usize, message: &'a MessageParam) {
        if self.last != Some(Role::Assistant) {
            self.close(check);
            self.last = Some(Role::Assistant);
        }
        for (block, content) in message.content.blocks().iter().enumerate() {
            if let ContentBlock::ToolUse(call) = content {
                self.has_tools = true;
                self.open.push(Call { id: &call.id, turn, block });
            }
        }
    }

    fn answered(&mut self, check: &mut Check<'_>, turn: usize, message: &MessageParam) {
        if self.last != Some(Role::User) {
            self.begun = false;
            self.last = Some(Role::User);
        }
        let blocks = message.content.blocks();
        self.begun |= blocks.is_empty(); // a plain text
        for (block, content) in blocks.iter().enumerate() {
            let ContentBlock::ToolResult(result) = content else {
                self.begun = true;
                continue;
            };
            self.has_tools = true;
            match self.open.iter().position(|call| call.id == result.tool_use_id) {
                None => refused(check, turn, block, Rule::ToolResultWithoutCall, Fix::Remove),
                Some(_) if self.begun => {
                    self.open.retain(|call| call.id != result.tool_use_id);
                    refused(check, turn, block, Rule::ToolResultNotFirst, Fix::MoveToFront);
                }
                Some(call) => drop(self.open.remove(call)),
            }
        }
    }

    /// No result can come any more for what the model asked before.
    fn close(&mut self, check: &mut Check<'_>) {
        for call in self.open.drain(..) {
            refused(check, call.turn, call.block, Rule::ToolCallWithoutResult, Fix::AddToolResult);
        }
    }
}

fn refused(check: &mut Check<'_>, turn: usize, block: usize, rule: Rule, fix: Fix) {
    let messages = Place::member("messages");
    let turn = messages.at(turn);
    check.refused(turn.then("content").at(block), rule, fix);
}
