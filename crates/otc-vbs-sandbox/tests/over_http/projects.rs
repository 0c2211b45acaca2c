//! The projects that a caller may act for.

use std::collections::{BTreeMap, HashSet};

use otc_vbs_sandbox::{Sandbox, SandboxProject};
use reqwest::Response;
use reqwest::header::HeaderMap;
use serde_json::{Value, json};

use crate::caller::Caller;
use crate::signer::{Signer, ToSign};

impl Caller {
    /// The token that the identity service issues for a request, and its description.
    async fn issued(&self, response: Response) -> (HeaderMap, Value) {
        let status = response.status();
        let token = response.headers().get("x-subject-token").cloned();
        let body: Value = response.json().await.unwrap();
        assert_eq!(status, 201, "{body}");
        let token = token.expect("an issued token is in X-Subject-Token");
        let headers = HeaderMap::from_iter([("x-auth-token".parse().unwrap(), token)]);
        (headers, body["token"].clone())
    }

    async fn log_in(&self, scope: &Value) -> (HeaderMap, Value) {
        self.issued(self.login(&self.request(scope)).await).await
    }

    /// Exchanges a token for one with another scope.
    async fn exchange(&self, token: &HeaderMap, scope: &Value) -> Response {
        let token = token["x-auth-token"].to_str().unwrap();
        let body = json!({ "auth": {
            "identity": { "methods": ["token"], "token": { "id": token } },
            "scope": scope,
        }});
        self.login(&body).await
    }

    async fn get_by(&self, headers: &HeaderMap, path: &str) -> Response {
        let request = self.http.get(self.url(path)).headers(headers.clone());
        request.send().await.unwrap()
    }

    /// The ids of the policies of a project, or the status of the refusal.
    async fn policy_ids_of(&self, headers: &HeaderMap, project_id: &str) -> Result<Vec<String>, u16> {
        let response = self.get_by(headers, &policies_path(project_id)).await;
        if response.status() != 200 {
            return Err(response.status().as_u16());
        }
        let body: Value = response.json().await.unwrap();
        let policies = body["backup_policies"].as_array().unwrap();
        let ids = policies.iter().map(|policy| policy["backup_policy_id"].as_str());
        Ok(ids.map(|id| id.unwrap().to_owned()).collect())
    }

    async fn project_names(&self, headers: &HeaderMap, path: &str) -> Vec<String> {
        let body: Value = self.get_by(headers, path).await.json().await.unwrap();
        let projects = body["projects"].as_array().unwrap();
        let names = projects.iter().map(|project| project["name"].as_str());
        names.map(|name| name.unwrap().to_owned()).collect()
    }
}

fn policies_path(project_id: &str) -> String {
    format!("v2/{project_id}/backuppolicy")
}

fn by_id(project_id: &str) -> Value {
    json!({ "project": { "id": project_id } })
}

/// The catalog's address of VBS.
fn vbs_endpoint(token: &Value) -> &str {
    token["catalog"][0]["endpoints"][0]["url"].as_str().unwrap()
}

#[tokio::test]
async fn password_is_scoped_to_the_second_project_by_id_and_by_name() {
    let caller = Caller::of(Sandbox::builder()).await;
    let sandbox = &caller.sandbox;
    let (first, second) = (sandbox.project_id(), sandbox.second_project_id());
    assert_ne!(first, second);
    let domain = json!({ "name": sandbox.domain() });
    for scope in [
        by_id(second),
        json!({ "project": { "name": sandbox.second_project() } }),
        json!({ "project": { "name": sandbox.second_project(), "domain": domain } }),
    ] {
        let (token, said) = caller.log_in(&scope).await;
        assert_eq!(said["project"]["id"], second, "{scope}");
        assert_eq!(said["project"]["name"], sandbox.second_project());
        assert_eq!(vbs_endpoint(&said), caller.url(&format!("v2/{second}")));
        assert!(!caller.policy_ids_of(&token, second).await.unwrap().is_empty());
        assert_eq!(caller.policy_ids_of(&token, first).await, Err(403));
    }
}

#[tokio::test]
async fn every_project_has_its_own_data() {
    let caller = Caller::of(Sandbox::builder()).await;
    let sandbox = &caller.sandbox;
    let mut seen: Vec<String> = Vec::new();
    for project in [sandbox.project_id(), sandbox.second_project_id()] {
        let (token, _) = caller.log_in(&by_id(project)).await;
        let policies = caller.policy_ids_of(&token, project).await.unwrap();
        assert_eq!(policies.len(), 3);
        assert!(policies.iter().all(|id| !seen.contains(id)));
        for policy in &policies {
            let path = format!("{}/{policy}/backuptasks?limit=100", policies_path(project));
            let body: Value = caller.get_by(&token, &path).await.json().await.unwrap();
            let jobs = body["tasks"].as_array().unwrap();
            assert!(!jobs.is_empty());
            for job in jobs {
                let id = job["job_id"].as_str().unwrap().to_owned();
                assert!(!seen.contains(&id), "{id} is in two projects");
                seen.push(id);
            }
        }
        seen.extend(policies);
    }
}

