//! Replaces cached tokens if the feature `token-cache` is off. There are none.

use std::convert::Infallible;

use crate::keystone::Token;
use crate::{Config, Error, Result};

pub(super) struct TokenCache(Infallible);

impl TokenCache {
    pub(super) fn of(config: &Config) -> Result<Option<Self>> {
        match config.token_cache {
            None => Ok(None),
            Some(_) => Err(Error::config(
                "token_cache is set, but this program was built without it; enable the feature `token-cache` of otc-auth, or \
                 remove the setting",
            )),
        }
    }

    pub(super) fn find(&self) -> Result<Option<Token>> {
        match self.0 {}
    }

    pub(super) fn store(&self, _: &Token) -> Result<()> {
        match self.0 {}
    }

    pub(super) fn warnings(&self) -> Vec<String> {
        match self.0 {}
    }
}
