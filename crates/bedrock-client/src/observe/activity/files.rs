//! The files of the activity log, one a day. (Effects: here is where files are made and removed.)

use std::{
    fs::{self, DirBuilder, OpenOptions},
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use bedrock_auth::sigv4::SigningTime;

use super::ActivitySink;

/// A file for each day of UTC, `activity-2026-11-22.jsonl`, and none that is older than so many days.
///
/// Files can be read and written by their owner alone. Several programs may write into the same folder: each line is one append. Other
/// files of the folder are left alone.
///
/// ```
/// use bedrock_client::{ActivityLog, DailyFiles};
///
/// let log = ActivityLog::to(DailyFiles::new("/var/log/claude").with_days(90));
/// # drop(log);
/// ```
#[derive(Debug)]
pub struct DailyFiles {
    folder: PathBuf,
    days: u32,
    /// The day on which old files were last removed.
    swept: Mutex<Option<String>>,
}

impl DailyFiles {
    /// Writes into this folder, which is made when the first line comes, and keeps today and the 30 days before.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into(), days: 30, swept: Mutex::default() }
    }

    /// How many days before today are kept.
    #[must_use]
    pub fn with_days(mut self, days: u32) -> Self {
        self.days = days;
        self
    }

    /// Removes what is too old, once a day.
    fn sweep(&self, today: &str, now: SystemTime) -> io::Result<()> {
        // What a panic elsewhere left behind is a day or none.
        let mut swept = self.swept.lock().unwrap_or_else(PoisonError::into_inner);
        if swept.as_deref() == Some(today) {
            return Ok(());
        }
        *swept = Some(today.to_owned());
        let Some(oldest) = now.checked_sub(Duration::from_secs(u64::from(self.days) * DAY)) else {
            return Ok(());
        };
        let oldest = day(oldest)?;
        for entry in fs::read_dir(&self.folder).map_err(|error| at(&self.folder, &error))? {
            let path = entry.map_err(|error| at(&self.folder, &error))?.path();
            if day_of(&path).is_some_and(|day| day < oldest.as_str()) {
                match fs::remove_file(&path) {
                    // Another program may have been faster.
                    Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(at(&path, &error)),
                    _ => {}
                }
            }
        }
        Ok(())
    }
}

impl ActivitySink for DailyFiles {
    fn append(&self, time: SystemTime, line: &str) -> io::Result<()> {
        let day = day(time)?;
        let path = self.folder.join(format!("{PREFIX}{day}{SUFFIX}"));
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&self.folder)
            .map_err(|error| at(&self.folder, &error))?;
        let file = OpenOptions::new().append(true).create(true).mode(0o600).open(&path);
        // In one piece, so that lines of several programs do not mix.
        file.and_then(|mut file| file.write_all(format!("{line}\n").as_bytes()))
            .map_err(|error| at(&path, &error))?;
        self.sweep(&day, time)
    }
}

/// The day in UTC, like `2026-11-22`; as texts, days are in order.
fn day(time: SystemTime) -> io::Result<String> {
    let time = SigningTime::try_from(time).map_err(io::Error::other)?.to_rfc3339();
    Ok(time.split_once('T').map_or_else(String::new, |(day, _)| day.to_owned()))
}

/// The day in the name of a file of this log.
fn day_of(path: &Path) -> Option<&str> {
    let day = path.file_name()?.to_str()?.strip_prefix(PREFIX)?.strip_suffix(SUFFIX)?;
    let is_day = day.len() == "2026-11-22".len()
        && day.bytes().enumerate().all(|(index, byte)| match index {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    is_day.then_some(day)
}

/// The error, with the file that it is about.
fn at(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

const PREFIX: &str = "activity-";
const SUFFIX: &str = ".jsonl";

/// In seconds.
const DAY: u64 = 24 * 60 * 60;

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, os::unix::fs::PermissionsExt};

    use super::*;

    fn time(text: &str) -> SystemTime {
        text.parse::<SigningTime>().expect("a time").to_system_time()
    }

    fn names(folder: &Path) -> BTreeSet<String> {
        let entries = fs::read_dir(folder).expect("a folder");
        entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("text")).collect()
    }

    fn folder() -> tempfile::TempDir {
        tempfile::tempdir().expect("a folder")
    }

    #[test]
    fn a_day_has_a_file_that_its_owner_alone_can_read() {
        let home = folder();
        let logs = home.path().join("a/b");
        let files = DailyFiles::new(&logs);
        for (at, line) in [("20261122T235959Z", "1"), ("20261122T000000Z", "2"), ("20261123T000000Z", "3")] {
            files.append(time(at), line).expect("a line");
        }
        let read = |name: &str| fs::read_to_string(logs.join(name)).expect("a file");
        assert_eq!(
            (read("activity-2026-11-22.jsonl").as_str(), read("activity-2026-11-23.jsonl").as_str()),
            ("1\n2\n", "3\n")
        );
        let mode = |path: &Path| fs::metadata(path).expect("it").permissions().mode() & 0o777;
        assert_eq!((mode(&logs), mode(&logs.join("activity-2026-11-22.jsonl"))), (0o700, 0o600));
    }

    #[test]
    fn what_is_older_than_thirty_days_goes_and_other_files_stay() {
        let home = folder();
        for name in [
            "activity-2026-10-22.jsonl",
            "activity-2026-10-23.jsonl",
            "activity-2020-01-01.jsonl.gz",
            "activity-notes.jsonl",
            "activity-2020_01_01.jsonl",
            "mine",
        ] {
            fs::write(home.path().join(name), "").expect("a file");
        }
        DailyFiles::new(home.path()).append(time("20261122T120000Z"), "x").expect("a line");
        let left: Vec<String> = names(home.path()).into_iter().collect();
        assert_eq!(
            left,
            [
                "activity-2020-01-01.jsonl.gz",
                "activity-2020_01_01.jsonl",
                "activity-2026-10-23.jsonl",
                "activity-2026-11-22.jsonl",
                "activity-notes.jsonl",
                "mine"
            ]
        );
    }

    #[test]
    fn lines_of_several_threads_do_not_mix() {
        let home = folder();
        let files = DailyFiles::new(home.path());
        let line = "x".repeat(10_000);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    let own = DailyFiles::new(home.path());
                    for _ in 0..20 {
                        own.append(time("20261122T120000Z"), &line).expect("a line");
                    }
                });
            }
        });
        files.append(time("20261122T120000Z"), &line).expect("a line");
        let text = fs::read_to_string(home.path().join("activity-2026-11-22.jsonl")).expect("a file");
        assert_eq!(text.lines().filter(|read| *read == line).count(), 81);
    }

    #[test]
    fn what_cannot_be_written_is_named() {
        let home = folder();
        fs::write(home.path().join("file"), "").expect("a file");
        let error = DailyFiles::new(home.path().join("file")).append(time("20261122T120000Z"), "x");
        assert!(error.expect_err("no folder").to_string().contains("/file: "));
    }
}
