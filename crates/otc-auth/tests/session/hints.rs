//! The advice of an error fits its cause and the credentials in use.

use otc_auth::otc_http::{TransportError, TransportErrorKind};
use otc_auth::{Config, ConfigBuilder, Error, ServiceQuery};
use serde_json::{Value, json};

use super::answers::{Answers, authorize, by_password};

pub(crate) fn by_passcode() -> ConfigBuilder {
    by_password().auth_type("totp").passcode("123456")
}

fn by_token() -> ConfigBuilder {
    Config::builder().region("eu-de").token("given-token").auth_type("token")
}

/// Looks its project up by a signed request.
fn by_access_key() -> ConfigBuilder {
    let config = Config::builder().region("eu-de").access_key("AK").secret_key("secret-key");
    config.project_name("eu-de_production")
}

fn keystone(status: u16, message: &str) -> Value {
    json!({"error": {"code": status, "message": message, "title": "Unauthorized"}})
}

fn gateway(message: &str) -> Value {
    json!({"error_msg": message, "error_code": "APIGW.0301", "request_id": "req-1"})
}

async fn refusal(config: ConfigBuilder, status: u16, body: Value) -> Error {
    let answers = Answers::default().json(status, body);
    authorize(&answers.session(config)).await.unwrap_err()
}

fn assert_advice(error: &Error, parts: &[&str]) {
    let advice = error.advice();
    for part in parts {
        assert!(advice.contains(part), "`{part}` is not in: {advice}");
    }
    for secret in ["hunter2-secret", "given-token", "secret-key", "123456"] {
        assert!(!format!("{error} {error:?} {advice}").contains(secret), "{error:?}");
    }
}

#[tokio::test]
async fn wrong_password_names_user_domain_and_password() {
    let body = keystone(401, "The username or password is wrong.");
    let error = refusal(by_password(), 401, body).await;
    assert!(error.is_auth());
    assert_advice(&error, &["OS_USERNAME", "OS_USER_DOMAIN_NAME", "OS_PASSWORD"]);
    assert!(!error.advice().contains("OS_TOKEN"), "{}", error.advice());
}

#[tokio::test]
async fn wrong_passcode_asks_for_the_next_one() {
    let error = refusal(by_passcode(), 401, keystone(401, "Invalid TOTP passcode")).await;
    assert_advice(&error, &["OS_PASSCODE", "used already", "OS_PASSWORD"]);
}

#[tokio::test(start_paused = true)]
async fn used_passcode_asks_for_a_new_one() {
    // Nobody knows whether the passcode was used up.
    let timeout = || Err(TransportError::new(TransportErrorKind::Timeout, "no answer"));
    let session = Answers::default().answer(timeout()).session(by_passcode());
    assert!(authorize(&session).await.unwrap_err().is_timeout());
    let error = authorize(&session).await.unwrap_err();
    assert!(error.is_auth(), "{error}");
    assert_advice(&error, &["new passcode", "OS_PASSCODE"]);
}

#[tokio::test]
async fn passcode_that_was_not_evaluated_is_sent_again() {
    let token = json!({"token": {"expires_at": "2999-01-01T00:00:00Z"}});
    let connect = || Err(TransportError::new(TransportErrorKind::Connect, "refused"));
    for answers in [
        Answers::default().answer(connect()),
        Answers::default().json(429, json!({})),
        Answers::default().json(503, json!({})),
    ] {
        let session = answers.token("token-1", token.clone()).session(by_passcode());
        authorize(&session).await.unwrap_err();
        assert_eq!(authorize(&session).await.unwrap(), "token-1");
    }
}

#[tokio::test]
async fn expired_token_asks_for_a_new_token() {
    let error =
        refusal(by_token(), 401, keystone(401, "The request you have made requires authentication.")).await;
    assert_advice(&error, &["OS_TOKEN", "expired"]);
    assert!(!error.advice().contains("password"), "{}", error.advice());
}

#[tokio::test]
async fn wrong_access_key_names_both_keys_and_the_clock() {
    for (status, body) in [
        (401, gateway("Incorrect IAM authentication information: Get secretKey failed")),
        (401, gateway("Incorrect IAM authentication information: verify aksk signature fail")),
        (401, keystone(401, "The request you have made requires authentication.")),
        (400, gateway("Incorrect IAM authentication information")),
    ] {
        let error = refusal(by_access_key(), status, body).await;
        assert!(error.is_auth(), "{error}");
        assert_advice(&error, &["OS_ACCESS_KEY", "OS_SECRET_KEY", "clock"]);
        assert!(!error.advice().contains("OS_SECURITY_TOKEN"), "{}", error.advice());
        assert!(!error.advice().contains("OS_TOKEN"), "{}", error.advice());
    }
}

