//! Look-ups for a caller with an access key, who has no token that contains the answers.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, Request};

use super::Inner;
use crate::catalog::Catalog;
use crate::identity::{Project, Reference, Scope};
use crate::keystone::{Credentials, ListEntry};
use crate::signing::{AccessKey, SigningScope};
use crate::{Error, Result};

/// Credentials by signature.
pub(super) struct SignatureCredentials<'a> {
    inner: &'a Inner,
    key: &'a AccessKey,
    scope: SigningScope,
}

impl Credentials for SignatureCredentials<'_> {
    fn apply(&self, request: &mut Request<Bytes>) -> Result<()> {
        let now = self.inner.skew.apply(self.inner.clock.now());
        let variant = &self.inner.config.signature;
        self.key.sign(request, variant, &self.scope, now)
    }

    fn learn(&self, refusal: &HeaderMap) -> bool {
        self.inner.skew.learn(refusal, self.inner.clock.now())
    }
}

impl Inner {
    pub(super) fn signed_by<'a>(
        &'a self,
        key: &'a AccessKey,
        scope: SigningScope,
    ) -> SignatureCredentials<'a> {
        SignatureCredentials { inner: self, key, scope }
    }

    pub(super) async fn sign(self: &Arc<Self>, key: &AccessKey, request: &mut Request<Bytes>) -> Result<()> {
        let scope = self.signing_scope(key).await?;
        self.signed_by(key, scope).apply(request)
    }

    /// The scope of the access key, by id.
    pub(super) async fn signing_scope(self: &Arc<Self>, key: &AccessKey) -> Result<SigningScope> {
        Ok(match &self.config.scope {
            Scope::Unscoped => SigningScope::Unscoped,
            Scope::Project(Project::Id(id)) => SigningScope::Project(id.clone()),
            Scope::Project(Project::Name { name, domain }) => {
                SigningScope::Project(self.look_up_project(key, name, domain.as_ref()).await?)
            }
            Scope::Domain(Reference::Id(id)) => SigningScope::Domain(id.clone()),
            Scope::Domain(Reference::Name(name)) => {
                SigningScope::Domain(self.look_up_domain(key, name).await?)
            }
        })
    }

    pub(super) async fn look_up_project(
        self: &Arc<Self>,
        key: &AccessKey,
        name: &str,
        domain: Option<&Reference>,
    ) -> Result<String> {
        let look_up = || {
            let (inner, key) = (Arc::clone(self), key.clone());
            let (name, domain) = (name.to_owned(), domain.cloned());
            async move {
                let by = inner.signed_by(&key, SigningScope::Unscoped);
                let mut found = inner.keystone()?.projects(&name, &by).await?;
                if let Some(Reference::Id(domain)) = &domain {
                    found.retain(|project| project.domain_id.as_ref().is_none_or(|id| id == domain));
                }
                only_match("project", &name, found, &inner.config.searched.project)
            }
        };
        let id = self.project_id.get(|_| true, look_up).await?;
        Ok(id.as_str().to_owned())
    }

    async fn look_up_domain(self: &Arc<Self>, key: &AccessKey, name: &str) -> Result<String> {
        let look_up = || {
            let (inner, key, name) = (Arc::clone(self), key.clone(), name.to_owned());
            async move {
                let by = inner.signed_by(&key, SigningScope::Unscoped);
                let found = inner.keystone()?.domains(&name, &by).await?;
                only_match("domain", &name, found, "`domain_id`")
            }
        };
        let id = self.domain_id.get(|_| true, look_up).await?;
        Ok(id.as_str().to_owned())
    }

    pub(super) async fn signed_catalog(self: &Arc<Self>, key: &AccessKey) -> Result<Arc<Catalog>> {
        let look_up = || {
            let (inner, key) = (Arc::clone(self), key.clone());
            async move {
                let scope = inner.signing_scope(&key).await?;
                let by = inner.signed_by(&key, scope);
                inner.keystone()?.catalog(&by).await
            }
        };
        self.catalog.get(|_| true, look_up).await
    }
}

fn only_match(what: &str, name: &str, found: Vec<ListEntry>, places: &str) -> Result<String> {
    let mut found: Vec<_> = found.into_iter().filter(|listed| listed.name == name).collect();
    match (found.pop(), found.as_slice()) {
        (Some(one), []) => Ok(one.id),
        (None, _) => Err(Error::config(format!(
            "the access key has no {what} called `{name}`; looked for it in {places}"
        ))),
        (Some(last), others) => {
            let ids: Vec<_> = others.iter().chain([&last]).map(|one| one.id.as_str()).collect();
            Err(Error::config(format!(
                "the access key has more than one {what} called `{name}` ({}); set the id instead of the name",
                ids.join(", ")
            )))
        }
    }
}
