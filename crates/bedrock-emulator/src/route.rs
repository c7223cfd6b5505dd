//! Host, method and path to an operation and the model id in it.

use bedrock_auth::sigv4::verify::AuthorizationHeader;
use http::request::Parts;
use http::{HeaderMap, Method};

use crate::control::ControlOperation;
use crate::error::AwsError;

/// What a request asks for, as its first line says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    /// An operation of bedrock-runtime that has the model in its path.
    Model {
        operation: ModelOperation,
        /// The model segment, percent-decoded: an id, or an ARN with its slash.
        model_id: String,
    },
    /// An operation of the control plane.
    Control(ControlOperation),
    /// An operation of the Messages API, which has the model in its body.
    Native { endpoint: Endpoint, operation: NativeOperation },
}

/// The operations below `/model/{modelId}/`.
///
/// <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_Operations_Amazon_Bedrock_Runtime.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ModelOperation {
    InvokeModel,
    InvokeModelWithResponseStream,
    Converse,
    ConverseStream,
    CountTokens,
}

/// The operations below `/anthropic/v1/`.
///
/// <https://docs.aws.amazon.com/bedrock/latest/userguide/inference-messages-api.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NativeOperation {
    Messages,
    /// Mantle's alone.
    CountTokens,
}

/// The hosts of Bedrock that answer for models, which are one host here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Endpoint {
    /// `bedrock-runtime`.
    Runtime,
    /// `bedrock-mantle`.
    Mantle,
}

impl Route {
    /// Whose name the signature has to have in its scope.
    pub(crate) fn service(&self) -> &'static str {
        match self {
            Self::Model { .. } | Self::Control(_) | Self::Native { endpoint: Endpoint::Runtime, .. } => {
                "bedrock"
            }
            Self::Native { endpoint: Endpoint::Mantle, .. } => MANTLE,
        }
    }

    /// Whether an API key may stand in `x-api-key`.
    pub(crate) fn takes_x_api_key(&self) -> bool {
        matches!(self, Self::Native { .. })
    }

    /// AWS's name of the operation, or the path where it has none.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Model { operation, .. } => match operation {
                ModelOperation::InvokeModel => "InvokeModel",
                ModelOperation::InvokeModelWithResponseStream => "InvokeModelWithResponseStream",
                ModelOperation::Converse => "Converse",
                ModelOperation::ConverseStream => "ConverseStream",
                ModelOperation::CountTokens => "CountTokens",
            },
            Self::Control(operation) => operation.name(),
            Self::Native { operation: NativeOperation::Messages, .. } => "/anthropic/v1/messages",
            Self::Native { operation: NativeOperation::CountTokens, .. } => {
                "/anthropic/v1/messages/count_tokens"
            }
        }
    }
}

/// Whether a path belongs to the Messages API, whose errors have a form of their own.
pub(crate) fn is_native(path: &str) -> bool {
    path.starts_with("/anthropic/") || path.starts_with("/mantle/")
}

/// Finds the operation; the path is taken as it came over the wire.
///
/// The model is one segment: an ARN whose slash was not encoded matches no operation, as on AWS.
///
/// # Errors
///
/// `UnknownOperationException` where Bedrock has no operation, and where the emulator has none yet.
pub(crate) fn route(head: &Parts) -> Result<Route, AwsError> {
    let path = head.uri.path();
    let found = match head.method {
        Method::POST if is_native(path) => native(path, &head.headers),
        Method::POST if path.starts_with("/model/") => of_model(path),
        _ => ControlOperation::of(&head.method, path).map(Route::Control),
    };
    found.ok_or_else(AwsError::unknown_operation)
}

fn of_model(path: &str) -> Option<Route> {
    let (model, name) = path.strip_prefix("/model/")?.split_once('/')?;
    let operation = match name {
        "invoke" => ModelOperation::InvokeModel,
        "invoke-with-response-stream" => ModelOperation::InvokeModelWithResponseStream,
        "converse" => ModelOperation::Converse,
        "converse-stream" => ModelOperation::ConverseStream,
        "count-tokens" => ModelOperation::CountTokens,
        _ => return None,
    };
    let model_id = percent_decode(model).filter(|id| !id.is_empty())?;
    Some(Route::Model { operation, model_id })
}

