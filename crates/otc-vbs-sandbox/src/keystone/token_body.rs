//! What the identity service says of a token.

use serde::Serialize;
use url::Url;

use crate::data::identifiers::Kind;
use crate::tokens::{Scope, VALIDITY};
use crate::world::{REGION, World};

#[derive(Serialize)]
pub(super) struct TokenBody {
    token: Token,
}

#[derive(Serialize)]
struct Token {
    methods: [&'static str; 1],
    issued_at: String,
    expires_at: String,
    user: InDomain,
    #[serde(skip_serializing_if = "Option::is_none")]
    project: Option<InDomain>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    roles: Vec<Named>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    catalog: Vec<Service>,
}

#[derive(Serialize)]
struct Named {
    id: String,
    name: &'static str,
}

#[derive(Serialize)]
struct InDomain {
    id: String,
    name: &'static str,
    domain: Named,
}

#[derive(Serialize)]
struct Service {
    id: String,
    name: &'static str,
    #[serde(rename = "type")]
    kind: &'static str,
    endpoints: [Endpoint; 1],
}

#[derive(Serialize)]
struct Endpoint {
    id: String,
    interface: &'static str,
    region: &'static str,
    region_id: &'static str,
    url: String,
}

impl TokenBody {
    /// What to say of a token that is given out now, to a caller that reached the sandbox at `address`.
    pub(super) fn new(world: &World, scope: Scope, address: &Url) -> Self {
        let account = &world.account;
        let in_domain = |id: &str, name| InDomain {
            id: id.to_owned(),
            name,
            domain: Named {
                id: account.domain_id.clone(),
                name: account.domain,
            },
        };
        // The builder made sure that the clock is far from the last time that can be written.
        let expires_at = world.now.checked_add(VALIDITY).unwrap_or(world.now);
        let mut token = Token {
            methods: ["password"],
            issued_at: format!("{:.6}", world.now),
            expires_at: format!("{:.6}", expires_at),
            user: in_domain(&account.user_id, account.user),
            project: None,
            roles: Vec::new(),
            catalog: Vec::new(),
        };
        // A token without a scope comes without a catalog too.
        if scope == Scope::Project {
            token.project = Some(in_domain(&account.project_id, account.project));
            token.roles.push(Named {
                id: account.role_id.clone(),
                name: account.role,
            });
            token.catalog = catalog(world, address);
        }
        Self { token }
    }
}

fn catalog(world: &World, address: &Url) -> Vec<Service> {
    let vbs = format!("{address}v2/{}", world.account.project_id);
    let identity = format!("{address}v3");
    let services = [("vbs", &vbs), ("vbsv2", &vbs), ("identity", &identity)];
    let entry = |number| world.identifiers.plain(Kind::CatalogEntry, number);
    services
        .into_iter()
        .zip(0..)
        .map(|((name, url), number)| Service {
            id: entry(2 * number),
            name,
            kind: name,
            endpoints: [Endpoint {
                id: entry(2 * number + 1),
                interface: "public",
                region: REGION,
                region_id: REGION,
                url: url.clone(),
            }],
        })
        .collect()
}
