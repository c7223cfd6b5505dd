//! Inference profiles, asked for by a thread that waits.

use bedrock_types::control::InferenceProfile;

use super::Client;
use crate::{Error, Response};

/// The inference profiles that a [`Client`] can call models by.
#[derive(Debug, Clone, Copy)]
pub struct InferenceProfiles<'a> {
    client: &'a Client,
}

impl<'a> InferenceProfiles<'a> {
    pub(super) fn new(client: &'a Client) -> Self {
        Self { client }
    }

    /// As [`crate::InferenceProfiles::get`].
    ///
    /// # Errors
    ///
    /// Those of [`crate::InferenceProfiles::get`].
    pub fn get(&self, id: &str) -> Result<Response<InferenceProfile>, Error> {
        self.client.driver.wait(self.client.client.inference_profiles().get(id))
    }
}
