//! Which role is asked for, by which name of a session.

use crate::account::Principal;
use crate::digest::Digest;

use super::error::StsError;
use crate::form::Form;

/// A role in the hands of who assumed it.
#[derive(Debug)]
pub(super) struct AssumedRole {
    pub(super) principal: Principal,
}

impl AssumedRole {
    /// Reads `RoleArn` and `RoleSessionName`.
    pub(super) fn of(form: &Form) -> Result<Self, StsError> {
        let arn = form.get("RoleArn").ok_or_else(|| StsError::missing("roleArn"))?;
        let session = form.get("RoleSessionName").ok_or_else(|| StsError::missing("roleSessionName"))?;
        check_session_name(session)?;
        let invalid = || StsError::validation(format!("{arn} is invalid"));
        let (partition, account, name) = parts(arn).ok_or_else(invalid)?;
        let role_id = format!("AROA{}", Digest::of(&[arn.as_bytes()]).capitals(17));
        Ok(Self {
            principal: Principal {
                arn: format!("arn:{partition}:sts::{account}:assumed-role/{name}/{session}"),
                user_id: format!("{role_id}:{session}"),
            },
        })
    }
}

/// A device that is named must have shown a code; which one is not looked at.
pub(super) fn check_mfa(form: &Form) -> Result<(), StsError> {
    let Some(_device) = form.get("SerialNumber") else { return Ok(()) };
    let code = form.get("TokenCode").ok_or_else(StsError::wrong_mfa_code)?;
    let is_code = code.len() == 6 && code.bytes().all(|digit| digit.is_ascii_digit());
    if is_code { Ok(()) } else { Err(StsError::wrong_mfa_code()) }
}

fn check_session_name(name: &str) -> Result<(), StsError> {
    let refused = |rule| Err(StsError::constraint("roleSessionName", Some(name), rule));
    if !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_+=,.@-".contains(&byte)) {
        return refused("satisfy regular expression pattern: [\\w+=,.@-]*");
    }
    match name.len() {
        0 | 1 => refused("have length greater than or equal to 2"),
        2..=64 => Ok(()),
        _ => refused("have length less than or equal to 64"),
    }
}

/// Partition, account and name without the path of `arn:aws:iam::123456789012:role/path/name`.
fn parts(arn: &str) -> Option<(&str, &str, &str)> {
    let ["arn", partition, "iam", "", account, role] = arn.splitn(6, ':').collect::<Vec<_>>()[..] else {
        return None;
    };
    let name = role.strip_prefix("role/")?.rsplit('/').next()?;
    let is_account = account.len() == 12 && account.bytes().all(|digit| digit.is_ascii_digit());
    let is_name = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_+=,.@-".contains(&byte));
    (is_account && is_name && !partition.is_empty() && !name.is_empty()).then_some((partition, account, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assumed(arn: &str, session: &str) -> Result<String, String> {
        let form = Form::parse(format!("RoleArn={arn}&RoleSessionName={session}").as_bytes()).unwrap();
        AssumedRole::of(&form).map(|role| role.principal.arn).map_err(|error| error.message().to_owned())
    }

    #[test]
    fn the_session_carries_partition_account_and_name_of_the_role() {
        for (role, expected) in [
            ("arn:aws:iam::123456789012:role/reader", "arn:aws:sts::123456789012:assumed-role/reader/me"),
            ("arn:aws-cn:iam::210987654321:role/a/b/c", "arn:aws-cn:sts::210987654321:assumed-role/c/me"),
        ] {
            assert_eq!(assumed(role, "me").unwrap(), expected);
        }
    }

    #[test]
    fn what_is_no_role_is_refused() {
        for arn in [
            "reader",
            "arn:aws:iam::123:role/reader",
            "arn:aws:iam::123456789012:user/reader",
            "arn:aws:iam::123456789012:role/",
            "arn:aws:sts::123456789012:assumed-role/a/b",
            "arn:aws:iam::123456789012:role/<b>",
        ] {
            assert_eq!(assumed(arn, "me").unwrap_err(), format!("{arn} is invalid"));
        }
    }

    #[test]
    fn the_name_of_a_session_has_its_letters_and_length() {
        let role = "arn:aws:iam::123456789012:role/reader";
        let long = "a".repeat(65);
        for (name, rule) in
            [("a", "greater than"), (long.as_str(), "less than"), ("a%20b", "pattern"), ("ü", "pattern")]
        {
            assert!(assumed(role, name).unwrap_err().contains(rule), "{name}");
        }
        assert!(assumed(role, "").unwrap_err().contains("Value null at 'roleSessionName'"));
        assumed(role, "a.b@c-d_e%2B=,").unwrap();
    }

    #[test]
    fn a_device_must_have_shown_six_digits() {
        let check = |form: &str| check_mfa(&Form::parse(form.as_bytes()).unwrap()).is_ok();
        for (form, passes) in [
            ("", true),
            ("SerialNumber=arn&TokenCode=123456", true),
            ("SerialNumber=arn", false),
            ("SerialNumber=arn&TokenCode=12345", false),
            ("SerialNumber=arn&TokenCode=12345a", false),
        ] {
            assert_eq!(check(form), passes, "{form}");
        }
    }
}
