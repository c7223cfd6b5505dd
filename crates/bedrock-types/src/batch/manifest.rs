//! What a job writes beside its answers: <https://docs.aws.amazon.com/bedrock/latest/userguide/batch-inference-results.html>.

use crate::json::{JsonError, object::wire_struct, read};

wire_struct! {
    /// `manifest.json.out`: what a job counted.
    ///
    /// ```
    /// use bedrock_types::BatchManifest;
    ///
    /// let manifest = BatchManifest::from_json(r#"{"totalRecordCount":2,"errorRecordCount":1}"#)?;
    /// assert_eq!(manifest.error_record_count, Some(1));
    /// # Ok::<(), bedrock_types::JsonError>(())
    /// ```
    pub struct BatchManifest {
        optional {
            /// How many records there are.
            total_record_count as "totalRecordCount": u64 = exact,
            /// How many were looked at.
            processed_record_count as "processedRecordCount": u64 = exact,
            /// How many were answered.
            success_record_count as "successRecordCount": u64 = exact,
            /// How many were refused.
            error_record_count as "errorRecordCount": u64 = exact,
            /// Tokens that were read.
            input_token_count as "inputTokenCount": u64 = exact,
            /// Tokens that were written.
            output_token_count as "outputTokenCount": u64 = exact,
        }
    }
}

impl BatchManifest {
    /// The name that a job gives the file.
    pub const NAME: &'static str = "manifest.json.out";

    /// Reads the file.
    ///
    /// # Errors
    ///
    /// The text is not JSON, or not a manifest.
    pub fn from_json(text: &str) -> Result<Self, JsonError> {
        read::read_str(text)
    }
}

/// What a job calls the answers to the requests of an input file.
///
/// ```
/// assert_eq!(bedrock_types::batch_output_name("requests.jsonl"), "requests.jsonl.out");
/// ```
pub fn batch_output_name(input: &str) -> String {
    format!("{input}.out")
}
