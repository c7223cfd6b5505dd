//! Requests as forms.

use zeroize::Zeroizing;

use crate::percent::encoded;

/// A role to assume, and on what terms.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RoleRequest<'a> {
    pub(crate) role_arn: &'a str,
    pub(crate) session_name: Option<&'a str>,
    pub(crate) external_id: Option<&'a str>,
    pub(crate) duration_seconds: Option<u32>,
    pub(crate) mfa_serial: Option<&'a str>,
}

/// The body of `AssumeRole`.
pub(super) fn assume_role(
    role: &RoleRequest<'_>,
    session_name: &str,
    mfa_code: Option<&str>,
) -> Zeroizing<String> {
    let duration = role.duration_seconds.map(|seconds| seconds.to_string());
    form(
        "AssumeRole",
        &[
            ("RoleArn", Some(role.role_arn)),
            ("RoleSessionName", Some(session_name)),
            ("DurationSeconds", duration.as_deref()),
            ("ExternalId", role.external_id),
            ("SerialNumber", role.mfa_serial),
            ("TokenCode", mfa_code),
        ],
    )
}

/// The body of `AssumeRoleWithWebIdentity`.
pub(super) fn assume_role_with_web_identity(
    role_arn: &str,
    session_name: &str,
    token: &str,
) -> Zeroizing<String> {
    form(
        "AssumeRoleWithWebIdentity",
        &[
            ("RoleArn", Some(role_arn)),
            ("RoleSessionName", Some(session_name)),
            ("WebIdentityToken", Some(token)),
        ],
    )
}

fn form(action: &str, parameters: &[(&str, Option<&str>)]) -> Zeroizing<String> {
    let given = || parameters.iter().filter_map(|(name, value)| Some((name, (*value)?)));
    // Room for all, so that no shorter copy is left behind in memory: encoding triples a text at most.
    let room = given().map(|(name, value)| name.len() + 2 + 3 * value.len()).sum::<usize>();
    let mut body = Zeroizing::new(String::with_capacity(64 + room));
    body.push_str("Action=");
    body.push_str(action);
    body.push_str("&Version=2011-06-15");
    for (name, value) in given() {
        body.push('&');
        body.push_str(name);
        body.push('=');
        body.extend(encoded(value));
    }
    body
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_asked_for_is_not_in_the_form() {
        let role = RoleRequest {
            role_arn: "arn:aws:iam::1:role/a b",
            session_name: None,
            external_id: None,
            duration_seconds: None,
            mfa_serial: None,
        };
        assert_eq!(
            *assume_role(&role, "me@example.com", None),
            "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fa%20b\
            &RoleSessionName=me%40example.com"
        );
        let all = RoleRequest {
            external_id: Some("a+b&c"),
            duration_seconds: Some(900),
            mfa_serial: Some("d"),
            ..role
        };
        assert_eq!(
            *assume_role(&all, "s", Some("123456")),
            "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fa%20b&RoleSessionName=s\
            &DurationSeconds=900&ExternalId=a%2Bb%26c&SerialNumber=d&TokenCode=123456"
        );
        assert_eq!(
            *assume_role_with_web_identity("r", "s", "a.b-c_d~="),
            "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=r&RoleSessionName=s&WebIdentityToken=a.b-c_d~%3D"
        );
    }
}
