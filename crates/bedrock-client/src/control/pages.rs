//! Inference profiles, page by page, and the walk through pages of anything.

use std::collections::HashSet;

use bedrock_types::control::{InferenceProfile, InferenceProfileType, ListInferenceProfilesResponse};

use super::Request;
use crate::{Client, Error, ErrorKind, Response};

/// The inference profiles of a region, from [`InferenceProfiles::list`](crate::InferenceProfiles::list): each page is asked for when it
/// is wanted.
///
/// ```no_run
/// # async fn example(client: bedrock_client::Client) -> Result<(), bedrock_client::Error> {
/// let mut pages = client.inference_profiles().list();
/// while let Some(page) = pages.next_page().await? {
///     for profile in page.iter() {
///         println!("{}", profile.inference_profile_id);
///     }
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct InferenceProfilePages<'a> {
    client: &'a Client,
    kind: Option<InferenceProfileType>,
    page_size: Option<u32>,
    walk: Walk,
}

impl<'a> InferenceProfilePages<'a> {
    pub(crate) fn new(client: &'a Client) -> Self {
        Self { client, kind: None, page_size: None, walk: Walk::new("inference profiles") }
    }

    /// Asks only for AWS's profiles, or for the account's own.
    #[must_use]
    pub fn with_type(mut self, kind: InferenceProfileType) -> Self {
        self.kind = Some(kind);
        self
    }

    /// How many profiles a page has at most: 1 to 1000. AWS decides unless it is set.
    #[must_use]
    pub fn with_page_size(mut self, size: u32) -> Self {
        self.page_size = Some(size);
        self
    }

    /// The next page; `None` after the last. A page may be empty and not the last.
    ///
    /// Models <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_ListInferenceProfiles.html>; the caller needs
    /// `bedrock:ListInferenceProfiles`.
    ///
    /// # Errors
    ///
    /// `Config` and `Credentials`, before anything was sent; then `Connect`, `Timeout`, `Api`, `Decode`, `TooLarge` and `Protocol`, which
    /// is also what a server gets that names a page a second time. After an error of the network the same page can be asked for again.
    pub async fn next_page(&mut self) -> Result<Option<Response<Vec<InferenceProfile>>>, Error> {
        let Some(token) = self.walk.token() else { return Ok(None) };
        let size = self.page_size.map(|size| size.to_string());
        let request = Request::get("ListInferenceProfiles", "/inference-profiles")
            .query("maxResults", size.as_deref())
            .query("nextToken", token)
            .query("type", self.kind.as_ref().map(InferenceProfileType::as_str));
        let page: Response<ListInferenceProfilesResponse> = self.client.shared.control(request).await?;
        self.walk.go_on(page.next_token.clone(), &page)?;
        Ok(Some(page.map(|page| page.inference_profile_summaries.unwrap_or_default())))
    }

    /// The profiles of all pages that were not asked for yet.
    ///
    /// # Errors
    ///
    /// As [`next_page`](Self::next_page); what came before is lost.
    pub async fn all(mut self) -> Result<Vec<InferenceProfile>, Error> {
        let mut profiles = Vec::new();
        while let Some(page) = self.next_page().await? {
            profiles.extend(page.into_inner());
        }
        Ok(profiles)
    }
}

/// Where one stands who walks through pages.
#[derive(Debug, Clone)]
pub(super) struct Walk {
    /// What the pages are of.
    what: &'static str,
    next: Next,
    /// The tokens of earlier pages.
    seen: HashSet<String>,
}

#[derive(Debug, Clone)]
enum Next {
    First,
    After(String),
    Over,
}

impl Walk {
    pub(super) fn new(what: &'static str) -> Self {
        Self { what, next: Next::First, seen: HashSet::new() }
    }

    /// What asks for the next page, if there is one; the first is asked for by nothing.
    pub(super) fn token(&self) -> Option<Option<&str>> {
        match &self.next {
            Next::First => Some(None),
            Next::After(token) => Some(Some(token)),
            Next::Over => None,
        }
    }

    /// Goes to the page behind this one; a server that names one a second time would never end.
    pub(super) fn go_on<T>(&mut self, token: Option<String>, page: &Response<T>) -> Result<(), Error> {
        self.next = Next::Over;
        let Some(token) = token else { return Ok(()) };
        if !self.seen.insert(token.clone()) || self.seen.len() >= MOST_PAGES {
            return Err(Error::new(ErrorKind::Protocol, format!("the pages of {} do not end", self.what))
                .with_status(Some(200))
                .with_request_id(page.request_id())
                .with_attempts(page.attempts())
                .with_hint(
                    "the server named a page a second time: check what stands between here and Bedrock",
                ));
        }
        self.next = Next::After(token);
        Ok(())
    }
}

/// More than an account can fill.
const MOST_PAGES: usize = 10_000;
