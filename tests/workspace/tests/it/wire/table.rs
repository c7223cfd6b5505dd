//! The tables of the documentation say what is there.

use std::{fs, path::PathBuf};

use bedrock_emulator::Fault;

fn read(path: &str) -> String {
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")).join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// What stands in backticks in a text.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// A test is named by its file, below one of the folders that the page lists, and its function.
#[test]
fn every_test_that_the_table_of_promises_names_exists() {
    let page = read("docs/acceptance.md");
    let mut folders = Vec::new();
    let mut named = 0;
    for line in page.lines() {
        if let Some(folder) = line.strip_prefix("- **") {
            let (short, rest) = folder.split_once("**").unwrap();
            folders.push((short, quoted(rest).next().unwrap()));
        }
        if !line.starts_with("| ") {
            continue;
        }
        for test in quoted(line).filter(|name| name.contains("::")) {
            let (file, function) = test.rsplit_once("::").unwrap();
            let (short, file) = file.split_once('/').unwrap();
            let (_, folder) =
                folders.iter().find(|(name, _)| *name == short).unwrap_or_else(|| panic!("{test}"));
            let source = read(&format!("{folder}/{file}"));
            let defined = [format!("fn {function}("), format!("def {function}(")];
            assert!(defined.iter().any(|definition| source.contains(definition)), "{test} is not there");
            named += 1;
        }
    }
    assert!(named > 60, "{named}");
}

#[test]
fn every_fault_is_on_its_page() {
    let page = read("docs/faults.md");
    let rows: Vec<_> = page.lines().filter_map(|line| quoted(line.strip_prefix("| ")?).next()).collect();
    let names: Vec<_> = Fault::NAMES.iter().map(|(name, _)| *name).collect();
    assert_eq!(rows, names);
}
