//! What a caller with an access key looks up, because no token says it.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, Request};

use super::Inner;
use crate::catalog::Catalog;
use crate::identity::{Project, Reference, Scope};
use crate::keystone::{Credentials, Listed};
use crate::signing::{self, AccessKey, Acting};
use crate::{Error, Result};

/// What a request is signed for, by identifier.
pub(super) enum For {
    Nothing,
    Project(String),
    Domain(String),
}

/// Credentials by signature.
pub(super) struct BySignature<'a> {
    inner: &'a Inner,
    key: &'a AccessKey,
    acting: For,
}

impl Credentials for BySignature<'_> {
    fn show(&self, request: &mut Request<Bytes>) -> Result<()> {
        let acting = match &self.acting {
            For::Nothing => Acting::Nothing,
            For::Project(id) => Acting::Project(id),
            For::Domain(id) => Acting::Domain(id),
        };
        let now = self.inner.skew.apply(self.inner.clock.now());
        let variant = &self.inner.config.signature;
        signing::sign(request, self.key, variant, acting, now)
    }

    fn learn(&self, refusal: &HeaderMap) -> bool {
        self.inner.skew.learn(refusal, self.inner.clock.now())
    }
}

impl Inner {
    pub(super) fn signed_by<'a>(&'a self, key: &'a AccessKey, acting: For) -> BySignature<'a> {
        BySignature {
            inner: self,
            key,
            acting,
        }
    }

    pub(super) async fn sign(self: &Arc<Self>, key: &AccessKey, request: &mut Request<Bytes>) -> Result<()> {
        let acting = self.acting(key).await?;
        self.signed_by(key, acting).show(request)
    }

    /// The identifier of the access key's scope.
    pub(super) async fn acting(self: &Arc<Self>, key: &AccessKey) -> Result<For> {
        Ok(match &self.config.scope {
            Scope::Unscoped => For::Nothing,
            Scope::Project(Project::Id(id)) => For::Project(id.clone()),
            Scope::Project(Project::Name { name, domain }) => {
                For::Project(self.look_up_project(key, name, domain.as_ref()).await?)
            }
            Scope::Domain(Reference::Id(id)) => For::Domain(id.clone()),
            Scope::Domain(Reference::Name(name)) => For::Domain(self.look_up_domain(key, name).await?),
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
                let by = inner.signed_by(&key, For::Nothing);
                let mut found = inner.keystone()?.projects(&name, &by).await?;
                if let Some(Reference::Id(domain)) = &domain {
                    found.retain(|project| project.domain_id.as_ref().is_none_or(|id| id == domain));
                }
                the_one("project", &name, found, &inner.config.places.project)
            }
        };
        let id = self.project_id.get(|_| true, look_up).await?;
        Ok(id.as_str().to_owned())
    }

    async fn look_up_domain(self: &Arc<Self>, key: &AccessKey, name: &str) -> Result<String> {
        let look_up = || {
            let (inner, key, name) = (Arc::clone(self), key.clone(), name.to_owned());
            async move {
                let by = inner.signed_by(&key, For::Nothing);
                let found = inner.keystone()?.domains(&name, &by).await?;
                the_one("domain", &name, found, "`domain_id`")
            }
        };
        let id = self.domain_id.get(|_| true, look_up).await?;
        Ok(id.as_str().to_owned())
    }

    pub(super) async fn signed_catalog(self: &Arc<Self>, key: &AccessKey) -> Result<Arc<Catalog>> {
        let look_up = || {
            let (inner, key) = (Arc::clone(self), key.clone());
            async move {
                let acting = inner.acting(&key).await?;
                let by = inner.signed_by(&key, acting);
                inner.keystone()?.catalog(&by).await
            }
        };
        self.catalog.get(|_| true, look_up).await
    }
}

fn the_one(what: &str, name: &str, found: Vec<Listed>, places: &str) -> Result<String> {
    let mut found: Vec<_> = found.into_iter().filter(|listed| listed.name == name).collect();
    match (found.pop(), found.as_slice()) {
        (Some(one), []) => Ok(one.id),
        (None, _) => Err(Error::config(format!(
            "the access key has no {what} called `{name}`; looked for it in {places}"
        ))),
        (Some(last), others) => {
            let ids: Vec<_> = others.iter().chain([&last]).map(|one| one.id.as_str()).collect();
            Err(Error::config(format!(
                "the access key has more than one {what} called `{name}` ({}); set the identifier instead of the name",
                ids.join(", ")
            )))
        }
    }
}
