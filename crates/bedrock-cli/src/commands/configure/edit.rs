//! Changing settings in the text of a shared AWS file: every other byte stays.
//!
//! What a line is, is told as the reader in `bedrock-auth` tells it: by its first character.

use std::ops::Range;

/// One section's settings, as they shall be. It may hold secrets, and so cannot be printed.
pub(super) struct Section {
    /// As between the brackets: `default`, `profile dev`, `sso-session corp`.
    pub(super) title: String,
    /// Name and value; a value of `None` takes the setting away.
    pub(super) settings: Vec<(&'static str, Option<String>)>,
}

/// The text with the section's settings as they shall be. What is not there yet comes at the end of its section, and a section that is
/// not there at the end of the text.
pub(super) fn edited(text: &str, section: &Section) -> String {
    section.settings.iter().fold(text.to_owned(), |text, (name, value)| match value {
        Some(value) => with(&text, &section.title, name, value),
        None => without(&text, &section.title, name),
    })
}

/// Whether there is such a section.
pub(super) fn has(text: &str, title: &str) -> bool {
    !sections(text, title).is_empty()
}

fn with(text: &str, title: &str, name: &str, value: &str) -> String {
    let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let setting = format!("{name} = {value}{newline}");
    let sections = sections(text, title);
    // Where a setting stands twice, readers take the last.
    if let Some(range) = sections.iter().filter_map(|section| section.settings_of(name).pop()).next_back() {
        return replaced(text, range, &setting);
    }
    if let Some(section) = sections.first() {
        let before =
            if text.get(..section.end).is_some_and(|text| text.ends_with('\n')) { "" } else { newline };
        return replaced(text, section.end..section.end, &format!("{before}{setting}"));
    }
    let before = match text {
        "" => "".to_owned(),
        text if text.ends_with('\n') => newline.to_owned(),
        _ => newline.repeat(2),
    };
    format!("{text}{before}[{title}]{newline}{setting}")
}

fn without(text: &str, title: &str, name: &str) -> String {
    let mut ranges: Vec<_> =
        sections(text, title).iter().flat_map(|section| section.settings_of(name)).collect();
    ranges.sort_by_key(|range| std::cmp::Reverse(range.start));
    ranges.into_iter().fold(text.to_owned(), |text, range| replaced(&text, range, ""))
}

fn replaced(text: &str, range: Range<usize>, by: &str) -> String {
    let mut text = text.to_owned();
    text.replace_range(range, by);
    text
}

/// A section that stands in a text.
struct Found {
    /// Each setting's name in lower case, and the bytes of its lines.
    settings: Vec<(String, Range<usize>)>,
    /// Behind its last setting, or its title.
    end: usize,
}

impl Found {
    fn settings_of(&self, name: &str) -> Vec<Range<usize>> {
        let named = self.settings.iter().filter(|(found, _)| found == name);
        named.map(|(_, range)| range.clone()).collect()
    }
}

/// The sections of this title, in order.
fn sections(text: &str, title: &str) -> Vec<Found> {
    let mut found = Vec::new();
    let mut open = false;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let (start, end) = (at, at + line.len());
        at = end;
        let line = if start == 0 { line.trim_start_matches('\u{feff}') } else { line };
        let trimmed = line.trim();
        if trimmed.is_empty() || trimmed.starts_with(['#', ';']) {
            continue;
        }
        if line.starts_with('[') {
            open = is_title(line, title);
            if open {
                found.push(Found { settings: Vec::new(), end });
            }
        } else if let (true, Some(section)) = (open, found.last_mut()) {
            section.end = end;
            if line.starts_with(char::is_whitespace) {
                // It goes on with the setting above, over comments too.
                if let Some((_, range)) = section.settings.last_mut() {
                    range.end = end;
                }
            } else {
                let name = trimmed.split('=').next().unwrap_or_default().trim().to_ascii_lowercase();
                section.settings.push((name, start..end));
            }
        }
    }
    found
}

/// Whether a line opens the section; how much white space stands in a title means nothing.
fn is_title(line: &str, title: &str) -> bool {
    let line = line.split(['#', ';']).next().unwrap_or_default().trim();
    let inner = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    inner.is_some_and(|inner| inner.split_whitespace().eq(title.split_whitespace()))
}

#[cfg(test)]
mod tests {
    use bedrock_auth::{MapEnv, MapFiles, Profiles};
    use proptest::prelude::*;

