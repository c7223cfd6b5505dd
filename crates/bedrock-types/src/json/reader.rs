//! The one reader of JSON that all types of this crate are read with.
//!
//! It goes through a text once, from value to value, and knows at every moment where it stands: so an error has a place, and an object
//! can be asked for its `type` wherever in it that is. It is not generic, and neither is what reads with it: each type is compiled once.
//! What is not here: how values are filled by it (`fill`), and JSON beyond objects, arrays, texts and whole numbers; what is kept or skipped
//! as a whole is left to serde_json.

use std::borrow::Cow;

use serde_json::{Deserializer, value::RawValue};

use super::{ExtraFields, Number, RawJson, locate, object::Shape, text};

/// Where reading failed, as an offset, and why.
#[derive(Debug)]
pub(crate) struct Misread(Box<(usize, String)>);

impl Misread {
    fn new(at: usize, why: impl Into<String>) -> Self {
        Self(Box::new((at, why.into())))
    }

    pub(super) fn into_parts(self) -> (usize, String) {
        *self.0
    }
}

/// The `type` of an object.
pub(crate) enum Tag<'de> {
    Text(Cow<'de, str>),
    /// There is one, and it is no text.
    Other,
    Absent,
}

/// What reads the value of a member, given its name.
type EachMember<'a, 'de> = dyn FnMut(&mut Reader<'de>, &str) -> Result<(), Misread> + 'a;

/// A place in a JSON text.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'de> {
    json: &'de str,
    /// Behind what was read: 0 <= at <= json.len(), and never within a character, because tokens end with ASCII.
    at: usize,
    /// How many objects and arrays are open.
    depth: usize,
    /// Of the object whose `type` was looked at last, if that is its first member: where it begins, and what stands behind the `type`.
    told: Option<(usize, usize)>,
    /// Whether what is read into may have something already, because a member around it came before.
    pub(super) again: bool,
    /// Of the outermost object, until it is entered.
    pub(super) envelope: Option<&'de Envelope<'de>>,
}

/// What an object is read by that comes in an envelope, which has other members than its type.
pub(crate) struct Envelope<'a> {
    /// The member that is given elsewhere.
    pub(crate) given: &'static str,
    /// Whether it has a member of this name.
    pub(crate) has: &'a dyn Fn(&str) -> bool,
}

impl<'de> Reader<'de> {
    pub(crate) fn new(json: &'de str) -> Self {
        Self { json, at: 0, depth: 0, told: None, again: false, envelope: None }
    }

    /// For an object in an envelope.
    pub(crate) fn enveloped(json: &'de str, envelope: &'de Envelope<'de>) -> Self {
        Self { envelope: Some(envelope), ..Self::new(json) }
    }

    /// Reads an object: `member` reads each value.
    #[inline(never)]
    pub(crate) fn object(&mut self, member: &mut EachMember<'_, 'de>) -> Result<(), Misread> {
        let mut more = self.open(b'{', b'}', "an object")?;
        while more {
            let name = self.name()?;
            member(self, &name)?;
            more = self.goes_on(b'}')?;
        }
        Ok(())
    }

    /// Reads an object of any members.
    #[inline(never)]
    pub(super) fn any_members(&mut self) -> Result<ExtraFields, Misread> {
        let mut members = ExtraFields::default();
        self.object(&mut |reader, name| {
            members.push(name.to_owned(), reader.raw()?);
            Ok(())
        })?;
        Ok(members)
    }

