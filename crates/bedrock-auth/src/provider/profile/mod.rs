//! What a profile of the shared files asks for, followed step by step: first credentials, then the roles assumed with them.

pub mod plan;
mod resolve;

use self::plan::{Base, CredentialSource, Plan};
use super::{Context, Outcome, container, environment, imds, login, process, sso, web_identity};
use crate::credentials::Credentials;
use crate::identity::{BoxFuture, Identity, IdentitySource, ResolvedIdentity};
use crate::identity_error::IdentityError;
use crate::source_error::{SourceError, SourceProblem};
use crate::sts;

/// The identity of a profile.
///
/// # Errors
///
/// [`IdentityError::Source`] where its settings cannot be followed, or a step gives nothing.
pub(crate) async fn identity(context: &Context<'_>, name: &str) -> Result<Outcome, IdentityError> {
    let of_profile = IdentitySource::Profile { name: name.to_owned() };
    let plan = match Plan::of(context.profiles, name) {
        Ok(Some(plan)) => plan,
        Ok(None) => {
            let reason = match context.profiles.profile(name) {
                Some(_) => "it has no credentials",
                None => "it does not exist",
            };
            return Ok(Outcome::absent(of_profile, reason));
        }
        Err(problem) => return Err(failed(of_profile, problem)),
    };
    let (mut credentials, mut source) = first(context, &plan.base).await?;
    for role in &plan.roles {
        let assumed = IdentitySource::Role { arn: role.role_arn.clone(), base: Box::new(source) };
        credentials = match sts::assume_role(context, &credentials, role.request()).await {
            Ok(credentials) => credentials,
            Err(problem) => return Err(failed(assumed, problem)),
        };
        source = assumed;
    }
    Ok(Outcome::found(credentials, source))
}

/// The credentials that the roles, if any, are assumed with.
async fn first(context: &Context<'_>, base: &Base) -> Result<(Credentials, IdentitySource), IdentityError> {
    let asked: BoxFuture<'_, Result<Credentials, SourceProblem>> = match base {
        Base::Keys { credentials, .. } => return Ok((credentials.clone(), base.source())),
        Base::WebIdentity { settings, .. } => Box::pin(web_identity::credentials(context, settings)),
        Base::Sso(settings) => Box::pin(sso::credentials(context, settings)),
        Base::Login { profile, session } => Box::pin(login::credentials(context, profile, session)),
        Base::Process { profile, command } => Box::pin(async {
            let printed = process::credentials(context, command.expose()).await;
            printed.map(|credentials| in_account_of(context, profile, credentials))
        }),
        Base::Named(CredentialSource::Environment) => return Ok((of_environment(context)?, base.source())),
        Base::Named(CredentialSource::Ec2InstanceMetadata) => Box::pin(imds::required(context)),
        Base::Named(CredentialSource::EcsContainer) => Box::pin(container::required(context)),
    };
    match asked.await {
        Ok(credentials) => Ok((credentials, base.source())),
        Err(problem) => Err(failed(base.source(), problem)),
    }
}

/// What a program does not say of the account, its profile may.
fn in_account_of(context: &Context<'_>, profile: &str, credentials: Credentials) -> Credentials {
    let account = || context.profiles.profile(profile)?.get("aws_account_id");
    match (credentials.account_id(), account()) {
        (None, Some(account)) => credentials.in_account(account),
        _ => credentials,
    }
}

/// The keys of the environment, which must be there: the profile says `credential_source = Environment`.
fn of_environment(context: &Context<'_>) -> Result<Credentials, IdentityError> {
    match environment::identity(&*context.effects.env)? {
        Outcome::Found(ResolvedIdentity { identity: Identity::Credentials(credentials), .. }) => {
            Ok(credentials)
        }
        Outcome::Found(_) | Outcome::Absent(_) => {
            let problem = SourceProblem::Setting {
                name: "credential_source".to_owned(),
                problem: "is Environment, but AWS_ACCESS_KEY_ID is not set".to_owned(),
            };
            Err(failed(IdentitySource::Environment, problem))
        }
    }
}

