//! Writes a folder of recordings.
//!
//! Every file is written as its bytes come, and what describes an exchange gets its last name only when the exchange is over: a
//! recorder that is killed leaves what came, marked as partial.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use http::{HeaderMap, Method, StatusCode};
use tokio::time::Instant;

use super::{Boundaries, End, Frame, Framing, META, Meta, PARTIAL, REQUEST, RESPONSE, of_answer, of_request};

/// Writes exchanges into a folder, behind those that are there.
///
/// Request and answer are written whole, prompts included; of headers, only those that say what is asked and answered, and none that
/// authorises.
#[derive(Debug)]
pub struct Recorder {
    folder: PathBuf,
    next: AtomicU64,
}

impl Recorder {
    /// Makes the folder if it is not there, readable to its owner alone.
    ///
    /// # Errors
    ///
    /// It cannot be made or read.
    pub fn open(folder: impl Into<PathBuf>) -> io::Result<Self> {
        let folder = folder.into();
        make_folder(&folder)?;
        let mut last = 0;
        for entry in fs::read_dir(&folder)? {
            let name = entry?.file_name();
            let number = name.to_str().and_then(|name| name.split('-').next()?.parse().ok());
            last = number.unwrap_or(0).max(last);
        }
        Ok(Self { folder, next: AtomicU64::new(last + 1) })
    }

    /// Begins a recording: the request is in its files when this returns.
    ///
    /// # Errors
    ///
    /// The folder takes no more files.
    pub(crate) fn begin(
        &self,
        operation: &str,
        method: &Method,
        path: &str,
        headers: &HeaderMap,
        body: &[u8],
    ) -> io::Result<Recording> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let stem = self.folder.join(format!("{number:04}-{operation}")).display().to_string();
        let recording = Recording {
            meta: Meta {
                method: method.to_string(),
                path: Some(path.to_owned()),
                url: None,
                request_headers: of_request(headers),
                status: None,
                headers: Default::default(),
                head_us: 0,
                frames: None,
                end: End::Complete,
            },
            stem,
            started: Instant::now(),
            answer: None,
        };
        if !body.is_empty() {
            create(&format!("{}{REQUEST}", recording.stem))?.write_all(body)?;
        }
        recording.write_meta(PARTIAL)?;
        Ok(recording)
    }
}

/// An exchange that is being recorded.
#[derive(Debug)]
pub(crate) struct Recording {
    stem: String,
    meta: Meta,
    started: Instant,
    answer: Option<AnswerFile>,
}

/// The body of an answer while it comes.
#[derive(Debug)]
struct AnswerFile {
    file: File,
    begun: Instant,
    boundaries: Boundaries,
    frames: Vec<Frame>,
}

impl Recording {
    /// The head of the answer is there.
    pub(crate) fn head(&mut self, status: StatusCode, headers: &HeaderMap) -> io::Result<()> {
        let begun = Instant::now();
        let kind = headers.get("content-type").and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let framing = Framing::of(kind);
        self.meta.status = Some(status.as_u16());
        self.meta.headers = of_answer(headers);
        self.meta.head_us = microseconds(begun - self.started);
        let file = create(&format!("{}{RESPONSE}{}", self.stem, extension(framing, kind)))?;
        let boundaries = Boundaries::new(framing);
        self.answer = Some(AnswerFile { file, begun, boundaries, frames: Vec::new() });
        self.write_meta(PARTIAL)
    }

