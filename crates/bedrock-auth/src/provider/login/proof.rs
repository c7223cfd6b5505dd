//! Proofs that we hold the key of a session: DPoP, <https://www.rfc-editor.org/rfc/rfc9449>, as a JWT signed with ES256.

use std::time::{Duration, SystemTime};

use http::Uri;
use p256::SecretKey;
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use sha2::{Digest, Sha256};

use crate::base64;

/// The private key of a session; wiped when dropped.
pub(super) struct ProofKey(SigningKey);

impl ProofKey {
    /// Reads PEM: `EC PRIVATE KEY`, as the AWS CLI writes it, or `PRIVATE KEY`.
    pub(super) fn parse(pem: &str) -> Option<Self> {
        let labels = ["EC PRIVATE KEY", "PRIVATE KEY"];
        // Not by the PEM reader of `p256`: that insists on lines of 64.
        let body = labels.into_iter().find_map(|label| {
            let body = pem.trim().strip_prefix(&format!("-----BEGIN {label}-----"))?;
            body.strip_suffix(&format!("-----END {label}-----"))
        })?;
        let key = SecretKey::from_der(&base64::decode(body)?).ok()?;
        Some(Self(key.into()))
    }

    /// The proof for one request. `id` must be another each time; the URI is that of the request, which has no query.
    ///
    /// The members stand in the order in which botocore writes them. Signatures are deterministic (RFC 6979), so no randomness is
    /// needed.
    pub(super) fn proof(&self, method: &str, uri: &Uri, now: SystemTime, id: &str) -> String {
        let point = self.0.verifying_key().to_sec1_point(false);
        let coordinate = |bytes: Option<&p256::FieldBytes>| {
            base64::url_safe(bytes.expect("a public key is not the point at infinity"))
        };
        let (x, y) = (coordinate(point.x()), coordinate(point.y()));
        let header = format!(
            r#"{{"typ":"dpop+jwt","alg":"ES256","jwk":{{"kty":"EC","x":"{x}","y":"{y}","crv":"P-256"}}}}"#
        );
        let uri = serde_json::Value::from(uri.to_string());
        let issued_at = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or(Duration::ZERO).as_secs();
        let payload = format!(r#"{{"htm":"{method}","htu":{uri},"iat":{issued_at},"jti":"{id}"}}"#);

        let signed = [header, payload].map(|part| base64::url_safe(part.as_bytes())).join(".");
        let signature: Signature = self.0.sign(signed.as_bytes());
        format!("{signed}.{}", base64::url_safe(&signature.to_bytes()))
    }
}

/// An id for a proof, in the shape of a random UUID, which is what the service gets from the AWS CLI.
///
/// It is made from the token that the proof goes along with, which is good for one time, and the time to the nanosecond: no two
/// proofs have the same, and nobody can tell it beforehand.
pub(super) fn proof_id(refresh_token: &str, now: SystemTime) -> String {
    let nanoseconds = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or(Duration::ZERO).as_nanos();
    let mut hash = Sha256::new();
    hash.update(nanoseconds.to_be_bytes());
    hash.update(refresh_token);
    let mut hex = hex::encode(hash.finalize());
    // Version 4, and the variant of RFC 9562.
    hex.replace_range(12..13, "4");
    hex.replace_range(16..17, "8");
    let part = |range| hex.get(range).expect("64 digits");
    [part(0..8), part(8..12), part(12..16), part(16..20), part(20..32)].join("-")
}

#[cfg(test)]
mod tests {
    use p256::ecdsa::VerifyingKey;
    use p256::ecdsa::signature::Verifier;

    use super::*;

    const URL: &str = "https://eu-west-1.signin.aws.amazon.com/v1/token";
    const ID: &str = "00010203-0405-4607-8809-0a0b0c0d0e0f";

    /// What botocore 1.44.5 with awscrt 0.38.1 makes of the same key, URL, time and id: `_build_dpop_header` in its
    /// `credentials.py`. Its signatures are random.
    const BOTOCORE: &str = "\
        eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6IlVWdzlicm5qbHJrRT\
        BfN0tmMVQ5elF6QjZaZV9OMTNLVVZyUXBzTzBBMTgiLCJ5IjoiUlRhLU9sRHpHUHY1cFVkWkFxSWhVQ3Z2RFZmZ2pG\
        T3l6QXBXOFgyZmsxUSIsImNydiI6IlAtMjU2In19.eyJodG0iOiJQT1NUIiwiaHR1IjoiaHR0cHM6Ly9ldS13ZXN0L\
        TEuc2lnbmluLmF3cy5hbWF6b24uY29tL3YxL3Rva2VuIiwiaWF0IjoxNzk1MzA1NjAwLCJqdGkiOiIwMDAxMDIwMy0\
        wNDA1LTQ2MDctODgwOS0wYTBiMGMwZDBlMGYifQ.frZxh8IxPPo5t2zLY8wIfjrTOPJspWaq5DUu8f1u3w7p3m0BYV\
        vkyb5Z2RoVg6ReCYZ1HPPdCj63kAPIeSQiwQ";

