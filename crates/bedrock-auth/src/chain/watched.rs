//! Which files an answer came from, and whether they have changed since.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::effects::{FileStamp, Files};

/// The files that were read, also those that were not there, as they were then: a handful, so a list.
type Seen = Vec<(PathBuf, Option<FileStamp>)>;

/// The files that the last answer came from.
#[derive(Debug, Default)]
pub(super) struct Watchlist(Mutex<Seen>);

/// Files that remember what was read of them.
#[derive(Debug)]
pub(super) struct WatchedFiles {
    files: Arc<dyn Files>,
    seen: Mutex<Seen>,
}

impl Watchlist {
    pub(super) fn replace(&self, seen: Seen) {
        *locked(&self.0) = seen;
    }

    /// Whether one of the files is not as it was.
    pub(super) fn has_changed(&self, files: &dyn Files) -> bool {
        locked(&self.0).iter().any(|(path, stamp)| files.stamp(path) != *stamp)
    }
}

impl WatchedFiles {
    pub(super) fn new(files: Arc<dyn Files>) -> Self {
        Self { files, seen: Mutex::default() }
    }

    /// What was read so far.
    pub(super) fn seen(&self) -> Seen {
        locked(&self.seen).clone()
    }
}

impl Files for WatchedFiles {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        // Before reading: what changes while it is read counts as a change. The first stamp stays when it is read again.
        let stamp = self.files.stamp(path);
        let mut seen = locked(&self.seen);
        if !seen.iter().any(|(known, _)| known == path) {
            seen.push((path.to_owned(), stamp));
        }
        drop(seen);
        self.files.read(path)
    }

    fn write_private(&self, path: &Path, content: &[u8]) -> io::Result<()> {
        self.files.write_private(path, content)?;
        // One's own renewed token is no news.
        let stamp = self.files.stamp(path);
        let mut seen = locked(&self.seen);
        seen.retain(|(known, _)| known != path);
        seen.push((path.to_owned(), stamp));
        Ok(())
    }

    fn stamp(&self, path: &Path) -> Option<FileStamp> {
        self.files.stamp(path)
    }

    fn is_readable_by_others(&self, path: &Path) -> bool {
        self.files.is_readable_by_others(path)
    }
}

fn locked(seen: &Mutex<Seen>) -> MutexGuard<'_, Seen> {
    seen.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::effects::testing::MemoryFiles;

    #[test]
    fn a_change_is_what_somebody_else_did_to_a_file_that_was_read() {
        type Change = fn(&MemoryFiles, &WatchedFiles);
        let cases: [(&str, Change, bool); 8] = [
            ("nothing", |_, _| (), false),
            ("a file that was read changes", |files, _| files.put("/read", "new"), true),
            ("it goes", |files, _| files.remove("/read"), true),
            ("a file that was missing appears", |files, _| files.put("/missing", "new"), true),
            ("another file changes", |files, _| files.put("/other", "new"), false),
            ("our own write", |_, watched| watched.write_private("/read".as_ref(), b"new").unwrap(), false),
            (
                "our own write of a file that was missing",
                |_, watched| watched.write_private("/missing".as_ref(), b"new").unwrap(),
                false,
            ),
            (
                "a change between two reads",
                |files, watched| {
                    files.put("/read", "new");
                    watched.read("/read".as_ref()).unwrap();
                },
                true,
            ),
        ];
        for (name, change, expected) in cases {
            let files = MemoryFiles::new([("/read", "old"), ("/other", "old")]);
            let watched = WatchedFiles::new(Arc::new(files.clone()));
            watched.read("/read".as_ref()).unwrap();
            watched.read("/missing".as_ref()).unwrap_err();
            let watchlist = Watchlist::default();
            change(&files, &watched);
            watchlist.replace(watched.seen());
            assert_eq!(watchlist.has_changed(&files), expected, "{name}");
        }
    }
}
