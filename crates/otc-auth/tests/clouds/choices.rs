//! The caller's choices for a cloud: its project and its region.

use otc_auth::{Config, ConfigBuilder, Environment};

use super::{CLOUD, Files, problem, scope};

#[test]
fn built_in_profile_has_the_region_of_the_project() {
    let config = |project: &str| {
        let entry = format!("profile: otc, auth: {{token: t, {project}}}");
        let config = Files::cloud(&entry).read().unwrap();
        (config.region().unwrap().to_owned(), config.auth_url().unwrap().host_str().unwrap().to_owned())
    };
    let nl = ("eu-nl".to_owned(), "iam.eu-nl.otc.t-systems.com".to_owned());
    let de = ("eu-de".to_owned(), "iam.eu-de.otc.t-systems.com".to_owned());
    assert_eq!(config("project_name: eu-nl_x"), nl);
    assert_eq!(config("project_name: eu-nl"), nl);
    assert_eq!(config("project_name: eu-de_x"), de);
    assert_eq!(config("project_id: x"), de);
    // eu-ch2 is not a region of this profile.
    assert_eq!(config("project_name: eu-ch2_x"), de);
    assert_eq!(config("project_name: eu-nl_x}, region_name: eu-de, x: {"), de);
}

#[test]
fn chosen_project_replaces_the_project_of_the_cloud() {
    let files =
        || Files::cloud(&CLOUD.replace("project_name: eu-de_own", "project_id: own, project_domain_name: P"));
    let by_name = |domain| format!("Project(Name {{ name: \"other\", domain: Some(Name(\"{domain}\")) }})");
    let by_id = "Project(Id(\"other\"))";
    let chosen = |builder: ConfigBuilder| scope(&builder.cloud("a").build().unwrap());

    assert_eq!(chosen(files().builder().project_id("other")), by_id);
    assert_eq!(chosen(files().builder().project_name("other")), by_name("P"));
    let id = files().variable("OS_PROJECT_ID", "other");
    assert_eq!(chosen(id.builder()), by_id);
    assert_eq!(chosen(id.builder().project_name("other")), by_name("P"));
    let name = files().variable("OS_PROJECT_NAME", "other");
    assert_eq!(chosen(name.builder()), by_name("P"));
    assert_eq!(chosen(name.builder().project_id("other")), by_id);
    let with_domain = name.variable("OS_PROJECT_DOMAIN_NAME", "Q");
    assert_eq!(chosen(with_domain.builder()), by_name("Q"));
    let selected = files().variable("OS_CLOUD", "a").variable("OS_TENANT_ID", "other");
    assert_eq!(scope(&Config::discover(&selected.environment).unwrap()), by_id);
}

#[test]
fn chosen_project_of_an_agency_is_the_delegated_project() {
    let agency = CLOUD.replace(
        "user_domain_name",
        "agency_name: g, agency_domain_name: G, delegated_project: eu-de_g, user_domain_name",
    );
    let config = |builder: ConfigBuilder| builder.cloud("a").build().unwrap();
    let own = scope(&config(Files::cloud(&agency).builder()));
    for (builder, region) in [
        (Files::cloud(&agency).builder(), "eu-de"),
        (Files::cloud(&agency).builder().project_name("eu-nl_g"), "eu-nl"),
        (Files::cloud(&agency).variable("OS_PROJECT_NAME", "eu-nl_g").builder(), "eu-nl"),
        (Files::cloud(&agency).builder().delegated_project("eu-nl_g").project_name("eu-de_own"), "eu-nl"),
    ] {
        let config = config(builder);
        // The region is that of the project that requests are for.
        assert_eq!(config.region(), Some(region));
        assert_eq!(scope(&config), own, "the caller's own token keeps its project");
    }
}

#[test]
fn chosen_region_selects_its_values() {
    let entry = format!(
        "{CLOUD}, regions: [eu-de, {{name: eu-nl, values: {{auth: {{project_name: eu-nl_x, auth_url: 'https://nl.example.com'}}}}}}]"
    );
    let files = Files::cloud(&entry).variable("OS_REGION_NAME", "eu-nl");
    for config in [files.read(), Files::cloud(&entry).builder().region("eu-nl").cloud("a").build()] {
        let config = config.unwrap();
        assert_eq!(config.region(), Some("eu-nl"));
        assert_eq!(config.auth_url().unwrap().as_str(), "https://nl.example.com/v3");
        assert!(scope(&config).contains("eu-nl_x"));
    }
    let error = problem(Files::cloud(&entry).variable("OS_REGION_NAME", "x").read());
    assert!(error.contains("`OS_REGION_NAME`") && error.contains("eu-de, eu-nl"), "{error}");
    let explicit = files.builder().region("eu-de").cloud("a").build().unwrap();
    assert_eq!(explicit.region(), Some("eu-de"));
}

#[test]
fn region_placeholder_stays_on_its_host() {
    let entry = |region: &str| {
        let cloud = CLOUD.replace("iam.example.com", "iam.{region_name}.example.com");
        format!(
            "{cloud}, region_name: '{region}', vbs_endpoint_override: 'https://vbs.{{region_name}}.example.com'"
        )
    };
    let config = Files::cloud(&entry("eu-de")).read().unwrap();
    assert_eq!(config.auth_url().unwrap().as_str(), "https://iam.eu-de.example.com/v3");
    let vbs = config.endpoint_override("vbs").unwrap();
    assert_eq!(vbs.as_str(), "https://vbs.eu-de.example.com/");
    for region in ["evil.example/", "evil.example#", "a:1@b", "x\\\\y", "a b", "a@b"] {
        let error = problem(Files::cloud(&entry(region)).read());
        assert!(error.contains("{region_name}"), "{error}");
    }
}

#[test]
fn explicit_token_replaces_a_password_chosen_by_auth_type() {
    let files = Files::cloud(
        "profile: otc, auth_type: password, auth: {username: u, password: p, project_name: eu-de}",
    );
    let config = files.builder().cloud("a").token("t").build().unwrap();
    assert_eq!(config.method(), "token");
}

#[test]
fn configuration_names_the_files_and_variables_it_came_from() {
    let files = Files::new(&[
        ("user/clouds.yaml", &format!("clouds: {{a: {{{}}}}}", CLOUD.replace("password: p, ", ""))),
        ("user/secure.yaml", "clouds: {a: {auth: {password: p}}}"),
    ]);
    let in_user = |name: &str| files.root.path().join("user").join(name);
    let named = files.builder().cloud("a").build().unwrap();
    assert_eq!(named.cloud(), Some("a"));
    assert_eq!(named.files(), [in_user("clouds.yaml"), in_user("secure.yaml")]);
    assert!(named.variables().is_empty());

    let environment = files.environment.clone();
    let environment = environment.variable("OS_CLOUD", "a").variable("OS_REGION_NAME", "eu-nl");
    let chosen = Config::discover(&environment.clone().variable("OS_USERNAME", "unused")).unwrap();
    assert_eq!(chosen.cloud(), Some("a"));
    assert_eq!(chosen.variables(), ["OS_CLOUD", "OS_REGION_NAME"]);

    let environment = Environment::empty().variable("OS_REGION_NAME", "eu-de").variable("OS_TOKEN", "t");
    let variables = Config::discover(&environment).unwrap();
    assert_eq!(variables.cloud(), None);
    assert!(variables.files().is_empty());
    assert_eq!(variables.variables(), ["OS_REGION_NAME", "OS_TOKEN"]);
}
