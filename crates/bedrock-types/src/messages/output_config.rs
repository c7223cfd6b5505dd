//! How much work goes into an answer, and what form it has.

use crate::json::{RawJson, object::wire_struct, open_enum::open_enum, union::tagged_union};

wire_struct! {
    /// How much work the model puts in, and what form its answer has.
    pub struct OutputConfig {
        optional {
            /// How much work.
            effort: Effort,
            /// The form of the answer.
            format: OutputFormat,
            /// How many tokens the whole task may cost (beta).
            task_budget: TaskBudget,
        }
    }
}

open_enum! {
    /// How much work the model puts into an answer: <https://platform.claude.com/docs/en/build-with-claude/effort>.
    pub enum Effort {
        /// Fast and short.
        Low = "low",
        /// Balanced.
        Medium = "medium",
        /// Thorough.
        High = "high",
        /// More thorough.
        XHigh = "xhigh",
        /// No limit.
        Max = "max",
    }
}

tagged_union! {
    /// The form of an answer: <https://platform.claude.com/docs/en/build-with-claude/structured-outputs>.
    pub enum OutputFormat {
        /// JSON that obeys a schema.
        JsonSchema(JsonOutputFormat),
    }
}

wire_struct! {
    /// JSON that obeys a schema.
    ///
    /// ```
    /// use bedrock_types::{JsonOutputFormat, OutputConfig, RawJson};
    ///
    /// let schema = RawJson::parse(r#"{"type":"object","properties":{},"additionalProperties":false}"#)?;
    /// let config = OutputConfig::new().effort("low").format(JsonOutputFormat::new(schema));
    /// # assert!(config.format.is_some());
    /// # Ok::<(), bedrock_types::JsonError>(())
    /// ```
    pub struct JsonOutputFormat tag "json_schema" {
        required {
            /// JSON Schema 2020-12, a subset of it; every object in it says `additionalProperties: false`.
            schema: RawJson,
        }
    }
}

tagged_union! {
    /// What a task may cost over all its requests; not on Bedrock today.
    pub enum TaskBudget {
        /// In tokens.
        Tokens(TokenTaskBudget),
    }
}

wire_struct! {
    /// Tokens for a task.
    pub struct TokenTaskBudget tag "tokens" {
        required {
            /// For the whole task.
            total: u64 = exact,
        }
        optional {
            /// What is left of them; all if left out.
            remaining: u64 = exact,
        }
    }
}
