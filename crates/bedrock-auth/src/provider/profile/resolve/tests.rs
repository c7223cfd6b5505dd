//! Plans as one line each: what is followed, what cannot be, and which of several kinds of credentials wins.

use super::*;
use crate::effects::{MapEnv, MapFiles};

/// The plan of profile `a` as one line, roles in the order assumed; or what is wrong.
fn plan_in(config: &str, credentials: &str) -> String {
    let files = MapFiles::from([("/h/.aws/config", config), ("/h/.aws/credentials", credentials)]);
    let profiles = Profiles::load(&MapEnv::from([("HOME", "/h")]), &files).unwrap();
    match Plan::of(&profiles, "a") {
        Ok(None) => "nothing".to_owned(),
        Ok(Some(plan)) => {
            assert!(!format!("{plan:?}").contains("canary"), "{plan:?}");
            let roles = plan.roles.iter().map(|role| format!(", {} by {}", role.role_arn, role.profile));
            format!("{}{}", shown(&plan.base), roles.collect::<String>())
        }
        Err(SourceProblem::Setting { name, problem }) => format!("`{name}` {problem}"),
        Err(other) => format!("{other:?}"),
    }
}

fn shown(base: &Base) -> String {
    match base {
        Base::Keys { profile, credentials } => format!("{} of {profile}", credentials.access_key_id()),
        Base::WebIdentity { profile, settings } => format!("web {} of {profile}", settings.role_arn),
        Base::Sso(sso) => format!("sso {:?} {} of {}", sso.session, sso.region, sso.profile),
        Base::Login { profile, session } => format!("login {session} of {profile}"),
        Base::Process { profile, .. } => format!("process of {profile}"),
        Base::Named(source) => format!("{source:?}"),
    }
}

fn check(cases: &[(&str, &str)]) {
    for (config, expected) in cases {
        // Profiles on one line each, to be read at a glance.
        let config: String = config
            .split(" | ")
            .map(|section| {
                let (title, settings) = section.split_once(": ").unwrap_or((section, ""));
                let title = if title.contains(' ') { title.to_owned() } else { format!("profile {title}") };
                format!("[{title}]\n{}\n", settings.replace("; ", "\n").replace("KEYS-", KEYS))
            })
            .collect();
        assert_eq!(plan_in(&config, ""), *expected, "{config}");
    }
}

const KEYS: &str = "aws_secret_access_key=canary\naws_access_key_id=";

#[test]
fn roles_are_followed_to_the_first_credentials() {
    check(&[
        ("a: role_arn=A; source_profile=b | b: KEYS-B", "B of b, A by a"),
        ("a: KEYS-A; role_arn=A; source_profile=b | b: KEYS-B", "B of b, A by a"),
        (
            "a: role_arn=A; source_profile=b | b: role_arn=B; source_profile=c | c: KEYS-C",
            "C of c, B by b, A by a",
        ),
        ("a: role_arn=A; source_profile=b | b: KEYS-B; role_arn=B; source_profile=c", "B of b, A by a"),
        ("a: role_arn=A; source_profile=a; KEYS-A", "A of a, A by a"),
        ("a: role_arn=A; source_profile=a; credential_process=canary", "process of a, A by a"),
        ("a: role_arn=A; credential_source=Environment", "Environment, A by a"),
        ("a: role_arn=A; credential_source=ec2instancemetadata", "Ec2InstanceMetadata, A by a"),
        ("a: role_arn=A; credential_source=EcsContainer; KEYS-A", "EcsContainer, A by a"),
        ("a: role_arn=A; web_identity_token_file=t; source_profile=b", "web A of a"),
        ("a: role_arn=A; source_profile=b | b: role_arn=B; web_identity_token_file=t", "web B of b, A by a"),
        ("a: role_arn=A; source_profile=b | b: login_session=s", "login s of b, A by a"),
    ]);
}

