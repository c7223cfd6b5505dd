//! The two things this crate reads from the world, as small traits: environment variables and files.
//!
//! The real ones are [`ProcessEnv`] and [`OsFiles`]; [`MapEnv`] and [`MapFiles`] hold their content, for tests of this crate and
//! of yours. There is no clock here: time is an argument where it matters.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The most a configuration file may hold.
pub const MAX_FILE_BYTES: u64 = 1024 * 1024;

/// Environment variables.
pub trait Env: fmt::Debug + Send + Sync {
    /// The value of a variable; `None` when it is unset, blank, or not Unicode. AWS counts blank as unset, and so must every
    /// implementation.
    fn var(&self, name: &str) -> Option<String>;
}

/// Files, read whole.
pub trait Files: fmt::Debug + Send + Sync {
    /// The bytes of a file.
    ///
    /// # Errors
    ///
    /// Whatever the system says; [`io::ErrorKind::FileTooLarge`] beyond [`MAX_FILE_BYTES`].
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;
}

/// The environment of this process.
#[derive(Clone, Copy, Debug, Default)]
pub struct ProcessEnv;

/// The file system of this machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct OsFiles;

/// An environment that is a map.
///
/// ```
/// use bedrock_auth::{Env, MapEnv};
///
/// let env = MapEnv::from([("AWS_REGION", "eu-west-1"), ("AWS_PROFILE", " ")]);
/// assert_eq!(env.var("AWS_REGION").as_deref(), Some("eu-west-1"));
/// assert_eq!(env.var("AWS_PROFILE"), None);
/// ```
#[derive(Clone, Default)]
pub struct MapEnv(BTreeMap<String, String>);

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
pub struct MapFiles(BTreeMap<PathBuf, Vec<u8>>);

impl Env for ProcessEnv {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the environment, behind `Env`")]
    fn var(&self, name: &str) -> Option<String> {
        std::env::var(name).ok().filter(is_set)
    }
}

impl Env for MapEnv {
    fn var(&self, name: &str) -> Option<String> {
        self.0.get(name).filter(|value| is_set(value)).cloned()
    }
}

impl<E: Env + ?Sized> Env for Arc<E> {
    fn var(&self, name: &str) -> Option<String> {
        (**self).var(name)
    }
}

impl Files for OsFiles {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let mut content = Vec::new();
        // One byte more than allowed tells a full file from one that is too large, also where the length is not known
        // beforehand (a device, a pipe).
        File::open(path)?.take(MAX_FILE_BYTES + 1).read_to_end(&mut content)?;
        bounded(content)
    }
}

impl Files for MapFiles {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let content = self.0.get(path).ok_or(io::ErrorKind::NotFound)?;
        bounded(content.clone())
    }
}

impl<F: Files + ?Sized> Files for Arc<F> {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        (**self).read(path)
    }
}

impl<K: Into<String>, V: Into<String>, const N: usize> From<[(K, V); N]> for MapEnv {
    fn from(variables: [(K, V); N]) -> Self {
        variables.into_iter().collect()
    }
}

impl<K: Into<String>, V: Into<String>> FromIterator<(K, V)> for MapEnv {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(variables: I) -> Self {
        Self(variables.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
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

impl fmt::Debug for MapEnv {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl fmt::Debug for MapFiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

#[expect(clippy::ptr_arg, reason = "`Option<String>::filter` hands out `&String`")]
fn is_set(value: &String) -> bool {
    !value.trim().is_empty()
}

fn bounded(content: Vec<u8>) -> io::Result<Vec<u8>> {
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
    fn debug_shows_names_and_no_values() {
        let env = MapEnv::from([("AWS_SECRET_ACCESS_KEY", "canary")]);
        let files = MapFiles::from([("/credentials", "canary")]);
        assert_eq!(format!("{env:?} {files:?}"), r#"{"AWS_SECRET_ACCESS_KEY"} {"/credentials"}"#);
    }

    #[test]
    fn a_file_over_the_limit_is_refused() {
        let limit = usize::try_from(MAX_FILE_BYTES).unwrap();
        let folder = tempfile::tempdir().unwrap();
        for (length, expected) in [(0, None), (limit, None), (limit + 1, Some(io::ErrorKind::FileTooLarge))] {
            let path = folder.path().join("config");
            std::fs::write(&path, vec![b'#'; length]).unwrap();
            let files = MapFiles::from([(path.clone(), vec![b'#'; length])]);
            assert_eq!(OsFiles.read(&path).err().map(|error| error.kind()), expected, "{length}");
            assert_eq!(files.read(&path).err().map(|error| error.kind()), expected, "{length}");
        }
    }

    #[test]
    fn the_process_environment_is_readable() {
        assert!(ProcessEnv.var("PATH").is_some());
        assert_eq!(ProcessEnv.var("BEDROCK_AUTH_NO_SUCH_VARIABLE"), None);
    }
}
