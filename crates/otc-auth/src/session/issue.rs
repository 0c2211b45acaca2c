//! Tokens that the identity service issues.

use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};

use http::StatusCode;
use otc_http::TransportErrorKind;
use secrecy::ExposeSecret;

use super::Inner;
use crate::identity::{Login, Scope};
use crate::keystone::{Keystone, Token, TokenCredentials};
use crate::{Error, Result};

/// A token with its number.
pub(super) struct Issued {
    pub(super) number: u64,
    pub(super) token: Token,
}

impl Inner {
    /// The current token, or a new one.
    pub(super) async fn issued(self: &Arc<Self>) -> Result<Arc<Issued>> {
        let margin = self.config.renew_before;
        let is_usable = |issued: &Issued| issued.token.is_valid_for(self.clock.now(), margin);
        let sign_in = || {
            let inner = Arc::clone(self);
            async move { inner.sign_in().await }
        };
        self.tokens.get(is_usable, sign_in).await
    }

    async fn sign_in(self: &Arc<Self>) -> Result<Issued> {
        let token = match self.cached_token()? {
            Some(token) => token,
            None => {
                let token = self.request_token().await?;
                if let Some(cache) = &self.token_cache {
                    cache.store(&token)?;
                }
                token
            }
        };
        let number = self.last_number.fetch_add(1, Ordering::Relaxed) + 1;
        Ok(Issued { number, token })
    }

    /// Drops a token that a service refused.
    pub(super) fn drop_refused(&self, number: u64) {
        if let Some(issued) = self.tokens.take_if(|issued| issued.number == number) {
            let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
            *refused = Some(issued.token.secret.clone());
        }
    }

    /// A usable token that another process stored in the cache.
    fn cached_token(&self) -> Result<Option<Token>> {
        let Some(cache) = &self.token_cache else {
            return Ok(None);
        };
        let token = cache.find()?.filter(|token| {
            let refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
            let is_refused = refused
                .as_ref()
                .is_some_and(|refused| refused.expose_secret() == token.secret.expose_secret());
            !is_refused && token.is_valid_for(self.clock.now(), self.config.renew_before)
        });
        Ok(token)
    }

    /// Requests a token, through the agency if there is one.
    async fn request_token(self: &Arc<Self>) -> Result<Token> {
        let keystone = self.keystone()?;
        let Some(agency) = &self.config.agency else {
            return self.request_own_token(keystone).await;
        };
        let now = self.clock.now();
        match &self.config.login {
            Login::AccessKey(key) => {
                let by = self.signed_by(key, self.signing_scope(key).await?);
                keystone.assume_role(agency, &by, now).await
            }
            Login::Token { token, exchange: false } => {
                keystone.assume_role(agency, &TokenCredentials(token), now).await
            }
            _ => {
                let own = self.request_own_token(keystone).await?;
                keystone.assume_role(agency, &TokenCredentials(&own.secret), now).await
            }
        }
    }

    /// Requests a token of the caller, for the scope of the configuration.
    async fn request_own_token(self: &Arc<Self>, keystone: &Keystone) -> Result<Token> {
        let (login, scope) = (&self.config.login, &self.config.scope);
        match (login, scope) {
            (Login::Password { passcode: Some(_), .. }, _) => self.log_in_with_passcode(keystone).await,
            (Login::Token { token, exchange: false }, Scope::Project(chosen)) => {
                self.exchange(keystone, token, chosen).await
            }
            _ => keystone.log_in(login, scope, self.clock.now()).await,
        }
    }

    /// Signs in with a one-time passcode. Sends it again only if it was certainly not used up.
    async fn log_in_with_passcode(&self, keystone: &Keystone) -> Result<Token> {
        if self.passcode_used.load(Ordering::Relaxed) {
            return Err(Error::auth("a new token is needed, and the one-time passcode was used already")
                .with_advice("sign in again with a new passcode (`passcode`, `OS_PASSCODE`)"));
        }
        let (login, scope) = (&self.config.login, &self.config.scope);
        self.passcode_used.store(true, Ordering::Relaxed);
        let token = keystone.log_in(login, scope, self.clock.now()).await;
        if token.as_ref().is_err_and(leaves_passcode_unused) {
            self.passcode_used.store(false, Ordering::Relaxed);
        }
        token
    }
}

/// Whether nothing was sent, or the answer says that the passcode was not evaluated.
fn leaves_passcode_unused(error: &Error) -> bool {
    error.is_config()
        || error.is_connect()
        || error.transport_kind() == Some(TransportErrorKind::Proxy)
        || error.is_untrusted()
        || error.is_rate_limited()
        || error.status() == Some(StatusCode::SERVICE_UNAVAILABLE)
}
