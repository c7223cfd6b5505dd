//! What a prompt says of properties: `name=value` and `name: value`.

/// The prompt that values are looked for in.
pub(in super::super) struct Hints<'a> {
    prompt: &'a str,
}

impl<'a> Hints<'a> {
    pub(in super::super) fn new(prompt: &'a str) -> Self {
        Self { prompt }
    }

    /// The value that the prompt gives to this name: what stands between quotes, or up to white space, a comma or a semicolon.
    pub(super) fn of(&self, name: &str) -> Option<&'a str> {
        if name.is_empty() {
            return None;
        }
        self.prompt.match_indices(name).find_map(|(at, _)| {
            let before = self.prompt.get(..at)?.chars().next_back();
            if before.is_some_and(is_of_word) {
                return None;
            }
            let rest = self.prompt.get(at + name.len()..)?;
            let rest = rest.strip_prefix(['"', '`']).unwrap_or(rest).trim_start();
            value(rest.strip_prefix(['=', ':'])?.trim_start())
        })
    }
}

fn value(text: &str) -> Option<&str> {
    if let Some(quoted) = text.strip_prefix('"') {
        return quoted.split_once('"').map(|(value, _)| value);
    }
    let end = text.find(|c: char| c.is_whitespace() || c == ',' || c == ';').unwrap_or(text.len());
    let value = text.get(..end)?.trim_end_matches(['.', '!', '?', ')', '}', ']']);
    (!value.is_empty()).then_some(value)
}

/// Whether a name goes on with this character.
pub(in super::super) fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '-'
}
