//! Reads a folder of recordings.

use std::error::Error;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};

use super::{Boundaries, End, Frame, Framing, META, Meta, PARTIAL, REQUEST, RESPONSE};

/// The recordings of a folder and of those within it, in the order of their names.
///
/// ```no_run
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// use bedrock_emulator::{Emulator, Recordings};
///
/// let recordings = Recordings::read("recordings")?;
/// let emulator = Emulator::builder().replay(recordings, 1.0).start().await?;
/// # drop(emulator);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Recordings {
    recorded: Vec<Recorded>,
    partial: Vec<PathBuf>,
}

/// One exchange.
#[derive(Clone, Debug)]
pub(crate) struct Recorded {
    /// Its files without what stands behind their stem, for people to find them by.
    pub(crate) name: String,
    pub(crate) method: Method,
    /// With its query.
    pub(crate) path: String,
    pub(crate) request: Bytes,
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) head_us: u64,
    pub(crate) body: Bytes,
    pub(crate) framing: Framing,
    /// Together as long as the body.
    pub(crate) frames: Vec<Frame>,
    pub(crate) end: End,
}

/// A folder of recordings that cannot be read.
#[derive(Debug)]
pub struct RecordingsError {
    path: PathBuf,
    problem: Problem,
}

#[derive(Debug)]
enum Problem {
    Io(io::Error),
    Json(serde_json::Error),
    /// What is wrong with a member or a file beside this one.
    Member(String),
    /// There are none.
    Empty,
}

impl Recordings {
    /// Reads all of them.
    ///
    /// Recordings that were not finished are left out; [`partial`](Self::partial) names them.
    ///
    /// # Errors
    ///
    /// [`RecordingsError`], which names the file: one cannot be read, is no recording, or there is none at all.
    pub fn read(folder: impl AsRef<Path>) -> Result<Self, RecordingsError> {
        let folder = folder.as_ref();
        let mut files = Vec::new();
        collect(folder, &mut files)?;
        files.sort();
        let mut recordings = Self { recorded: Vec::new(), partial: Vec::new() };
        for file in files {
            let text = file.to_string_lossy();
            if let Some(stem) = text.strip_suffix(META) {
                recordings.recorded.push(Recorded::read(folder, &file, stem)?);
            } else if text.ends_with(PARTIAL) {
                recordings.partial.push(file);
            }
        }
        if recordings.recorded.is_empty() {
            return Err(RecordingsError { path: folder.to_owned(), problem: Problem::Empty });
        }
        Ok(recordings)
    }

    /// How many there are.
    #[expect(clippy::len_without_is_empty, reason = "there is at least one")]
    pub fn len(&self) -> usize {
        self.recorded.len()
    }

    /// The files of those that were not finished: whoever recorded was stopped before the answer was over.
    pub fn partial(&self) -> &[PathBuf] {
        &self.partial
    }

    pub(crate) fn into_recorded(self) -> Vec<Recorded> {
        self.recorded
    }
}

impl Recorded {
    fn read(folder: &Path, file: &Path, stem: &str) -> Result<Self, RecordingsError> {
        let fail = |problem| RecordingsError { path: file.to_owned(), problem };
        let wrong = |what: &str| fail(Problem::Member(what.to_owned()));
        let text = fs::read(file).map_err(|error| fail(Problem::Io(error)))?;
        let meta: Meta = serde_json::from_slice(&text).map_err(|error| fail(Problem::Json(error)))?;
        let path = match &meta.url {
            Some(url) => path_of_url(url).ok_or_else(|| wrong("its url is none"))?,
            None => meta.path.ok_or_else(|| wrong("it has neither a path nor a url"))?,
        };
        let status = meta.status.and_then(|status| StatusCode::from_u16(status).ok());
        let mut headers = HeaderMap::new();
        for (name, value) in &meta.headers {
            let header = HeaderName::try_from(name).ok().zip(HeaderValue::try_from(value).ok());
            let (name, value) = header.ok_or_else(|| wrong(&format!("{name} is no header")))?;
            headers.insert(name, value);
        }
        let kind = headers.get("content-type").and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let framing = Framing::of(kind);
        let request = read_if_there(&PathBuf::from(format!("{stem}{REQUEST}")))?.unwrap_or_default();
        let body = response(Path::new(stem))?.unwrap_or_default();
        let frames = meta.frames.unwrap_or_else(|| frames_of(framing, &body));
        if frames.iter().try_fold(0, |sum: usize, frame| sum.checked_add(frame.bytes)) != Some(body.len()) {
            return Err(wrong("its frames are not as long as the body beside it"));
        }
        let name = Path::new(stem).strip_prefix(folder).unwrap_or(Path::new(stem));
        Ok(Self {
            name: name.display().to_string(),
            method: Method::try_from(meta.method.as_str()).map_err(|_| wrong("its method is none"))?,
            path,
            request,
            status: status.ok_or_else(|| wrong("it has no status of HTTP's"))?,
            headers,
            head_us: meta.head_us,
            body,
            framing,
            frames,
            end: meta.end,
        })
    }
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), RecordingsError> {
    let fail = |error| RecordingsError { path: folder.to_owned(), problem: Problem::Io(error) };
    for entry in fs::read_dir(folder).map_err(fail)? {
        let path = entry.map_err(fail)?.path();
        if path.is_dir() { collect(&path, files)? } else { files.push(path) }
    }
    Ok(())
}

/// The body of the answer, whatever its file is called.
fn response(stem: &Path) -> Result<Option<Bytes>, RecordingsError> {
    for kind in ["json", "bin", "sse", "txt"] {
        if let Some(body) = read_if_there(&PathBuf::from(format!("{}{RESPONSE}{kind}", stem.display())))? {
            return Ok(Some(body));
        }
    }
    Ok(None)
}

fn read_if_there(file: &Path) -> Result<Option<Bytes>, RecordingsError> {
    match fs::read(file) {
        Ok(body) => Ok(Some(body.into())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(RecordingsError { path: file.to_owned(), problem: Problem::Io(error) }),
    }
}

/// The frames of a body whose times nobody knows.
fn frames_of(framing: Framing, body: &[u8]) -> Vec<Frame> {
    let mut boundaries = Boundaries::new(framing);
    let ended = boundaries.push(body);
    ended.into_iter().chain(boundaries.rest()).map(|bytes| Frame { at_us: 0, bytes }).collect()
}

/// What the emulator is asked for with in the place of this URL.
fn path_of_url(url: &str) -> Option<String> {
    let (_, rest) = url.split_once("://")?;
    let (host, path) = rest.split_at(rest.find('/')?);
    let mantle = if host.starts_with("bedrock-mantle.") { "/mantle" } else { "" };
    Some(format!("{mantle}{path}"))
}

impl fmt::Display for RecordingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.display();
        match &self.problem {
            Problem::Io(_) => write!(f, "{path} cannot be read"),
            Problem::Json(_) => write!(f, "{path} is not what describes a recording"),
            Problem::Member(what) => write!(f, "{path} is no recording: {what}"),
            Problem::Empty => write!(f, "{path} has no recording: no file in it ends in {META}"),
        }
    }
}

impl Error for RecordingsError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.problem {
            Problem::Io(error) => Some(error),
            Problem::Json(error) => Some(error),
            Problem::Member(_) | Problem::Empty => None,
        }
    }
}
