//! The service catalog: the addresses of services.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use url::Url;

use crate::{Error, Result, lenient};

/// The network from which an endpoint can be reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Interface {
    /// For everyone.
    #[default]
    Public,
    /// For clients inside the cloud.
    Internal,
    /// For the cloud's operators.
    Admin,
}

impl Interface {
    /// The name in the catalog.
    pub fn name(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Internal => "internal",
            Self::Admin => "admin",
        }
    }

    /// Also accepts the older forms such as `publicURL`.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        match name.strip_suffix("URL").unwrap_or(name) {
            "public" => Some(Self::Public),
            "internal" => Some(Self::Internal),
            "admin" => Some(Self::Admin),
            _ => None,
        }
    }
}

type Rule = Arc<dyn Fn(&Url) -> Option<Url> + Send + Sync>;

/// Describes the service whose endpoint is wanted.
///
/// ```
/// use otc_auth::{ServiceQuery, replace_host_label};
///
/// // The catalog may list a service under several types, or only a service next to it.
/// let vbs = ServiceQuery::new(["vbs", "vbsv2"]).derive("volumev2", replace_host_label("evs", "vbs"));
/// ```
#[derive(Clone)]
#[must_use = "a query is for `Session::endpoint`"]
pub struct ServiceQuery {
    types: Vec<String>,
    derived: Vec<(String, Rule)>,
    region: Option<String>,
    interface: Option<Interface>,
}

impl ServiceQuery {
    /// A service by its types, in order of preference.
    pub fn new<T: Into<String>>(types: impl IntoIterator<Item = T>) -> Self {
        Self {
            types: types.into_iter().map(Into::into).collect(),
            derived: Vec::new(),
            region: None,
            interface: None,
        }
    }

    /// If the catalog has none of the types, derives the address from the endpoint of another type.
    pub fn derive(
        mut self,
        from: impl Into<String>,
        rule: impl Fn(&Url) -> Option<Url> + Send + Sync + 'static,
    ) -> Self {
        self.derived.push((from.into(), Arc::new(rule)));
        self
    }

    /// Uses this region instead of the session's.
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = Some(region.into());
        self
    }

    /// Uses this interface instead of the session's.
    pub fn interface(mut self, interface: Interface) -> Self {
        self.interface = Some(interface);
        self
    }

    pub(crate) fn types(&self) -> &[String] {
        &self.types
    }
}

impl fmt::Debug for ServiceQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let derived: Vec<_> = self.derived.iter().map(|(from, _)| from).collect();
        f.debug_struct("ServiceQuery")
            .field("types", &self.types)
            .field("derived_from", &derived)
            .field("region", &self.region)
            .field("interface", &self.interface)
            .finish()
    }
}

/// A rule for [`ServiceQuery::derive`]: replaces the first label of the host with `to`, if it is `from`.
pub fn replace_host_label(
    from: impl Into<String>,
    to: impl Into<String>,
) -> impl Fn(&Url) -> Option<Url> + Send + Sync + 'static {
    let (from, to) = (from.into(), to.into());
    move |url| {
        let (label, rest) = url.host_str()?.split_once('.')?;
        if label != from {
            return None;
        }
        let mut derived = url.clone();
        derived.set_host(Some(&format!("{to}.{rest}"))).ok()?;
        Some(derived)
    }
}

/// The services of a token. An unusable entry is left out without affecting the others.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(transparent)]
pub(crate) struct Catalog(#[serde(deserialize_with = "lenient::list")] Vec<Service>);

#[derive(Clone, Debug, Deserialize, Serialize)]
struct Service {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default, deserialize_with = "lenient::list")]
    endpoints: Vec<Endpoint>,
}

/// An endpoint. A null or empty region counts as none. A region of another type makes the endpoint unusable, because its
/// region is unknown.
#[derive(Clone, Debug, Deserialize, Serialize)]
struct Endpoint {
    interface: String,
    #[serde(default)]
    region: Option<String>,
    #[serde(default)]
    region_id: Option<String>,
    url: String,
}

/// The region of endpoints that serve all regions.
const ANY_REGION: &str = "*";

impl Endpoint {
    fn region(&self) -> &str {
        self.regions().next().unwrap_or(ANY_REGION)
    }

    fn is_in(&self, region: &str) -> bool {
        self.region() == ANY_REGION || self.regions().any(|own| own == region)
    }

    fn regions(&self) -> impl Iterator<Item = &str> {
        let regions = [&self.region, &self.region_id].into_iter().flatten();
        regions.map(String::as_str).filter(|region| !region.is_empty())
    }
}

