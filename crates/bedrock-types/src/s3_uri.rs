//! [`S3Uri`]: where an object or a folder of S3 is, as Bedrock's jobs take it.

use std::{fmt, str::FromStr};

/// A bucket and a key in it, `s3://bucket/folder/name`.
///
/// ```
/// use bedrock_types::S3Uri;
///
/// let folder = S3Uri::parse("s3://my-bucket/answers/")?;
/// assert_eq!((folder.bucket(), folder.key(), folder.is_folder()), ("my-bucket", "answers/", true));
/// assert_eq!(folder.join("manifest.json.out").to_string(), "s3://my-bucket/answers/manifest.json.out");
/// # Ok::<(), bedrock_types::ParseS3UriError>(())
/// ```
///
/// Models `S3Uri` of <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_ModelInvocationJobS3InputDataConfig.html>, which takes
/// fewer characters in keys than S3 itself.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct S3Uri {
    bucket: String,
    /// Without a slash at its beginning.
    key: String,
}

impl S3Uri {
    /// What Bedrock's refusals call the form.
    pub const PATTERN: &'static str =
        "s3://[a-z0-9][-.a-z0-9]{1,61}[a-z0-9](?:/[-!_*'().a-z0-9A-Z]+(?:/[-!_*'().a-z0-9A-Z]+)*)?/?";

    /// Takes a text apart.
    ///
    /// # Errors
    ///
    /// The text is not of the form.
    pub fn parse(text: &str) -> Result<Self, ParseS3UriError> {
        let error = || ParseS3UriError { text: text.to_owned() };
        let rest = text.strip_prefix("s3://").filter(|_| text.len() <= 1024).ok_or_else(error)?;
        let (bucket, key) = rest.split_once('/').unwrap_or((rest, ""));
        let segments = key.strip_suffix('/').unwrap_or(key);
        let is_key = key.is_empty() || segments.split('/').all(is_segment);
        if !is_bucket(bucket) || !is_key {
            return Err(error());
        }
        Ok(Self { bucket: bucket.to_owned(), key: key.to_owned() })
    }

    /// The bucket.
    pub fn bucket(&self) -> &str {
        &self.bucket
    }

    /// What stands behind the bucket and its slash; empty for all of the bucket.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Whether it names what is below it, not an object.
    pub fn is_folder(&self) -> bool {
        self.key.is_empty() || self.key.ends_with('/')
    }

    /// What stands behind the last slash; nothing for a folder.
    pub fn file_name(&self) -> Option<&str> {
        let name = self.key.rsplit('/').next()?;
        (!name.is_empty()).then_some(name)
    }

    /// Something below it; it becomes a folder if it is none.
    #[must_use]
    pub fn join(&self, name: &str) -> Self {
        let slash = if self.is_folder() { "" } else { "/" };
        Self { bucket: self.bucket.clone(), key: format!("{}{slash}{name}", self.key) }
    }
}

/// 3 to 63 small letters, digits, dots and hyphens, with a letter or a digit at both ends.
fn is_bucket(text: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let bytes = text.as_bytes();
    let ends = [bytes.first(), bytes.last()];
    (3..=63).contains(&bytes.len())
        && ends.iter().all(|end| end.is_some_and(|end| is_letter(*end)))
        && bytes.iter().all(|byte| is_letter(*byte) || b"-.".contains(byte))
}

fn is_segment(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-!_*'().".contains(&byte))
}

impl fmt::Display for S3Uri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "s3://{}/{}", self.bucket, self.key)
    }
}

impl FromStr for S3Uri {
    type Err = ParseS3UriError;

    fn from_str(text: &str) -> Result<Self, ParseS3UriError> {
        Self::parse(text)
    }
}

/// A text that names nothing in S3.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ParseS3UriError {
    /// The text.
    pub text: String,
}

impl fmt::Display for ParseS3UriError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:?} is not s3://BUCKET/KEY: a bucket is called by 3 to 63 small letters, digits, dots and hyphens, a key by letters, \
             digits and -!_*'().",
            self.text
        )
    }
}

impl std::error::Error for ParseS3UriError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uri_is_of_bedrocks_form() {
        for (text, bucket, key, name) in [
            ("s3://abc", "abc", "", None),
            ("s3://abc/", "abc", "", None),
            ("s3://a.b-c/x.jsonl", "a.b-c", "x.jsonl", Some("x.jsonl")),
            ("s3://abc/in/x.jsonl", "abc", "in/x.jsonl", Some("x.jsonl")),
            ("s3://abc/in/", "abc", "in/", None),
        ] {
            let uri = S3Uri::parse(text).unwrap();
            assert_eq!((uri.bucket(), uri.key(), uri.file_name()), (bucket, key, name), "{text}");
            assert_eq!(uri.is_folder(), name.is_none(), "{text}");
        }
        for text in [
            "",
            "s3://",
            "s3://ab",
            "s3://Abc/x",
            "s3://abc-/x",
            "s3://abc//x",
            "s3://abc/x//",
            "s3://abc/a b",
            "abc/x",
        ] {
            assert!(S3Uri::parse(text).is_err(), "{text}");
        }
        assert_eq!(S3Uri::parse("s3://abc").unwrap().join("x").to_string(), "s3://abc/x");
        assert_eq!(S3Uri::parse("s3://abc/in").unwrap().join("x").to_string(), "s3://abc/in/x");
    }
}
