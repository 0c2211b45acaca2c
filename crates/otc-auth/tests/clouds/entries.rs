//! The keys of a cloud, and the variables.

use std::path::Path;

use super::{CLOUD, Files, problem, scope};

#[test]
fn odd_entries_of_the_shared_cases_leave_the_good_cloud_usable() {
    let files = Files::new(&[(
        "user/clouds.yaml",
        "verify: false\nclouds:\n  \
         good: {auth: {auth_url: 'http://127.0.0.1:1/v3', username: u, password: p, project_name: eu-de, user_domain_name: D}}\n  \
         list-region: {auth: {auth_url: 'http://127.0.0.1:1/v3', token: t}, region_name: [eu-de, eu-nl]}\n  \
         no-auth: {auth: none}\n  \
         names-itself: {cloud: names-itself, profile: names-itself, auth: {auth_url: 'http://127.0.0.1:1/v3', username: u, password: p, project_name: eu-de, user_domain_name: D}}\n  \
         beside: {auth: {username: u, password: p}, project_name: eu-nl_x, user-domain-name: D, profile: otc}\n",
    )]);
    let read = |name: &str| files.builder().cloud(name).build();
    assert!(read("good").unwrap().verify());
    assert_eq!(read("list-region").unwrap().region(), Some("eu-de"));
    assert!(problem(read("no-auth")).contains("`clouds.no-auth.auth` is text, not a mapping"));
    assert_eq!(read("names-itself").unwrap().region(), Some("eu-de"));
    let beside = read("beside").unwrap();
    assert_eq!(beside.region(), Some("eu-nl"));
    assert_eq!(beside.auth_url().unwrap().as_str(), "https://iam.eu-nl.otc.t-systems.com/v3");
    assert!(scope(&beside).contains("eu-nl_x"));
}

#[test]
fn warnings_have_no_control_characters() {
    let files = Files::cloud(&format!("{CLOUD}, profile: \"no\\e[31mwhere\""));
    let config = files.read().unwrap();
    let warnings = config.warnings();
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert!(warnings[0].contains("there is no profile `no [31mwhere`"), "{warnings:?}");
}

#[test]
fn unsupported_settings_are_refused_by_name() {
    for (setting, key) in [
        ("system_scope: all", "system_scope"),
        ("trust_id: t", "trust_id"),
        ("application_credential_id: i", "application_credential_id"),
        ("application_credential_name: n", "application_credential_name"),
        ("identity_api_version: 2.0", "identity_api_version"),
        ("auth_type: v3oidcpassword", "auth_type"),
        ("auth_type: none", "auth_type"),
        ("auth_type: v3multifactor, auth_methods: [v3password, v3kerberos]", "auth_methods"),
        ("profile: 'https://vendor.example.com'", "profile"),
        ("verify: /etc/ca.pem", "verify"),
    ] {
        let error = problem(Files::cloud(&format!("{CLOUD}, {setting}")).read());
        assert!(error.contains(&format!("`clouds.a.{key}`")), "{setting}: {error}");
    }
    let error = problem(Files::cloud("auth: {auth_type: x, trust-id: t, token: t}").read());
    assert!(error.contains("`clouds.a.auth.trust-id`"), "{error}");
    for variable in ["OS_SYSTEM_SCOPE", "OS_TRUST_ID", "OS_APPLICATION_CREDENTIAL_SECRET"] {
        let files = Files::new(&[]).variable("OS_TOKEN", "t").variable(variable, "x");
        let error = problem(files.builder().build());
        assert!(error.contains(&format!("`{variable}`")), "{error}");
    }
}

#[test]
fn supported_versions_and_methods_are_accepted() {
    for setting in [
        "identity_api_version: 3",
        "identity_api_version: v3",
        "auth_type: v3password",
        "auth_plugin: password",
        "auth_methods: [v3password]",
        "verify: yes",
        "networks: [{name: x}], image_format: qcow2, compute_api_version: 2",
    ] {
        Files::cloud(&format!("{CLOUD}, {setting}")).read().unwrap();
    }
}

#[test]
fn insecure_and_verify_switch_checks_off() {
    for (setting, verify) in [
        ("verify: false", false),
        ("verify: 'False'", false),
        ("insecure: true", false),
        ("insecure: true, verify: true", false),
        ("insecure: false, verify: true", true),
        ("insecure: false", true),
    ] {
        let config = Files::cloud(&format!("{CLOUD}, {setting}")).read().unwrap();
        assert_eq!(config.verify(), verify, "{setting}");
    }
}

#[test]
fn unknown_profile_does_not_prevent_the_use_of_a_cloud() {
    for profile in ["profile: a", "cloud: a", "profile: company", "profile: ovh"] {
        let config = Files::cloud(&format!("{CLOUD}, {profile}")).read().unwrap();
        let warnings = config.warnings();
        assert!(warnings.len() == 1 && warnings[0].contains("there is no profile"), "{warnings:?}");
    }
}

#[test]
fn variables_of_the_go_sdk_are_read() {
    let base = || {
        let files = Files::new(&[]).variable("OS_AUTH_URL", "https://iam.example.com/v3");
        files.variable("OS_USER_DOMAIN_NAME", "D").variable("OS_REGION_ID", "eu-de")
    };
    let token = base().variable("OS_TOKEN_ID", "t").builder().build().unwrap();
    assert_eq!((token.method(), token.region()), ("token", Some("eu-de")));
    let user = base().variable("OS_USERID", "u").variable("OS_PASSWORD", "p");
    assert_eq!(user.builder().build().unwrap().method(), "password");
    let key = base().variable("OS_AK", "a").variable("OS_SK", "s").variable("OS_AKSK_SECURITY_TOKEN", "t");
    assert_eq!(key.builder().build().unwrap().method(), "access key");
    let tls = user
        .variable("OS_CA_CERT", "/ca.pem")
        .variable("OS_CLIENT_CERT", "/cert.pem")
        .variable("OS_CLIENT_KEY_FILE", "/key.pem");
    let config = tls.builder().build().unwrap();
    assert_eq!(config.cacert(), Some(Path::new("/ca.pem")));
    let pair = (Path::new("/cert.pem"), Path::new("/key.pem"));
    assert_eq!(config.client_certificate(), Some(pair));
    let agency = tls
        .variable("OS_TARGET_AGENCY_NAME", "auditors")
        .variable("OS_TARGET_DOMAIN_NAME", "G")
        .variable("OS_TARGET_PROJECT_NAME", "eu-de_g");
    assert!(format!("{:?}", agency.builder().build().unwrap()).contains("auditors"));
}

#[test]
fn byte_order_mark_and_line_ends_are_removed() {
    let files = Files::new(&[])
        .variable("OS_TOKEN", "\u{feff}t\r\n")
        .variable("OS_CACERT", "\u{feff}/ca.pem\n")
        .variable("OS_AUTH_URL", "https://iam.example.com\n");
    let config = files.builder().build().unwrap();
    assert_eq!(config.cacert(), Some(Path::new("/ca.pem")));
    let empty = files.builder().token("\u{feff}\n").build();
    assert!(problem(empty).contains("is empty"));
}

#[test]
fn json_files_are_read() {
    let text = format!(
        "{{\"clouds\": {{\"a\": {{{}}}}}}}",
        "\"auth\": {\"token\": \"t\", \"auth_url\": \"https://iam.example.com\"}"
    );
    assert!(Files::new(&[("user/clouds.json", &text)]).read().is_ok());
}
