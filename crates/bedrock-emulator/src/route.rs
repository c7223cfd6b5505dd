//! Method and path to an operation and the model id in it.

use http::Method;

use crate::error::AwsError;

/// One request of the runtime API, as its first line says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Route {
    pub(crate) operation: Operation,
    /// The model segment, percent-decoded: an id, or an ARN with its slash.
    pub(crate) model_id: String,
}

/// The operations the emulator has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    InvokeModel,
    InvokeModelWithResponseStream,
}

impl Operation {
    /// AWS's name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::InvokeModel => "InvokeModel",
            Self::InvokeModelWithResponseStream => "InvokeModelWithResponseStream",
        }
    }
}

/// Finds the operation; `path` is as it came over the wire.
///
/// The model is one segment: an ARN whose slash was not encoded matches no operation, as on AWS.
///
/// # Errors
///
/// `UnknownOperationException` where AWS has no operation, and where the emulator has none yet.
pub(crate) fn route(method: &Method, path: &str) -> Result<Route, AwsError> {
    let known = path.strip_prefix("/model/").and_then(|rest| rest.split_once('/'));
    let operation = |name| match name {
        "invoke" => Some(Operation::InvokeModel),
        "invoke-with-response-stream" => Some(Operation::InvokeModelWithResponseStream),
        _ => None,
    };
    let found = known.and_then(|(model, name)| Some((model, operation(name)?)));
    let Some((model, operation)) = found.filter(|(model, _)| method == Method::POST && !model.is_empty())
    else {
        return Err(AwsError::unknown_operation());
    };
    let model_id = percent_decode(model).ok_or_else(AwsError::unknown_operation)?;
    Ok(Route { operation, model_id })
}

/// `%XX` to bytes; `None` for a percent sign without two digits after it, and for what is then not UTF-8.
pub(crate) fn percent_decode(text: &str) -> Option<String> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_model_is_one_decoded_segment() {
        use Operation::{InvokeModel, InvokeModelWithResponseStream};
        let arn = "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.m";
        for (path, operation, model_id) in [
            ("/model/m/invoke", InvokeModel, "m"),
            ("/model/m/invoke-with-response-stream", InvokeModelWithResponseStream, "m"),
            ("/model/m-v1%3A0/invoke", InvokeModel, "m-v1:0"),
            ("/model/m-v1%3a0/invoke", InvokeModel, "m-v1:0"),
            ("/model/m-v1:0/invoke", InvokeModel, "m-v1:0"),
            (
                "/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Ainference-profile%2Fus.m/invoke",
                InvokeModel,
                arn,
            ),
            (
                "/model/arn:aws:bedrock:us-east-1:123456789012:inference-profile%2Fus.m/invoke",
                InvokeModel,
                arn,
            ),
            ("/model/m%C3%BC/invoke", InvokeModel, "mü"),
            ("/model/%2E%2E/invoke", InvokeModel, ".."),
        ] {
            let found = route(&Method::POST, path).unwrap();
            assert_eq!((found.operation, found.model_id.as_str()), (operation, model_id), "{path}");
        }
    }

    #[test]
    fn everything_else_is_no_operation() {
        for (method, path) in [
            (Method::GET, "/model/m/invoke"),
            (Method::PUT, "/model/m/invoke"),
            (Method::POST, "/"),
            (Method::POST, "*"),
            (Method::POST, "/model"),
            (Method::POST, "/model/m"),
            (Method::POST, "/model//invoke"),
            (Method::POST, "/model/m/invoke/"),
            (Method::POST, "/model/m/Invoke"),
            (Method::POST, "/model/arn:aws:bedrock:us-east-1:1:inference-profile/us.m/invoke"),
            (Method::POST, "//model/m/invoke"),
            (Method::POST, "/model/m%/invoke"),
            (Method::POST, "/model/m%4/invoke"),
            (Method::POST, "/model/m%+4/invoke"),
            (Method::POST, "/model/m%zz/invoke"),
            (Method::POST, "/model/m%ü/invoke"),
            (Method::POST, "/model/m%FF/invoke"),
        ] {
            assert_eq!(route(&method, path), Err(AwsError::unknown_operation()), "{method} {path}");
        }
    }
}
