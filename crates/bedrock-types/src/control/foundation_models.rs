//! ListFoundationModels and GetFoundationModel.

use crate::json::{object::wire_struct, open_enum::open_enum};

wire_struct! {
    /// The answer of ListFoundationModels, which comes in one page:
    /// <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_ListFoundationModels.html>.
    pub struct ListFoundationModelsResponse {
        optional {
            /// The models of the region.
            model_summaries as "modelSummaries": Vec<FoundationModel>,
        }
    }
}

wire_struct! {
    /// The answer of GetFoundationModel: <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_GetFoundationModel.html>.
    pub struct GetFoundationModelResponse {
        optional {
            /// The model.
            model_details as "modelDetails": FoundationModel,
        }
    }
}

wire_struct! {
    /// A model that a region offers: <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_FoundationModelSummary.html>.
    pub struct FoundationModel {
        required {
            /// Its ARN.
            model_arn as "modelArn": String,
            /// Its id, such as `anthropic.claude-opus-5`.
            model_id as "modelId": String,
        }
        optional {
            /// Its name, for people.
            model_name as "modelName": String,
            /// Who made it.
            provider_name as "providerName": String,
            /// What it reads.
            input_modalities as "inputModalities": Vec<ModelModality>,
            /// What it writes.
            output_modalities as "outputModalities": Vec<ModelModality>,
            /// Whether its answers can be streamed.
            response_streaming_supported as "responseStreamingSupported": bool,
            /// How it can be customised.
            customizations_supported as "customizationsSupported": Vec<String>,
            /// How it can be called.
            inference_types_supported as "inferenceTypesSupported": Vec<InferenceType>,
            /// Where it stands in its life.
            model_lifecycle as "modelLifecycle": FoundationModelLifecycle,
        }
    }
}

open_enum! {
    /// What a model reads or writes.
    pub enum ModelModality {
        /// Text.
        Text = "TEXT",
        /// Images.
        Image = "IMAGE",
        /// Vectors.
        Embedding = "EMBEDDING",
    }
}

open_enum! {
    /// How a model can be called.
    pub enum InferenceType {
        /// By its own id.
        OnDemand = "ON_DEMAND",
        /// With bought throughput.
        Provisioned = "PROVISIONED",
        /// Through an inference profile; not in AWS's model of the service, and answered all the same.
        InferenceProfile = "INFERENCE_PROFILE",
    }
}

wire_struct! {
    /// Where a model stands in its life: <https://docs.aws.amazon.com/bedrock/latest/userguide/model-lifecycle.html>.
    pub struct FoundationModelLifecycle {
        required {
            /// Active or legacy.
            status: FoundationModelLifecycleStatus,
        }
        optional {
            /// When it came.
            start_of_life_time as "startOfLifeTime": String,
            /// When it becomes legacy.
            legacy_time as "legacyTime": String,
            /// From when on it may cost more.
            public_extended_access_time as "publicExtendedAccessTime": String,
            /// When it goes.
            end_of_life_time as "endOfLifeTime": String,
        }
    }
}

open_enum! {
    /// Whether a model is on its way out.
    pub enum FoundationModelLifecycleStatus {
        /// It is not.
        Active = "ACTIVE",
        /// It is: for accounts that already use it.
        Legacy = "LEGACY",
    }
}
