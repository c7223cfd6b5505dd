//! Tools found by searching: <https://platform.claude.com/docs/en/agents-and-tools/tool-use/tool-search-tool>.

use super::CacheControl;
use crate::json::{object::wire_struct, open_enum::open_enum, union::tagged_union};

wire_struct! {
    /// What a search for tools gave; the search itself is a [`ServerToolUseBlock`](super::ServerToolUseBlock).
    pub struct ToolSearchToolResultBlock tag "tool_search_tool_result" {
        required {
            /// The `id` of the search.
            tool_use_id: String,
            /// What was found, or why nothing was.
            content: ToolSearchToolResultContent,
        }
        optional {
            /// Cache everything up to and including this block.
            cache_control: CacheControl,
        }
    }
}

tagged_union! {
    /// The outcome of a search for tools.
    pub enum ToolSearchToolResultContent {
        /// Tools were found.
        SearchResult(ToolSearchToolSearchResult),
        /// The search failed.
        Error(ToolSearchToolResultError),
    }
}

wire_struct! {
    /// The tools that were found.
    pub struct ToolSearchToolSearchResult tag "tool_search_tool_search_result" {
        required {
            /// Their names, best first.
            tool_references: Vec<ToolReferenceBlock>,
        }
    }
}

wire_struct! {
    /// A search for tools that failed.
    pub struct ToolSearchToolResultError tag "tool_search_tool_result_error" {
        required {
            /// Why.
            error_code: ToolSearchToolResultErrorCode,
        }
        optional {
            /// For people.
            error_message: String,
        }
    }
}

open_enum! {
    /// Why a search for tools failed.
    pub enum ToolSearchToolResultErrorCode {
        /// The pattern or query was wrong.
        InvalidToolInput = "invalid_tool_input",
        /// The search is not available.
        Unavailable = "unavailable",
        /// Too many searches.
        TooManyRequests = "too_many_requests",
        /// It took too long.
        ExecutionTimeExceeded = "execution_time_exceeded",
    }
}

wire_struct! {
    /// A tool by its name: in the result of a search, Anthropic's or (in a `tool_result`) one of yours.
    ///
    /// The tool itself stands in the request's `tools`, with `defer_loading`.
    pub struct ToolReferenceBlock tag "tool_reference" {
        required {
            /// The tool's name.
            tool_name: String,
        }
        optional {
            /// Cache everything up to and including this block.
            cache_control: CacheControl,
        }
    }
}