#[tokio::test]
async fn policy_of_one_project_is_unknown_in_the_other() {
    let caller = Caller::of(Sandbox::builder()).await;
    let second = caller.sandbox.second_project_id();
    let (token, _) = caller.log_in(&by_id(second)).await;
    let path = format!("{}/{}/backuptasks", policies_path(second), caller.policy(0));
    assert_eq!(caller.get_by(&token, &path).await.status(), 404);
}

#[tokio::test]
async fn projects_list_has_every_project_of_the_callers_domain() {
    let caller = Caller::of(Sandbox::builder()).await;
    let sandbox = &caller.sandbox;
    let both = [sandbox.project(), sandbox.second_project()];
    for scope in [by_id(sandbox.project_id()), by_id(sandbox.second_project_id()), Value::Null] {
        let (token, _) = caller.log_in(&scope).await;
        for path in ["v3/auth/projects", "v3/projects"] {
            assert_eq!(caller.project_names(&token, path).await, both, "{scope} {path}");
        }
        let named = format!("v3/projects?name={}", sandbox.second_project());
        assert_eq!(caller.project_names(&token, &named).await, both[1..]);
        let elsewhere = format!("v3/projects?domain_id={}", sandbox.delegating_domain_id());
        assert!(caller.project_names(&token, &elsewhere).await.is_empty());
        let delegated = format!("v3/projects?name={}", sandbox.delegated_project());
        assert!(caller.project_names(&token, &delegated).await.is_empty());
    }
}

#[tokio::test]
async fn token_is_exchanged_for_one_of_the_other_project() {
    let caller = Caller::of(Sandbox::builder()).await;
    let sandbox = &caller.sandbox;
    let (first, second) = (sandbox.project_id(), sandbox.second_project_id());
    let (of_first, _) = caller.log_in(&by_id(first)).await;
    for scope in [by_id(second), json!({ "project": { "name": sandbox.second_project() } })] {
        let (exchanged, said) = caller.issued(caller.exchange(&of_first, &scope).await).await;
        assert_eq!(said["project"]["id"], second);
        assert_eq!(said["methods"], json!(["password", "token"]));
        assert!(caller.policy_ids_of(&exchanged, second).await.is_ok());
        assert_eq!(caller.policy_ids_of(&exchanged, first).await, Err(403));
        // The token that was exchanged is still for its own project.
        assert!(caller.policy_ids_of(&of_first, first).await.is_ok());
        assert_eq!(caller.policy_ids_of(&of_first, second).await, Err(403));
        let (back, _) = caller.issued(caller.exchange(&exchanged, &by_id(first)).await).await;
        assert!(caller.policy_ids_of(&back, first).await.is_ok());
    }
    let delegated = by_id(sandbox.delegated_project_id());
    assert_eq!(caller.exchange(&of_first, &delegated).await.status(), 401);
}

#[tokio::test]
async fn access_key_acts_for_the_project_in_x_project_id() {
    let caller = Caller::of(Sandbox::builder()).await;
    let sandbox = &caller.sandbox;
    let (first, second) = (sandbox.project_id(), sandbox.second_project_id());
    for signer in [Signer::permanent(sandbox), Signer::temporary(sandbox)] {
        let get = async |acting: Option<&str>, project: &str| {
            let mut signer = signer.clone();
            signer.headers.extend(acting.map(|id| ("x-project-id", id.to_owned())));
            // The signature covers the path with a slash at its end.
            let path = format!("/{}/", policies_path(project));
            let headers = signer.headers(sandbox, &ToSign::get(&path));
            caller.policy_ids_of(&headers, project).await
        };
        assert!(get(Some(second), second).await.is_ok());
        assert_eq!(get(Some(second), first).await, Err(403));
        assert!(get(None, first).await.is_ok());
        assert_eq!(get(None, second).await, Err(403));
        assert_eq!(get(Some(sandbox.delegated_project_id()), second).await, Err(401));
    }
}

