//! Nulls, junk and extreme times in the answers of the identity service.

use otc_auth::{Config, ServiceQuery, Session};
use serde_json::{Value, json};

use super::answers::{Answers, authorize, by_password};

fn vbs() -> ServiceQuery {
    ServiceQuery::new(["vbs", "vbsv2"])
}

fn good_service() -> Value {
    json!({"type": "vbs", "name": "vbs", "endpoints": [good_endpoint()]})
}

fn good_endpoint() -> Value {
    json!({"interface": "public", "region": "eu-de", "region_id": "eu-de", "url": "https://vbs.example.com/v2/p1"})
}

fn token(catalog: Value) -> Value {
    json!({"token": {
        "expires_at": "2999-01-01T00:00:00Z",
        "issued_at": "2026-01-01T00:00:00Z",
        "project": {"id": "p1", "name": "eu-de_production"},
        "catalog": catalog,
    }})
}

fn session(body: Value) -> Session {
    Answers::default().token("token-1", body).session(by_password().project_id("p1"))
}

async fn finds_vbs(session: &Session) -> Result<(), String> {
    let endpoint = session.endpoint(&vbs()).await.map_err(|error| error.to_string())?;
    if endpoint.as_str() == "https://vbs.example.com/v2/p1" {
        return Ok(());
    }
    Err(endpoint.to_string())
}

/// Every value that is not the text that belongs there.
fn junk() -> Vec<Value> {
    vec![Value::Null, json!(""), json!(5), json!(true), json!(["public"]), json!({"public": "eu-de"})]
}

#[tokio::test]
async fn invalid_endpoint_affects_no_other() {
    for field in ["interface", "url", "region", "region_id"] {
        for junk in junk() {
            let mut odd = good_endpoint();
            odd["url"] = json!("https://other.example.com/");
            if field.starts_with("region") {
                odd["region"] = json!("eu-nl");
                odd["region_id"] = json!("eu-nl");
            }
            odd[field] = junk;
            for endpoints in [json!([odd, good_endpoint()]), json!([good_endpoint(), odd])] {
                let body = token(json!([{"type": "vbs", "endpoints": endpoints}]));
                let result = finds_vbs(&session(body)).await;
                assert_eq!(result, Ok(()), "{endpoints}");
            }
        }
    }
}

#[tokio::test]
async fn endpoint_with_a_usable_url_is_preferred() {
    let mut odd = good_endpoint();
    odd["url"] = json!("not a URL");
    let body = token(json!([{"type": "vbs", "endpoints": [odd, good_endpoint()]}]));
    assert_eq!(finds_vbs(&session(body)).await, Ok(()));

    let body = token(json!([{"type": "vbs", "endpoints": [odd]}]));
    let error = session(body).endpoint(&vbs()).await.unwrap_err();
    assert!(error.is_endpoint() && error.to_string().contains("`vbs` is not a URL"), "{error}");
}

#[tokio::test]
async fn invalid_service_affects_no_other() {
    for field in ["type", "endpoints", "name", "id"] {
        for junk in junk() {
            let mut odd = good_service();
            odd["type"] = json!("compute");
            odd[field] = junk;
            let result = finds_vbs(&session(token(json!([odd, good_service()])))).await;
            assert_eq!(result, Ok(()), "{odd}");
        }
    }
    for junk in junk() {
        let result = finds_vbs(&session(token(json!([junk, good_service()])))).await;
        assert_eq!(result, Ok(()), "{junk}");
        let endpoints = json!([junk, good_endpoint()]);
        let result = finds_vbs(&session(token(json!([{"type": "vbs", "endpoints": endpoints}])))).await;
        assert_eq!(result, Ok(()), "{junk}");
    }
}

#[tokio::test]
async fn invalid_catalog_is_an_empty_catalog() {
    for junk in junk() {
        let session = session(token(junk.clone()));
        assert_eq!(authorize(&session).await.unwrap(), "token-1", "{junk}");
        assert!(session.endpoint(&vbs()).await.unwrap_err().is_endpoint(), "{junk}");
    }
}