#[test]
fn what_cannot_be_followed_is_said() {
    check(&[
        ("b: KEYS-B", "nothing"),
        ("a: region=r", "nothing"),
        (
            "a: role_arn=A; source_profile=b | b: role_arn=B; source_profile=a",
            r#"Loop { profiles: ["a", "b", "a"] }"#,
        ),
        (
            "a: role_arn=A; source_profile=b | b: role_arn=B; source_profile=c | c: role_arn=C; source_profile=b",
            r#"Loop { profiles: ["a", "b", "c", "b"] }"#,
        ),
        ("a: role_arn=A; source_profile=a", r#"Loop { profiles: ["a", "a"] }"#),
        (
            "a: KEYS-A; role_arn=A; source_profile=b | b: role_arn=B; source_profile=a",
            r#"Loop { profiles: ["a", "b", "a"] }"#,
        ),
        (
            "a: role_arn=A; source_profile=b",
            "`source_profile` of profile `a` names `b`, which does not exist",
        ),
        (
            "a: role_arn=A; source_profile=b | b: region=r",
            "`source_profile` of profile `a` names `b`, which has no credentials",
        ),
        (
            "a: role_arn=A",
            "`source_profile` of profile `a` is missing, and so is `credential_source`: `role_arn` needs one",
        ),
        (
            "a: role_arn=A; KEYS-A",
            "`source_profile` of profile `a` is missing, and so is `credential_source`: `role_arn` needs one",
        ),
        (
            "a: role_arn=A; source_profile=b; credential_source=Environment",
            "`credential_source` of profile `a` contradicts `source_profile`",
        ),
        (
            "a: role_arn=A; credential_source=Vault",
            "`credential_source` of profile `a` is none of Environment, Ec2InstanceMetadata and EcsContainer",
        ),
        (
            "a: web_identity_token_file=t",
            "`role_arn` of profile `a` is missing: `web_identity_token_file` needs it",
        ),
        (
            "a: role_arn=A; source_profile=a; KEYS-A; duration_seconds=1h",
            "`duration_seconds` of profile `a` is not a whole number of seconds, such as 3600",
        ),
        (
            "a: aws_access_key_id=A",
            "`aws_secret_access_key` of profile `a` is missing, although `aws_access_key_id` is there",
        ),
        (
            "a: aws_access_key_id=;  aws_secret_access_key=canary; aws_secret_access_key=canary",
            "`aws_access_key_id` of profile `a` has white space in it; a setting may be indented that should not be",
        ),
        (
            "a: aws_secret_access_key=canary",
            "`aws_access_key_id` of profile `a` is missing, although `aws_secret_access_key` is there",
        ),
        (
            "a: role_arn=A; source_profile=b | b: aws_secret_access_key=canary",
            "`aws_access_key_id` of profile `b` is missing, although `aws_secret_access_key` is there",
        ),
    ]);
}

#[test]
fn settings_of_sso_are_whole_and_agree() {
    const SESSION: &str = "sso-session s: sso_region=r; sso_start_url=u";
    let with_session = |profile: &str| format!("{profile} | {SESSION}");
    let cases = [
        ("a: sso_account_id=1; sso_role_name=n; sso_region=r; sso_start_url=u".to_owned(), "sso None r of a"),
        (with_session("a: sso_session=s; sso_account_id=1; sso_role_name=n"), r#"sso Some("s") r of a"#),
        (with_session("a: sso_session=s"), r#"sso Some("s") r of a"#),
        (with_session("a: sso_session=s; sso_region=r"), r#"sso Some("s") r of a"#),
        (
            with_session("a: sso_session=s; sso_region=q"),
            "`sso_region` of profile `a` is not that of its [sso-session] section",
        ),
        (
            with_session("a: sso_session=t"),
            "`sso_session` of profile `a` names `t`, and there is no section [sso-session t]",
        ),
        (
            with_session("a: sso_session=s; sso_role_name=n"),
            "`sso_account_id` of profile `a` is missing: `sso_account_id` and `sso_role_name` go together",
        ),
        (
            "a: sso_account_id=1; sso_region=r; sso_start_url=u".to_owned(),
            "`sso_role_name` of profile `a` is missing: `sso_account_id` and `sso_role_name` go together",
        ),
        (
            "a: sso_account_id=1; sso_role_name=n; sso_start_url=u".to_owned(),
            "`sso_region` of profile `a` is missing",
        ),
        (
            "a: sso_session=s; sso_region=r | sso-session s: sso_start_url=u".to_owned(),
            "`sso_region` of profile `a` must be in the [sso-session] section",
        ),
        (
            "a: sso_session=s | sso-session s: sso_region=r".to_owned(),
            "`sso_start_url` of profile `a` is missing in the [sso-session] section",
        ),
    ];
    for (config, expected) in cases {
        check(&[(config.as_str(), expected)]);
    }
}

#[test]
fn several_kinds_of_credentials_in_one_profile_have_an_order() {
    const IN_CREDENTIALS: &str = "[a]\naws_access_key_id=B\naws_secret_access_key=canary\n";
    let in_config = |setting: &str| format!("[profile a]\n{KEYS}A\n{setting}\n");
    let sso = "sso_start_url=u\nsso_region=r";
    let sso_role = "sso_start_url=u\nsso_region=r\nsso_account_id=1\nsso_role_name=n";
    for (config, credentials, expected) in [
        (in_config(""), IN_CREDENTIALS, "B of a"),
        (in_config("credential_process=p"), "", "process of a"),
        (in_config("login_session=s"), "", "login s of a"),
        (in_config("credential_process=p"), IN_CREDENTIALS, "B of a"),
        (in_config("login_session=s"), IN_CREDENTIALS, "B of a"),
        (in_config(sso), "", "A of a"),
        (in_config(sso_role), IN_CREDENTIALS, "sso None r of a"),
        (in_config("role_arn=A\nweb_identity_token_file=t"), IN_CREDENTIALS, "web A of a"),
        (in_config("credential_source=EcsContainer"), "", "A of a"),
        ("[profile a]\ncredential_source=EcsContainer\n".to_owned(), "", "EcsContainer"),
    ] {
        assert_eq!(plan_in(&config, credentials), expected, "{config}{credentials}");
    }
}

#[test]
fn the_settings_of_a_role_and_of_keys_are_kept() {
    let config = "[profile a]\nrole_arn=A\nsource_profile=b\nrole_session_name=me\nexternal_id=word\n\
        duration_seconds= 900\nmfa_serial=device\n\
        [profile b]\naws_access_key_id=B\naws_secret_access_key=canary\naws_session_token=canary\naws_account_id=1\n";
    let profiles =
        Profiles::load(&MapEnv::from([("HOME", "/h")]), &MapFiles::from([("/h/.aws/config", config)]))
            .unwrap();
    let plan = Plan::of(&profiles, "a").unwrap().unwrap();
    assert_eq!(
        plan.roles,
        [RoleStep {
            profile: "a".into(),
            role_arn: "A".into(),
            session_name: Some("me".into()),
            external_id: Some("word".into()),
            duration_seconds: Some(900),
            mfa_serial: Some("device".into()),
        }]
    );
    let credentials = Credentials::new("B", "canary").session_token("canary").in_account("1");
    assert_eq!(plan.base, Base::Keys { profile: "b".into(), credentials });
}
