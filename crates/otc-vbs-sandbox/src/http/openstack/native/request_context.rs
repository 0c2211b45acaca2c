//! The parts of a request that all of these operations use.

use std::sync::Arc;

use axum::extract::{FromRequestParts, OriginalUri, RawPathParams};
use http::StatusCode;
use http::request::Parts;
use otc_vbs_api::types::{BackupSummary, Link};
use otc_vbs_api::values::{BackupId, LinkRelation};

use crate::domain::data_error::DataError;
use crate::domain::numbers::ProjectNumber;
use crate::http::failure::Failure;
use crate::http::path::path_parameter;
use crate::http::reached_at::reached_at;
use crate::state::AppState;

/// A version of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Version {
    V2,
    V3,
}

impl Version {
    pub(crate) fn segment(self) -> &'static str {
        match self {
            Self::V2 => "v2",
            Self::V3 => "v3",
        }
    }
}

/// The parts of a request except its body.
#[derive(Clone, Debug)]
pub(crate) struct RequestContext {
    pub(crate) project: ProjectNumber,
    pub(crate) place: Place,
    /// Empty if the path does not contain a backup.
    pub(crate) backup_id: String,
    pub(crate) query: String,
    /// The minor version of the request: 45 for `volume 3.45`, 0 if not specified.
    pub(crate) minor: u32,
}

/// The address at which the caller reached the operations of a project.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    /// Including everything before the version.
    address: String,
    pub(crate) version: Version,
    pub(crate) project_id: String,
}

impl Place {
    /// Whether the request came through the block storage endpoint, which VBS does not have.
    pub(crate) fn is_block_storage(&self) -> bool {
        self.address.ends_with(crate::http::openstack::PREFIX)
    }

    /// The address of a collection or of a member of it.
    pub(crate) fn url(&self, path: &str) -> String {
        let (address, project_id) = (&self.address, &self.project_id);
        format!("{address}/{}/{project_id}/{path}", self.version.segment())
    }

    /// The links to a member of a collection, with and without a version.
    pub(crate) fn links(&self, path: &str) -> Vec<Link> {
        let bookmark = format!("{}/{}/{path}", self.address, self.project_id);
        vec![link(LinkRelation::Self_, self.url(path)), link(LinkRelation::Bookmark, bookmark)]
    }

    pub(super) fn summary(&self, id: String, name: Option<&str>) -> Result<BackupSummary, DataError> {
        let links = self.links(&format!("backups/{id}"));
        let mut summary = BackupSummary::new(id.parse::<BackupId>()?);
        summary.name = name.map(str::to_owned);
        summary.links = Some(links);
        Ok(summary)
    }
}

pub(crate) fn link(relation: LinkRelation, address: String) -> Link {
    let mut link = Link::default();
    link.rel = Some(relation);
    link.href = Some(address);
    link
}

impl FromRequestParts<Arc<AppState>> for RequestContext {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<AppState>) -> Result<Self, Failure> {
        let lost = |what: &str| {
            let message = format!("the sandbox lost {what} of the request");
            Failure::without_code(StatusCode::INTERNAL_SERVER_ERROR, message).of_openstack()
        };
        let project = parts.extensions.get::<ProjectNumber>().copied();
        let version = parts.extensions.get::<Version>().copied();
        let version = version.ok_or_else(|| lost("the version"))?;
        let parameters = RawPathParams::from_request_parts(parts, app).await;
        let parameters = parameters.map_err(|_| lost("the path"))?;
        let Ok(OriginalUri(uri)) = OriginalUri::from_request_parts(parts, app).await;
        let before_version = format!("/{}/", version.segment());
        let prefix = uri.path().split(&before_version).next();
        let address = reached_at(app, &parts.headers);
        let address = address.as_str().trim_end_matches('/');
        Ok(Self {
            project: project.ok_or_else(|| lost("the project"))?,
            place: Place {
                address: format!("{address}{}", prefix.unwrap_or_default()),
                version,
                project_id: path_parameter(&parameters, "project_id").to_owned(),
            },
            backup_id: path_parameter(&parameters, "backup_id").to_owned(),
            query: uri.query().unwrap_or_default().to_owned(),
            minor: match version {
                Version::V2 => 0,
                Version::V3 => minor(&parts.headers),
            },
        })
    }
}

/// The block storage version in `OpenStack-API-Version`. Other services use the same header. Unreadable
/// values are ignored.
fn minor(headers: &http::HeaderMap) -> u32 {
    let values = headers.get_all("openstack-api-version").iter();
    let versions = values.filter_map(|value| value.to_str().ok());
    let mut of_volume = versions
        .flat_map(|value| value.split(','))
        .filter_map(|version| version.trim().strip_prefix("volume "));
    match of_volume.next().map(str::trim) {
        Some("latest") => u32::MAX,
        Some(version) => version.strip_prefix("3.").and_then(|minor| minor.parse().ok()).unwrap_or(0),
        None => 0,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::minor;

    #[test]
    fn block_storage_version_is_parsed() {
        for (value, expected) in [
            ("volume 3.45", 45),
            ("compute 2.90, volume 3.31", 31),
            ("volume latest", u32::MAX),
            ("compute 2.90", 0),
            ("volume 2.0", 0),
            ("3.45", 0),
            ("volume 3.-1", 0),
            ("", 0),
        ] {
            let mut headers = http::HeaderMap::new();
            assert_eq!(minor(&headers), 0);
            headers.insert("openstack-api-version", value.parse().unwrap());
            assert_eq!(minor(&headers), expected, "{value}");
        }
    }
}
