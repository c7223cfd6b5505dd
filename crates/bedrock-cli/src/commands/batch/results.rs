//! `bedrock batch results`: the answers of a job, in the order of its requests.
//!
//! Files may be as large as Bedrock lets them be, so they go to disk; in memory are the ids, and where each answer stands.

use std::{
    fs::{self, File},
    io::{self, BufRead, BufReader, BufWriter, Read, Seek, SeekFrom, Write},
    path::Path,
};

use bedrock_client::Client;
use bedrock_types::{
    BatchInputRecord, BatchJoin, BatchManifest, BatchOutcome, BatchOutputRecord, JoinedBatch, S3Uri,
    control::ModelInvocationJob,
};

use super::{job, storage::Storage};
use crate::{
    args::Global,
    failure::Failure,
    output::{self, Stderr},
};

/// Downloads the answers of a job that is over, joins them to its requests, and writes them to a folder or stdout.
pub(super) async fn run(
    global: &Global,
    client: &Client,
    job: &ModelInvocationJob,
    to: &Path,
) -> Result<(), Failure> {
    job::check(job)?;
    let stderr = Stderr::new(global);
    let (input, output) = places(job)?;
    let mut inputs = Vec::new();
    let storage = Storage::of(client, input.bucket())?;
    for uri in files(&storage, &input, ".jsonl").await? {
        inputs.push(storage.download(&uri).await?);
    }
    let storage = Storage::of(client, output.bucket())?;
    let mut outputs = Vec::new();
    for uri in files(&storage, &output, ".jsonl.out").await? {
        outputs.push(storage.download(&uri).await?);
    }
    let (joined, failed) = join(&inputs, &outputs)?;
    write(to, &joined, &outputs)?;
    if let Some(manifest) = manifest(&storage, &output).await? {
        check_manifest(stderr, &manifest, &joined);
    }
    tell(stderr, &joined, &failed);
    let lost = joined.missing.len() + failed.len() + joined.duplicates.len();
    if lost == 0 && joined.is_complete() {
        return Ok(());
    }
    Err(unanswered(job, lost, joined.records.len() + joined.unknown.len() + joined.missing.len()))
}

/// Fails if the job itself counts requests that it has not answered.
pub(super) fn check_counts(job: &ModelInvocationJob) -> Result<(), Failure> {
    let count = |count: Option<u64>| usize::try_from(count.unwrap_or(0)).unwrap_or(usize::MAX);
    let (total, answered) = (count(job.total_record_count), count(job.success_record_count));
    if answered < total { Err(unanswered(job, total - answered, total)) } else { Ok(()) }
}

fn unanswered(job: &ModelInvocationJob, lost: usize, total: usize) -> Failure {
    Failure::service(
        format!("{lost} of {total} requests have no answer"),
        format!("see the errors in `bedrock batch results {}`, and send those requests again", job.id()),
    )
}

fn places(job: &ModelInvocationJob) -> Result<(S3Uri, S3Uri), Failure> {
    job.input().zip(job.output()).ok_or_else(|| {
        Failure::config(
            "the job does not say where its files are",
            "see `bedrock batch show`, and fetch them yourself",
        )
    })
}

/// The object itself, or those of a folder that end like this.
async fn files(storage: &Storage, uri: &S3Uri, ending: &str) -> Result<Vec<S3Uri>, Failure> {
    if !uri.is_folder() {
        return Ok(vec![uri.clone()]);
    }
    let mut found = storage.list(uri).await?;
    found.retain(|uri| uri.key().ends_with(ending));
    found.sort();
    Ok(found)
}

async fn manifest(storage: &Storage, output: &S3Uri) -> Result<Option<BatchManifest>, Failure> {
    let uri = output.join(BatchManifest::NAME);
    if !storage.list(output).await?.contains(&uri) {
        return Ok(None);
    }
    let mut text = String::new();
    let mut file = storage.download(&uri).await?;
    file.read_to_string(&mut text).map_err(|error| Failure::io(&uri.to_string(), &error))?;
    let manifest = BatchManifest::from_json(&text);
    manifest.map(Some).map_err(|error| broken(&format!("{uri} is no manifest: {error}")))
}

/// Where a line stands: which file, at which byte, how long.
#[derive(Debug, Clone, Copy)]
struct Place {
    file: usize,
    start: u64,
    length: u64,
}

/// Reads the ids of both sides; beside the join, the ids of those that Bedrock refused, with its words.
fn join(inputs: &[File], outputs: &[File]) -> Result<(JoinedBatch<Place>, Vec<String>), Failure> {
    let (mut join, mut failed) = (BatchJoin::new(), Vec::new());
    for input in inputs {
        each_line(input, |_, line| {
            let record = BatchInputRecord::from_line(line);
            let record =
                record.map_err(|error| broken(&format!("a line of the input is no record: {error}")))?;
            join.expect(record.record_id.as_deref()).map_err(|error| broken(&error.to_string()))
        })?;
    }
    for (file, output) in outputs.iter().enumerate() {
        each_line(output, |(start, length), line| {
            let record = BatchOutputRecord::from_line(line);
            let record =
                record.map_err(|error| broken(&format!("a line of the output is no record: {error}")))?;
            let id = record.record_id.as_deref();
            if let BatchOutcome::Error(error) = &record.outcome {
                failed.push(format!("{}: {} {}", id.unwrap_or("-"), error.error_code, error.error_message));
            }
            join.found(id, Place { file, start, length });
            Ok(())
        })?;
    }
    Ok((join.finish(), failed))
}

