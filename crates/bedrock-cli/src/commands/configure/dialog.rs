//! Asking a person, one value after the other; what is there already is what Enter takes.

use bedrock_auth::Profile;

use super::answers::{
    ACCESS_KEY_ID, Answers, REGION, SECRET_ACCESS_KEY, SESSION_TOKEN, SSO_ACCOUNT_ID, SSO_REGION,
    SSO_ROLE_NAME, SSO_SESSION, SSO_START_URL, is_secret,
};
use crate::failure::Failure;

/// Where the questions go and the answers come from.
pub(super) trait Person {
    /// The answer to a question, without its line break; one that is secret is not shown while it is typed.
    fn ask(&mut self, question: &str, secret: bool) -> Result<String, Failure>;

    /// Says something.
    fn say(&mut self, text: &str);
}

/// The values that a person gives.
pub(super) fn answers(
    person: &mut dyn Person,
    region: Option<&str>,
    existing: Option<&Profile>,
) -> Result<Answers, Failure> {
    let mut answers = Answers::default();
    let is_set = |name: &str| existing.and_then(|profile| profile.get(name));
    let region = region.or_else(|| is_set(REGION)).unwrap_or(COMMON_REGION);
    ask(person, &mut answers, REGION, "AWS region", Some(region))?;

    let has_identity = ["aws_access_key_id", "sso_session", "role_arn", "credential_process"]
        .iter()
        .any(|name| is_set(name).is_some());
    let default = if has_identity { "keep" } else { "keys" };
    loop {
        let way = person.ask(
            &format!(
                "Sign in with access keys, with SSO, or keep what is there? keys/sso/keep [{default}]: "
            ),
            false,
        )?;
        match if way.trim().is_empty() { default } else { way.trim() } {
            "keys" => {
                ask(person, &mut answers, ACCESS_KEY_ID, "Access key id", None)?;
                ask(person, &mut answers, SECRET_ACCESS_KEY, "Secret access key (not shown)", None)?;
                let token = person.ask("Session token, if the keys have one (not shown): ", true)?;
                if !token.trim().is_empty() {
                    answers.set(SESSION_TOKEN, token.trim())?;
                }
            }
            "sso" => {
                ask(
                    person,
                    &mut answers,
                    SSO_SESSION,
                    "Name of the SSO session",
                    is_set(SSO_SESSION).or(Some(COMMON_SESSION)),
                )?;
                ask(person, &mut answers, SSO_START_URL, "Start URL", None)?;
                let region = answers.get(REGION).map(str::to_owned);
                ask(person, &mut answers, SSO_REGION, "Region of the SSO session", region.as_deref())?;
                ask(person, &mut answers, SSO_ACCOUNT_ID, "Account id", is_set(SSO_ACCOUNT_ID))?;
                ask(person, &mut answers, SSO_ROLE_NAME, "Role name", is_set(SSO_ROLE_NAME))?;
            }
            "keep" => {}
            _ => {
                person.say("keys, sso or keep");
                continue;
            }
        }
        return Ok(answers);
    }
}

/// Asks until the answer is one.
fn ask(
    person: &mut dyn Person,
    answers: &mut Answers,
    name: &'static str,
    question: &str,
    default: Option<&str>,
) -> Result<(), Failure> {
    let question = match default {
        Some(default) => format!("{question} [{default}]: "),
        None => format!("{question}: "),
    };
    loop {
        let answer = person.ask(&question, is_secret(name))?;
        let answer = match (answer.trim(), default) {
            ("", Some(default)) => default,
            (answer, _) => answer,
        };
        match answers.set(name, answer) {
            Ok(()) => return Ok(()),
            Err(failure) => {
                person.say(&format!("{}: {}", failure.message(), failure.hint().unwrap_or_default()));
            }
        }
    }
}

const COMMON_REGION: &str = "us-east-1";
const COMMON_SESSION: &str = "my-sso";

#[cfg(test)]
mod tests {
    use super::*;

    /// Has its answers ready; `*` before one says that it must not be shown.
    struct Scripted(Vec<&'static str>, Vec<String>);

    impl Person for Scripted {
        fn ask(&mut self, question: &str, secret: bool) -> Result<String, Failure> {
            let answer = self.0.remove(0);
            assert_eq!(answer.starts_with('*'), secret, "{question}");
            Ok(answer.trim_start_matches('*').to_owned())
        }

        fn say(&mut self, text: &str) {
            self.1.push(text.to_owned());
        }
    }

    #[test]
    fn enter_takes_what_is_offered_and_a_slip_is_asked_again() {
        let mut person = Scripted(
            vec!["nowhere/", "", "card", "", "AKIA", "AKIAIOSFODNN7EXAMPLE", "*canary", "*"],
            Vec::new(),
        );
        let answers = answers(&mut person, Some("eu-west-1"), None).expect("answers");
        assert_eq!(answers.get(REGION), Some("eu-west-1"));
        assert_eq!(answers.get(SECRET_ACCESS_KEY), Some("canary"));
        assert_eq!(answers.get(SESSION_TOKEN), None);
        assert_eq!(person.1.len(), 3, "{:?}", person.1);
        assert!(person.0.is_empty());
    }
}
