//! What the service changed in a request before the model saw it: blocks of thinking that do not belong to the
//! conversation (beta `thinking-binding-controls-2026-08-01`).

use crate::json::{object::wire_struct, open_enum::open_enum, union::tagged_union};

tagged_union! {
    /// One change, or one that would have been made.
    pub enum InputTransformation {
        /// A thinking block was left out.
        ThinkingDropped(ThinkingDroppedInputTransformation),
        /// A thinking block was shown although it does not belong here.
        ThinkingMismatchAllowed(ThinkingMismatchAllowedInputTransformation),
    }
}

wire_struct! {
    /// A thinking block was left out.
    pub struct ThinkingDroppedInputTransformation tag "thinking_dropped" {
        required {
            /// Where in the request, like `messages.3.content.0`.
            path: String,
            /// Why.
            reason: ThinkingMismatchReason,
        }
    }
}

wire_struct! {
    /// A thinking block was shown although it does not belong here.
    pub struct ThinkingMismatchAllowedInputTransformation tag "thinking_mismatch_allowed" {
        required {
            /// Where in the request, like `messages.3.content.0`.
            path: String,
            /// Why it does not belong here.
            reason: ThinkingMismatchReason,
        }
    }
}

open_enum! {
    /// Why a thinking block does not belong to a request.
    pub enum ThinkingMismatchReason {
        /// It is of a model that this one may not read.
        Model = "model_binding_mismatch",
        /// What stands before it is not what stood there.
        Prefix = "prefix_binding_mismatch",
        /// It is of another organization or account.
        Organization = "organization_binding_mismatch",
        /// It is of another end user.
        EndUser = "end_user_binding_mismatch",
    }
}
