//! Messages and Converse, each in the words of the other.
//!
//! A mapping takes a value apart by the members it knows; one that it does not know is an error that names it
//! ([`only`]), so that a newer member is never lost without a word.

mod answer;
mod blocks;
mod citations;
mod documents;
mod from_stream;
mod members;
mod request;
mod results;
mod to_stream;
mod tools;
mod usage;

pub use documents::{DocumentNames, PdfReading};
pub use from_stream::FromConverseStream;
pub use request::ConverseOptions;
pub use to_stream::ToConverseStream;

use self::members::member_outside;
use super::{ConverseError, ConverseErrorKind, error::At};
use crate::json::object::WireObject;

/// Fails if the object has a member that is not among the known ones.
fn only(object: &dyn WireObject, known: &[&str]) -> Result<(), ConverseError> {
    match member_outside(object, known) {
        Some(member) => Err(no_counterpart().within(member)),
        None => Ok(()),
    }
}

/// A list in the words of the other API, or the first error with its place.
///
/// A loop, and not `collect` into a `Result`, which is five times as much code for each pair of types.
fn each<T, U>(
    items: &[T],
    map: &mut dyn FnMut(&T) -> Result<U, ConverseError>,
) -> Result<Vec<U>, ConverseError> {
    let mut mapped = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        mapped.push(map(item).at_index(index)?);
    }
    Ok(mapped)
}

#[cold]
fn no_counterpart() -> ConverseError {
    ConverseError::new(ConverseErrorKind::NoCounterpart)
}

#[cold]
fn bad_value() -> ConverseError {
    ConverseError::new(ConverseErrorKind::Value)
}

#[cold]
fn missing() -> ConverseError {
    ConverseError::new(ConverseErrorKind::Missing)
}