    /// The next bytes of the answer are there.
    pub(crate) fn bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        let Some(answer) = &mut self.answer else { return Ok(()) };
        let at_us = microseconds(answer.begun.elapsed());
        let ended = answer.boundaries.push(bytes);
        answer.frames.extend(ended.into_iter().map(|bytes| Frame { at_us, bytes }));
        answer.file.write_all(bytes)
    }

    /// The answer is over.
    pub(crate) fn end(mut self, end: End) -> io::Result<()> {
        if let Some(mut answer) = self.answer.take() {
            let at_us = microseconds(answer.begun.elapsed());
            answer.frames.extend(answer.boundaries.rest().map(|bytes| Frame { at_us, bytes }));
            self.meta.frames = Some(answer.frames);
        }
        self.meta.end = end;
        self.write_meta(PARTIAL)?;
        fs::rename(format!("{}{PARTIAL}", self.stem), format!("{}{META}", self.stem))
    }

    /// There was no answer, so there is nothing to keep.
    pub(crate) fn discard(self) -> io::Result<()> {
        if Path::new(&format!("{}{REQUEST}", self.stem)).exists() {
            fs::remove_file(format!("{}{REQUEST}", self.stem))?;
        }
        fs::remove_file(format!("{}{PARTIAL}", self.stem))
    }

    /// The files, for people.
    pub(crate) fn name(&self) -> &str {
        &self.stem
    }

    fn write_meta(&self, ending: &str) -> io::Result<()> {
        let mut text = serde_json::to_vec_pretty(&self.meta)?;
        text.push(b'\n');
        fs::write(format!("{}{ending}", self.stem), text)
    }
}

fn microseconds(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

fn extension(framing: Framing, kind: &str) -> &'static str {
    match framing {
        Framing::EventStream => "bin",
        Framing::Sse => "sse",
        Framing::Whole if kind.starts_with("application/json") => "json",
        Framing::Whole => "txt",
    }
}

/// Two recorders in one folder must not write over each other.
fn create(path: &str) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(path)
}

#[cfg(unix)]
fn make_folder(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;

    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

#[cfg(not(unix))]
fn make_folder(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frames::named;
    use crate::recording::Recordings;

    fn begin(recorder: &Recorder) -> Recording {
        let headers = HeaderMap::new();
        recorder.begin("invoke", &Method::POST, "/model/m/invoke", &headers, b"{}").unwrap()
    }

    fn stream_head() -> HeaderMap {
        HeaderMap::from_iter([(
            http::header::CONTENT_TYPE,
            http::HeaderValue::from_static("application/vnd.amazon.eventstream"),
        )])
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_written_is_read_again_with_its_times() {
        let folder = tempfile::tempdir().unwrap();
        let recorder = Recorder::open(folder.path()).unwrap();
        let mut recording = begin(&recorder);
        tokio::time::advance(Duration::from_millis(5)).await;
        recording.head(StatusCode::OK, &stream_head()).unwrap();
        let frame = named("chunk", b"{}");
        recording.bytes(&frame[..3]).unwrap();
        tokio::time::advance(Duration::from_micros(7)).await;
        recording.bytes(&[&frame[3..], &frame[..4]].concat()).unwrap();
        recording.end(End::Cut).unwrap();

        let read = Recordings::read(folder.path()).unwrap().into_recorded().remove(0);
        assert_eq!((read.name.as_str(), read.head_us, read.end), ("0001-invoke", 5000, End::Cut));
        let expected = [Frame { at_us: 7, bytes: frame.len() }, Frame { at_us: 7, bytes: 4 }];
        assert_eq!((read.frames, read.body), (expected.to_vec(), [&frame[..], &frame[..4]].concat().into()));
        assert_eq!((read.request, read.status), ("{}".into(), StatusCode::OK));
        assert_eq!(Recorder::open(folder.path()).unwrap().next.into_inner(), 2);
    }

    #[tokio::test]
    async fn what_was_not_finished_is_marked_and_not_replayed() {
        let folder = tempfile::tempdir().unwrap();
        let recorder = Recorder::open(folder.path()).unwrap();
        begin(&recorder).discard().unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);

        let mut killed = begin(&recorder);
        killed.head(StatusCode::OK, &stream_head()).unwrap();
        killed.bytes(b"abc").unwrap();
        drop(killed);
        assert!(Recordings::read(folder.path()).unwrap_err().to_string().ends_with("ends in .meta.json"));
        begin(&recorder).end(End::Complete).unwrap_or_else(|error| panic!("{error}"));
        // Without a head there is no status, and so no recording.
        let error = Recordings::read(folder.path()).unwrap_err();
        assert!(error.to_string().ends_with("it has no status of HTTP's"), "{error}");
        let marked = folder.path().join("0002-invoke.meta.partial.json");
        assert!(fs::read_to_string(marked).unwrap().contains("\"status\": 200"));
        assert_eq!(fs::read(folder.path().join("0002-invoke.response.bin")).unwrap(), b"abc");
    }
}
