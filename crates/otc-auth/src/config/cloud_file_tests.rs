#![allow(clippy::unwrap_used, clippy::panic)]

use super::super::fields::Field;
use super::*;

fn parse(text: &str) -> Result<CloudFile> {
    CloudFile::parse(text, Path::new("clouds.yaml"), Trust::Full)
}

fn cloud(text: &str) -> Result<Section> {
    Ok(parse(text)?.cloud("a")?.unwrap())
}

/// The value of a field of a cloud with these keys.
fn value(keys: &str, field: Field) -> Option<String> {
    cloud(&format!("clouds: {{a: {{{keys}}}}}")).unwrap().settings().text(field)
}

fn problem(text: &str) -> String {
    match cloud(text) {
        Ok(_) => panic!("{text} is accepted"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn null_and_empty_values_are_not_set() {
    for nothing in ["", "~", "null", "''"] {
        let keys = format!("auth: {{password: {nothing}}}");
        assert_eq!(value(&keys, Field::Password), None, "{nothing}");
    }
    assert!(parse("").unwrap().cloud_names().is_empty());
    assert!(parse("clouds:\n").unwrap().cloud_names().is_empty());
    assert_eq!(parse("clouds:\n  a:\n").unwrap().cloud_names(), ["a"]);
    assert_eq!(value("auth: , regions: ", Field::Password), None);
}

#[test]
fn keys_have_the_precedence_of_openstacksdk() {
    use Field::*;
    for (field, keys, expected) in [
        (ProjectName, "auth: {project_name: in}, project_name: out", "out"),
        (ProjectName, "auth: {project_name: in}, tenant_name: out", "in"),
        (ProjectName, "auth: {project_name: a, project-name: b}", "b"),
        (ProjectName, "auth: {project-name: b, project_name: a}", "b"),
        (ProjectName, "tenant-name: a", "a"),
        (ProjectId, "auth: {tenant_id: a, project_id: b}", "b"),
        (UserDomainName, "user-domain-name: D", "D"),
        (UserDomainId, "auth: {user-domain-id: d}", "d"),
        (Username, "auth: {username: in}, username: out", "in"),
        (Username, "user_name: out", "out"),
        (Username, "auth: {user_name: in}, username: out", "in"),
        (Password, "auth: {username: u}, password: 0123", "0123"),
        (AuthUrl, "auth-url: https://iam.example.com/v3", "https://iam.example.com/v3"),
        (Token, "auth: {auth_token: in}", "in"),
        (Token, "auth-token: out", "out"),
        (Token, "auth: {auth_token: old, token: new}", "new"),
        (Passcode, "auth: {passcode: 1}, passcode: 2", "2"),
        (DefaultDomainId, "auth: {default_domain_id: d}", "d"),
        (DefaultDomainName, "default-domain-name: D", "D"),
        (AuthType, "auth_plugin: token", "token"),
        (AuthType, "auth_plugin: token, auth_type: password", "password"),
        (AuthMethods, "auth_methods: [v3password, v3totp]", "v3password,v3totp"),
        (TrustId, "auth: {trust_id: t}", "t"),
        (SystemScope, "system_scope: all", "all"),
        (AgencyName, "auth: {target_agency_name: a}", "a"),
        (Region, "region-name: eu-nl", "eu-nl"),
    ] {
        assert_eq!(value(keys, field).as_deref(), Some(expected), "{keys}");
    }
}

#[test]
fn byte_order_mark_and_line_ends_are_not_part_of_a_value() {
    let file = "\u{feff}clouds:\n  a:\n    cacert: \"\u{feff}/ca.pem\\r\\n\"\n    auth:\n      password: |\n        hunter2\n";
    let settings = cloud(file).unwrap().settings();
    assert_eq!(settings.text(Field::Password).unwrap(), "hunter2");
    assert_eq!(settings.text(Field::CaCert).unwrap(), "/ca.pem");
}

#[test]
fn unused_keys_are_ignored_and_typos_are_warnings() {
    let text = "x-base: {y: z}\nclient: {force_ipv4: true}\nclouds:\n  a:\n    networks: [{name: n}]\n    \
                auth: {pasword: [1]}\n    vbs_endpoint_override: https://vbs.example.com\n";
    let file = parse(text).unwrap();
    assert_eq!(file.warnings, [""; 0]);
    let section = file.cloud("a").unwrap().unwrap();
    assert_eq!(
        section.warnings,
        ["clouds.yaml:6: `clouds.a.auth.pasword` is not a known key and has no effect"]
    );
    let settings = section.settings();
    let (service, setting) = settings.overrides().next().unwrap();
    assert_eq!((service, setting.value.as_str()), ("vbs", "https://vbs.example.com"));
}

#[test]
fn settings_next_to_the_clouds_are_warnings() {
    let file = parse("verify: false\nclouds: {a: {}}\n").unwrap();
    assert_eq!(file.warnings, ["clouds.yaml:1: `verify` has no effect next to `clouds`; set it in a cloud"]);
    assert!(file.cloud("a").unwrap().is_some());
}

#[test]
fn regions_are_names_or_have_values() {
    let text = "clouds: {a: {regions: [eu-nl, {name: eu-de, values: {auth: {password: 0123}}}, {name: c}, {name: d, values: }]}}";
    let regions = cloud(text).unwrap().regions.unwrap();
    assert_eq!(regions.names(), ["eu-nl", "eu-de", "c", "d"]);
    let (region, values) = regions.find(Some("eu-de")).unwrap().unwrap();
    assert_eq!(region.value.as_str(), "eu-de");
    assert_eq!(values.settings().text(Field::Password).unwrap(), "0123");
    let (first, values) = regions.find(None).unwrap().unwrap();
    assert_eq!(first.value.as_str(), "eu-nl");
    assert!(values.values.is_empty());
    assert!(regions.find(Some("x")).unwrap().is_none());
    assert!(cloud("clouds: {a: {regions: }}").unwrap().regions.is_none());
    assert!(cloud("clouds: {a: {regions: []}}").unwrap().regions.is_none());
}

#[test]
fn list_of_region_names_is_a_list_of_regions() {
    for keys in ["region_name: [eu-de, eu-nl]", "region_name: 'eu-de, eu-nl'"] {
        let section = cloud(&format!("clouds: {{a: {{{keys}}}}}")).unwrap();
        assert!(section.region().is_none());
        assert_eq!(section.regions.unwrap().names(), ["eu-de", "eu-nl"], "{keys}");
    }
    for keys in ["region_name: [x], regions: [y]", "regions: [y], region_name: [x]"] {
        let section = cloud(&format!("clouds: {{a: {{{keys}}}}}")).unwrap();
        assert_eq!(section.regions.unwrap().names(), ["y"], "{keys}");
    }
}

#[test]
fn invalid_entry_affects_no_other() {
    for odd in [
        "false",
        "hunter2",
        "[hunter2]",
        "{auth: none}",
        "{auth: [hunter2]}",
        "{auth: {password: [hunter2]}}",
        "{auth: {password: {p: hunter2}}}",
        "{auth: {password: !secret hunter2}}",
        "{auth: {password: hunter2, password: hunter2}}",
        "{region_name: eu-de, region_name: eu-nl}",
        "{region_name: {name: eu-de}}",
        "{region_name: [[eu-de]]}",
        "{regions: eu-de}",
        "{regions: [{values: {auth: {password: hunter2}}}]}",
        "{regions: [{name: [eu-de]}]}",
        "{regions: [{name: eu-de, value: {}}]}",
        "{regions: [[eu-de]]}",
        "{verify: [false]}",
        "{<<: hunter2}",
        "{[1]: 2}",
    ] {
        let text = format!("clouds:\n  good: {{auth: {{username: u}}}}\n  a: {odd}\n");
        let file = parse(&text).unwrap_or_else(|error| panic!("{odd}: {error}"));
        assert!(file.cloud("good").unwrap().is_some(), "{odd}");
        let error = problem(&text);
        assert!(error.starts_with("clouds.yaml:3: `clouds.a"), "{error}");
        assert!(!error.contains("hunter2"), "{error}");
    }
    let twice = "clouds:\n  a: {}\n  good: {}\n  a: {}\n";
    assert!(parse(twice).unwrap().cloud("good").unwrap().is_some());
    assert_eq!(problem(twice), "clouds.yaml:4: `clouds.a` is defined twice; remove one");
    // Only what could be selected is offered.
    assert_eq!(parse("clouds: {verify: false, a: {}}").unwrap().cloud_names(), ["a"]);
}

#[test]
fn duplicate_of_an_unused_key_is_ignored() {
    assert!(cloud("clouds: {a: {networks: [{name: x, name: y}]}}").is_ok());
}

#[test]
fn broken_file_is_an_error_with_the_place_and_no_text() {
    for text in [
        "clouds:\n  a:\n    auth:\n      password: [hunter2\n",
        "clouds: hunter2\n",
        "clouds: [hunter2]\n",
        "hunter2\n",
        "clouds: {}\nclouds: {a: hunter2}\n",
        "clouds: {}\n---\nhunter2: x\n",
    ] {
        let Err(error) = parse(text) else {
            panic!("{text} is accepted");
        };
        assert!(error.is_config());
        assert!(error.to_string().contains("not a valid clouds.yaml"), "{error}");
        assert!(error.to_string().starts_with("clouds.yaml:"), "{error}");
        assert!(!format!("{error:?}").contains("hunter2"), "{error:?}");
    }
}