    use super::*;

    fn set(text: &str, title: &str, name: &'static str, value: Option<&str>) -> String {
        let settings = vec![(name, value.map(str::to_owned))];
        edited(text, &Section { title: title.to_owned(), settings })
    }

    #[test]
    fn a_setting_is_replaced_where_it_stands_or_added_where_it_belongs() {
        for (text, after) in [
            ("", "[profile dev]\nregion = x-1\n"),
            ("[default]\nregion = a-1", "[default]\nregion = a-1\n\n[profile dev]\nregion = x-1\n"),
            ("[profile dev]", "[profile dev]\nregion = x-1\n"),
            (
                "# mine\n[ profile  dev ] # here\n  \noutput=json\n\n# last\n[default]\nregion=a-1\n",
                "# mine\n[ profile  dev ] # here\n  \noutput=json\nregion = x-1\n\n# last\n[default]\nregion=a-1\n",
            ),
            (
                "[profile dev]\r\nREGION=a-1 # far\r\ns3 =\r\n  a = b\r\n",
                "[profile dev]\r\nregion = x-1\r\ns3 =\r\n  a = b\r\n",
            ),
            (
                "[profile dev]\nregion=a\nregion=b\n  c\noutput=json\n",
                "[profile dev]\nregion=a\nregion = x-1\noutput=json\n",
            ),
            ("\u{feff}[profile dev]\nregion=a", "\u{feff}[profile dev]\nregion = x-1\n"),
        ] {
            assert_eq!(set(text, "profile dev", "region", Some("x-1")), after);
        }
    }

    #[test]
    fn a_setting_is_taken_away_wherever_it_stands() {
        let text = "[dev]\na=1\naws_session_token=x\n  y\n# kept\n[other]\naws_session_token=z\n[dev]\nAWS_SESSION_TOKEN = w\n";
        assert_eq!(
            set(text, "dev", "aws_session_token", None),
            "[dev]\na=1\n# kept\n[other]\naws_session_token=z\n[dev]\n"
        );
    }

    /// Lines of a legal file, comments and settings of other sections among them.
    fn file() -> impl Strategy<Value = String> {
        let line = prop_oneof![
            Just("[default]".to_owned()),
            Just("[profile dev]".to_owned()),
            Just("[profile other] ; note".to_owned()),
            Just(String::new()),
            "# [a-z =]{0,12}",
            "[a-c]{1,2} ?= ?[a-z0-9]{1,6}",
            Just("region = old".to_owned()),
            Just("s3 =\n  region = nested\n  other = 1".to_owned()),
        ];
        (prop::collection::vec(line, 0..16), any::<bool>()).prop_map(|(lines, ends)| {
            let text = format!("[default]\n{}", lines.join("\n"));
            if ends { format!("{text}\n") } else { text }
        })
    }

    proptest! {
        #[test]
        fn all_other_lines_stay(text in file()) {
            let after = set(&text, "profile dev", "region", Some("new-1"));
            let mut before: Vec<_> = text.lines().collect();
            let mut added: Vec<&str> = Vec::new();
            for line in after.lines() {
                match before.first() {
                    Some(first) if *first == line => { before.remove(0); }
                    // The one line that may go is the setting that is replaced.
                    Some(first) if *first == "region = old" && line == "region = new-1" => { before.remove(0); }
                    _ => added.push(line),
                }
            }
            prop_assert!(before.is_empty(), "lost {before:?} of {text:?} in {after:?}");
            prop_assert!(added.iter().all(|line| ["", "[profile dev]", "region = new-1"].contains(line)), "{added:?}");
        }

        #[test]
        fn what_was_set_is_read_back(text in file()) {
            let after = set(&text, "profile dev", "region", Some("new-1"));
            let files = MapFiles::from([("/c", after.as_str())]);
            let env = MapEnv::from([("AWS_CONFIG_FILE", "/c")]);
            let profiles = Profiles::load_named(&env, &files, "dev").expect("a legal file");
            prop_assert_eq!(profiles.selected().and_then(|dev| dev.get("region")), Some("new-1"), "{}", after);
            prop_assert_eq!(set(&after, "profile dev", "region", Some("new-1")), after);
        }

        #[test]
        fn any_text_is_edited_without_a_panic(text in "(?s).{0,200}") {
            let after = set(&text, "profile dev", "region", Some("new-1"));
            set(&after, "profile dev", "region", None);
        }
    }
}