/// Mantle has a host of its own, which is told by the prefix here, or by the scope of the signature.
fn native(path: &str, headers: &HeaderMap) -> Option<Route> {
    let (endpoint, path) = match path.strip_prefix("/mantle") {
        Some(rest) => (Endpoint::Mantle, rest),
        None if is_signed_for_mantle(headers) => (Endpoint::Mantle, path),
        None => (Endpoint::Runtime, path),
    };
    let operation = match (path, endpoint) {
        ("/anthropic/v1/messages", _) => NativeOperation::Messages,
        ("/anthropic/v1/messages/count_tokens", Endpoint::Mantle) => NativeOperation::CountTokens,
        _ => return None,
    };
    Some(Route::Native { endpoint, operation })
}

/// Whether a request without mantle's prefix is for mantle.
pub(crate) fn is_signed_for_mantle(headers: &HeaderMap) -> bool {
    AuthorizationHeader::from_headers(headers).is_ok_and(|header| header.service == MANTLE)
}

/// `%XX` to bytes; `None` for a percent sign without two digits after it, and for what is then not UTF-8.
pub(crate) fn percent_decode(text: &str) -> Option<String> {
    if !text.contains('%') {
        return Some(text.to_owned());
    }
    let mut pieces = text.split('%');
    let mut bytes = pieces.next()?.as_bytes().to_vec();
    for piece in pieces {
        let (digits, rest) = piece.split_at_checked(2)?;
        // `from_str_radix` alone would take a sign.
        if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        bytes.extend_from_slice(rest.as_bytes());
    }
    String::from_utf8(bytes).ok()
}

const MANTLE: &str = "bedrock-mantle";

#[cfg(test)]
mod tests {
    use super::*;

    fn head(method: &str, path: &str, service: Option<&str>) -> Parts {
        let mut request = http::Request::builder().method(method).uri(path);
        if let Some(service) = service {
            let signed = format!(
                "AWS4-HMAC-SHA256 Credential=A/20261122/us-east-1/{service}/aws4_request, SignedHeaders=host, Signature=0"
            );
            request = request.header("authorization", signed);
        }
        request.body(()).unwrap().into_parts().0
    }

    #[test]
    fn the_model_is_one_decoded_segment() {
        use ModelOperation::{
            Converse, ConverseStream, CountTokens, InvokeModel, InvokeModelWithResponseStream,
        };
        let arn = "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.m";
        for (path, expected, id) in [
            ("/model/m/invoke", InvokeModel, "m"),
            ("/model/m/invoke-with-response-stream", InvokeModelWithResponseStream, "m"),
            ("/model/m/converse", Converse, "m"),
            ("/model/m/converse-stream", ConverseStream, "m"),
            ("/model/m/count-tokens", CountTokens, "m"),
            ("/model/m-v1%3A0/invoke", InvokeModel, "m-v1:0"),
            ("/model/m-v1%3a0/invoke", InvokeModel, "m-v1:0"),
            ("/model/m-v1:0/invoke", InvokeModel, "m-v1:0"),
            (
                "/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Ainference-profile%2Fus.m/invoke",
                InvokeModel,
                arn,
            ),
            (
                "/model/arn:aws:bedrock:us-east-1:123456789012:inference-profile%2Fus.m/converse",
                Converse,
                arn,
            ),
            ("/model/m%C3%BC/invoke", InvokeModel, "mü"),
            ("/model/%2E%2E/invoke", InvokeModel, ".."),
        ] {
            // The host of mantle has no such paths, so whom they are signed for says nothing.
            for service in [None, Some("bedrock"), Some("bedrock-mantle")] {
                let found = route(&head("POST", path, service)).unwrap();
                let Route::Model { operation, model_id } = &found else { panic!("{found:?}") };
                assert_eq!(
                    (*operation, model_id.as_str(), found.service()),
                    (expected, id, "bedrock"),
                    "{path}"
                );
                assert!(!found.takes_x_api_key());
            }
        }
    }

