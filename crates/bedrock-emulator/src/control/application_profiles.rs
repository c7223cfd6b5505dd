//! The account's own inference profiles: what each was made from, and where.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bedrock_types::control::CreateInferenceProfileRequest;
use bedrock_types::models::ModelId;

use crate::digest::Digest;
use crate::error::AwsError;

/// The profiles by their ids; clones share them.
#[derive(Clone, Debug, Default)]
pub(crate) struct ApplicationProfiles(Arc<Mutex<BTreeMap<String, ApplicationProfile>>>);

/// One of them.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ApplicationProfile {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) description: Option<String>,
    /// The id of the model or profile that it was made from; of those that the builder gave, the ARN too.
    pub(super) source: String,
    /// Where it was made; those that the builder gave are everywhere.
    region: Option<String>,
    /// When it was made, where that is known.
    pub(super) created: Option<String>,
    /// What makes the same request twice one profile.
    token: Option<String>,
}

impl ApplicationProfiles {
    /// Adds one that is everywhere, whatever it is made from.
    pub(crate) fn add(&self, id: String, source: String) {
        let profile = ApplicationProfile {
            id: id.clone(),
            name: id.clone(),
            description: None,
            source,
            region: None,
            created: None,
            token: None,
        };
        self.lock().insert(id, profile);
    }

    /// Adds those of another account.
    pub(crate) fn extend(&self, others: &Self) {
        let others = others.lock().clone();
        self.lock().extend(others);
    }

    /// What is wrong with the first of them that AWS would not have made.
    pub(crate) fn check(&self) -> Result<(), String> {
        for ApplicationProfile { id, source, .. } in self.lock().values() {
            if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
                return Err(format!("{id:?} is no id of an application profile: use letters and digits"));
            }
            if ModelId::parse(source).ok().and_then(|source| source.base_model()).is_none() {
                return Err(format!(
                    "{source:?} is no model or profile to make a profile of: see the catalog"
                ));
            }
        }
        Ok(())
    }

    /// Makes one of a source that exists, and gives its id; the same request with the same token makes no second one.
    ///
    /// # Errors
    ///
    /// `ConflictException` for another request with the same token, `ServiceQuotaExceededException` when the account is full.
    pub(super) fn create(
        &self,
        request: &CreateInferenceProfileRequest,
        source: &str,
        region: &str,
        now: String,
    ) -> Result<String, AwsError> {
        let mut profiles = self.lock();
        let token = request.client_request_token.clone();
        let is_same = |found: &ApplicationProfile| {
            (&found.name, &found.description, found.source.as_str())
                == (&request.inference_profile_name, &request.description, source)
        };
        let mut here = profiles.values().filter(|profile| profile.is_in(region));
        match here.find(|found| token.is_some() && found.token == token) {
            Some(found) if is_same(found) => return Ok(found.id.clone()),
            Some(_) => return Err(AwsError::conflict(OTHER_REQUEST)),
            None => {}
        }
        if profiles.len() >= MOST {
            return Err(AwsError::quota(format!("You have reached the limit of {MOST} inference profiles.")));
        }
        let id = fresh(&profiles, &[region, &request.inference_profile_name, &now]);
        let profile = ApplicationProfile {
            id: id.clone(),
            name: request.inference_profile_name.clone(),
            description: request.description.clone(),
            source: source.to_owned(),
            region: Some(region.to_owned()),
            created: Some(now),
            token,
        };
        profiles.insert(id.clone(), profile);
        Ok(id)
    }

    /// Removes one; whether there was one.
    pub(super) fn remove(&self, id: &str, region: &str) -> bool {
        let mut profiles = self.lock();
        let is_here = profiles.get(id).is_some_and(|profile| profile.is_in(region));
        is_here && profiles.remove(id).is_some()
    }

    /// The one with this id, if it is in the region.
    pub(super) fn get(&self, id: &str, region: &str) -> Option<ApplicationProfile> {
        self.lock().get(id).filter(|profile| profile.is_in(region)).cloned()
    }

    /// Those of a region, by id.
    pub(super) fn list(&self, region: &str) -> Vec<ApplicationProfile> {
        self.lock().values().filter(|profile| profile.is_in(region)).cloned().collect()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, ApplicationProfile>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ApplicationProfile {
    fn is_in(&self, region: &str) -> bool {
        self.region.as_deref().is_none_or(|own| own == region)
    }
}

/// An id that no profile has, in the form of AWS's: twelve small letters and digits.
fn fresh(profiles: &BTreeMap<String, ApplicationProfile>, parts: &[&str]) -> String {
    let mut counted = 0_u64;
    loop {
        let mut bytes: Vec<&[u8]> = parts.iter().map(|part| part.as_bytes()).collect();
        let number = counted.to_be_bytes();
        bytes.push(&number);
        let id = Digest::of(&bytes).capitals(12).to_ascii_lowercase();
        if !profiles.contains_key(&id) {
            return id;
        }
        counted += 1;
    }
}

/// <https://docs.aws.amazon.com/general/latest/gr/bedrock.html>
const MOST: usize = 1000;
const OTHER_REQUEST: &str = "The client request token was already used with other parameters.";
