//! `assume-role-tests.json`: profiles, and the steps from the selected one to credentials.

use std::error::Error;
use std::path::Path;

use bedrock_auth::plan::{Base, CredentialSource, Plan};
use bedrock_auth::{
    Attempt, Credentials, IdentityError, IdentitySource, MapEnv, MapFiles, Profiles, SourceError,
};
use libtest_mimic::{Failed, Trial};
use serde_json::{Map, Value, json};

use crate::wording;

pub(crate) fn read(file: &Path) -> Result<Vec<Trial>, Box<dyn Error>> {
    crate::trials(file, &crate::json(file)?, "docs", check)
}

fn check(case: &Value) -> Result<(), Failed> {
    let input = &case["input"];
    let mut config = String::new();
    sections(&mut config, "profile", &input["profiles"]);
    sections(&mut config, "sso-session", &input["sso_sessions"]);
    let name = input["selected_profile"].as_str().ok_or("no selected profile")?;

    let found = plan(&config, name);
    let expected = &case["output"]["ProfileChain"];
    match found {
        Ok(plan) if steps(&plan) == *expected => Ok(()),
        Ok(plan) => Err(format!("expected {}, found {}", case["output"], steps(&plan)).into()),
        Err(error) if expected.is_null() => {
            let text = case["output"]["Error"].as_str().ok_or("neither steps nor an error")?;
            wording::means(text, &error)
        }
        Err(error) => Err(format!("expected {expected}, found {error:?}").into()),
    }
}

/// The profiles as their owner would write them.
fn sections(config: &mut String, kind: &str, sections: &Value) {
    for (name, settings) in sections.as_object().into_iter().flatten() {
        config.push_str(&format!("[{kind} {name}]\n"));
        for (key, value) in settings.as_object().into_iter().flatten() {
            config.push_str(&format!("{key} = {}\n", value.as_str().unwrap_or_default()));
        }
    }
}

fn plan(config: &str, name: &str) -> Result<Plan, IdentityError> {
    let env = MapEnv::from([("HOME", "/home")]);
    let files = MapFiles::from([("/home/.aws/config", config)]);
    let profiles = Profiles::load_named(&env, &files, name).map_err(IdentityError::Profile)?;
    let source = IdentitySource::Profile { name: name.to_owned() };
    match Plan::of(&profiles, name) {
        Ok(Some(plan)) => Ok(plan),
        Ok(None) => Err(IdentityError::NoneFound { tried: Vec::<Attempt>::new() }),
        Err(problem) => Err(IdentityError::Source(SourceError::new(source, problem))),
    }
}

/// The plan in the words of the cases.
fn steps(plan: &Plan) -> Value {
    let roles = plan.roles.iter().map(|role| {
        let step = [
            ("role_arn", Some(role.role_arn.as_str())),
            ("external_id", role.external_id.as_deref()),
            ("role_session_name", role.session_name.as_deref()),
        ];
        json!({"AssumeRole": object(step)})
    });
    std::iter::once(base(&plan.base)).chain(roles).collect()
}

fn base(base: &Base) -> Value {
    match base {
        Base::Keys { credentials, .. } => json!({"AccessKey": keys(credentials)}),
        Base::WebIdentity { settings, .. } => json!({"WebIdentityToken": object([
            ("role_arn", Some(settings.role_arn.as_str())),
            ("web_identity_token_file", Some(&settings.token_file)),
            ("role_session_name", settings.session_name.as_deref()),
        ])}),
        Base::Sso(settings) => json!({"Sso": object([
            ("sso_session", settings.session.as_deref()),
            ("sso_start_url", Some(&settings.start_url)),
            ("sso_region", Some(&settings.region)),
            ("sso_account_id", settings.account_id.as_deref()),
            ("sso_role_name", settings.role_name.as_deref()),
        ])}),
        Base::Login { session, .. } => json!({"LoginSession": {"login_session": session}}),
        Base::Process { command, .. } => json!({"CredentialProcess": command.expose()}),
        Base::Named(CredentialSource::Environment) => json!({"NamedSource": "Environment"}),
        Base::Named(CredentialSource::Ec2InstanceMetadata) => json!({"NamedSource": "Ec2InstanceMetadata"}),
        Base::Named(CredentialSource::EcsContainer) => json!({"NamedSource": "EcsContainer"}),
        other => json!({"unknown": format!("{other:?}")}),
    }
}

fn keys(credentials: &Credentials) -> Value {
    object([
        ("access_key_id", Some(credentials.access_key_id())),
        ("secret_access_key", Some(credentials.secret_access_key().expose())),
        ("session_token", credentials.token().map(|token| token.expose())),
        ("account_id", credentials.account_id()),
    ])
}

/// The members that are there.
fn object<const N: usize>(members: [(&str, Option<&str>); N]) -> Value {
    let present = members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?.into())));
    Value::Object(present.collect::<Map<_, _>>())
}
