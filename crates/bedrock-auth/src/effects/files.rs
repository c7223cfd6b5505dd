//! Files: read whole, and written so that only their owner can read them; and a file system that is a map.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The most a configuration file may hold.
pub const MAX_FILE_BYTES: u64 = 1024 * 1024;

/// Files, read whole.
pub trait Files: fmt::Debug + Send + Sync {
    /// The bytes of a file.
    ///
    /// # Errors
    ///
    /// Whatever the system says; [`io::ErrorKind::FileTooLarge`] beyond [`MAX_FILE_BYTES`].
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;

    /// Replaces a file by one that only its owner can read, in one step: a reader sees the old content or the new.
    ///
    /// # Errors
    ///
    /// Whatever the system says; [`io::ErrorKind::Unsupported`] where nothing can be written, as an implementation does that says
    /// nothing about it.
    fn write_private(&self, path: &Path, content: &[u8]) -> io::Result<()> {
        let _ = (path, content);
        Err(io::ErrorKind::Unsupported.into())
    }

    /// What changes when the file does; `None` where it is not there, or where nobody can tell.
    fn stamp(&self, path: &Path) -> Option<FileStamp> {
        let _ = path;
        None
    }

    /// Whether others than its owner may read the file.
    fn is_readable_by_others(&self, path: &Path) -> bool {
        let _ = path;
        false
    }
}

/// What changes when a file does: compared, never looked into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FileStamp(u128, u64);

impl FileStamp {
    /// A stamp from two numbers, such as the time of the last change and the length.
    pub fn new(changed: u128, length: u64) -> Self {
        Self(changed, length)
    }
}

/// A file system that is a map from path to content.
///
/// ```
/// use bedrock_auth::{Files, MapFiles};
///
/// let files = MapFiles::from([("/home/me/.aws/config", "[default]\nregion = eu-west-1\n")]);
/// assert!(files.read("/home/me/.aws/config".as_ref()).is_ok());
/// assert!(files.read("/home/me/.aws/credentials".as_ref()).is_err());
/// ```
#[derive(Clone, Default)]
pub struct MapFiles(Vec<(PathBuf, Vec<u8>)>);

impl Files for MapFiles {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        // Of a path that was given twice, the last counts.
        let (_, content) = self.0.iter().rfind(|(known, _)| known == path).ok_or(io::ErrorKind::NotFound)?;
        bounded(content.clone())
    }
}

impl<F: Files + ?Sized> Files for Arc<F> {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        (**self).read(path)
    }

    fn write_private(&self, path: &Path, content: &[u8]) -> io::Result<()> {
        (**self).write_private(path, content)
    }

    fn stamp(&self, path: &Path) -> Option<FileStamp> {
        (**self).stamp(path)
    }

    fn is_readable_by_others(&self, path: &Path) -> bool {
        (**self).is_readable_by_others(path)
    }
}

impl<K: Into<PathBuf>, V: Into<Vec<u8>>, const N: usize> From<[(K, V); N]> for MapFiles {
    fn from(files: [(K, V); N]) -> Self {
        files.into_iter().collect()
    }
}

impl<K: Into<PathBuf>, V: Into<Vec<u8>>> FromIterator<(K, V)> for MapFiles {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(files: I) -> Self {
        Self(files.into_iter().map(|(path, content)| (path.into(), content.into())).collect())
    }
}

impl fmt::Debug for MapFiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.iter().map(|(path, _)| path)).finish()
    }
}

pub(super) fn bounded(content: Vec<u8>) -> io::Result<Vec<u8>> {
    // A length that does not fit is over the limit too.
    if u64::try_from(content.len()).is_ok_and(|length| length <= MAX_FILE_BYTES) {
        Ok(content)
    } else {
        Err(io::ErrorKind::FileTooLarge.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_names_and_no_content() {
        let files = MapFiles::from([("/credentials", "canary")]);
        assert_eq!(format!("{files:?}"), r#"{"/credentials"}"#);
    }
}