/// Calls with each line that is not blank, and where it stands.
fn each_line(
    mut file: &File,
    mut each: impl FnMut((u64, u64), &str) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let failed = |error: io::Error| Failure::io("a downloaded file", &error);
    file.rewind().map_err(failed)?;
    let mut lines = BufReader::new(file);
    let (mut line, mut start) = (String::new(), 0);
    loop {
        line.clear();
        let length = lines.read_line(&mut line).map_err(failed)? as u64;
        if length == 0 {
            return Ok(());
        }
        if !line.trim().is_empty() {
            each((start, length), &line)?;
        }
        start += length;
    }
}

/// Writes every answer: those of the requests in their order, then what belongs to none.
fn write(to: &Path, joined: &JoinedBatch<Place>, outputs: &[File]) -> Result<(), Failure> {
    let places = joined.records.iter().map(|(_, place)| place);
    let places = places.chain(joined.duplicates.iter().map(|(_, place)| place));
    let places = places.chain(joined.unknown.iter().map(|(_, place)| place));
    if to.as_os_str() == "-" {
        let mut stdout = BufWriter::new(io::stdout().lock());
        return copy(places, outputs, &mut stdout).map_err(|error| Failure::stdout(&error));
    }
    let path = to.join(RESULTS);
    let written = fs::create_dir_all(to).and_then(|()| File::create(&path)).and_then(|file| {
        let mut file = BufWriter::new(file);
        copy(places, outputs, &mut file)
    });
    written.map_err(|error| Failure::io(&path.display().to_string(), &error))?;
    output::shown(&format!("{}\n", path.display()))
}

fn copy<'a>(places: impl Iterator<Item = &'a Place>, outputs: &[File], to: &mut dyn Write) -> io::Result<()> {
    for Place { file, start, length } in places.copied() {
        let Some(mut file) = outputs.get(file) else { continue };
        file.seek(SeekFrom::Start(start))?;
        let mut line = Vec::new();
        file.take(length).read_to_end(&mut line)?;
        to.write_all(line.trim_ascii_end())?;
        to.write_all(b"\n")?;
    }
    to.flush()
}

/// What a person should know: each request without an answer, and each answer without a request.
fn tell(stderr: Stderr, joined: &JoinedBatch<Place>, failed: &[String]) {
    stderr.note(&format!(
        "{} answers, {} of them errors",
        joined.records.len() + joined.unknown.len(),
        failed.len()
    ));
    let unknown = if joined.unknown.len() == joined.unnamed { &[][..] } else { &joined.unknown };
    let unknown = unknown.iter().map(|(id, _)| id.clone().unwrap_or_else(|| "-".to_owned()));
    for (what, ids) in [
        ("failed", failed.to_vec()),
        ("no answer", joined.missing.clone()),
        ("answered twice", joined.duplicates.iter().map(|(id, _)| id.clone()).collect()),
        ("answers to no request of the input", unknown.collect()),
    ] {
        if ids.is_empty() {
            continue;
        }
        stderr.note(&format!("{what}:"));
        ids.iter().take(MOST_SHOWN).for_each(|id| stderr.note(&format!("  {}", output::printable(id))));
        if let Some(more) = ids.len().checked_sub(MOST_SHOWN).filter(|more| *more > 0) {
            stderr.note(&format!("  and {more} more"));
        }
    }
}

/// Bedrock's own count against what was found.
fn check_manifest(stderr: Stderr, manifest: &BatchManifest, joined: &JoinedBatch<Place>) {
    let found = (joined.records.len() + joined.duplicates.len() + joined.unknown.len()) as u64;
    if let Some(counted) = manifest.processed_record_count.filter(|counted| *counted != found) {
        stderr
            .note(&format!("Bedrock counted {counted} records as processed, but {found} are in the output"));
    }
    if let (Some(read), Some(written)) = (manifest.input_token_count, manifest.output_token_count) {
        stderr.note(&format!("{read} tokens read, {written} written"));
    }
}

fn broken(what: &str) -> Failure {
    Failure::service(what, "look at the files yourself: `bedrock batch show` says where they are")
}

/// The file of a folder that gets the answers.
const RESULTS: &str = "results.jsonl";
const MOST_SHOWN: usize = 20;

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> File {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        file
    }

    #[test]
    fn answers_come_in_the_order_of_the_requests_and_none_is_lost() {
        let input = |id: &str| format!("{{\"recordId\":\"{id}\",\"modelInput\":{{}}}}\n");
        let output =
            |id: &str| format!("{{\"recordId\":\"{id}\",\"modelInput\":{{}},\"modelOutput\":{{}}}}\n");
        let error =
            "{\"recordId\":\"d\",\"modelInput\":{},\"error\":{\"errorCode\":400,\"errorMessage\":\"no\"}}";
        let inputs = [file(&["a", "b"].map(input).concat()), file(&["c", "d"].map(input).concat())];
        let outputs = [file(&["c", "x", "a", "c"].map(output).concat()), file(&format!("\n{error}"))];
        let (joined, failed) = join(&inputs, &outputs).unwrap();
        assert_eq!(failed, ["d: 400 no"]);
        assert_eq!(joined.missing, ["b"]);

        let folder = tempfile::tempdir().unwrap();
        write(&folder.path().join("new"), &joined, &outputs).unwrap();
        let written = fs::read_to_string(folder.path().join("new").join(RESULTS)).unwrap();
        let ids: Vec<_> = written
            .lines()
            .map(|line| BatchOutputRecord::from_line(line).unwrap().record_id.unwrap())
            .collect();
        assert_eq!(ids, ["a", "c", "d", "c", "x"]);
    }

    #[test]
    fn a_file_that_is_none_of_a_batch_is_refused() {
        let good = [file("{\"modelInput\":{}}")];
        assert!(join(&[file("{}")], &[]).unwrap_err().message().contains("input is no record"));
        assert!(join(&good, &[file("{}")]).unwrap_err().message().contains("output is no record"));
    }
}
