//! Which of Bedrock's ways a Messages request takes.

/// The API that a Messages request goes through; host, path, framing and version follow from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Route {
    /// `InvokeModel` and `InvokeModelWithResponseStream`: works for every model, streams in binary frames.
    /// <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html>
    #[default]
    InvokeModel,
}