#[tokio::test]
async fn invalid_entry_in_the_catalog_of_an_access_key_affects_no_other() {
    let config = || Config::builder().region("eu-de").access_key("AK").secret_key("SK").project_id("p1");
    for junk in junk() {
        let answers = Answers::default().json(200, json!({"catalog": [junk, good_service()]}));
        assert_eq!(finds_vbs(&answers.session(config())).await, Ok(()), "{junk}");
        let answers = Answers::default().json(200, json!({"catalog": junk}));
        let error = answers.session(config()).endpoint(&vbs()).await.unwrap_err();
        assert!(error.is_endpoint(), "{error}");
    }
}

#[tokio::test]
async fn invalid_project_in_a_list_affects_no_other() {
    for field in ["id", "name", "domain_id"] {
        for junk in junk() {
            let mut odd = json!({"id": "p0", "name": "eu-de_other", "domain_id": "d1"});
            odd[field] = junk;
            let answers = Answers::default()
                .json(200, json!({"projects": [odd, null, 5, {"id": "p1", "name": "eu-de_production"}]}));
            let config = Config::builder().region("eu-de").access_key("AK").secret_key("SK");
            let session = answers.session(config.project_name("eu-de_production"));
            assert_eq!(session.project_id().await.unwrap(), "p1", "{odd}");
        }
    }
}

#[tokio::test]
async fn token_with_an_invalid_project_is_used() {
    for field in ["id", "name", "domain"] {
        for junk in junk() {
            let mut body = token(json!([good_service()]));
            body["token"]["project"][field] = junk;
            let session = session(body);
            assert_eq!(authorize(&session).await.unwrap(), "token-1");
            assert_eq!(session.project_id().await.unwrap(), "p1");
            assert_eq!(finds_vbs(&session).await, Ok(()));
        }
    }
    for junk in junk() {
        let mut body = token(json!([good_service()]));
        body["token"]["project"] = junk.clone();
        body["token"]["issued_at"] = junk;
        assert_eq!(authorize(&session(body)).await.unwrap(), "token-1");
    }
}

#[tokio::test]
async fn sample_with_nulls_is_read() {
    let body = json!({"token": {
        "expires_at": "9999-12-31T23:59:59Z",
        "issued_at": "2026-01-01T00:00:00Z",
        "project": {"id": "7ab0ea55c85c4b8286a05061ee6e5c1a", "name": null},
        "catalog": [
            {"type": null, "name": null, "endpoints": null},
            {"type": "compute", "endpoints": [{"interface": null, "url": null, "region": ""}]},
            {"type": "vbs", "endpoints": [
                {"interface": "public", "region_id": null, "region": "eu-de", "url": "http://127.0.0.1:1/v2/p"},
            ]},
        ],
    }});
    let session = session(body);
    assert_eq!(authorize(&session).await.unwrap(), "token-1");
    assert_eq!(session.endpoint(&vbs()).await.unwrap().as_str(), "http://127.0.0.1:1/v2/p");
}

#[tokio::test]
async fn latest_times_are_valid_expiry_times() {
    for end in [
        "9999-12-31T23:59:59Z",
        "9999-12-31T23:59:59.999999Z",
        "9999-12-31T23:59:59",
        "9999-12-31T23:59:59+00:00",
        "9999-12-31T23:59:59-12:00",
        "9999-12-30T22:00:00Z",
    ] {
        for issued in ["2026-01-01T00:00:00Z", "0001-01-01T00:00:00Z"] {
            let mut body = token(json!([]));
            body["token"]["expires_at"] = json!(end);
            body["token"]["issued_at"] = json!(issued);
            let session = session(body);
            assert_eq!(authorize(&session).await.unwrap(), "token-1", "{end}");
            assert_eq!(authorize(&session).await.unwrap(), "token-1", "no second login: {end}");
        }
    }
}

#[tokio::test]
async fn unusable_expiry_is_an_error_that_does_not_quote_it() {
    for end in [
        json!("quoted-secret"),
        json!(5),
        Value::Null,
        json!("2026-13-45T00:00:00Z"),
        json!("9999-99-99quoted-secret"),
    ] {
        let mut body = token(json!([]));
        body["token"]["expires_at"] = end.clone();
        let error = authorize(&session(body)).await.unwrap_err();
        let text = format!("{error} {error:?}");
        assert!(text.contains("`token.expires_at` is not a time"), "{text}");
        assert!(!text.contains("quoted-secret"), "{text}");
    }
}