fn failed(source: IdentitySource, problem: SourceProblem) -> IdentityError {
    IdentityError::Source(SourceError::new(source, problem))
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::*;
    use crate::effects::testing::{ScriptedHttp, ScriptedProcesses};
    use crate::effects::{Effects, ManualClock, MapEnv, MapFiles, MfaPrompt};
    use crate::profile::Profiles;
    use crate::secret::SecretString;
    use crate::sts::testing::{forms, refusal, role_answer};

    const STS: &str = "POST https://sts.us-east-1.amazonaws.com/";
    const KEYS: &str = "aws_access_key_id = AKID\naws_secret_access_key = canary-secret\n";

    fn effects(config: &str, http: &ScriptedHttp) -> Effects {
        let env = MapEnv::from([("HOME", "/h")]);
        let files = MapFiles::from([("/h/.aws/config", config), ("/token", "canary-web")]);
        let clock = ManualClock::at(SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_305_600));
        Effects::new(env, files).with_http(http.clone()).with_clock(clock)
    }

    /// The access key id and the source, or the error as it is shown.
    async fn follow(effects: &Effects) -> Result<(String, String), String> {
        let profiles = Profiles::load_named(&*effects.env, &*effects.files, "a").unwrap();
        let context = Context { effects, profiles: &profiles, region: None };
        let outcome = identity(&context, "a").await;
        assert!(!format!("{outcome:?}").contains("canary"), "{outcome:?}");
        match outcome {
            Ok(Outcome::Found(found)) => {
                let Identity::Credentials(credentials) = found.identity else { panic!("{found:?}") };
                Ok((credentials.access_key_id().to_owned(), found.source.to_string()))
            }
            Ok(Outcome::Absent(attempt)) => Err(attempt.reason),
            Err(IdentityError::Source(error)) => Err(error.to_string()),
            Err(error) => Err(error.to_string()),
        }
    }

    #[tokio::test]
    async fn each_role_is_assumed_with_what_came_before() {
        let config = format!(
            "[profile a]\nrole_arn = A\nsource_profile = b\nexternal_id = word\nduration_seconds = 900\n\
            [profile b]\nrole_arn = B\nsource_profile = c\nrole_session_name = me\n[profile c]\n{KEYS}"
        );
        let (first, second) = (role_answer("AssumeRole", "ASIAB"), role_answer("AssumeRole", "ASIAA"));
        let http = ScriptedHttp::new([(STS, 200, first.as_str()), (STS, 200, &second)]);
        let found = follow(&effects(&config, &http)).await.unwrap();
        assert_eq!(found, ("ASIAA".into(), "role A, assumed with role B, assumed with profile `c`".into()));
        assert_eq!(
            forms(&http),
            [
                "Action=AssumeRole&Version=2011-06-15&RoleArn=B&RoleSessionName=me",
                "Action=AssumeRole&Version=2011-06-15&RoleArn=A&RoleSessionName=bedrock-1795305600\
                &DurationSeconds=900&ExternalId=word",
            ]
        );
        let requests = http.requests();
        for ((request, _), (signer, token)) in requests.iter().zip([("AKID", false), ("ASIAB", true)]) {
            let authorization = &request.headers()["authorization"];
            let scope = format!("AWS4-HMAC-SHA256 Credential={signer}/20261122/us-east-1/sts/aws4_request");
            assert!(authorization.is_sensitive() && authorization.to_str().unwrap().starts_with(&scope));
            assert_eq!(request.headers().contains_key("x-amz-security-token"), token);
        }
    }

    #[tokio::test]
    async fn a_role_of_a_web_identity_can_be_the_base_of_another() {
        let config = "[profile a]\nrole_arn = A\nsource_profile = b\n\
            [profile b]\nrole_arn = B\nweb_identity_token_file = /token\n";
        let (first, second) =
            (role_answer("AssumeRoleWithWebIdentity", "ASIAB"), role_answer("AssumeRole", "ASIAA"));
        let http = ScriptedHttp::new([(STS, 200, first.as_str()), (STS, 200, &second)]);
        let found = follow(&effects(config, &http)).await.unwrap();
        assert_eq!(found, ("ASIAA".into(), "role A, assumed with web identity of profile `b`".into()));
    }

    #[tokio::test]
    async fn what_a_program_does_not_say_of_the_account_its_profile_may() {
        const KEYS: &str = r#""Version":1,"AccessKeyId":"AKIDP","SecretAccessKey":"canary""#;
        let config = "[profile a]\ncredential_process = keys canary\naws_account_id = 2\n";
        for (printed, account) in
            [(format!("{{{KEYS}}}"), "2"), (format!(r#"{{{KEYS},"AccountId":"1"}}"#), "1")]
        {
            let effects = effects(config, &ScriptedHttp::default())
                .with_processes(ScriptedProcesses::printing(&printed));
            let profiles = Profiles::load_named(&*effects.env, &*effects.files, "a").unwrap();
            let context = Context { effects: &effects, profiles: &profiles, region: None };
            let Ok(Outcome::Found(found)) = identity(&context, "a").await else { panic!("{printed}") };
            assert_eq!(found.source.to_string(), "credential_process of profile `a`");
            let Identity::Credentials(credentials) = found.identity else { panic!("{printed}") };
            assert_eq!((credentials.access_key_id(), credentials.account_id()), ("AKIDP", Some(account)));
        }
    }

    #[tokio::test]
    async fn a_named_source_must_have_credentials() {
        let config = "[profile a]\nrole_arn = A\ncredential_source = Environment\n";
        let error = follow(&effects(config, &ScriptedHttp::default())).await.unwrap_err();
        assert_eq!(
            error,
            "environment (AWS_ACCESS_KEY_ID): `credential_source` is Environment, but AWS_ACCESS_KEY_ID is not set"
        );
        let answer = role_answer("AssumeRole", "ASIAA");
        let http = ScriptedHttp::new([(STS, 200, answer.as_str())]);
        let mut effects = effects(config, &http);
        let keys = [("HOME", "/h"), ("AWS_ACCESS_KEY_ID", "AKIDE"), ("AWS_SECRET_ACCESS_KEY", "canary")];
        effects.env = std::sync::Arc::new(MapEnv::from(keys));
        let found = follow(&effects).await.unwrap();
        assert_eq!(found, ("ASIAA".into(), "role A, assumed with environment (AWS_ACCESS_KEY_ID)".into()));
    }

    #[tokio::test]
    async fn a_broken_chain_of_profiles_is_said_and_nothing_is_sent() {
        let loops = "profile `a`: the profiles lead back to where they were:";
        for (config, expected) in [
            ("[profile a]\nrole_arn = A\nsource_profile = b\n[profile b]\nrole_arn = B\nsource_profile = a\n", format!("{loops} a -> b -> a")),
            ("[profile a]\nrole_arn = A\nsource_profile = a\n", format!("{loops} a -> a")),
            (
                "[profile a]\nrole_arn = A\nsource_profile = gone\n",
                "profile `a`: `source_profile` of profile `a` names `gone`, which does not exist".into(),
            ),
            (
                "[profile a]\naws_access_key_id = AKID\n",
                "profile `a`: `aws_secret_access_key` of profile `a` is missing, although `aws_access_key_id` is there".into(),
            ),
            ("[profile a]\nregion = r\n", "it has no credentials".into()),
        ] {
            let http = ScriptedHttp::default();
            assert_eq!(follow(&effects(config, &http)).await, Err(expected));
            assert_eq!(http.count(), 0);
        }
    }

    /// Answers with one code, or with nothing.
    #[derive(Debug)]
    struct Prompt(Option<&'static str>);

    impl MfaPrompt for Prompt {
        fn code<'a>(&'a self, serial: &'a str) -> BoxFuture<'a, Option<SecretString>> {
            assert_eq!(serial, "device");
            Box::pin(std::future::ready(self.0.map(SecretString::from)))
        }
    }

    #[tokio::test]
    async fn a_multi_factor_code_is_asked_for_and_not_shown() {
        let config = format!("[profile a]\nrole_arn = A\nsource_profile = a\nmfa_serial = device\n{KEYS}");
        let needed =
            Err("role A, assumed with profile `a`: a code of the device device is needed".to_owned());
        let nobody = effects(&config, &ScriptedHttp::default());
        assert_eq!(follow(&nobody).await, needed);
        assert_eq!(follow(&nobody.with_mfa_prompt(Prompt(None))).await, needed);

        let answer = role_answer("AssumeRole", "ASIAA");
        let http = ScriptedHttp::new([(STS, 200, answer.as_str())]);
        follow(&effects(&config, &http).with_mfa_prompt(Prompt(Some("123456")))).await.unwrap();
        assert!(forms(&http)[0].ends_with("&SerialNumber=device&TokenCode=123456"), "{:?}", forms(&http));

        let refused = refusal("AccessDenied", "code canary-code and canary-secret are no good");
        let http = ScriptedHttp::new([(STS, 403, refused.as_str())]);
        let error = follow(&effects(&config, &http).with_mfa_prompt(Prompt(Some("canary-code")))).await;
        assert_eq!(
            error.unwrap_err(),
            "role A, assumed with profile `a`: refused with status 403 AccessDenied: code [redacted] and [redacted] are no good"
        );
    }
}
