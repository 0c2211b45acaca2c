//! A token that is given together with a project: used if it is for that project, otherwise exchanged for one that is.

use futures_util::future::join_all;
use otc_auth::{Config, ConfigBuilder, ServiceQuery};
use serde_json::{Value, json};

use super::answers::{Answers, authorize};

const INSPECT: &str = "GET /v3/auth/tokens";
const EXCHANGE: &str = "POST /v3/auth/tokens";

fn given() -> ConfigBuilder {
    Config::builder().region("eu-de").token("given-token")
}

/// The identity service's description of a token. `project` is the id and the name of its project.
fn facts(project: Option<(&str, &str)>) -> Value {
    let mut token = json!({
        "expires_at": "2999-01-01T00:00:00Z",
        "user": {"id": "u1", "name": "backup", "domain": {"id": "d1", "name": "OTC-1"}},
    });
    if let Some((id, name)) = project {
        token["project"] = json!({"id": id, "name": name, "domain": {"id": "d1", "name": "OTC-1"}});
        let url = format!("https://vbs.example.com/v2/{id}");
        let endpoint = json!({"interface": "public", "region": "eu-de", "url": url});
        token["catalog"] = json!([{"type": "vbs", "endpoints": [endpoint]}]);
    }
    json!({"token": token})
}

fn token_for_p1() -> Value {
    facts(Some(("p1", "eu-de_production")))
}

fn token_for_p2() -> Value {
    facts(Some(("p2", "eu-de_test")))
}

#[tokio::test]
async fn token_for_the_chosen_project_is_used_as_it_is() {
    for config in [
        given().project_id("p1"),
        given().project_name("eu-de_production"),
        given().project_name("eu-de_production").project_domain_name("OTC-1"),
        given().project_name("eu-de_production").project_domain_id("d1"),
    ] {
        let answers = Answers::default().json(200, token_for_p1());
        let session = answers.session(config);
        let tokens = join_all((0..100).map(|_| authorize(&session))).await;
        assert!(tokens.into_iter().all(|token| token.unwrap() == "given-token"));
        assert_eq!(session.project_id().await.unwrap(), "p1");
        assert_eq!(answers.requests(), [INSPECT]);
    }
}

#[tokio::test]
async fn token_for_another_project_is_exchanged_once() {
    let domain = json!({"id": "d1"});
    for (config, scope) in [
        (given().project_id("p2"), json!({"id": "p2"})),
        (
            given().project_name("eu-de_test").project_domain_name("OTC-1"),
            json!({"name": "eu-de_test", "domain": {"name": "OTC-1"}}),
        ),
        // By name alone, it is in the domain of the token.
        (given().project_name("eu-de_test"), json!({"name": "eu-de_test", "domain": domain})),
    ] {
        let answers = Answers::default().json(200, token_for_p1()).token("token-2", token_for_p2());
        let session = answers.session(config);
        let tokens = join_all((0..100).map(|_| authorize(&session))).await;
        assert!(tokens.into_iter().all(|token| token.unwrap() == "token-2"));
        assert_eq!(session.project_id().await.unwrap(), "p2");
        let endpoint = session.endpoint(&ServiceQuery::new(["vbs"])).await.unwrap();
        assert_eq!(endpoint.as_str(), "https://vbs.example.com/v2/p2");
        assert_eq!(answers.requests(), [INSPECT, EXCHANGE]);
        let identity = json!({"methods": ["token"], "token": {"id": "given-token"}});
        let body = json!({"auth": {"identity": identity, "scope": {"project": scope}}});
        assert_eq!(answers.last_body(), body);
    }
}

#[tokio::test]
async fn project_of_the_same_name_in_another_domain_is_another_project() {
    for config in [
        given().project_name("eu-de_production").project_domain_name("OTC-2"),
        given().project_name("eu-de_production").project_domain_id("d2"),
    ] {
        let answers = Answers::default()
            .json(200, token_for_p1())
            .token("token-2", facts(Some(("p9", "eu-de_production"))));
        let session = answers.session(config);
        assert_eq!(authorize(&session).await.unwrap(), "token-2");
        assert_eq!(session.project_id().await.unwrap(), "p9");
    }
}

#[tokio::test]
async fn unscoped_token_is_exchanged() {
    for config in [given().project_id("p1"), given().project_name("eu-de_production")] {
        let answers = Answers::default().json(200, facts(None)).token("token-2", token_for_p1());
        let session = answers.session(config);
        assert_eq!(authorize(&session).await.unwrap(), "token-2");
        assert_eq!(answers.requests(), [INSPECT, EXCHANGE]);
    }
}

#[tokio::test]
async fn exchanged_token_that_a_service_refuses_is_exchanged_again() {
    let answers = Answers::default()
        .json(200, token_for_p1())
        .token("token-2", token_for_p2())
        .token("token-3", token_for_p2());
    let session = answers.session(given().project_id("p2"));
    let mut request = http::Request::get("https://vbs.example.com/").body(bytes::Bytes::new()).unwrap();
    let authorization = session.authorize(&mut request).await.unwrap();
    assert!(session.refused(&authorization));
    assert_eq!(authorize(&session).await.unwrap(), "token-3");
}

#[tokio::test]
async fn refused_exchange_names_both_projects() {
    for status in [401, 403] {
        let refusal = json!({"error": {"code": status, "message": "no access", "title": "Unauthorized"}});
        for (config, chosen) in
            [(given().project_id("p2"), "`p2`"), (given().project_name("eu-de_test"), "`eu-de_test`")]
        {
            let answers = Answers::default().json(200, token_for_p1()).json(status, refusal.clone());
            let error = authorize(&answers.session(config)).await.unwrap_err();
            assert!(error.is_auth(), "{error}");
            assert_eq!(error.status().unwrap().as_u16(), status);
            let text = error.to_string();
            assert!(text.contains("`eu-de_production` (p1)") && text.contains(chosen), "{text}");
            assert!(text.contains("no access") && !text.contains("given-token"), "{text}");
        }
    }
    let answers = Answers::default().json(200, facts(None)).json(403, json!({}));
    let error = authorize(&answers.session(given().project_id("p2"))).await.unwrap_err();
    assert!(error.to_string().contains("is for no project, not for the chosen project `p2`"), "{error}");
}

#[tokio::test]
async fn token_without_a_chosen_project_is_not_inspected_to_authorize() {
    let answers = Answers::default();
    assert_eq!(authorize(&answers.session(given())).await.unwrap(), "given-token");
    assert!(answers.requests().is_empty());
}

#[tokio::test]
async fn token_without_an_identity_service_is_used_as_it_is() {
    let answers = Answers::default();
    let config = Config::builder().token("given-token").project_id("p1");
    assert_eq!(authorize(&answers.session(config)).await.unwrap(), "given-token");
}
