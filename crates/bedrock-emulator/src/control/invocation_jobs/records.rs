//! The lines of a job: read from S3, answered as a call of the model would be, written back.

use std::time::SystemTime;

use bedrock_types::control::{CreateModelInvocationJobRequest, ModelInvocationType};
use bedrock_types::models::ModelInfo;
use bedrock_types::{
    BatchError, BatchInputRecord, BatchManifest, BatchOutcome, BatchOutputRecord, RawJson, S3Uri,
    batch_output_name,
};

use crate::account::Account;
use crate::digest::Digest;
use crate::operation::{RecordAnswer, Scene, answer_record};
use crate::s3::Object;

/// All lines of a job with their answers, file by file.
#[derive(Debug)]
pub(super) struct Records(Vec<Answered>);

#[derive(Debug)]
struct Answered {
    /// The name of its file.
    file: String,
    line: String,
    is_error: bool,
    input_tokens: u64,
    output_tokens: u64,
}

/// Reads the input of a job, and answers it.
///
/// # Errors
///
/// Why the job fails as a whole; the words are the emulator's.
pub(super) fn answered(
    request: &CreateModelInvocationJobRequest,
    model: &'static ModelInfo,
    scene: &Scene<'_>,
) -> Result<Records, String> {
    let input = request.input_data_config.s3_input_data_config.as_ref();
    let input = input.and_then(|input| S3Uri::parse(&input.s3_uri).ok()).ok_or("The input is not in S3.")?;
    let converse = request.model_invocation_type == Some(ModelInvocationType::Converse);
    let mut records = Vec::new();
    for (file, body) in files(&input, scene.account)? {
        let text = std::str::from_utf8(&body).map_err(|_| format!("The input file {file} is not UTF-8."))?;
        for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
            let record = BatchInputRecord::from_line(line)
                .map_err(|error| format!("Line {number} of the input file {file} is no record: {error}"))?;
            records.push(record_of(&file, number, record, model, converse, scene));
        }
    }
    if records.is_empty() {
        return Err(format!("There are no records in {input}."));
    }
    Ok(Records(records))
}

/// The files of the input, with their names below its folder.
fn files(input: &S3Uri, account: &Account) -> Result<Vec<(String, bytes::Bytes)>, String> {
    let unreadable =
        |error: crate::s3::S3Error| format!("The input {input} cannot be read: {}", error.message());
    if let Some(name) = input.file_name() {
        if !name.ends_with(".jsonl") {
            return Err(format!("The input {input} does not end in .jsonl."));
        }
        let object = account.objects.get(input.bucket(), input.key()).map_err(unreadable)?;
        return Ok(vec![(name.to_owned(), object.body)]);
    }
    let found = account.objects.list(input.bucket(), input.key()).map_err(unreadable)?;
    let named = found.into_iter().filter_map(|(key, object)| {
        let name = key.rsplit('/').next().filter(|name| name.ends_with(".jsonl"))?;
        Some((name.to_owned(), object.body))
    });
    Ok(named.collect())
}

fn record_of(
    file: &str,
    number: u64,
    record: BatchInputRecord,
    model: &'static ModelInfo,
    converse: bool,
    scene: &Scene<'_>,
) -> Answered {
    let BatchInputRecord { model_input, record_id, .. } = record;
    let id = record_id.unwrap_or_else(|| made_up_id(file, number));
    let answer = answer_record(model, &model_input, converse, scene);
    let is_error = answer.is_err();
    let (outcome, input_tokens, output_tokens) = match answer {
        Ok(RecordAnswer { output, input_tokens, output_tokens }) => {
            (BatchOutcome::Output(output), input_tokens, output_tokens)
        }
        Err(error) => (BatchError::new(error.status().as_u16(), error.message()).into(), 0, 0),
    };
    let record = BatchOutputRecord::new(outcome).record_id(id).model_input(model_input);
    let line = record.to_line().expect("what was read from JSON is written as JSON");
    Answered { file: file.to_owned(), line, is_error, input_tokens, output_tokens }
}

/// The id that a record gets which has none: 11 letters and digits.
fn made_up_id(file: &str, number: u64) -> String {
    Digest::of(&[file.as_bytes(), &number.to_be_bytes()]).capitals(11)
}

impl Records {
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// What is counted of the first so many.
    pub(super) fn counts(&self, processed: usize) -> BatchManifest {
        let done = || self.0.iter().take(processed);
        let errors = done().filter(|record| record.is_error).count() as u64;
        let processed = done().count() as u64;
        BatchManifest::new()
            .total_record_count(self.0.len() as u64)
            .processed_record_count(processed)
            .success_record_count(processed - errors)
            .error_record_count(errors)
            .input_token_count(done().map(|record| record.input_tokens).sum::<u64>())
            .output_token_count(done().map(|record| record.output_tokens).sum::<u64>())
    }

    /// Writes the first so many, each file's the last line first, since a job keeps no order; and the manifest.
    ///
    /// # Errors
    ///
    /// Why the job fails: there is no room.
    pub(super) fn write(
        &self,
        folder: Option<S3Uri>,
        processed: usize,
        account: &Account,
        now: SystemTime,
    ) -> Result<(), String> {
        let folder = folder.ok_or("The output is not in S3.")?;
        let put = |name: &str, text: String| {
            let uri = folder.join(name);
            let object = Object::new(text.into(), now);
            let written = account.objects.put(uri.bucket(), uri.key(), object);
            written
                .map(drop)
                .map_err(|error| format!("The output {uri} cannot be written: {}", error.message()))
        };
        let done = self.0.get(..processed).unwrap_or(&self.0);
        for records in done.chunk_by(|one, next| one.file == next.file) {
            let Some(Answered { file, .. }) = records.first() else { continue };
            let text: String = records.iter().rev().flat_map(|record| [record.line.as_str(), "\n"]).collect();
            put(&batch_output_name(file), text)?;
        }
        let manifest = RawJson::of(&self.counts(processed)).expect("numbers are JSON");
        put(BatchManifest::NAME, manifest.as_str().to_owned())
    }
}
