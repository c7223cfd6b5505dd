//! The text of a JSON string: what stands between its quotes, without the escapes.

/// How many bytes stand for themselves: up to a quote, a backslash or a control character.
pub(crate) fn plain_length(json: &[u8]) -> usize {
    // Without a branch, and blocks of a fixed size, so that the compiler compares the bytes of a block side by side.
    let is_special = |byte: &u8| (*byte == b'"') | (*byte == b'\\') | (*byte < b' ');
    let (blocks, _) = json.as_chunks::<BLOCK>();
    let plain = blocks
        .iter()
        .take_while(|block| !block.iter().fold(false, |any, byte| any | is_special(byte)))
        .count();
    let begin = plain * BLOCK;
    begin + json.iter().skip(begin).take_while(|byte| !is_special(byte)).count()
}

/// How long the text is as it is written, up to the closing quote; `None` if there is none.
pub(crate) fn written_length(json: &[u8]) -> Option<usize> {
    let mut length = 0;
    loop {
        length += plain_length(json.get(length..)?);
        match json.get(length)? {
            b'"' => return Some(length),
            b'\\' => length += 2,
            _ => return None,
        }
    }
}

/// Goes on from the first backslash of a text that begins with `begin`: the text, and what follows its closing quote. `capacity` is
/// room for all of it: a text is never longer than its escaped form.
pub(crate) fn unescape<'a>(begin: &str, mut json: &'a [u8], capacity: usize) -> Option<(String, &'a [u8])> {
    let mut text = String::with_capacity(capacity);
    text.push_str(begin);
    loop {
        let (run, rest) = json.split_at_checked(plain_length(json))?;
        text.push_str(std::str::from_utf8(run).ok()?);
        match rest {
            [b'"', rest @ ..] => return Some((text, rest)),
            [b'\\', b'u', rest @ ..] => {
                let (char, rest) = escaped_char(rest)?;
                text.push(char);
                json = rest;
            }
            [b'\\', escape, rest @ ..] => {
                text.push(match escape {
                    b'"' | b'\\' | b'/' => char::from(*escape),
                    b'n' => '\n',
                    b't' => '\t',
                    b'r' => '\r',
                    b'b' => '\u{8}',
                    b'f' => '\u{c}',
                    _ => return None,
                });
                json = rest;
            }
            _ => return None,
        }
    }
}

/// What stands behind `\u`: one unit of UTF-16, or two with another `\u` between them.
fn escaped_char(json: &[u8]) -> Option<(char, &[u8])> {
    let (first, rest) = utf16_unit(json)?;
    if let Some(char) = char::from_u32(u32::from(first)) {
        return Some((char, rest));
    }
    let (second, rest) = utf16_unit(rest.strip_prefix(br"\u")?)?;
    let char = char::decode_utf16([first, second]).next()?.ok()?;
    Some((char, rest))
}

fn utf16_unit(json: &[u8]) -> Option<(u16, &[u8])> {
    let (digits, rest) = json.split_first_chunk::<4>()?;
    let unit = digits.iter().try_fold(0, |unit, digit| {
        let digit = char::from(*digit).to_digit(16)?;
        Some(unit << 4 | u16::try_from(digit).ok()?)
    })?;
    Some((unit, rest))
}

const BLOCK: usize = 32;
