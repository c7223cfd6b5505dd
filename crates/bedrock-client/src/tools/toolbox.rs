//! The tools of a run, by name.

use std::sync::Arc;

use bedrock_types::{MessageCreateParams, Tool};

use super::RunnableTool;
use crate::Error;

/// Tools with their definitions.
#[derive(Default)]
pub(super) struct Toolbox {
    tools: Vec<(Tool, Arc<dyn RunnableTool>)>,
}

impl Toolbox {
    pub(super) fn add(&mut self, tool: Arc<dyn RunnableTool>) {
        self.tools.push((tool.definition(), tool));
    }

    pub(super) fn find(&self, name: &str) -> Option<Arc<dyn RunnableTool>> {
        self.tools
            .iter()
            .find(|(definition, _)| definition.name() == Some(name))
            .map(|(_, tool)| tool.clone())
    }

    /// Writes the definitions into the request. One that the request already has stays as it is: it may have a cache mark.
    ///
    /// # Errors
    ///
    /// `Config`: two tools have one name, or a tool has none.
    pub(super) fn define(&self, params: &mut MessageCreateParams) -> Result<(), Error> {
        for (index, (definition, _)) in self.tools.iter().enumerate() {
            let Some(name) = definition.name() else {
                return Err(Error::config(
                    format!("tool {index} has a definition without a name, of type {:?}", definition.kind()),
                    "define it as a CustomTool, or as one of Anthropic's tools that this version knows",
                ));
            };
            if self.tools.iter().take(index).any(|(other, _)| other.name() == Some(name)) {
                return Err(Error::config(format!("two tools are called {name:?}"), "rename one of them"));
            }
            let tools = params.tools.get_or_insert_default();
            if !tools.iter().any(|tool| tool.name() == Some(name)) {
                tools.push(definition.clone());
            }
        }
        Ok(())
    }

    /// What the model is told that calls a tool that is not here.
    pub(super) fn unknown(&self, name: &str) -> String {
        let names: Vec<_> = self.tools.iter().filter_map(|(definition, _)| definition.name()).collect();
        match names.is_empty() {
            true => format!("There is no tool {name:?}."),
            false => format!("There is no tool {name:?}. The tools are: {}.", names.join(", ")),
        }
    }
}
