//! Pages of anything that has an id: their size, and what asks for the next.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::Query;
use crate::error::AwsError;

/// The page of these that is asked for, and what asks for the one behind it.
///
/// # Errors
///
/// `ValidationException` for a size or a token that AWS would not take.
pub(super) fn page<T>(
    mut all: Vec<T>,
    query: &Query,
    id: impl Fn(&T) -> &str,
) -> Result<(Vec<T>, Option<String>), AwsError> {
    let size = query.get("maxResults").map_or(Ok(PAGE), page_size)?;
    let start = match query.get("nextToken").map(last_of_page).transpose()? {
        None => 0,
        Some(last) => all.iter().position(|found| id(found) == last).map_or(all.len(), |index| index + 1),
    };
    let mut page = all.split_off(start);
    let rest = page.split_off(size.min(page.len()));
    let next = page.last().filter(|_| !rest.is_empty()).map(|last| token(id(last)));
    Ok((page, next))
}

fn page_size(text: &str) -> Result<usize, AwsError> {
    let refused = |rule| AwsError::constraint("maxResults", text, rule);
    match text.parse::<i32>() {
        Ok(size @ 1..=1000) => Ok(usize::try_from(size).unwrap_or(PAGE)),
        Ok(..=0) => Err(refused("have value greater than or equal to 1")),
        Ok(_) => Err(refused("have value less than or equal to 1000")),
        Err(_) => Err(AwsError::serialization("maxResults is not a number")),
    }
}

/// What asks for the page after this one. A client has to escape it: the first two bytes are `+/` in base64.
fn token(last: &str) -> String {
    STANDARD.encode([&MARK, last.as_bytes()].concat())
}

fn last_of_page(token: &str) -> Result<String, AwsError> {
    let bytes = STANDARD.decode(token).ok();
    let id = bytes.and_then(|bytes| String::from_utf8(bytes.strip_prefix(&MARK)?.to_vec()).ok());
    id.ok_or_else(|| AwsError::validation("The provided nextToken is invalid."))
}

const PAGE: usize = 100;
const MARK: [u8; 2] = [0xfb, 0xff];