    /// The `type` of the object that comes next: on the wire its first member, else it is looked for. Nothing is read by this.
    #[inline(never)]
    pub(crate) fn tag(&mut self) -> Result<Tag<'de>, Misread> {
        let mut ahead = *self;
        let mut more = ahead.open(b'{', b'}', "an object")?;
        let mut is_first = true;
        while more {
            if ahead.name()? == "type" {
                if ahead.peek() != Some(b'"') {
                    return Ok(Tag::Other);
                }
                let tag = ahead.text()?;
                if is_first {
                    self.told = Some((self.at, ahead.at));
                }
                return Ok(Tag::Text(tag));
            }
            ahead.skip()?;
            more = ahead.goes_on(b'}')?;
            is_first = false;
        }
        Ok(Tag::Absent)
    }

    /// Reads a text: borrowed unless it has escapes.
    #[inline(never)]
    pub(crate) fn text(&mut self) -> Result<Cow<'de, str>, Misread> {
        match self.plain_text() {
            Some(text) => Ok(Cow::Borrowed(text)),
            None => self.escaped_text().map(Cow::Owned),
        }
    }

    #[inline(never)]
    pub(super) fn owned_text(&mut self) -> Result<String, Misread> {
        self.text().map(Cow::into_owned)
    }

    /// Reads a number without sign, fraction and exponent.
    #[inline(never)]
    pub(super) fn whole_number(&mut self) -> Result<u64, Misread> {
        let (length, number) = self.digits().ok_or_else(|| self.wrong_type("a whole number"))?;
        self.at += length;
        Ok(number)
    }

    /// Reads a number as serde_json does.
    #[inline(never)]
    pub(super) fn number(&mut self) -> Result<Number, Misread> {
        if let Some((length, whole)) = self.digits()
            && let Ok(whole) = i32::try_from(whole)
        {
            self.at += length;
            return Ok(whole.into());
        }
        let token = self.token();
        match serde_json::from_str(token) {
            Ok(number) => {
                self.at += token.len();
                Ok(number)
            }
            Err(_) => Err(self.wrong_type("a number")),
        }
    }

    /// Reads `true` or `false`.
    #[inline(never)]
    pub(super) fn truth(&mut self) -> Result<bool, Misread> {
        let token = self.token();
        match token {
            "true" | "false" => {
                self.at += token.len();
                Ok(token == "true")
            }
            _ => Err(self.wrong_type("a boolean")),
        }
    }

    /// Reads a `null`, if there is one.
    #[inline(never)]
    pub(crate) fn null(&mut self) -> bool {
        let is_null = self.peek() == Some(b'n') && self.token() == "null";
        if is_null {
            self.at += "null".len();
        }
        is_null
    }

    /// Reads any value and keeps its text.
    #[inline(never)]
    pub(crate) fn raw(&mut self) -> Result<RawJson, Misread> {
        self.value().map(RawJson::from_borrowed)
    }

    /// Reads any value.
    pub(crate) fn skip(&mut self) -> Result<(), Misread> {
        self.value().map(|_| ())
    }

    /// Makes sure that nothing follows.
    pub(crate) fn end(&mut self) -> Result<(), Misread> {
        if self.peek().is_none() { Ok(()) } else { Err(self.error("something follows the value")) }
    }

    /// The first byte of what comes next.
    pub(super) fn peek(&mut self) -> Option<u8> {
        loop {
            let next = self.json.as_bytes().get(self.at).copied();
            match next {
                Some(b' ' | b'\n' | b'\t' | b'\r') => self.at += 1,
                _ => return next,
            }
        }
    }

    /// An error about what was read last.
    pub(crate) fn error(&self, why: impl Into<String>) -> Misread {
        Misread::new(self.at, why)
    }

    /// The error for an object that was read, and lacks a member.
    #[cold]
    pub(crate) fn missing(&self, name: &str) -> Misread {
        self.error(format!("missing member `{name}`"))
    }

    /// The error for what comes next.
    #[cold]
    pub(super) fn wrong_type(&self, expected: &str) -> Misread {
        match self.bytes_from(self.at).first() {
            Some(b'"' | b'{' | b'[' | b'-' | b'0'..=b'9' | b't' | b'f' | b'n') => {
                self.error(format!("invalid type: expected {expected}"))
            }
            Some(_) => self.error(format!("not JSON: expected {expected}")),
            None => self.error(format!("the JSON ends where {expected} is expected")),
        }
    }

    /// Enters an object; whether there is something in it, its `type` aside if it was chosen by that.
    pub(super) fn enter(&mut self, shape: &Shape) -> Result<bool, Misread> {
        match self.told {
            Some((begin, behind)) if begin == self.at && shape.tag.is_some() => {
                self.at = behind;
                self.depth += 1;
                self.goes_on(b'}')
            }
            _ => self.open(b'{', b'}', "an object"),
        }
    }

    /// Enters an object or array; whether there is something in it.
    pub(super) fn open(&mut self, open: u8, close: u8, expected: &str) -> Result<bool, Misread> {
        if self.peek() != Some(open) {
            return Err(self.wrong_type(expected));
        }
        if self.depth == MAX_DEPTH {
            return Err(self.error("recursion limit exceeded"));
        }
        self.at += 1;
        if self.peek() == Some(close) {
            self.at += 1;
            return Ok(false);
        }
        self.depth += 1;
        Ok(true)
    }

    /// Behind a member or item: whether another follows. If not, the object or array is left.
    pub(super) fn goes_on(&mut self, close: u8) -> Result<bool, Misread> {
        let next = self.peek();
        if next != Some(b',') && next != Some(close) {
            return Err(self.wrong_type("`,` or the end"));
        }
        self.at += 1;
        if next == Some(b',') {
            return Ok(true);
        }
        self.depth -= 1;
        Ok(false)
    }

    /// Reads a `type`, which must be this one.
    pub(super) fn expect_tag(&mut self, tag: &'static str) -> Result<(), Misread> {
        if self.text()? == tag { Ok(()) } else { Err(self.error(format!("the type is not `{tag}`"))) }
    }

    /// The name of a member and its colon.
    pub(super) fn name(&mut self) -> Result<Cow<'de, str>, Misread> {
        let name = match self.plain_text() {
            Some(name) => Cow::Borrowed(name),
            None => Cow::Owned(self.escaped_text()?),
        };
        if self.peek() != Some(b':') {
            return Err(self.wrong_type("`:`"));
        }
        self.at += 1;
        Ok(name)
    }

    /// Reads a text, if it has no escapes.
    #[inline(never)]
    fn plain_text(&mut self) -> Option<&'de str> {
        if self.peek() != Some(b'"') {
            return None;
        }
        let rest = self.json.get(self.at + 1..)?;
        let length = text::plain_length(rest.as_bytes());
        if rest.as_bytes().get(length) != Some(&b'"') {
            return None;
        }
        self.at += length + 2;
        // It ends before an ASCII character, so not within another.
        rest.get(..length)
    }

    /// Reads a text that has escapes, or is none.
    #[cold]
    fn escaped_text(&mut self) -> Result<String, Misread> {
        if self.peek() != Some(b'"') {
            return Err(self.wrong_type("a string"));
        }
        let escaped = self.bytes_from(self.at + 1);
        let unescaped = text::written_length(escaped).and_then(|length| text::unescape("", escaped, length));
        match unescaped {
            Some((text, rest)) => {
                self.at = self.json.len() - rest.len();
                Ok(text)
            }
            None => Err(self.error("a string that is not JSON")),
        }
    }

    /// The length and value of a number, if it is of digits alone and not too large.
    fn digits(&mut self) -> Option<(usize, u64)> {
        self.peek();
        let rest = self.bytes_from(self.at);
        let length = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (digits, rest) = rest.split_at_checked(length)?;
        let is_number = digits == b"0" || digits.first().is_some_and(|first| *first != b'0');
        if !is_number || rest.first().is_some_and(goes_on_in_token) {
            return None;
        }
        let add = |number: u64, digit: &u8| number.checked_mul(10)?.checked_add(u64::from(digit - b'0'));
        Some((length, digits.iter().try_fold(0, add)?))
    }

    /// The text of a number or word, up to what can stand behind one.
    fn token(&mut self) -> &'de str {
        self.peek();
        let rest = self.json.get(self.at..).unwrap_or_default();
        let length = rest.as_bytes().iter().take_while(|byte| goes_on_in_token(byte)).count();
        rest.get(..length).unwrap_or_default()
    }

    /// Reads a value by serde_json.
    fn value(&mut self) -> Result<&'de RawValue, Misread> {
        let rest = self.json.get(self.at..).unwrap_or_default();
        let mut values = Deserializer::from_str(rest).into_iter();
        match values.next() {
            Some(Ok(value)) => {
                self.at += values.byte_offset();
                Ok(value)
            }
            Some(Err(error)) => {
                let at = locate::offset(rest.as_bytes(), error.line(), error.column());
                Err(Misread::new(self.at + at, locate::without_place(&error)))
            }
            None => Err(self.wrong_type("a value")),
        }
    }

    fn bytes_from(&self, at: usize) -> &'de [u8] {
        self.json.as_bytes().get(at..).unwrap_or_default()
    }
}

/// Whether a number or word does not end before this byte.
fn goes_on_in_token(byte: &u8) -> bool {
    !matches!(byte, b',' | b'}' | b']' | b' ' | b'\n' | b'\t' | b'\r' | b'"' | b'{' | b'[')
}

/// As deep as serde_json goes.
const MAX_DEPTH: usize = 127;