    #[test]
    fn mantle_is_told_by_its_prefix_or_by_the_signature() {
        use Endpoint::{Mantle, Runtime};
        use NativeOperation::{CountTokens, Messages};
        for (path, service, expected) in [
            ("/anthropic/v1/messages", None, Some((Runtime, Messages, "bedrock"))),
            ("/anthropic/v1/messages", Some("bedrock"), Some((Runtime, Messages, "bedrock"))),
            ("/anthropic/v1/messages", Some("bedrock-mantle"), Some((Mantle, Messages, "bedrock-mantle"))),
            ("/mantle/anthropic/v1/messages", None, Some((Mantle, Messages, "bedrock-mantle"))),
            ("/mantle/anthropic/v1/messages", Some("bedrock"), Some((Mantle, Messages, "bedrock-mantle"))),
            (
                "/mantle/anthropic/v1/messages/count_tokens",
                None,
                Some((Mantle, CountTokens, "bedrock-mantle")),
            ),
            (
                "/anthropic/v1/messages/count_tokens",
                Some("bedrock-mantle"),
                Some((Mantle, CountTokens, "bedrock-mantle")),
            ),
            ("/anthropic/v1/messages/count_tokens", Some("bedrock"), None),
            ("/anthropic/v1/messages/count_tokens", None, None),
            ("/anthropic/v1/messages/batches", None, None),
            ("/mantle/model/m/invoke", None, None),
            ("/mantle/anthropic/v1/models", None, None),
        ] {
            let found = route(&head("POST", path, service)).ok().map(|found| {
                let Route::Native { endpoint, operation } = found else { panic!("{found:?}") };
                assert!(found.takes_x_api_key());
                (endpoint, operation, found.service())
            });
            assert_eq!(found, expected, "{path} {service:?}");
        }
    }

    #[test]
    fn the_control_plane_is_told_by_method_and_path() {
        use ControlOperation as Op;
        let arn = || "arn:aws:x/us.m".to_owned();
        for (method, path, expected) in [
            ("GET", "/foundation-models?byProvider=anthropic", Op::ListFoundationModels),
            ("GET", "/foundation-models/arn%3Aaws%3Ax%2Fus.m", Op::GetFoundationModel(arn())),
            ("GET", "/inference-profiles?maxResults=1", Op::ListInferenceProfiles),
            ("GET", "/inference-profiles/arn%3Aaws%3Ax%2Fus.m", Op::GetInferenceProfile(arn())),
            ("POST", "/inference-profiles", Op::CreateInferenceProfile),
            ("DELETE", "/inference-profiles/arn%3Aaws%3Ax%2Fus.m", Op::DeleteInferenceProfile(arn())),
            ("PUT", "/logging/modelinvocations", Op::PutModelInvocationLoggingConfiguration),
        ] {
            let found = route(&head(method, path, None)).unwrap();
            assert_eq!(found, Route::Control(expected), "{method} {path}");
            assert_eq!((found.service(), found.takes_x_api_key()), ("bedrock", false));
        }
    }

    #[test]
    fn everything_else_is_no_operation() {
        for (method, path) in [
            ("POST", "/inference-profiles/us.m"),
            ("GET", "/inference-profiles/"),
            ("GET", "/inference-profiles/a/b"),
            ("GET", "/foundation-models/"),
            ("DELETE", "/foundation-models/m"),
            ("POST", "/logging/modelinvocations"),
            ("GET", "/logging"),
            ("GET", "/logging/others"),
            ("GET", "/model/m/invoke"),
            ("PUT", "/model/m/invoke"),
            ("GET", "/anthropic/v1/messages"),
            ("POST", "/"),
            ("POST", "*"),
            ("POST", "/model"),
            ("POST", "/model/m"),
            ("POST", "/model//invoke"),
            ("POST", "/model/m/invoke/"),
            ("POST", "/model/m/Invoke"),
            ("POST", "/model/arn:aws:bedrock:us-east-1:1:inference-profile/us.m/invoke"),
            ("POST", "//model/m/invoke"),
            ("POST", "/model/m%/invoke"),
            ("POST", "/model/m%4/invoke"),
            ("POST", "/model/m%+4/invoke"),
            ("POST", "/model/m%zz/invoke"),
            ("POST", "/model/m%ü/invoke"),
            ("POST", "/model/m%FF/invoke"),
            ("POST", "/anthropic/v1/messages/"),
            ("POST", "/anthropic/v1/Messages"),
        ] {
            assert_eq!(
                route(&head(method, path, None)),
                Err(AwsError::unknown_operation()),
                "{method} {path}"
            );
        }
    }
}
