//! Which parameters of a query are recorded, and looked at when a recording is looked for: those named here, and no others.

/// Whether a parameter of a query is part of what is asked. Those of a presigned URL are not.
pub(crate) fn is_recorded_parameter(name: &str) -> bool {
    PARAMETERS.contains(&name)
}

/// Those of the control plane: <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_Operations_Amazon_Bedrock.html>.
const PARAMETERS: [&str; 13] = [
    "byCustomizationType",
    "byInferenceType",
    "byOutputModality",
    "byProvider",
    "maxResults",
    "nameContains",
    "nextToken",
    "sortBy",
    "sortOrder",
    "statusEquals",
    "submitTimeAfter",
    "submitTimeBefore",
    "type",
];