#[tokio::test]
async fn temporary_access_key_names_the_security_token_too() {
    let config = by_access_key().security_token("security-token");
    let error = refusal(config, 401, gateway("Incorrect IAM authentication information")).await;
    assert_advice(&error, &["OS_ACCESS_KEY", "OS_SECRET_KEY", "OS_SECURITY_TOKEN", "expired"]);
}

#[tokio::test]
async fn unknown_project_names_the_project_and_its_settings() {
    let config = by_password().project_name("eu-de_test");
    let error = refusal(config, 401, keystone(401, "Could not find project: eu-de_test.")).await;
    assert_advice(&error, &["eu-de_test", "OS_PROJECT_NAME", "role"]);
    assert!(!error.advice().contains("password"), "{}", error.advice());
}

#[tokio::test]
async fn locked_account_says_to_wait() {
    for config in [by_password(), by_passcode()] {
        let error = refusal(config, 401, keystone(401, "The account is locked.")).await;
        assert_advice(&error, &["locked", "15 minutes"]);
    }
    let message = "Incorrect IAM authentication information: AK access failed to reach the limit,forbidden.";
    let error = refusal(by_access_key(), 401, gateway(message)).await;
    assert_advice(&error, &["access key is locked", "5 minutes", "OS_SECRET_KEY"]);

    let error = refusal(by_password(), 401, keystone(401, "Access from this address is blocked.")).await;
    assert!(!error.advice().contains("locked"), "{}", error.advice());
}

#[tokio::test]
async fn mfa_receipt_asks_for_a_passcode() {
    let receipt = |config| {
        let body =
            json!({"receipt": {"methods": ["password"]}, "required_auth_methods": [["totp", "password"]]});
        let answers = Answers::default().headers(401, &[("openstack-auth-receipt", "hunter2-secret")], body);
        let session = answers.session(config);
        async move { authorize(&session).await.unwrap_err() }
    };
    let error = receipt(by_password()).await;
    assert!(error.is_auth());
    assert_advice(&error, &["second factor", "`passcode`", "OS_PASSCODE"]);
    assert_advice(&receipt(by_passcode()).await, &["a factor other than password and passcode"]);
}

#[tokio::test]
async fn refused_project_is_named() {
    for (config, status, message, project) in [
        (by_password().project_id("p9"), 403, "You are not authorized", "`p9`"),
        (by_password().project_name("eu-de_test"), 403, "You are not authorized", "`eu-de_test`"),
        (by_password().project_id("p9"), 401, "User u1 has no access to project p9", "`p9`"),
        (by_token().project_id("p9"), 403, "You are not authorized", "`p9`"),
    ] {
        let error = refusal(config, status, keystone(status, message)).await;
        assert!(error.is_auth(), "{error}");
        assert_advice(&error, &["no role in the project", project, "OS_PROJECT_ID", "OS_PROJECT_NAME"]);
    }
    let error = refusal(by_password().domain_name("OTC-9"), 403, keystone(403, "no")).await;
    assert_advice(&error, &["no role in the domain", "`OTC-9`"]);
}

#[tokio::test]
async fn refused_agency_is_named() {
    for status in [401, 403, 404] {
        let answers = Answers::default()
            .token("token-1", json!({"token": {"expires_at": "2999-01-01T00:00:00Z"}}))
            .json(status, keystone(status, "no such agency"));
        let config = by_password().agency_name("auditors").agency_domain_name("OTC-9");
        let error = authorize(&answers.session(config)).await.unwrap_err();
        assert_advice(&error, &["agency `auditors`", "`OTC-9`", "OS_AGENCY_NAME"]);
    }
}

#[tokio::test]
async fn unreachable_identity_service_names_host_and_port() {
    for (url, authority) in [
        ("https://iam.example.com/v3", "iam.example.com:443"),
        ("https://iam.example.com:5000/v3", "iam.example.com:5000"),
    ] {
        let unreachable = TransportError::new(TransportErrorKind::Connect, "can't connect");
        let answers = Answers::default().answer(Err(unreachable));
        let error = authorize(&answers.session(by_password().auth_url(url))).await.unwrap_err();
        assert!(error.is_connect());
        assert_advice(&error, &["`auth_url`", "OS_AUTH_URL", authority, "proxy"]);
    }
}

#[tokio::test]
async fn projects_are_listed_by_name_with_their_regions() {
    let token = json!({"token": {"expires_at": "2999-01-01T00:00:00Z"}});
    let projects = json!({"projects": [
        {"id": "p3", "name": "MOS"},
        {"id": "p2", "name": "eu-nl_test"},
        {"id": "p1", "name": "eu-de"},
    ]});
    let answers = Answers::default().token("token-1", token).json(200, projects);
    let projects = answers.session(by_password()).projects().await.unwrap();
    let listed = projects.iter().map(|project| {
        (project.id.as_str(), project.name.as_str(), project.region().map(|region| region.name()))
    });
    let listed: Vec<_> = listed.collect();
    assert_eq!(
        listed,
        [("p3", "MOS", None), ("p1", "eu-de", Some("eu-de")), ("p2", "eu-nl_test", Some("eu-nl"))]
    );
}

