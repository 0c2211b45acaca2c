//! The request for a token.

use http::StatusCode;
use serde::Deserialize;
use serde_json::Value;

use super::assume_role::AssumeRole;
use super::reference::Reference;
use super::scope;
use crate::http::caller::Caller;
use crate::http::failure::Failure;
use crate::identity::accounts::{Holder, TOTP_KEY, User};
use crate::identity::tokens::{Grant, Methods};
use crate::identity::totp::passcode;
use crate::state::AppState;

// No `Debug` here: the request contains a password, which may be a real one that was sent to the wrong
// address.

/// A request for a token.
#[derive(Deserialize)]
pub(super) struct Login {
    auth: Auth,
}

#[derive(Deserialize)]
struct Auth {
    identity: Identity,
    #[serde(default)]
    scope: Value,
}

#[derive(Deserialize)]
struct Identity {
    methods: Vec<String>,
    password: Option<UserMethod>,
    totp: Option<UserMethod>,
    token: Option<TokenMethod>,
    assume_role: Option<AssumeRole>,
}

#[derive(Deserialize)]
struct UserMethod {
    user: UserCredentials,
}

#[derive(Deserialize)]
struct UserCredentials {
    id: Option<String>,
    name: Option<String>,
    domain: Option<Reference>,
    password: Option<String>,
    passcode: Option<String>,
}

#[derive(Deserialize)]
struct TokenMethod {
    id: String,
}

/// The result of one or more authentication methods.
struct Proof {
    holder: Holder,
    methods: Methods,
    /// The token that was exchanged. The new one expires at the same time.
    replaces: Option<Grant>,
}

impl Login {
    /// Reads a request. The message of a refusal never repeats values of the request.
    pub(super) fn parse(body: &[u8]) -> Result<Self, Failure> {
        serde_json::from_slice(body).map_err(|error| {
            let text = error.to_string();
            let (line, column) = (error.line(), error.column());
            // These are names of the API. Other messages of the parser quote values.
            let problem = match text.split_once("missing field `") {
                Some((_, rest)) => {
                    let name = rest.split('`').next().unwrap_or_default();
                    format!("`{name}` is missing")
                }
                None if error.is_data() => "a value has the wrong type".to_owned(),
                None => "it is not JSON".to_owned(),
            };
            Failure::identity(
                StatusCode::BAD_REQUEST,
                format!("the body is not a token request: {problem} (line {line}, column {column})"),
            )
        })
    }

    /// The granted token. `sender` is the sender of the request, if it matters.
    pub(super) fn check(
        &self,
        app: &AppState,
        sender: impl FnOnce() -> Result<Caller, Failure>,
    ) -> Result<Grant, Failure> {
        let Proof { holder, methods, replaces } = self.auth.identity.prove(app, sender)?;
        let scope = scope::check(&self.auth.scope, &app.accounts, holder)?;
        let mut grant = Grant::new(holder, scope, methods, app.token_now());
        if let Some(replaced) = replaces {
            grant.expires = replaced.expires;
        }
        Ok(grant)
    }
}

impl Identity {
    fn prove(
        &self,
        app: &AppState,
        sender: impl FnOnce() -> Result<Caller, Failure>,
    ) -> Result<Proof, Failure> {
        let mut methods: Vec<&str> = self.methods.iter().map(String::as_str).collect();
        methods.sort();
        let proof = |holder, methods| Proof { holder, methods, replaces: None };
        match methods[..] {
            ["password"] => match self.check_password(app)? {
                Holder::TotpUser => Err(Failure::identity(
                    StatusCode::UNAUTHORIZED,
                    "this user needs the method `totp` in addition to `password`",
                )),
                holder => Ok(proof(holder, Methods::PASSWORD)),
            },
            ["password", "totp"] => {
                let holder = self.check_password(app)?;
                self.check_passcode(app, holder)?;
                Ok(proof(holder, Methods::PASSWORD_AND_TOTP))
            }
            ["token"] => {
                let token = self.token.as_ref().ok_or_else(|| missing("token"))?;
                let grant = app.tokens.check(&token.id, app.token_now()).map_err(|_| {
                    Failure::identity(
                        StatusCode::UNAUTHORIZED,
                        "the token is unknown, has expired or was revoked",
                    )
                })?;
                Ok(Proof {
                    holder: grant.holder,
                    methods: Methods::TOKEN.and(grant.methods),
                    replaces: Some(grant),
                })
            }
            ["assume_role"] => {
                let role = self.assume_role.as_ref();
                let role = role.ok_or_else(|| missing("assume_role"))?;
                role.check(&app.accounts, sender().map_err(Failure::of_identity)?)?;
                Ok(proof(Holder::Agency, Methods::ASSUME_ROLE))
            }
            _ => Err(Failure::identity(
                StatusCode::UNAUTHORIZED,
                "the sandbox accepts the methods `password`, `token`, `assume_role`, and `password` with `totp`",
            )),
        }
    }

    fn check_password(&self, app: &AppState) -> Result<Holder, Failure> {
        let user = &self.password.as_ref().ok_or_else(|| missing("password"))?.user;
        let sent = user.password.as_deref();
        let sent = sent.ok_or_else(|| missing("password.user.password"))?;
        let known = user.find(app, "password")?.filter(|holder| {
            let password = app.accounts.user(*holder).password;
            password.is_some_and(|password| password.0 == sent)
        });
        known.ok_or_else(|| {
            Failure::identity(StatusCode::UNAUTHORIZED, "the user name, the domain or the password is wrong")
        })
    }

    /// Accepts the passcodes of the sandbox's clock, which may be frozen, and of the real time, which callers
    /// use. The passcodes of the steps before and after are accepted too.
    fn check_passcode(&self, app: &AppState, holder: Holder) -> Result<(), Failure> {
        let user = &self.totp.as_ref().ok_or_else(|| missing("totp"))?.user;
        let sent = user.passcode.as_deref();
        let sent = sent.ok_or_else(|| missing("totp.user.passcode"))?;
        let same_user = user.find(app, "totp")? == Some(holder) && holder == Holder::TotpUser;
        let real = app.signature_clock.now();
        let steps = [app.now(), real].into_iter().flat_map(|now| [-1, 0, 1].map(|steps| (now, steps)));
        let mut passcodes = steps.map(|(now, steps)| passcode(TOTP_KEY, now, steps));
        if same_user && passcodes.any(|passcode| passcode == sent) {
            Ok(())
        } else {
            Err(Failure::identity(
                StatusCode::UNAUTHORIZED,
                "the passcode is wrong, or belongs to a different user than the password",
            ))
        }
    }
}

impl UserCredentials {
    /// The user in the request, if there is such a user.
    fn find(&self, app: &AppState, method: &str) -> Result<Option<Holder>, Failure> {
        let is_meant: &dyn Fn(&User) -> bool = match (&self.id, &self.name, &self.domain) {
            (Some(id), _, _) => &move |user| user.id == *id,
            (None, Some(name), Some(domain)) => {
                let here = domain.is(&app.accounts.own);
                &move |user| here && user.name == name
            }
            _ => {
                return Err(Failure::identity(
                    StatusCode::BAD_REQUEST,
                    format!("`auth.identity.{method}.user` needs an `id`, or a `name` and a `domain`"),
                ));
            }
        };
        let mut users = [Holder::User, Holder::TotpUser].into_iter();
        Ok(users.find(|holder| is_meant(app.accounts.user(*holder))))
    }
}

fn missing(field: &str) -> Failure {
    Failure::identity(StatusCode::BAD_REQUEST, format!("`auth.identity.{field}` is missing"))
}
