//! The bodies of requests for a token.

use bytes::Bytes;
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use crate::identity::{Agency, Login, Project, Reference, Scope, User};

/// The body of a sign-in. `None` for an access key, which signs requests instead.
pub(super) fn login(login: &Login, scope: &Scope) -> Option<Bytes> {
    let identity = match login {
        Login::Password { user, password, passcode } => {
            let mut with_password = user_value(user);
            with_password["password"] = password.expose_secret().into();
            let mut identity = json!({
                "methods": ["password"],
                "password": {"user": with_password},
            });
            if let Some(passcode) = passcode {
                let mut with_passcode = user_value(user);
                with_passcode["passcode"] = passcode.expose_secret().into();
                identity["methods"] = json!(["password", "totp"]);
                identity["totp"] = json!({"user": with_passcode});
            }
            identity
        }
        Login::Token { token, .. } => json!({
            "methods": ["token"],
            "token": {"id": token.expose_secret()},
        }),
        Login::AccessKey(_) => return None,
    };
    Some(body(identity, scope))
}

/// The body of a request to assume the role of an agency.
pub(super) fn agency(agency: &Agency) -> Bytes {
    let mut role = json!({"xrole_name": agency.name});
    match &agency.domain {
        Reference::Id(id) => role["domain_id"] = id.as_str().into(),
        Reference::Name(name) => role["domain_name"] = name.as_str().into(),
    }
    let identity = json!({"methods": ["assume_role"], "assume_role": role});
    body(identity, &agency.scope)
}

fn body(identity: Value, scope: &Scope) -> Bytes {
    let mut auth = json!({"identity": identity});
    match scope {
        Scope::Unscoped => {}
        Scope::Domain(domain) => auth["scope"] = json!({"domain": reference(domain)}),
        Scope::Project(Project::Id(id)) => auth["scope"] = json!({"project": {"id": id}}),
        Scope::Project(Project::Name { name, domain }) => {
            let mut project = json!({"name": name});
            if let Some(domain) = domain {
                project["domain"] = reference(domain);
            }
            auth["scope"] = json!({"project": project});
        }
    }
    json!({"auth": auth}).to_string().into()
}

fn user_value(user: &User) -> Value {
    match user {
        User::Id(id) => json!({"id": id}),
        User::Name { name, domain } => json!({"name": name, "domain": reference(domain)}),
    }
}

fn reference(reference: &Reference) -> Value {
    match reference {
        Reference::Id(id) => json!({"id": id}),
        Reference::Name(name) => json!({"name": name}),
    }
}
