//! The ways a Messages request can take to a model.

/// A way to send a request: which members, beta flags and sources it may have depends on it.
///
/// ```
/// use bedrock_types::Route;
///
/// assert_eq!(Route::default(), Route::InvokeModel);
/// assert_eq!(Route::Mantle.to_string(), "the Messages API of bedrock-mantle");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Route {
    /// `InvokeModel` and `InvokeModelWithResponseStream` of bedrock-runtime: every model has it.
    /// <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html>
    #[default]
    InvokeModel,
    /// `/anthropic/v1/messages` of bedrock-runtime.
    /// <https://docs.aws.amazon.com/bedrock/latest/userguide/inference-messages-api.html>
    Messages,
    /// `Converse` and `ConverseStream` of bedrock-runtime.
    /// <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html>
    Converse,
    /// `/anthropic/v1/messages` of bedrock-mantle.
    /// <https://docs.aws.amazon.com/bedrock/latest/userguide/endpoints.html>
    Mantle,
}

impl std::fmt::Display for Route {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::InvokeModel => "InvokeModel",
            Self::Messages => "the Messages API of bedrock-runtime",
            Self::Converse => "Converse",
            Self::Mantle => "the Messages API of bedrock-mantle",
        })
    }
}
