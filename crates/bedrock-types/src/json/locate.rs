//! From a place in a text to a JSON path: what makes an error readable, computed only when there is one.

/// The path of the value that begins or ends at an offset, like `content[1].text`.
///
/// A wrong value is reported where it begins or ends, and an absent member where its object ends: behind the closing brace. What is
/// deeper or longer than any path of a schema ends with an ellipsis, as it comes from a text that is no request or answer.
pub(super) fn path_at(input: &[u8], at: usize) -> String {
    let mut walk = Walk::default();
    for &byte in input.iter().take(at) {
        walk.step(byte);
    }
    render(&walk.path, walk.deeper > 0)
}

/// The offset of `line` and `column` (1-based, in bytes, as serde_json counts).
pub(super) fn offset(input: &[u8], line: usize, column: usize) -> usize {
    let line_start: usize =
        input.split_inclusive(|&byte| byte == b'\n').take(line.saturating_sub(1)).map(<[u8]>::len).sum();
    line_start.saturating_add(column).min(input.len())
}

/// What serde_json says, without the line and column that it says it of.
pub(super) fn without_place(error: &serde_json::Error) -> String {
    let mut message = error.to_string();
    if let Some(place) = message.rfind(" at line ") {
        message.truncate(place);
    }
    message
}

enum Step {
    /// In an object; the key is empty until one was read.
    Member(Vec<u8>),
    /// In an array.
    Index(usize),
}

#[derive(Default)]
struct Walk {
    path: Vec<Step>,
    /// How many more objects and arrays are open.
    deeper: usize,
    /// The text of the string being read, if inside one.
    string: Option<Vec<u8>>,
    escaped: bool,
    /// The last string that ended: a key, if a colon follows.
    last: Vec<u8>,
}

impl Walk {
    fn step(&mut self, byte: u8) {
        if let Some(string) = &mut self.string {
            match byte {
                b'"' if !self.escaped => self.last = self.string.take().unwrap_or_default(),
                _ => {
                    self.escaped = byte == b'\\' && !self.escaped;
                    string.push(byte);
                }
            }
            return;
        }
        match byte {
            b'"' => {
                self.string = Some(Vec::new());
                self.escaped = false;
            }
            b'{' | b'[' if self.path.len() == MAX_STEPS => self.deeper += 1,
            b'}' | b']' | b':' | b',' if self.deeper > 0 => {
                self.deeper -= usize::from(matches!(byte, b'}' | b']'));
            }
            b'{' => self.path.push(Step::Member(Vec::new())),
            b'[' => self.path.push(Step::Index(0)),
            b'}' | b']' => {
                self.path.pop();
            }
            b':' => {
                if let Some(Step::Member(key)) = self.path.last_mut() {
                    *key = std::mem::take(&mut self.last);
                }
            }
            b',' => match self.path.last_mut() {
                Some(Step::Index(index)) => *index = index.saturating_add(1),
                Some(Step::Member(key)) => key.clear(),
                None => {}
            },
            _ => {}
        }
    }
}

fn render(path: &[Step], is_cut: bool) -> String {
    let mut text = String::new();
    for step in path {
        match step {
            Step::Index(index) => text.push_str(&format!("[{index}]")),
            Step::Member(key) if key.is_empty() => {}
            Step::Member(key) => {
                if !text.is_empty() {
                    text.push('.');
                }
                text.push_str(&String::from_utf8_lossy(key));
            }
        }
    }
    if is_cut || text.len() > MAX_LENGTH {
        text.truncate(text.floor_char_boundary(MAX_LENGTH));
        text.push('…');
    }
    text
}

/// More than serde_json reads into values.
const MAX_STEPS: usize = 128;
const MAX_LENGTH: usize = 512;

#[cfg(test)]
mod tests {
    use super::{offset, path_at};

    #[test]
    fn a_position_is_named_by_the_members_and_indices_around_it() {
        let input = br#"{"a":[1,{"b\"":"x,]","c":true}]}"#;
        for (until, path) in [
            (r#"{"a""#, ""),
            (r#"{"a":"#, "a"),
            (r#"{"a":[1"#, "a[0]"),
            (r#"{"a":[1,"#, "a[1]"),
            (r#"{"a":[1,{"b\"":"x,]"#, r#"a[1].b\""#),
            (r#"{"a":[1,{"b\"":"x,]","c":true"#, "a[1].c"),
            (r#"{"a":[1,{"b\"":"x,]","#, "a[1]"),
            (r#"{"a":[1,{"b\"":"x,]","c":true}]}"#, ""),
        ] {
            assert_eq!(path_at(input, until.len()), path, "{until}");
        }
    }

    #[test]
    fn behind_an_object_is_the_object() {
        assert_eq!(path_at(br#"{"a":[{"b":1}]}"#, 13), "a[0]");
    }

    #[test]
    fn a_path_is_bounded() {
        let deep = ["[".repeat(1 << 20), "]".repeat((1 << 20) - 2)].concat();
        assert_eq!(path_at(deep.as_bytes(), 1 << 20), format!("{}…", "[0]".repeat(128)));
        assert_eq!(path_at(deep.as_bytes(), deep.len()), "[0][0]");
        let long = format!(r#"{{"{}":7"#, "ä".repeat(1 << 20));
        assert_eq!(path_at(long.as_bytes(), long.len()), format!("{}…", "ä".repeat(256)));
    }

    #[test]
    fn lines_count() {
        let input = b"{\n\"a\":\n7}";
        assert_eq!(path_at(input, offset(input, 3, 1)), "a");
    }

    #[test]
    fn positions_outside_the_input_do_no_harm() {
        assert_eq!(path_at(b"{", offset(b"{", 9, 9)), "");
    }
}
