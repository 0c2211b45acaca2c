//! A token and its description by the identity service.

use std::fmt;
use std::time::Duration;

use jiff::fmt::temporal::Pieces;
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp, civil};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use crate::catalog::Catalog;
use crate::identity::{Project, Reference};
use crate::lenient;

/// A token and its scope.
pub(crate) struct Token {
    pub(crate) secret: SecretString,
    /// The time of its expiry, by this machine's clock.
    pub(crate) expires_at: Timestamp,
    /// Its lifetime when it was issued.
    pub(crate) life: Duration,
    pub(crate) facts: Facts,
}

/// The identity service's description of a token that the caller provides.
pub(crate) struct InspectedToken {
    pub(crate) facts: Facts,
    /// The time of its expiry, by the identity service's clock.
    pub(crate) expires_at: Timestamp,
}

/// The identity service's description of a token, except for its lifetime.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(crate) struct Facts {
    #[serde(default, deserialize_with = "lenient::object")]
    pub(crate) project: Option<TokenProject>,
    #[serde(default, deserialize_with = "lenient::object")]
    pub(crate) user: Option<TokenUser>,
    #[serde(default)]
    pub(crate) catalog: Catalog,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct TokenProject {
    pub(crate) id: String,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(crate) name: Option<String>,
    #[serde(default, deserialize_with = "lenient::object")]
    domain: Option<TokenDomain>,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct TokenUser {
    #[serde(default, deserialize_with = "lenient::text")]
    pub(crate) id: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(crate) name: Option<String>,
    #[serde(default, deserialize_with = "lenient::object")]
    domain: Option<TokenDomain>,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
struct TokenDomain {
    id: String,
    #[serde(default, deserialize_with = "lenient::text")]
    name: Option<String>,
}

impl Facts {
    /// Whether the token is for this project. If the domain is not known, the name decides.
    pub(crate) fn is_for(&self, chosen: &Project) -> bool {
        let Some(project) = &self.project else {
            return false;
        };
        match chosen {
            Project::Id(id) => *id == project.id,
            Project::Name { name, domain } => {
                let own = project.domain.as_ref();
                let same_domain = match (domain, own) {
                    (None, _) | (_, None) => true,
                    (Some(Reference::Id(id)), Some(own)) => *id == own.id,
                    (Some(Reference::Name(name)), Some(own)) => {
                        own.name.as_ref().is_none_or(|own| own == name)
                    }
                };
                same_domain && project.name.as_ref() == Some(name)
            }
        }
    }

    /// The name of the user's domain.
    pub(crate) fn user_domain_name(&self) -> Option<String> {
        self.user.as_ref()?.domain.as_ref()?.name.clone()
    }

    /// The domain of the token's project, otherwise of its user.
    pub(crate) fn domain(&self) -> Option<Reference> {
        let of_project = self.project.as_ref().and_then(|project| project.domain.as_ref());
        let of_user = || self.user.as_ref()?.domain.as_ref();
        of_project.or_else(of_user).map(|domain| Reference::Id(domain.id.clone()))
    }
}

impl fmt::Display for TokenProject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => write!(f, "`{name}` ({})", self.id),
            None => write!(f, "`{}`", self.id),
        }
    }
}

/// The body of an answer with a token.
#[derive(Deserialize)]
pub(super) struct TokenBody {
    pub(super) token: TokenDetails,
}

#[derive(Deserialize)]
pub(super) struct TokenDetails {
    #[serde(default, deserialize_with = "lenient::text")]
    issued_at: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    expires_at: Option<String>,
    #[serde(flatten)]
    pub(super) facts: Facts,
}

impl TokenDetails {
    /// The token's expiry by the identity service's clock.
    pub(super) fn expires(&self) -> Option<Timestamp> {
        self.expires_at.as_deref().and_then(time)
    }

    /// The token's expiry by this machine's clock, and its lifetime.
    ///
    /// The lifetime is computed from the identity service's times of issue and expiry, because this machine's
    /// clock may be wrong.
    pub(super) fn life(&self, now: Timestamp) -> Option<(Timestamp, Duration)> {
        let expires = self.expires()?;
        let issued = self.issued_at.as_deref().and_then(time).unwrap_or(now);
        let life = Duration::try_from(expires.duration_since(issued)).unwrap_or_default();
        let expires_at = SignedDuration::try_from(life).ok().and_then(|life| now.checked_add(life).ok());
        Some((expires_at.unwrap_or(Timestamp::MAX), life))
    }
}

/// A time as Keystone writes it. Without a zone, it is in UTC. The last hours of the year 9999, which mean
/// "never", are outside the range of [`Timestamp`].
fn time(text: &str) -> Option<Timestamp> {
    let pieces = Pieces::parse(text).ok()?;
    let time = pieces.date().to_datetime(pieces.time()?);
    let offset = pieces.to_numeric_offset().unwrap_or(Offset::UTC);
    match offset.to_timestamp(time) {
        Ok(time) => Some(time),
        Err(_) => (time.year() == civil::DateTime::MAX.year()).then_some(Timestamp::MAX),
    }
}

impl Token {
    /// Whether it stays valid for longer than the margin, which is at most a quarter of its lifetime.
    pub(crate) fn is_valid_for(&self, now: Timestamp, margin: Duration) -> bool {
        let margin = margin.min(self.life / 4);
        let left = Duration::try_from(self.expires_at.duration_since(now)).unwrap_or_default();
        left > margin
    }
}
