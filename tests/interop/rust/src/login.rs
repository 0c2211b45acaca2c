//! A token of the identity service, which is not part of the document.

use std::env;

use client::apis::configuration::{ApiKey, Configuration};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};

/// By this header the sandbox is told what to do to the answer.
const FAULT: HeaderName = HeaderName::from_static("x-sandbox-fault");

pub struct Login {
    pub project: String,
    endpoint: String,
    token: String,
}

impl Login {
    pub async fn log_in() -> Result<Self, Box<dyn std::error::Error>> {
        let user = json!({
            "name": env::var("OS_USERNAME")?,
            "password": env::var("OS_PASSWORD")?,
            "domain": { "name": env::var("OS_USER_DOMAIN_NAME")? },
        });
        let project = json!({
            "name": env::var("OS_PROJECT_NAME")?,
            "domain": { "name": env::var("OS_PROJECT_DOMAIN_NAME")? },
        });
        let identity = json!({ "methods": ["password"], "password": { "user": user } });
        let url = format!("{}/auth/tokens", without_slash("OS_AUTH_URL")?);
        let answer = reqwest::Client::new()
            .post(url)
            .json(&json!({ "auth": { "identity": identity, "scope": { "project": project } } }))
            .send()
            .await?
            .error_for_status()?;
        let token = answer.headers().get("X-Subject-Token").ok_or("no token")?;
        let token = token.to_str()?.to_owned();
        let body: Value = answer.json().await?;
        let project = body["token"]["project"]["id"].as_str();
        Ok(Self {
            project: project.ok_or("no project")?.to_owned(),
            endpoint: without_slash("VBS_ENDPOINT")?,
            token,
        })
    }

    pub fn configuration(
        &self,
        fault: Option<&str>,
    ) -> Result<Configuration, Box<dyn std::error::Error>> {
        let mut headers = HeaderMap::new();
        if let Some(fault) = fault {
            headers.insert(FAULT, HeaderValue::from_str(fault)?);
        }
        let mut configuration = Configuration::new();
        configuration.base_path.clone_from(&self.endpoint);
        configuration.client = reqwest::Client::builder()
            .default_headers(headers)
            .build()?;
        configuration.api_key = Some(ApiKey {
            prefix: None,
            key: self.token.clone(),
        });
        Ok(configuration)
    }
}

fn without_slash(variable: &str) -> Result<String, env::VarError> {
    Ok(env::var(variable)?.trim_end_matches('/').to_owned())
}
