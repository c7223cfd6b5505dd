//! Where a request is going, whether or not the emulator has the operation: which of Bedrock's services, and which path there.

use bedrock_transport::Service;
use http::request::Parts;

use crate::auth::Door;
use crate::recording::is_recorded_parameter;
use crate::route::{is_native, is_signed_for_mantle};

/// A service and a path of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    pub(crate) service: Service,
    /// Path and query as the service has them; those of mantle begin with `/v1`.
    pub(crate) path: String,
    takes_x_api_key: bool,
}

impl Target {
    /// That of a request; `None` for a path that no service has.
    pub(crate) fn of(head: &Parts) -> Option<Self> {
        let path = head.uri.path_and_query()?.as_str();
        let is_mantle =
            path.starts_with("/mantle/") || (is_native(path) && is_signed_for_mantle(&head.headers));
        let takes_x_api_key = is_native(path);
        let (service, path) = if is_mantle {
            (Service::Mantle, path.strip_prefix("/mantle").unwrap_or(path).strip_prefix("/anthropic")?)
        } else if takes_x_api_key || RUNTIME.iter().any(|prefix| path.starts_with(prefix)) {
            (Service::Runtime, path)
        } else {
            (Service::ControlPlane, path)
        };
        Some(Self { service, path: path.to_owned(), takes_x_api_key })
    }

    /// What who calls is checked for.
    pub(crate) fn door(&self) -> Door {
        Door { service: self.service.signing_name(), takes_x_api_key: self.takes_x_api_key }
    }

    /// The path as the emulator is asked for it by who does not sign for mantle, with what of the query is recorded.
    pub(crate) fn recorded_path(&self) -> String {
        let mantle = if self.service == Service::Mantle { "/mantle/anthropic" } else { "" };
        let Some((path, query)) = self.path.split_once('?') else { return format!("{mantle}{}", self.path) };
        let name = |pair: &&str| is_recorded_parameter(pair.split('=').next().unwrap_or_default());
        let kept: Vec<_> = query.split('&').filter(name).collect();
        let mark = if kept.is_empty() { "" } else { "?" };
        format!("{mantle}{path}{mark}{}", kept.join("&"))
    }
}

/// How the paths of bedrock-runtime begin; all others are the control plane's.
/// <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_Operations_Amazon_Bedrock_Runtime.html>
const RUNTIME: [&str; 4] = ["/model/", "/guardrail/", "/guardrail-checks/", "/async-invoke"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_says_which_service_it_is_of() {
        use Service::{ControlPlane, Mantle, Runtime};
        for (path, signed_for, expected) in [
            ("/model/m%3A0/invoke", "bedrock", Some((Runtime, "/model/m%3A0/invoke", "/model/m%3A0/invoke"))),
            (
                "/guardrail/g/version/1/apply",
                "bedrock",
                Some((Runtime, "/guardrail/g/version/1/apply", "/guardrail/g/version/1/apply")),
            ),
            (
                "/anthropic/v1/messages",
                "bedrock",
                Some((Runtime, "/anthropic/v1/messages", "/anthropic/v1/messages")),
            ),
            (
                "/anthropic/v1/messages",
                "bedrock-mantle",
                Some((Mantle, "/v1/messages", "/mantle/anthropic/v1/messages")),
            ),
            (
                "/mantle/anthropic/v1/messages",
                "bedrock",
                Some((Mantle, "/v1/messages", "/mantle/anthropic/v1/messages")),
            ),
            (
                "/inference-profiles?x=canary&maxResults=1",
                "bedrock",
                Some((
                    ControlPlane,
                    "/inference-profiles?x=canary&maxResults=1",
                    "/inference-profiles?maxResults=1",
                )),
            ),
            ("/guardrails?x=canary", "bedrock", Some((ControlPlane, "/guardrails?x=canary", "/guardrails"))),
            ("/mantle/elsewhere", "bedrock", None),
        ] {
            let signed = format!(
                "AWS4-HMAC-SHA256 Credential=A/20261122/us-east-1/{signed_for}/aws4_request, SignedHeaders=host, Signature=0"
            );
            let request = http::Request::get(path).header("authorization", signed).body(()).unwrap();
            let target = Target::of(&request.into_parts().0);
            let found =
                target.as_ref().map(|target| (target.service, target.path.as_str(), target.recorded_path()));
            assert_eq!(
                found,
                expected.map(|(service, path, recorded)| (service, path, recorded.to_owned())),
                "{path}"
            );
        }
    }
}
