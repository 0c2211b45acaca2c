//! Who a session acts as.

use otc_auth::Config;
use serde_json::json;

use super::answers::{Answers, by_password};

fn facts() -> serde_json::Value {
    json!({"token": {
        "issued_at": "2998-12-31T00:00:00Z",
        "expires_at": "2999-01-01T00:00:00Z",
        "user": {"id": "u1", "name": "backup", "domain": {"id": "d1", "name": "OTC-1"}},
        "project": {"id": "p1", "name": "eu-de_shop", "domain": {"id": "d1", "name": "OTC-1"}},
    }})
}

#[tokio::test]
async fn caller_is_the_user_and_project_of_the_token() {
    let issued = Answers::default().token("token-1", facts());
    let given = Answers::default().json(200, facts());
    for (answers, config) in
        [(issued, by_password()), (given, Config::builder().region("eu-de").token("given-token"))]
    {
        let session = answers.session(config);
        let caller = session.caller().await.unwrap();
        assert_eq!(caller.user_id.as_deref(), Some("u1"));
        assert_eq!(caller.user_name.as_deref(), Some("backup"));
        assert_eq!(caller.domain_name.as_deref(), Some("OTC-1"));
        assert_eq!(caller.project_id.as_deref(), Some("p1"));
        assert_eq!(caller.project_name.as_deref(), Some("eu-de_shop"));
        assert!(caller.expires_at.is_some());
        assert_eq!(session.caller().await.unwrap(), caller);
        assert_eq!(answers.requests().len(), 1);
    }
}

#[tokio::test]
async fn given_token_expires_when_the_identity_service_says() {
    // It was issued long ago, so its lifetime does not begin now.
    let answers = Answers::default().json(200, facts());
    let session = answers.session(Config::builder().region("eu-de").token("given-token"));
    let expires_at = session.caller().await.unwrap().expires_at;
    assert_eq!(expires_at.unwrap().to_string(), "2999-01-01T00:00:00Z");
}

#[tokio::test]
async fn issued_token_expires_by_the_clock_of_this_machine() {
    let answers = Answers::default().token("token-1", facts());
    let expires_at = answers.session(by_password()).caller().await.unwrap().expires_at.unwrap();
    // The clock of the identity service is far ahead.
    assert!(expires_at.to_string().as_str() < "2999", "{expires_at}");
}

#[tokio::test]
async fn missing_facts_are_none() {
    let answers =
        Answers::default().token("token-1", json!({"token": {"expires_at": "2999-01-01T00:00:00Z"}}));
    let caller = answers.session(by_password()).caller().await.unwrap();
    assert_eq!((caller.user_id, caller.user_name, caller.domain_name), (None, None, None));
    assert_eq!((caller.project_id, caller.project_name), (None, None));
}

#[tokio::test]
async fn refused_credentials_are_an_error() {
    for config in [by_password(), Config::builder().region("eu-de").access_key("AK").secret_key("SK")] {
        let answers = Answers::default().json(401, json!({})).json(401, json!({}));
        let error = answers.session(config).caller().await.unwrap_err();
        assert!(error.is_auth(), "{error}");
    }
}

#[tokio::test]
async fn access_key_has_a_project_and_no_user() {
    let answers = Answers::default().json(200, json!({"catalog": []}));
    let config = Config::builder().region("eu-de").access_key("AK").secret_key("SK").project_id("p1");
    let caller = answers.session(config).caller().await.unwrap();
    assert_eq!(caller.project_id.as_deref(), Some("p1"));
    assert_eq!((caller.user_id, caller.user_name, caller.expires_at), (None, None, None));
}
