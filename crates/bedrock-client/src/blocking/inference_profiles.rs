//! Inference profiles, asked for by a thread that waits.

use bedrock_types::control::{
    CreateInferenceProfileRequest, CreateInferenceProfileResponse, InferenceProfile, InferenceProfileType,
};

use super::{driver::Driver, mirror::mirror};
use crate::{Error, Response};

mirror! {
    /// The inference profiles that a [`Client`](super::Client) can call models by.
    ///
    /// ```no_run
    /// # fn example(client: bedrock_client::blocking::Client) -> Result<(), bedrock_client::Error> {
    /// let profile = client.inference_profiles().get("us.anthropic.claude-opus-4-8")?;
    /// for model in &profile.models {
    ///     println!("{}", model.model_arn.as_deref().unwrap_or_default());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[derive(Debug, Clone, Copy)]
    InferenceProfiles {
        get(id: &str) -> Response<InferenceProfile>,
        create(request: CreateInferenceProfileRequest) -> Response<CreateInferenceProfileResponse>,
        delete(id: &str) -> Response<()>,
    }
}

impl<'a> InferenceProfiles<'a> {
    /// The profiles of the region, page by page: AWS's and the account's own.
    pub fn list(&self) -> InferenceProfilePages<'a> {
        InferenceProfilePages { pages: self.handle.list(), driver: self.driver }
    }
}

/// The inference profiles of a region, page by page: [`crate::InferenceProfilePages`], waiting.
///
/// ```no_run
/// # fn example(client: bedrock_client::blocking::Client) -> Result<(), bedrock_client::Error> {
/// for profile in client.inference_profiles().list().all()? {
///     println!("{}", profile.inference_profile_id);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct InferenceProfilePages<'a> {
    pages: crate::InferenceProfilePages<'a>,
    driver: &'a Driver,
}

impl InferenceProfilePages<'_> {
    /// As [`crate::InferenceProfilePages::with_type`].
    #[must_use]
    pub fn with_type(self, kind: InferenceProfileType) -> Self {
        Self { pages: self.pages.with_type(kind), ..self }
    }

    /// As [`crate::InferenceProfilePages::with_page_size`].
    #[must_use]
    pub fn with_page_size(self, size: u32) -> Self {
        Self { pages: self.pages.with_page_size(size), ..self }
    }

    /// The next page; `None` after the last.
    ///
    /// # Errors
    ///
    /// Those of [`crate::InferenceProfilePages::next_page`].
    pub fn next_page(&mut self) -> Result<Option<Response<Vec<InferenceProfile>>>, Error> {
        self.driver.wait(self.pages.next_page())
    }

    /// The profiles of all pages that were not asked for yet.
    ///
    /// # Errors
    ///
    /// Those of [`crate::InferenceProfilePages::all`].
    pub fn all(self) -> Result<Vec<InferenceProfile>, Error> {
        self.driver.wait(self.pages.all())
    }
}
