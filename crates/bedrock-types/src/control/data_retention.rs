//! What Anthropic may keep of an account's requests, which some models ask for.

use crate::json::{object::wire_struct, open_enum::open_enum};

wire_struct! {
    /// The mode of an account: what GetAccountDataRetention answers, and what PutAccountDataRetention takes and answers.
    ///
    /// Fable and Mythos refuse an account whose mode is `default`; the card of a model says which it asks for.
    pub struct AccountDataRetention {
        required {
            /// The mode.
            mode: DataRetentionMode,
        }
        optional {
            /// When it was set.
            updated_at as "updatedAt": String,
        }
    }
}

open_enum! {
    /// What may be kept.
    pub enum DataRetentionMode {
        /// As the account came.
        Default = "default",
        /// Nothing.
        None = "none",
        /// What AWS looks at for abuse.
        AwsReview = "aws_review",
        /// What the provider of the model is given.
        ProviderDataShare = "provider_data_share",
        /// As the organisation says.
        Inherit = "inherit",
    }
}