#[tokio::test]
async fn missing_project_lists_the_available_ones() {
    let token = json!({"token": {"expires_at": "2999-01-01T00:00:00Z"}});
    let projects = json!({"projects": [
        {"id": "p2", "name": "eu-de_test"},
        {"id": "p1", "name": "eu-de_production"},
        null,
    ]});
    let listed = "the available projects are eu-de_production (p1), eu-de_test (p2)";

    for config in [by_password(), by_password().domain_name("OTC-1")] {
        let answers = Answers::default().token("token-1", token.clone()).json(200, projects.clone());
        let session = answers.session(config);
        let error = session.project_id().await.unwrap_err();
        assert!(error.is_config() && error.to_string().contains(listed), "{error}");
        assert_advice(&error, &["OS_PROJECT_NAME", "OS_PROJECT_ID"]);
        assert_eq!(answers.requests().last().unwrap(), "GET /v3/auth/projects");
    }

    // The catalog of an unscoped token is empty, which is not what is wrong.
    let answers = Answers::default().token("token-1", token.clone()).json(200, projects.clone());
    let error = answers.session(by_password()).endpoint(&ServiceQuery::new(["vbs"])).await.unwrap_err();
    assert!(error.is_config() && error.to_string().contains(listed), "{error}");

    let config = Config::builder().region("eu-de").access_key("AK").secret_key("secret-key");
    let answers = Answers::default().json(200, projects.clone());
    let error = answers.session(config).project_id().await.unwrap_err();
    assert!(error.is_config() && error.to_string().contains(listed), "{error}");

    let config = Config::builder().region("eu-de").token("given-token");
    let answers = Answers::default().json(200, token.clone()).json(200, projects);
    let error = answers.session(config).project_id().await.unwrap_err();
    assert!(error.is_config() && error.to_string().contains(listed), "{error}");
}

#[tokio::test]
async fn missing_project_is_reported_even_if_the_list_fails() {
    let token = json!({"token": {"expires_at": "2999-01-01T00:00:00Z"}});
    let answers = Answers::default().token("token-1", token).json(500, json!({}));
    let error = answers.session(by_password()).project_id().await.unwrap_err();
    assert!(error.is_config(), "{error}");
    assert!(error.to_string().starts_with("no project is chosen; looked for"), "{error}");
}

#[tokio::test]
async fn long_list_of_projects_is_cut() {
    let token = json!({"token": {"expires_at": "2999-01-01T00:00:00Z"}});
    let projects: Value =
        (10..60).map(|n| json!({"id": format!("p{n}"), "name": format!("eu-de_{n}")})).collect();
    let answers = Answers::default().token("token-1", token).json(200, json!({"projects": projects}));
    let error = answers.session(by_password()).project_id().await.unwrap_err();
    assert!(error.to_string().ends_with("eu-de_29 (p29) and 30 more"), "{error}");
}

#[tokio::test]
async fn names_of_projects_can_not_leak_secrets_or_control_the_terminal() {
    let token = json!({"token": {"expires_at": "2999-01-01T00:00:00Z"}});
    let projects = json!({"projects": [{"id": "p1\u{1b}[2J", "name": "eu-de_hunter2-secret"}]});
    let answers = Answers::default().token("token-1", token.clone()).json(200, projects);
    let error = answers.session(by_password()).project_id().await.unwrap_err();
    assert!(error.to_string().ends_with("eu-de_*** (p1 [2J)"), "{error:?}");

    let inspected = json!({"token": {
        "expires_at": "2999-01-01T00:00:00Z",
        "project": {"id": "p1\u{1b}[2J", "name": "given-token"},
    }});
    let answers = Answers::default().json(200, inspected).json(403, json!({}));
    let config = Config::builder().region("eu-de").token("given-token").project_id("p2");
    let error = authorize(&answers.session(config)).await.unwrap_err();
    assert!(error.to_string().contains("the project `***` (p1 [2J)"), "{error:?}");
}

#[tokio::test]
async fn token_without_the_chosen_project_is_not_reported_as_a_missing_choice() {
    let token = json!({"token": {"expires_at": "2999-01-01T00:00:00Z"}});
    let answers = Answers::default().token("token-1", token).json(500, json!({}));
    let session = answers.session(by_password().project_name("eu-de_test"));
    let error = session.endpoint(&ServiceQuery::new(["vbs"])).await.unwrap_err();
    assert!(error.is_endpoint(), "{error}");
    let error = session.project_id().await.unwrap_err();
    assert!(error.to_string().contains("not for the chosen project `eu-de_test`"), "{error}");
}