    /// That of [`secret_key`] as OpenSSL writes it, in its two ways.
    const SEC1: &str = "\
        MHcCAQEEIAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8goAoGCCqGSM49AwEHoUQDQgAEUVw9brnjlrkE0/\
        7Kf1T9zQzB6Ze/N13KUVrQpsO0A19FNr46UPMY+/mlR1kCoiFQK+8NV+CMU7LMClbxfZ+TVA==";
    const PKCS8: &str = "\
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgAQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHy\
        ChRANCAARRXD1uueOWuQTT/sp/VP3NDMHpl783XcpRWtCmw7QDX0U2vjpQ8xj7+aVHWQKiIVAr7w1X4IxTsswKVvF9\
        n5NU";

    /// The scalar with the bytes 1 to 32, made for these tests and good for nothing else.
    fn secret_key() -> SecretKey {
        SecretKey::from_slice(&(1..=32).collect::<Vec<u8>>()).unwrap()
    }

    fn our_proof() -> String {
        let now = SystemTime::UNIX_EPOCH + Duration::from_millis(1_795_305_600_999);
        ProofKey(secret_key().into()).proof("POST", &Uri::from_static(URL), now, ID)
    }

    /// What is signed, and the signature.
    fn split(proof: &str) -> (&str, Signature) {
        let (signed, signature) = proof.rsplit_once('.').unwrap();
        (signed, Signature::from_slice(&base64::decode(signature).unwrap()).unwrap())
    }

    #[test]
    fn what_is_signed_is_what_botocore_signs() {
        let ours = our_proof();
        let key = VerifyingKey::from(SigningKey::from(secret_key()));
        assert_eq!(split(&ours).0, split(BOTOCORE).0);
        for proof in [ours.as_str(), BOTOCORE] {
            let (signed, signature) = split(proof);
            key.verify(signed.as_bytes(), &signature).unwrap();
            assert!(key.verify(&signed.as_bytes()[1..], &signature).is_err());
        }
    }

    #[test]
    fn the_same_proof_has_the_same_signature() {
        assert_eq!(our_proof(), our_proof());
    }

    #[test]
    fn keys_are_read_in_every_shape_of_pem() {
        let pem = |label: &str, body: &str, width: usize, line_break: &str| {
            let lines = body.as_bytes().chunks(width).map(|line| std::str::from_utf8(line).unwrap());
            let text = lines.collect::<Vec<_>>().join(line_break);
            format!("-----BEGIN {label}-----{line_break}{text}{line_break}-----END {label}-----{line_break}")
        };
        for text in [
            pem("EC PRIVATE KEY", SEC1, 64, "\n"),
            pem("EC PRIVATE KEY", SEC1, 76, "\r\n"),
            pem("EC PRIVATE KEY", SEC1, SEC1.len(), "\n"),
            pem("EC PRIVATE KEY", SEC1, 64, "\n").trim_end().to_owned(),
            pem("PRIVATE KEY", PKCS8, 64, "\n"),
        ] {
            let key = ProofKey::parse(&text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(key.0.to_bytes(), secret_key().to_bytes(), "{text}");
        }
        for text in [
            String::new(),
            SEC1.to_owned(),
            pem("PUBLIC KEY", SEC1, 64, "\n"),
            pem("EC PRIVATE KEY", &SEC1[4..], 64, "\n"),
            pem("EC PRIVATE KEY", "*", 64, "\n"),
        ] {
            assert!(ProofKey::parse(&text).is_none(), "{text}");
        }
    }

    #[test]
    fn an_id_has_the_shape_of_a_random_uuid_and_is_another_each_time() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_305_600);
        let id = proof_id("token", now);
        let shape: Vec<_> = id.split('-').map(str::len).collect();
        assert_eq!(shape, [8, 4, 4, 4, 12]);
        assert_eq!((&id[14..15], &id[19..20]), ("4", "8"));
        assert_ne!(id, proof_id("token", now + Duration::from_nanos(1)));
        assert_ne!(id, proof_id("other", now));
    }
}
