//! Messages and Converse, each in the words of the other.
//!
//! A mapping takes a value apart by the members it knows; one that it does not know is an error that names it
//! ([`only`]), so that a newer member is never lost without a word.

mod answer;
mod blocks;
mod citations;
mod documents;
mod from_stream;
mod request;
mod results;
mod to_stream;
mod tools;
mod usage;

pub use documents::{DocumentNames, PdfReading};
pub use from_stream::FromConverseStream;
pub use request::ConverseOptions;
pub use to_stream::ToConverseStream;

use super::{ConverseError, ConverseErrorKind};
use crate::json::{names::member_outside, object::WireObject};

/// Fails if the object has a member that is not among the known ones.
fn only(object: &dyn WireObject, known: &[&str]) -> Result<(), ConverseError> {
    match member_outside(object, known) {
        Some(member) => Err(no_counterpart().within(member)),
        None => Ok(()),
    }
}

fn no_counterpart() -> ConverseError {
    ConverseError::new(ConverseErrorKind::NoCounterpart)
}

fn bad_value() -> ConverseError {
    ConverseError::new(ConverseErrorKind::Value)
}

fn missing() -> ConverseError {
    ConverseError::new(ConverseErrorKind::Missing)
}
