//! Batch inference: the lines of its files, and how answers find back to their requests.
//! <https://docs.aws.amazon.com/bedrock/latest/userguide/batch-inference-data.html>
//!
//! | file | holds |
//! | --- | --- |
//! | `record` | a line of the input, a line of the output |
//! | `request_line` | what people have instead of records: a line with a Messages request, and what is wrong with it |
//! | `join` | which output belongs to which input, and what is missing |
//! | `manifest` | the counts of a job, and the names of its files |
//!
//! Jobs are in [`control`](crate::control); files and buckets are the caller's.

mod join;
mod manifest;
mod record;
mod request_line;

pub use join::{BatchJoin, DuplicateRecordId, JoinedBatch};
pub use manifest::{BatchManifest, batch_output_name};
pub use record::{BatchError, BatchInputRecord, BatchOutcome, BatchOutputRecord};
pub use request_line::BatchLineError;
