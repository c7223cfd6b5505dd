//! Invocation logging: whether the account and region keep what is asked and answered.

use bedrock_types::control::{LoggingConfig, ModelInvocationLoggingConfiguration};

use super::Request;
use crate::{Client, Error, Response};

/// The invocation log of a [`Client`]'s account and region; there is one, and it is off until it is switched on.
///
/// ```no_run
/// # async fn example(client: bedrock_client::Client) -> Result<(), bedrock_client::Error> {
/// use bedrock_client::types::control::{LoggingConfig, S3Config};
///
/// let logging = client.invocation_logging();
/// if logging.get().await?.logging_config.is_none() {
///     let config = LoggingConfig::new().s3_config(S3Config::new("my-logs")).text_data_delivery_enabled(true);
///     logging.put(config).await?;
/// }
/// # Ok(())
/// # }
/// ```
///
/// It covers InvokeModel and Converse, whole and streamed, of bedrock-runtime; not the native Messages API nor mantle.
/// <https://docs.aws.amazon.com/bedrock/latest/userguide/model-invocation-logging.html>
#[derive(Debug, Clone, Copy)]
pub struct InvocationLogging<'a> {
    client: &'a Client,
}

impl<'a> InvocationLogging<'a> {
    pub(crate) fn new(client: &'a Client) -> Self {
        Self { client }
    }

    /// Where the log goes and what of each request; a `logging_config` of `None` is a log that is off.
    ///
    /// Models <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_GetModelInvocationLoggingConfiguration.html>; the caller needs
    /// `bedrock:GetModelInvocationLoggingConfiguration`.
    ///
    /// # Errors
    ///
    /// `Config` and `Credentials`, before anything was sent; then `Connect`, `Timeout`, `Api`, `Decode`, `TooLarge` and `Protocol`.
    pub async fn get(&self) -> Result<Response<ModelInvocationLoggingConfiguration>, Error> {
        self.client.shared.control(Request::get("GetModelInvocationLoggingConfiguration", PATH)).await
    }

    /// Switches the log on, or another way: what was configured before is replaced as a whole.
    ///
    /// AWS checks that it can write there. The caller also needs `iam:PassRole` for the role of a log group.
    ///
    /// Models <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_PutModelInvocationLoggingConfiguration.html>.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    pub async fn put(&self, config: LoggingConfig) -> Result<Response<()>, Error> {
        let configuration = ModelInvocationLoggingConfiguration::new().logging_config(config);
        let request = Request::put("PutModelInvocationLoggingConfiguration", PATH).body(&configuration);
        self.client.shared.control_done(request).await
    }

    /// Switches the log off; what it wrote stays where it is.
    ///
    /// Models <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_DeleteModelInvocationLoggingConfiguration.html>.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    pub async fn delete(&self) -> Result<Response<()>, Error> {
        self.client
            .shared
            .control_done(Request::delete("DeleteModelInvocationLoggingConfiguration", PATH))
            .await
    }
}

const PATH: &str = "/logging/modelinvocations";
