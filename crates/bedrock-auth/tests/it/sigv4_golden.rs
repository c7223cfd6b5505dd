//! Every case of `tests/fixtures/sigv4`, step by step (its README says where the files come from).

use std::path::Path;
use std::time::SystemTime;

use bedrock_auth::Credentials;
use bedrock_auth::sigv4::verify::{AuthorizationHeader, verify};
use bedrock_auth::sigv4::{PayloadHash, SigningParams, SigningTime, sign};
use http::request::Parts;

#[test]
fn every_step_is_botocores() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/sigv4");
    let entries = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
    let cases: Vec<_> = entries.filter(|path| path.is_dir()).collect();
    // A lost folder would otherwise be a lost test.
    assert_eq!(cases.len(), 33);
    for case in cases {
        check(&case);
    }
}

fn check(folder: &Path) {
    let name = folder.display();
    let golden = |file: &str| std::fs::read_to_string(folder.join(file)).unwrap();
    let request = Request(serde_json::from_str(&golden("request.json")).unwrap());
    let payload = PayloadHash::of(request.text("body").as_bytes());
    let mut parts = request.parts();
    let credentials = request.credentials();
    let params =
        SigningParams::new(&credentials, request.text("region"), request.text("service"), request.now());

    let signed = sign(&mut parts, &payload, &params).unwrap();
    assert_eq!(signed.canonical_request, golden("canonical_request.txt"), "{name}");
    assert_eq!(signed.string_to_sign, golden("string_to_sign.txt"), "{name}");
    assert_eq!(signed.authorization, golden("authorization.txt"), "{name}");
    assert_eq!(parts.headers["authorization"], signed.authorization, "{name}");
    assert!(parts.headers["authorization"].is_sensitive(), "{name}");

    let header = AuthorizationHeader::from_headers(&parts.headers).unwrap();
    assert_eq!(header.signature, signed.signature, "{name}");
    assert_eq!(verify(&parts, &payload, &header, credentials.secret_access_key()), Ok(()), "{name}");
}

/// A `request.json`.
struct Request(serde_json::Value);

impl Request {
    fn text(&self, key: &str) -> &str {
        self.0[key].as_str().unwrap()
    }

    fn now(&self) -> SystemTime {
        self.text("at").parse::<SigningTime>().unwrap().to_system_time()
    }

    fn credentials(&self) -> Credentials {
        let credentials = Credentials::new(self.text("access_key_id"), self.text("secret_access_key"));
        match self.0["session_token"].as_str() {
            Some(token) => credentials.session_token(token),
            None => credentials,
        }
    }

    fn parts(&self) -> Parts {
        let request = http::Request::builder().method(self.text("method")).uri(self.text("url"));
        let headers = self.0["headers"].as_array().unwrap();
        let request = headers.iter().fold(request, |request, header| {
            request.header(header[0].as_str().unwrap(), header[1].as_str().unwrap())
        });
        request.body(()).unwrap().into_parts().0
    }
}
