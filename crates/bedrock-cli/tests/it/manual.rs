//! `bedrock completions` and `bedrock man`.

use crate::Home;

#[test]
fn each_shell_has_its_completions() {
    let home = Home::new();
    for (shell, sign) in [
        ("bash", "complete -F _bedrock"),
        ("zsh", "#compdef bedrock"),
        ("fish", "complete -c bedrock"),
        ("elvish", "edit:completion"),
        ("powershell", "Register-ArgumentCompleter"),
    ] {
        let script = home.run(&["completions", shell]);
        assert!(script.result().contains(sign) && script.stdout.contains("idle-timeout"), "{shell}");
    }
    let refused = home.run(&["completions", "cmd"]);
    assert_eq!((refused.code, refused.stdout.as_str()), (Some(2), ""));
}

#[test]
fn a_manual_is_one_page_or_a_folder_of_them() {
    let home = Home::new();
    let page = home.run(&["man"]);
    assert!(page.result().contains(".TH bedrock 1") && page.stdout.contains("Settings file"));
    let folder = home.path("man1");
    assert_eq!(home.run(&["man", "--dir", folder.to_str().expect("a path")]).result(), "");
    assert!(home.read("man1/bedrock-models-list.1").contains("\\-\\-all"));
    let refused = home.run(&["man", "--dir", "/dev/null/x", "--output=json"]);
    assert_eq!((refused.code, refused.error()["kind"].as_str()), (Some(1), Some("io")));
}
