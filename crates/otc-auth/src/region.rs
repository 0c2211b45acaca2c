//! The regions of the cloud, and where their services are.

use url::Url;

/// A region whose hosts are known.
///
/// ```
/// let region = otc_auth::Region::known("eu-ch2").unwrap();
/// assert_eq!(region.auth_url(), "https://iam-pub.eu-ch2.sc.otc.t-systems.com/v3");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Region {
    name: &'static str,
    auth_url: &'static str,
    /// What follows the service's name in the hosts of the region.
    domain: &'static str,
    profile: &'static str,
}

/// The first region of a profile is the one that the profile means where it is given none.
const REGIONS: [Region; 3] = [
    Region {
        name: "eu-de",
        auth_url: "https://iam.eu-de.otc.t-systems.com/v3",
        domain: "eu-de.otc.t-systems.com",
        profile: "otc",
    },
    Region {
        name: "eu-nl",
        auth_url: "https://iam.eu-nl.otc.t-systems.com/v3",
        domain: "eu-nl.otc.t-systems.com",
        profile: "otc",
    },
    Region {
        name: "eu-ch2",
        auth_url: "https://iam-pub.eu-ch2.sc.otc.t-systems.com/v3",
        domain: "eu-ch2.sc.otc.t-systems.com",
        profile: "otc-swiss",
    },
];

impl Region {
    /// The region of this name, where it is one of [`Region::all`].
    pub fn known(name: &str) -> Option<Self> {
        REGIONS.into_iter().find(|region| region.name == name)
    }

    /// Every known region.
    pub fn all() -> impl Iterator<Item = Self> {
        REGIONS.into_iter()
    }

    /// Its name, for example `eu-de`.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Where its identity service is.
    pub fn auth_url(&self) -> &'static str {
        self.auth_url
    }

    /// Where a service of the region is by the custom of its host names: `https://{service}.{region}.otc.t-systems.com`.
    ///
    /// [`Session::endpoint`](crate::Session::endpoint) asks the catalog instead. None where `service` is no part of a
    /// host's name.
    pub fn service_url(&self, service: &str) -> Option<Url> {
        let is_label = !service.is_empty()
            && service
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        is_label
            .then(|| Url::parse(&format!("https://{service}.{}", self.domain)).ok())
            .flatten()
    }

    /// The region whose identity service is at this address.
    pub(crate) fn of_auth_url(url: &Url) -> Option<Self> {
        REGIONS.into_iter().find(|region| region.auth_url == url.as_str())
    }

    /// By the custom of the cloud, a project is called `<region>` or `<region>_<name>`.
    pub(crate) fn of_project_name(name: &str) -> Option<Self> {
        let prefix = name.split_once('_').map_or(name, |(prefix, _)| prefix);
        Self::known(prefix)
    }

    /// The region that a built-in profile means where it is given none.
    pub(crate) fn of_profile(profile: &str) -> Option<Self> {
        REGIONS.into_iter().find(|region| region.profile == profile)
    }

    pub(crate) fn names() -> String {
        REGIONS.map(|region| region.name).join(", ")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn hosts_are_those_of_the_region() {
        let urls: Vec<_> = Region::all()
            .flat_map(|region| {
                [
                    region.auth_url().to_owned(),
                    region.service_url("vbs").unwrap().into(),
                ]
            })
            .collect();
        assert_eq!(
            urls,
            [
                "https://iam.eu-de.otc.t-systems.com/v3",
                "https://vbs.eu-de.otc.t-systems.com/",
                "https://iam.eu-nl.otc.t-systems.com/v3",
                "https://vbs.eu-nl.otc.t-systems.com/",
                "https://iam-pub.eu-ch2.sc.otc.t-systems.com/v3",
                "https://vbs.eu-ch2.sc.otc.t-systems.com/",
            ]
        );
    }

    #[test]
    fn a_service_that_is_no_label_has_no_host() {
        let region = Region::known("eu-de").unwrap();
        for service in ["", "a.b", "a/b", "a@b", "ä"] {
            assert_eq!(region.service_url(service), None, "{service}");
        }
    }

    #[test]
    fn a_project_says_its_region() {
        let region = |name| Region::of_project_name(name).map(|region| region.name());
        assert_eq!(region("eu-de"), Some("eu-de"));
        assert_eq!(region("eu-nl_backup_2"), Some("eu-nl"));
        assert_eq!(region("eu-denmark"), None);
        assert_eq!(region("backup"), None);
    }
}
