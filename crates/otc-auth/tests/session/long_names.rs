//! Names that are too long for the URL of a request.

use otc_auth::{Config, ConfigBuilder};

use crate::answers::Answers;

/// Longer than a URI may be.
fn too_long() -> String {
    "x".repeat(70_000)
}

/// Looks its project or domain up by a signed request.
fn by_access_key() -> ConfigBuilder {
    let config = Config::builder().auth_url("https://iam.example.com/v3");
    config.access_key("AK").secret_key("secret-key")
}

#[tokio::test]
async fn project_name_too_long_for_a_request_is_refused() {
    let service = Answers::default();
    let session = service.session(by_access_key().project_name(too_long()));
    let error = session.project_id().await.unwrap_err();
    assert!(error.is_config(), "{error}");
    assert_eq!(
        error.to_string(),
        "the project name has 70000 bytes, too many for a request to the identity service"
    );
    assert_eq!(error.advice(), "correct the project name (`OS_PROJECT_NAME`)");
    assert!(service.requests().is_empty());
}

#[tokio::test]
async fn domain_name_too_long_for_a_request_is_refused() {
    let service = Answers::default();
    let session = service.session(by_access_key().domain_name(too_long()));
    let request = http::Request::get("https://iam.example.com/v3/users");
    let mut request = request.body(bytes::Bytes::new()).unwrap();
    let error = session.authorize(&mut request).await.unwrap_err();
    assert!(error.is_config(), "{error}");
    assert_eq!(
        error.to_string(),
        "the domain name has 70000 bytes, too many for a request to the identity service"
    );
    assert_eq!(error.advice(), "correct the domain name (`OS_DOMAIN_NAME`)");
    assert!(service.requests().is_empty());
}

#[test]
fn auth_url_must_be_usable_in_a_request() {
    for (auth_url, expected) in [
        (
            "https://iam.{region}.example.com/v3".to_owned(),
            "`.auth_url(…)`: its host `iam.{region}.example.com` is not a host name",
        ),
        (
            format!("https://iam.example.com/{}", too_long()),
            "`.auth_url(…)`: it is longer than the URL of a request may be",
        ),
    ] {
        let config = Config::builder().auth_url(auth_url).token("t").project_id("p1");
        let error = config.build().unwrap_err();
        assert!(error.is_config(), "{error}");
        assert_eq!(error.to_string(), expected);
    }
}
