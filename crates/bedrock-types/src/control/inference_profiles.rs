//! Inference profiles: AWS's own, and those of an account.

use crate::json::{object::wire_struct, open_enum::open_enum};

wire_struct! {
    /// One page of ListInferenceProfiles: <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_ListInferenceProfiles.html>.
    pub struct ListInferenceProfilesResponse {
        optional {
            /// The profiles.
            inference_profile_summaries as "inferenceProfileSummaries": Vec<InferenceProfile>,
            /// What asks for the next page; the last has none.
            next_token as "nextToken": String,
        }
    }
}

wire_struct! {
    /// A profile, as GetInferenceProfile answers:
    /// <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_GetInferenceProfile.html>.
    ///
    /// ```
    /// use bedrock_types::{control::{InferenceProfile, InferenceProfileType}, json};
    ///
    /// let profile: InferenceProfile = json::from_slice(br#"{"inferenceProfileName":"mine","inferenceProfileArn":
    ///     "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abcdefghij12","inferenceProfileId":"abcdefghij12",
    ///     "models":[{"modelArn":"arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-opus-5"}],"status":"ACTIVE",
    ///     "type":"APPLICATION"}"#)?;
    /// assert_eq!(profile.kind, InferenceProfileType::Application);
    /// # Ok::<(), bedrock_types::JsonError>(())
    /// ```
    pub struct InferenceProfile {
        required {
            /// Its name.
            inference_profile_name as "inferenceProfileName": String,
            /// Its ARN.
            inference_profile_arn as "inferenceProfileArn": String,
            /// Its id.
            inference_profile_id as "inferenceProfileId": String,
            /// The models behind it, one for each region that it reaches.
            models: Vec<InferenceProfileModel>,
            /// Whether it can be used.
            status: InferenceProfileStatus,
            /// Whose it is.
            kind as "type": InferenceProfileType,
        }
        optional {
            /// What it is for.
            description: String,
            /// When it was made.
            created_at as "createdAt": String,
            /// When it was changed.
            updated_at as "updatedAt": String,
        }
    }
}

wire_struct! {
    /// A model behind a profile.
    pub struct InferenceProfileModel {
        optional {
            /// Its ARN.
            model_arn as "modelArn": String,
        }
    }
}

open_enum! {
    /// Whether a profile can be used.
    pub enum InferenceProfileStatus {
        /// It can.
        Active = "ACTIVE",
    }
}

open_enum! {
    /// Whose profile it is.
    pub enum InferenceProfileType {
        /// AWS's: it routes between regions.
        SystemDefined = "SYSTEM_DEFINED",
        /// The account's: it counts what an application uses.
        Application = "APPLICATION",
    }
}

wire_struct! {
    /// The request of CreateInferenceProfile:
    /// <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_CreateInferenceProfile.html>.
    pub struct CreateInferenceProfileRequest {
        required {
            /// Its name.
            inference_profile_name as "inferenceProfileName": String,
            /// What it stands for.
            model_source as "modelSource": InferenceProfileModelSource,
        }
        optional {
            /// What it is for.
            description: String,
            /// Makes the same request twice one profile.
            client_request_token as "clientRequestToken": String,
            /// Tags, by which its use is billed apart.
            tags: Vec<Tag>,
        }
    }
}

wire_struct! {
    /// What a profile stands for.
    pub struct InferenceProfileModelSource {
        optional {
            /// ARN of a model, or of one of AWS's profiles.
            copy_from as "copyFrom": String,
        }
    }
}

wire_struct! {
    /// A name and value on a resource.
    pub struct Tag {
        required {
            /// The name.
            key: String,
            /// The value.
            value: String,
        }
    }
}

wire_struct! {
    /// The answer of CreateInferenceProfile.
    pub struct CreateInferenceProfileResponse {
        required {
            /// Its ARN.
            inference_profile_arn as "inferenceProfileArn": String,
        }
        optional {
            /// Whether it can be used.
            status: InferenceProfileStatus,
        }
    }
}
