//! The file system of this machine.

use std::fs::{self, DirBuilder, File, Metadata, OpenOptions};
use std::hash::{BuildHasher, RandomState};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::files::{FileStamp, Files, MAX_FILE_BYTES, bounded};

/// The file system of this machine.
///
/// On Unix what it writes has mode 0600 from the moment it exists, and folders that it makes have 0700. Elsewhere the folder's own
/// rules hold.
#[derive(Clone, Copy, Debug, Default)]
pub struct OsFiles;

impl Files for OsFiles {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let mut content = Vec::new();
        // One byte more than allowed tells a full file from one that is too large, also where the length is not known
        // beforehand (a device, a pipe).
        let file: &mut dyn Read = &mut File::open(path)?;
        file.take(MAX_FILE_BYTES + 1).read_to_end(&mut content)?;
        bounded(content)
    }

    fn write_private(&self, path: &Path, content: &[u8]) -> io::Result<()> {
        if let Some(folder) = path.parent() {
            private_folders().create(folder)?;
        }
        // In the same folder, since only a rename within a file system replaces in one step.
        let beside = beside(path)?;
        let written = write_new(&beside, content).and_then(|()| fs::rename(&beside, path));
        if written.is_err() {
            // The first error counts; the file may not even be there.
            let _ = fs::remove_file(&beside);
        }
        written
    }

    fn stamp(&self, path: &Path) -> Option<FileStamp> {
        let metadata = fs::metadata(path).ok()?;
        let changed = metadata.modified().ok()?.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        // A file that was replaced within one tick of the file system's clock has another inode.
        Some(FileStamp::new(inode(&metadata) << 64 | changed.as_nanos(), metadata.len()))
    }

    fn is_readable_by_others(&self, path: &Path) -> bool {
        fs::metadata(path).is_ok_and(|metadata| grants_reading(&metadata))
    }
}

/// Writes a file that must not be there yet.
fn write_new(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = private_file().open(path)?;
    file.write_all(content)?;
    // Before the rename: a machine that loses its power must not have the name without the content.
    file.sync_all()
}

/// A name in the same folder that no other write uses: by chance and not by the number of the process, which is 1 in every container.
fn beside(path: &Path) -> io::Result<PathBuf> {
    let mut name = path.file_name().ok_or(io::ErrorKind::InvalidFilename)?.to_owned();
    // The hasher's own random keys are random enough, and need no crate.
    name.push(format!(".{:016x}.tmp", RandomState::new().hash_one(())));
    Ok(path.with_file_name(name))
}

#[cfg(unix)]
fn private_file() -> OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    let mut options = File::options();
    options.write(true).create_new(true).mode(0o600);
    options
}

#[cfg(not(unix))]
fn private_file() -> OpenOptions {
    let mut options = File::options();
    options.write(true).create_new(true);
    options
}

#[cfg(unix)]
fn private_folders() -> DirBuilder {
    use std::os::unix::fs::DirBuilderExt;
    let mut builder = DirBuilder::new();
    builder.recursive(true).mode(0o700);
    builder
}

#[cfg(not(unix))]
fn private_folders() -> DirBuilder {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    builder
}

#[cfg(unix)]
fn inode(metadata: &Metadata) -> u128 {
    use std::os::unix::fs::MetadataExt;
    metadata.ino().into()
}

#[cfg(not(unix))]
fn inode(_: &Metadata) -> u128 {
    0
}

#[cfg(unix)]
fn grants_reading(metadata: &Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    metadata.permissions().mode() & 0o044 != 0
}

/// Access lists are not looked into.
#[cfg(not(unix))]
fn grants_reading(_: &Metadata) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use std::process;

    use super::*;
    use crate::effects::MapFiles;

    #[test]
    fn a_file_over_the_limit_is_refused() {
        let limit = usize::try_from(MAX_FILE_BYTES).unwrap();
        let folder = tempfile::tempdir().unwrap();
        for (length, expected) in [(0, None), (limit, None), (limit + 1, Some(io::ErrorKind::FileTooLarge))] {
            let path = folder.path().join("config");
            fs::write(&path, vec![b'#'; length]).unwrap();
            let files = MapFiles::from([(path.clone(), vec![b'#'; length])]);
            assert_eq!(OsFiles.read(&path).err().map(|error| error.kind()), expected, "{length}");
            assert_eq!(files.read(&path).err().map(|error| error.kind()), expected, "{length}");
        }
    }

    #[test]
    fn a_write_replaces_the_whole_file_and_leaves_nothing_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sso/cache/token.json");
        for content in [&b"a longer content"[..], b"short"] {
            OsFiles.write_private(&path, content).unwrap();
            assert_eq!(OsFiles.read(&path).unwrap(), content);
        }
        let names: Vec<_> = fs::read_dir(path.parent().unwrap()).unwrap().collect();
        assert_eq!(names.len(), 1, "{names:?}");
    }

    #[test]
    fn what_another_process_is_writing_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token.json");
        // As a process of the same number would in another container, with the same home.
        let others: Vec<_> = (0..100)
            .map(|write| folder.path().join(format!("token.json.{}-{write}.tmp", process::id())))
            .collect();
        for other in &others {
            fs::write(other, "theirs").unwrap();
        }
        OsFiles.write_private(&path, b"ours").unwrap();
        for other in &others {
            assert_eq!(fs::read(other).unwrap(), b"theirs", "{}", other.display());
        }
    }

    #[test]
    fn a_write_that_fails_leaves_nothing_beside_the_old_content() {
        let folder = tempfile::tempdir().unwrap();
        let occupied = folder.path().join("folder");
        fs::create_dir_all(occupied.join("inner")).unwrap();
        assert!(OsFiles.write_private(&occupied, b"content").is_err());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        assert!(OsFiles.write_private("/".as_ref(), b"content").is_err());
    }

    #[cfg(unix)]
    #[test]
    fn what_is_written_is_for_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new/token.json");
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;

        OsFiles.write_private(&path, b"{}").unwrap();
        assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
        assert!(!OsFiles.is_readable_by_others(&path));
        for (open, expected) in [(0o640, true), (0o604, true), (0o622, false)] {
            fs::set_permissions(&path, fs::Permissions::from_mode(open)).unwrap();
            assert_eq!(OsFiles.is_readable_by_others(&path), expected, "{open:o}");
        }

        OsFiles.write_private(&path, b"{}").unwrap();
        assert_eq!(mode(&path), 0o600);
    }

    #[test]
    fn a_stamp_changes_with_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config");
        assert_eq!(OsFiles.stamp(&path), None);
        OsFiles.write_private(&path, b"one").unwrap();
        let first = OsFiles.stamp(&path);
        assert!(first.is_some());
        assert_eq!(OsFiles.stamp(&path), first);
        fs::write(&path, b"three").unwrap();
        assert_ne!(OsFiles.stamp(&path), first);
    }
}
