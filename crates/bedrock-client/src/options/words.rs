//! Words of Bedrock's own that a call can have: known ones as constants, others as they are.

use std::borrow::Cow;

/// Declares a type of words that AWS may add to.
macro_rules! words {
    ($(#[$meta:meta])* pub struct $name:ident { $($(#[$doc:meta])* $constant:ident = $text:literal),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub struct $name(Cow<'static, str>);

        impl $name {
            $($(#[$doc])* pub const $constant: Self = Self(Cow::Borrowed($text));)*

            /// The word as it goes on the wire.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(Cow::Owned(text.to_owned()))
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(Cow::Owned(text))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

words! {
    /// Whether an answer says what its guardrail found.
    /// <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html#API_runtime_InvokeModel_RequestSyntax>
    ///
    /// ```
    /// use bedrock_client::Trace;
    ///
    /// assert_eq!(Trace::ENABLED.as_str(), "ENABLED");
    /// ```
    pub struct Trace {
        /// What it acted on.
        ENABLED = "ENABLED",
        /// Nothing.
        DISABLED = "DISABLED",
        /// All that it looked at.
        ENABLED_FULL = "ENABLED_FULL",
    }
}

words! {
    /// How fast the answer should come: <https://docs.aws.amazon.com/bedrock/latest/userguide/latency-optimized-inference.html>.
    ///
    /// ```
    /// use bedrock_client::PerformanceConfigLatency;
    ///
    /// assert_eq!(PerformanceConfigLatency::from("optimized"), PerformanceConfigLatency::OPTIMIZED);
    /// ```
    pub struct PerformanceConfigLatency {
        /// As usual.
        STANDARD = "standard",
        /// Faster, on the models and in the regions that have it.
        OPTIMIZED = "optimized",
    }
}

words! {
    /// Which of Bedrock's capacities serves a call: <https://docs.aws.amazon.com/bedrock/latest/userguide/service-tiers-inference.html>.
    ///
    /// ```
    /// use bedrock_client::ServiceTierType;
    ///
    /// assert_eq!(ServiceTierType::PRIORITY.to_string(), "priority");
    /// ```
    pub struct ServiceTierType {
        /// Before others, at a higher price.
        PRIORITY = "priority",
        /// The ordinary one.
        DEFAULT = "default",
        /// When there is room, at a lower price.
        FLEX = "flex",
        /// What the account has reserved.
        RESERVED = "reserved",
    }
}
