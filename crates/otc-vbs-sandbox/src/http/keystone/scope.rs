//! The scope of a requested token.

use http::StatusCode;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::reference::{ProjectReference, Reference};
use crate::http::failure::Failure;
use crate::identity::accounts::{Accounts, Holder};
use crate::identity::tokens::Scope;

#[derive(Deserialize)]
struct RequestedScope {
    #[serde(default)]
    project: Value,
    #[serde(default)]
    domain: Value,
    #[serde(default)]
    unscoped: Value,
}

/// The scope in `auth.scope`, if the holder of the token may have it.
pub(super) fn check(scope: &Value, accounts: &Accounts, holder: Holder) -> Result<Scope, Failure> {
    let requested: RequestedScope = match scope {
        Value::Null => return Ok(Scope::Unscoped),
        Value::String(text) if text == "unscoped" => return Ok(Scope::Unscoped),
        Value::Object(_) => read(scope, "scope")?,
        _ => return Err(malformed("scope")),
    };
    let here = accounts.domain(holder);
    match (&requested.project, &requested.domain, &requested.unscoped) {
        (Value::Null, Value::Null, Value::Object(_)) => Ok(Scope::Unscoped),
        (project, Value::Null, Value::Null) if !project.is_null() => {
            let project: ProjectReference = read(project, "scope.project")?;
            if project.is_empty() {
                return Err(malformed("scope.project"));
            }
            match project.find_in(here) {
                Some(project) => Ok(Scope::Project(project.number)),
                None => Err(Failure::identity(
                    StatusCode::UNAUTHORIZED,
                    "the user has no such project; check its name or id, and its domain",
                )),
            }
        }
        (Value::Null, domain, Value::Null) if !domain.is_null() => {
            let domain: Reference = read(domain, "scope.domain")?;
            match domain {
                domain if domain.is_empty() => Err(malformed("scope.domain")),
                domain if domain.is(here) => Ok(Scope::Domain),
                _ => Err(Failure::identity(
                    StatusCode::UNAUTHORIZED,
                    "the user has no rights in this domain; check its name or id",
                )),
            }
        }
        _ => Err(Failure::identity(
            StatusCode::BAD_REQUEST,
            "the sandbox issues tokens for a project (`scope.project`), for a domain (`scope.domain`) or without a scope",
        )),
    }
}

fn read<T: DeserializeOwned>(value: &Value, place: &str) -> Result<T, Failure> {
    T::deserialize(value).map_err(|_| malformed(place))
}

fn malformed(place: &str) -> Failure {
    Failure::identity(
        StatusCode::BAD_REQUEST,
        format!(
            "`auth.{place}` can't be read; a project or a domain is `{{\"id\": …}}` or `{{\"name\": …}}`"
        ),
    )
}
