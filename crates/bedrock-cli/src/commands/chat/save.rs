//! A conversation as a file: the request as `messages create --body` reads it.

use std::{
    fs::{self, Permissions},
    io::{self, Write},
    os::unix::fs::PermissionsExt,
    path::Path,
};

use bedrock_client::MessageCreateParams;

use crate::failure::Failure;

/// Writes the file, which only its owner may read; one that is there is replaced as a whole.
pub(super) fn write(path: &Path, params: &MessageCreateParams) -> Result<(), Failure> {
    // What a link leads to is replaced, not the link.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = match target.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let write = || -> io::Result<()> {
        let mut file = tempfile::Builder::new()
            .prefix(".bedrock-chat-")
            .permissions(Permissions::from_mode(0o600))
            .tempfile_in(folder)?;
        serde_json::to_writer_pretty(&mut file, params)?;
        file.write_all(b"\n")?;
        file.persist(&target)?;
        Ok(())
    };
    write().map_err(|error| Failure::Io {
        message: format!("{}: {error}", path.display()),
        hint: "name a file in a folder that you may write to".to_owned(),
        input: false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::input;

    #[test]
    fn what_is_written_is_read_again_and_is_the_owners_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("talk.json");
        fs::write(&path, "old").expect("a file");
        fs::set_permissions(&path, Permissions::from_mode(0o644)).expect("permissions");
        let params = MessageCreateParams::new("sonnet", 16).system("Be brief.").user("Grüße");
        write(&path, &params).expect("written");
        assert_eq!(input::params(&path).expect("read"), params);
        assert_eq!(fs::metadata(&path).expect("metadata").permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1);

        let failure = write(&folder.path().join("no/where.json"), &params).expect_err("no folder");
        assert!(failure.message().contains("where.json"));
    }
}
