//! `NAME` and `NAME@N`: a fault, and the request that it is for.

use std::fmt::{self, Display};
use std::num::NonZeroU64;
use std::str::FromStr;

use super::{Fault, ParseFaultError};

/// A fault and the request that it is for; without one it is for all. `bedrock serve --fault` and [`Script`](crate::Script)s read it.
///
/// ```
/// use bedrock_emulator::{Fault, FaultRule};
///
/// let rule: FaultRule = "cut:120@2".parse()?;
/// assert_eq!((rule.fault.clone(), rule.request.map(|nth| nth.get())), (Fault::Cut(120), Some(2)));
/// assert_eq!(rule.to_string(), "cut:120@2");
/// # Ok::<(), bedrock_emulator::ParseFaultError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FaultRule {
    /// What goes wrong.
    pub fault: Fault,
    /// With which request, from 1 on; `None` is every request that no other rule names.
    pub request: Option<NonZeroU64>,
}

impl FaultRule {
    /// This fault, for every request.
    pub fn new(fault: Fault) -> Self {
        Self { fault, request: None }
    }
}

impl FromStr for FaultRule {
    type Err = ParseFaultError;

    fn from_str(text: &str) -> Result<Self, ParseFaultError> {
        let Some((fault, number)) = text.rsplit_once('@') else { return Ok(Self::new(text.parse()?)) };
        let request = number.parse().map_err(|_| ParseFaultError::no_number(fault))?;
        Ok(Self { fault: fault.parse()?, request: Some(request) })
    }
}

impl Display for FaultRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.request {
            Some(request) => write!(f, "{}@{request}", self.fault),
            None => write!(f, "{}", self.fault),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_a_fault_and_perhaps_a_number() {
        for (text, request) in
            [("gzip", None), ("gzip@1", Some(1)), ("exception:throttlingException:2@18", Some(18))]
        {
            let rule: FaultRule = text.parse().unwrap();
            assert_eq!((rule.request.map(NonZeroU64::get), rule.to_string()), (request, text.to_owned()));
        }
        for (text, error) in [
            ("gzip@", "after the @ of the fault `gzip` stands the number of a request, from 1 on"),
            ("gzip@0", "after the @ of the fault `gzip` stands the number of a request, from 1 on"),
            ("zip@1", "no fault is called `zip`"),
        ] {
            assert_eq!(text.parse::<FaultRule>().unwrap_err().to_string(), error);
        }
    }
}
