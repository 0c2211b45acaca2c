//! Signs in with each kind of credentials in the sandbox's clouds.yaml.

use crate::support::{Clouds, output_text, vbs};

#[test]
fn each_kind_of_credentials_shows_the_jobs_of_its_project() {
    let clouds = Clouds::start();
    let with_token = clouds.server.vbs("tasks --all -o csv").output().unwrap();
    assert!(with_token.status.success(), "{}", output_text(&with_token));
    for kind in ["password", "id", "token", "totp", "agency", "aksk", "aksk-temporary"] {
        let output =
            clouds.vbs("tasks --all -o csv").env("OS_CLOUD", format!("sandbox-{kind}")).output().unwrap();
        assert!(output.status.success(), "{kind}: {}", output_text(&output));
        // The agency is for a project of another domain.
        let is_same = output_text(&output) == output_text(&with_token);
        assert_eq!(is_same, kind != "agency", "{kind}");
    }
}

#[test]
fn cloud_option_overrides_the_environment() {
    let clouds = Clouds::start();
    let output = clouds
        .vbs("tasks nightly --limit 1 -o csv --os-cloud sandbox-aksk")
        .env("OS_CLOUD", "no-such-cloud")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", output_text(&output));
}

#[test]
fn missing_settings_of_a_cloud_are_named() {
    let clouds = Clouds::start();
    let run = |cloud: &str| {
        let output = clouds.vbs("tasks --os-cloud").arg(cloud).output().unwrap();
        // The path differs in every run.
        output_text(&output).replace(&clouds.file().display().to_string(), "[clouds.yaml]")
    };
    insta::assert_snapshot!("unknown_cloud", run("sandbox-passwort"));
    insta::assert_snapshot!("cloud_without_a_project", run("sandbox-domain"));
}

#[test]
fn clouds_are_listed_if_none_is_chosen() {
    let clouds = Clouds::start();
    let output = clouds.vbs("tasks").output().unwrap();
    let text = output_text(&output);
    assert!(text.starts_with("exit code: 2\n"), "{text}");
    assert!(text.contains("choose a cloud of clouds.yaml (sandbox-agency, "), "{text}");
}

#[test]
fn configuration_warnings_are_shown_without_control_characters() {
    let clouds = Clouds::start();
    let file = clouds.file();
    let yaml = std::fs::read_to_string(&file).unwrap();
    let cloud = "  sandbox-password:\n";
    assert!(yaml.contains(cloud), "{yaml}");
    let profile = format!("{cloud}    profile: \"no\\e[31mwhere\"\n");
    std::fs::write(&file, format!("{}verify: false\n", yaml.replace(cloud, &profile))).unwrap();
    let output = clouds
        .vbs("tasks nightly --limit 1 -o csv --os-cloud sandbox-password")
        .current_dir(clouds.directory.path())
        // Not the clouds-public.yaml of this machine.
        .env("OS_CLIENT_VENDOR_FILE", &file)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", output_text(&output));
    let warnings = String::from_utf8(output.stderr).unwrap();
    insta::assert_snapshot!(
        "configuration_warnings",
        warnings.replace(&file.display().to_string(), "[clouds.yaml]")
    );
}

#[test]
fn control_characters_in_clouds_yaml_do_not_reach_the_terminal() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("clouds.yaml");
    std::fs::write(&file, "clouds:\n  \"\\e[35mred\": {auth: {}}\n").unwrap();
    // With colors, the command's own escape sequences are kept.
    let output =
        vbs("--color always tasks --os-cloud blue").env("OS_CLIENT_CONFIG_FILE", &file).output().unwrap();
    let text = output_text(&output);
    assert!(text.contains(" [35mred"), "{text:?}");
    assert!(!text.contains("\u{1b}[35mred"), "{text:?}");
}

#[test]
fn known_region_implies_the_identity_service() {
    let mut command = vbs("tasks");
    command.current_dir(tempfile::tempdir().unwrap().path().parent().unwrap());
    let output = command
        .env("OS_USERNAME", "backup")
        .env("OS_PASSWORD", "secret-password")
        .env("OS_REGION_NAME", "eu-de")
        .output()
        .unwrap();
    let text = output_text(&output);
    assert!(text.starts_with("exit code: 2\n"), "{text}");
    assert!(text.contains("the user's domain is missing"), "{text}");
    assert!(!text.contains("secret-password"), "{text}");
}
