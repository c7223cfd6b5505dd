//! Invocation logging: whether a region keeps what is asked and answered, and where.

use crate::json::object::wire_struct;

wire_struct! {
    /// The body of PutModelInvocationLoggingConfiguration, and the answer of GetModelInvocationLoggingConfiguration, where nothing
    /// means that logging is off:
    /// <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_PutModelInvocationLoggingConfiguration.html>.
    ///
    /// ```
    /// use bedrock_types::control::{LoggingConfig, ModelInvocationLoggingConfiguration, S3Config};
    ///
    /// let config = LoggingConfig::new().s3_config(S3Config::new("my-logs")).text_data_delivery_enabled(true);
    /// assert_eq!(
    ///     serde_json::to_string(&ModelInvocationLoggingConfiguration::new().logging_config(config)).unwrap(),
    ///     r#"{"loggingConfig":{"s3Config":{"bucketName":"my-logs"},"textDataDeliveryEnabled":true}}"#,
    /// );
    /// ```
    pub struct ModelInvocationLoggingConfiguration {
        optional {
            /// The configuration, if there is one.
            logging_config as "loggingConfig": LoggingConfig,
        }
    }
}

wire_struct! {
    /// Where the log goes, and what of each request: one for an account and region.
    /// <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_LoggingConfig.html>
    pub struct LoggingConfig {
        optional {
            /// To CloudWatch Logs.
            cloud_watch_config as "cloudWatchConfig": CloudWatchConfig,
            /// To S3.
            s3_config as "s3Config": S3Config,
            /// Whether texts are kept.
            text_data_delivery_enabled as "textDataDeliveryEnabled": bool,
            /// Whether images are kept.
            image_data_delivery_enabled as "imageDataDeliveryEnabled": bool,
            /// Whether vectors are kept.
            embedding_data_delivery_enabled as "embeddingDataDeliveryEnabled": bool,
            /// Whether videos are kept.
            video_data_delivery_enabled as "videoDataDeliveryEnabled": bool,
            /// Whether sounds are kept.
            audio_data_delivery_enabled as "audioDataDeliveryEnabled": bool,
        }
    }
}

wire_struct! {
    /// A log group of CloudWatch, and who may write to it.
    pub struct CloudWatchConfig {
        required {
            /// The log group.
            log_group_name as "logGroupName": String,
            /// The role that Bedrock writes with.
            role_arn as "roleArn": String,
        }
        optional {
            /// Where bodies go that are too large for a log line.
            large_data_delivery_s3_config as "largeDataDeliveryS3Config": S3Config,
        }
    }
}

wire_struct! {
    /// A bucket of S3.
    pub struct S3Config {
        required {
            /// Its name.
            bucket_name as "bucketName": String,
        }
        optional {
            /// What its keys begin with.
            key_prefix as "keyPrefix": String,
        }
    }
}