#[tokio::test]
async fn agency_acts_for_either_project_of_its_domain() {
    let caller = Caller::of(Sandbox::builder()).await;
    let sandbox = &caller.sandbox;
    let (first, second) = (sandbox.delegated_project_id(), sandbox.second_delegated_project_id());
    let assume = async |scope: Value| {
        let body = json!({ "auth": {
            "identity": {
                "methods": ["assume_role"],
                "assume_role": { "domain_name": sandbox.delegating_domain(), "xrole_name": sandbox.agency() },
            },
            "scope": scope,
        }});
        let url = format!("{}/auth/tokens", sandbox.identity_endpoint());
        let request = caller.http.post(url).header("X-Auth-Token", sandbox.token());
        caller.issued(request.json(&body).send().await.unwrap()).await
    };
    for scope in [by_id(second), json!({ "project": { "name": sandbox.second_delegated_project() } })] {
        let (token, said) = assume(scope).await;
        assert_eq!(said["project"]["id"], second);
        assert_eq!(vbs_endpoint(&said), caller.url(&format!("v2/{second}")));
        assert!(caller.policy_ids_of(&token, second).await.is_ok());
        assert_eq!(caller.policy_ids_of(&token, first).await, Err(403));
        assert_eq!(
            caller.project_names(&token, "v3/auth/projects").await,
            [sandbox.delegated_project(), sandbox.second_delegated_project()]
        );
    }
    let (token, _) = assume(by_id(first)).await;
    assert_eq!(caller.policy_ids_of(&token, second).await, Err(403));
}

/// A sandbox with twelve projects, and for each its facts, a token and the token's description.
async fn twelve_projects() -> (Caller, Vec<(SandboxProject, HeaderMap, Value)>) {
    let caller = Caller::of(Sandbox::builder().projects(12)).await;
    let mut projects = Vec::new();
    for project in caller.sandbox.projects() {
        let (headers, token) = caller.log_in(&by_id(&project.id)).await;
        projects.push((project, headers, token));
    }
    assert_eq!(projects.len(), 12);
    (caller, projects)
}

#[tokio::test]
async fn twelve_projects_are_in_two_regions_and_have_their_own_data() {
    let (caller, projects) = twelve_projects().await;
    let (_, headers, _) = &projects[0];
    let names = projects.iter().map(|(project, _, _)| project.name.clone());
    let names: Vec<String> = names.collect();
    assert_eq!(caller.project_names(headers, "v3/auth/projects").await, names);

    let mut policies = HashSet::new();
    let mut regions = BTreeMap::new();
    for (project, headers, token) in &projects {
        assert!(project.name.starts_with(project.region), "{project:?}");
        assert_eq!(token["catalog"][0]["endpoints"][0]["region"], project.region);
        *regions.entry(project.region).or_insert(0) += 1;
        let ids = caller.policy_ids_of(headers, &project.id).await.unwrap();
        assert_eq!(ids.len(), 3);
        policies.extend(ids);
    }
    assert_eq!(policies.len(), 36, "a policy is in two projects");
    assert_eq!(regions, BTreeMap::from([("eu-de", 7), ("eu-nl", 5)]));
}

#[tokio::test]
async fn read_only_projects_refuse_changes_and_nothing_else() {
    let (caller, projects) = twelve_projects().await;
    let read_only = projects.iter().filter(|(project, _, _)| project.is_read_only);
    assert_eq!(read_only.count(), 2);
    for (project, headers, token) in &projects {
        let ids = caller.policy_ids_of(headers, &project.id).await.unwrap();
        let query = caller.url(&format!("{}/resource_instances/action", policies_path(&project.id)));
        let query = caller.http.post(query).headers(headers.clone());
        let query = query.json(&json!({ "action": "count" })).send().await.unwrap();
        assert_eq!(query.status(), 200);
        let run = caller.url(&format!("{}/{}/action", policies_path(&project.id), ids[1]));
        let run = caller.http.post(run).headers(headers.clone()).send().await.unwrap();
        let (role, expected) = match project.is_read_only {
            true => ("sandbox-reader", 403),
            false => ("sandbox-role", 204),
        };
        assert_eq!(token["roles"][0]["name"], role);
        assert_eq!(run.status(), expected, "{}", project.name);
    }
}

#[tokio::test]
async fn one_region_can_be_unreachable() {
    let (caller, projects) = twelve_projects().await;
    caller.sandbox.fault("unreachable; region=eu-nl".parse().unwrap());
    for (project, headers, _) in &projects {
        let policies = caller.url(&policies_path(&project.id));
        let response = caller.http.get(policies).headers(headers.clone()).send().await;
        assert_eq!(response.is_ok(), project.region == "eu-de", "{}", project.name);
    }
}

#[tokio::test]
async fn sandbox_has_2_to_100_projects() {
    for (projects, expected) in [(1, false), (2, true), (100, true), (101, false)] {
        let started = Sandbox::builder().projects(projects).start().await;
        assert_eq!(started.is_ok(), expected, "{projects}");
    }
}
