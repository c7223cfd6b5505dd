//! Laws of the parser of the shared files.

use bedrock_auth::{MapEnv, MapFiles, ProfileError, Profiles};
use proptest::prelude::*;

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(config in prop::collection::vec(any::<u8>(), 0..256)) {
        let _ = load(&config, &config);
    }

    /// Made of what the format is made of, so that it gets past the first line.
    #[test]
    fn arbitrary_lines_are_profiles_or_an_error_within_the_file(lines in prop::collection::vec(line(), 0..12)) {
        let file = lines.join("\n");
        match load(file.as_bytes(), b"") {
            Ok(profiles) => prop_assert!(profiles.names().all(|name| profiles.profile(name).is_some())),
            Err(ProfileError::Syntax { line, .. }) => prop_assert!((1..=lines.len().max(1)).contains(&line)),
            Err(other) => prop_assert!(false, "{other}"),
        }
    }

    #[test]
    fn what_is_written_is_read(
        settings in prop::collection::btree_map("[a-z0-9_-]{1,8}", "[!-~&&[^#;]]([ -~&&[^#;]]{0,8}[!-~&&[^#;]])?", 0..6),
        name in "[a-zA-Z0-9/.%@_:+-]{1,12}",
    ) {
        let lines = settings.iter().map(|(key, value)| format!("{key} = {value}\n"));
        let file = format!("[profile {name}]\n{}", lines.collect::<String>());
        let profiles = load(file.as_bytes(), b"").unwrap();
        let read = profiles.profile(&name).unwrap().iter();
        let read: Vec<_> = read.map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
        prop_assert_eq!(read, settings.into_iter().collect::<Vec<_>>());
    }
}

fn load(config: &[u8], credentials: &[u8]) -> Result<Profiles, ProfileError> {
    let files = MapFiles::from([("/h/.aws/config", config), ("/h/.aws/credentials", credentials)]);
    Profiles::load(&MapEnv::from([("HOME", "/h")]), &files)
}

fn line() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\[(profile |sso-session |services )?[a-z ]{0,6}\\]?[ #;]{0,2}",
        "[a-z]{0,4} ?=? ?[a-z#;= ]{0,6}",
        "[ \t]{1,2}[a-z]{0,3}=?[a-z]{0,3}",
        "[#;].{0,4}",
    ]
}
