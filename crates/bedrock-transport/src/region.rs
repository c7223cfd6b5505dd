//! The AWS region: text that is safe to put into a host name.

use std::error::Error;
use std::fmt;
use std::str::FromStr;

/// An AWS region such as `us-east-1`.
///
/// ```
/// use bedrock_transport::Region;
///
/// assert_eq!(Region::parse("eu-central-1")?.as_str(), "eu-central-1");
/// assert!(Region::parse("us-east-1.evil.com/").is_err());
/// # Ok::<(), bedrock_transport::ParseRegionError>(())
/// ```
///
/// The text is 1 to 63 characters of `[a-z0-9-]`: one DNS label, so that no region can change the host it is put in.
/// It need not be a region AWS has, but is not `aws-global` or its like in other partitions: these stand for all regions at
/// once, where a service has one host for them. Bedrock has none, and a signature for such a region is good nowhere.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Region(String);

impl Region {
    /// Checks `text` and takes it as a region.
    ///
    /// # Errors
    ///
    /// [`ParseRegionError`] when the text is empty, longer than 63 characters, has one outside `[a-z0-9-]`, or stands for
    /// all regions.
    pub fn parse(text: &str) -> Result<Self, ParseRegionError> {
        let legal = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let is_label = (1..=MAX_LABEL).contains(&text.len()) && text.bytes().all(legal);
        if is_label && !stands_for_all(text) {
            Ok(Self(text.to_owned()))
        } else {
            Err(ParseRegionError { text: text.to_owned() })
        }
    }

    /// The region as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Region {
    type Err = ParseRegionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

/// The text is not a region.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ParseRegionError {
    /// What was given.
    pub text: String,
}

impl fmt::Display for ParseRegionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if stands_for_all(&self.text) {
            return write!(f, "{:?} stands for all regions, and Bedrock is reached in one", self.text);
        }
        write!(f, "{:?} is not a region: 1 to {MAX_LABEL} characters of a-z, 0-9 and - are", self.text)
    }
}

impl Error for ParseRegionError {}

/// `aws-global`, `aws-cn-global`, `aws-us-gov-global`, …: AWS's names, in `partitions.json`, for what has no region.
fn stands_for_all(text: &str) -> bool {
    text.starts_with("aws-") && text.ends_with("-global")
}

/// The longest DNS label.
const MAX_LABEL: usize = 63;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_lower_case_dns_label_is_a_region() {
        let longest = "a".repeat(63);
        for good in ["us-east-1", "us-gov-west-1", "eusc-de-east-1", "local", "x", &longest] {
            assert_eq!(Region::parse(good).map(|region| region.to_string()), Ok(good.to_owned()));
        }
        let too_long = "a".repeat(64);
        for bad in [
            "",
            "US-EAST-1",
            "us_east_1",
            "us-east-1.evil.com/",
            "us east",
            "us-east-1\n",
            "ü",
            "a@b",
            &too_long,
        ] {
            assert_eq!(Region::parse(bad), Err(ParseRegionError { text: bad.to_owned() }));
        }
    }

    #[test]
    fn what_stands_for_all_regions_is_none() {
        for all in ["aws-global", "aws-cn-global", "aws-us-gov-global", "aws-iso-b-global"] {
            let error = Region::parse(all).unwrap_err();
            assert_eq!(
                error.to_string(),
                format!("{all:?} stands for all regions, and Bedrock is reached in one")
            );
        }
        assert!(Region::parse("aws-global-1").is_ok());
    }
}
