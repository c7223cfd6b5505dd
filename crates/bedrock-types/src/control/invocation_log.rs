//! The records that invocation logging writes: one for each call.

use crate::json::{ExtraFields, RawJson, object::wire_struct};
use crate::messages::Usage;
use crate::models::{Billing, Cost, ModelId, cost};

wire_struct! {
    /// A record of the invocation log, as it lies in S3 (a line of a gzip file) and in CloudWatch Logs (an event):
    /// <https://docs.aws.amazon.com/bedrock/latest/userguide/model-invocation-logging.html>.
    ///
    /// ```
    /// use bedrock_types::{control::ModelInvocationLog, json};
    ///
    /// let record: ModelInvocationLog = json::from_slice(
    ///     br#"{"schemaType":"ModelInvocationLog","schemaVersion":"1.0","timestamp":"2026-11-22T08:15:00Z","accountId":"123456789012",
    ///         "region":"us-east-1","requestId":"r-1","operation":"Converse","modelId":"global.anthropic.claude-opus-4-6-v1",
    ///         "input":{"inputTokenCount":1000},"output":{"outputTokenCount":200}}"#,
    /// )?;
    /// assert_eq!(record.day(), Some("2026-11-22"));
    /// assert_eq!(record.cost().map(|cost| cost.total().to_string()).as_deref(), Some("0.01"));
    /// # Ok::<(), bedrock_types::JsonError>(())
    /// ```
    pub struct ModelInvocationLog {
        optional {
            /// `ModelInvocationLog`.
            schema_type as "schemaType": String,
            /// Its version.
            schema_version as "schemaVersion": String,
            /// When the call was made.
            timestamp: String,
            /// The account.
            account_id as "accountId": String,
            /// The region that was called.
            region: String,
            /// The region that answered, where a profile chose another.
            inference_region as "inferenceRegion": String,
            /// What AWS calls the request.
            request_id as "requestId": String,
            /// The operation, such as `InvokeModel`.
            operation: String,
            /// The model or profile, as it was called.
            model_id as "modelId": String,
            /// Who called.
            identity: InvocationIdentity,
            /// What the caller noted beside the request.
            request_metadata as "requestMetadata": ExtraFields,
            /// AWS's exception, of a call that failed.
            error_code as "errorCode": String,
            /// What was asked.
            input: InvocationInput,
            /// What was answered.
            output: InvocationOutput,
        }
    }
}

impl ModelInvocationLog {
    /// The day of the call, such as `2026-11-22`.
    pub fn day(&self) -> Option<&str> {
        self.timestamp.as_deref()?.get(.."2026-11-22".len())
    }

    /// Whether the call failed.
    pub fn is_error(&self) -> bool {
        self.error_code.is_some()
    }

    /// What the call used, as far as the record tells.
    pub fn usage(&self) -> Usage {
        let (input, output) = (self.input.as_ref(), self.output.as_ref());
        let mut usage = Usage::new(
            input.and_then(|input| input.input_token_count).unwrap_or_default(),
            output.and_then(|output| output.output_token_count).unwrap_or_default(),
        );
        usage.cache_read_input_tokens = input.and_then(|input| input.cache_read_input_token_count);
        usage.cache_creation_input_tokens = input.and_then(|input| input.cache_write_input_token_count);
        usage
    }

    /// What the call costs at the listed price; `None` where that is not known, as with an application profile. A call that failed
    /// costs nothing.
    pub fn cost(&self) -> Option<Cost> {
        if self.is_error() {
            return Some(Cost::default());
        }
        let model = ModelId::parse(self.model_id.as_deref()?).ok()?;
        let billing = Billing::on_demand();
        cost(&self.usage(), &model, self.region.as_deref().map_or(billing, |region| billing.region(region)))
    }
}

wire_struct! {
    /// Who called.
    pub struct InvocationIdentity {
        optional {
            /// The ARN of the user or of the role's session.
            arn: String,
        }
    }
}

wire_struct! {
    /// What was asked.
    pub struct InvocationInput {
        optional {
            /// The type of the body.
            input_content_type as "inputContentType": String,
            /// The body, where texts are kept and it is small enough.
            input_body_json as "inputBodyJson": RawJson,
            /// The body's object in S3 otherwise.
            input_body_s3_path as "inputBodyS3Path": String,
            /// Tokens that had nothing to do with the cache.
            input_token_count as "inputTokenCount": u64 = exact,
            /// Tokens read from the cache.
            cache_read_input_token_count as "cacheReadInputTokenCount": u64 = exact,
            /// Tokens written to the cache.
            cache_write_input_token_count as "cacheWriteInputTokenCount": u64 = exact,
        }
    }
}

wire_struct! {
    /// What was answered.
    pub struct InvocationOutput {
        optional {
            /// The type of the body.
            output_content_type as "outputContentType": String,
            /// The body, where texts are kept and it is small enough; of a stream, the list of its events.
            output_body_json as "outputBodyJson": RawJson,
            /// The body's object in S3 otherwise.
            output_body_s3_path as "outputBodyS3Path": String,
            /// Tokens.
            output_token_count as "outputTokenCount": u64 = exact,
        }
    }
}