/// The defaults of a query.
pub(crate) struct Defaults<'a> {
    pub(crate) region: Option<&'a str>,
    pub(crate) interface: Interface,
    /// The place where the region was looked for, as named in messages.
    pub(crate) places: &'a str,
}

impl Catalog {
    pub(crate) fn find(&self, query: &ServiceQuery, defaults: &Defaults<'_>) -> Result<Url> {
        let region = query.region.as_deref().or(defaults.region);
        let interface = query.interface.unwrap_or(defaults.interface);
        for kind in &query.types {
            if let Some(url) = self.endpoint(kind, interface, region, defaults.places)? {
                return Ok(url);
            }
        }
        for (from, rule) in &query.derived {
            if let Some(url) = self.endpoint(from, interface, region, defaults.places)?
                && let Some(url) = rule(&url)
            {
                return Ok(url);
            }
        }
        Err(self.not_found(query, interface, region))
    }

    /// Whether it has an endpoint of any of the query's types, in any region and for any interface.
    pub(crate) fn has(&self, query: &ServiceQuery) -> bool {
        let derived = query.derived.iter().map(|(from, _)| from);
        let mut kinds = query.types.iter().chain(derived);
        kinds.any(|kind| self.of_type(kind).next().is_some())
    }

    /// The endpoint of one type. Without a region, there must be only one.
    fn endpoint(
        &self,
        kind: &str,
        interface: Interface,
        region: Option<&str>,
        places: &str,
    ) -> Result<Option<Url>> {
        let mut found: Vec<&Endpoint> = self
            .of_type(kind)
            .filter(|endpoint| Interface::from_name(&endpoint.interface) == Some(interface))
            .filter(|endpoint| region.is_none_or(|region| endpoint.is_in(region)))
            .collect();
        found.dedup_by(|a, b| a.url == b.url);
        // An unusable address is only an error if there is no other.
        let is_usable = |endpoint: &&Endpoint| Url::parse(&endpoint.url).is_ok();
        if found.iter().any(is_usable) {
            found.retain(is_usable);
        }
        let endpoint = match found.as_slice() {
            [] => return Ok(None),
            [_, _, ..] if region.is_none() => {
                return Err(Error::config(format!(
                    "the region is missing, and the service catalog has `{kind}` in more than one ({}); looked for {places}",
                    list(found.iter().map(|endpoint| endpoint.region()))
                )));
            }
            // An endpoint of this region is preferred to one of all regions.
            [first, ..] => found.iter().find(|endpoint| endpoint.region() != ANY_REGION).unwrap_or(first),
        };
        Url::parse(&endpoint.url).map(Some).map_err(|error| {
            Error::endpoint(format!("the service catalog's address of `{kind}` is not a URL: {error}"))
        })
    }

    fn of_type(&self, kind: &str) -> impl Iterator<Item = &Endpoint> {
        self.0.iter().filter(move |service| service.kind == kind).flat_map(|service| &service.endpoints)
    }

    fn not_found(&self, query: &ServiceQuery, interface: Interface, region: Option<&str>) -> Error {
        let derived = query.derived.iter().map(|(from, _)| from.as_str());
        let all: Vec<&str> = query.types.iter().map(String::as_str).chain(derived).collect();
        let elsewhere = all
            .iter()
            .flat_map(|kind| self.of_type(kind).map(move |endpoint| (kind, endpoint)))
            .map(|(kind, endpoint)| format!("{kind} {} in {}", endpoint.interface, endpoint.region()));
        let elsewhere = list(elsewhere);
        let services = list(self.0.iter().map(|service| service.kind.clone()));
        let has = match (elsewhere.as_str(), services.as_str()) {
            ("", "") => "it is empty".to_owned(),
            ("", services) => format!("the services that it has are {services}"),
            (elsewhere, _) => format!("it has {elsewhere}"),
        };
        let wanted = format!("`{}` with interface {}", all.join("`, `"), interface.name());
        let wanted = match region {
            Some(region) => format!("{wanted} in region {region}"),
            None => wanted,
        };
        let mut message = format!("the service catalog has no endpoint of {wanted}; {has}");
        if let Some(first) = query.types.first() {
            let key = crate::config::service_key(first);
            message = format!("{message}; if you know the address, set `{key}_endpoint_override`");
        }
        Error::endpoint(message)
    }
}

/// Sorted, without duplicates.
fn list<T: Into<String>>(items: impl Iterator<Item = T>) -> String {
    let items: BTreeSet<String> = items.map(Into::into).collect();
    items.into_iter().collect::<Vec<_>>().join(", ")
}
