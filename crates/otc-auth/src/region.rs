//! The regions of the cloud and the addresses of their services.

use url::Url;

/// A region with known addresses.
///
/// ```
/// let region = otc_auth::Region::known("eu-ch2").unwrap();
/// assert_eq!(region.auth_url(), "https://iam-pub.eu-ch2.sc.otc.t-systems.com/v3");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Region {
    name: &'static str,
    auth_url: &'static str,
    /// The part of the region's host names after the service.
    domain: &'static str,
    profile: &'static str,
}

/// The first region of a profile is its default.
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
    /// The region of this name, if it is one of [`Region::all`].
    pub fn known(name: &str) -> Option<Self> {
        REGIONS.into_iter().find(|region| region.name == name)
    }

    /// All known regions.
    pub fn all() -> impl Iterator<Item = Self> {
        REGIONS.into_iter()
    }

    /// The name, for example `eu-de`.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The address of the region's identity service.
    pub fn auth_url(&self) -> &'static str {
        self.auth_url
    }

    /// The address of its identity service, parsed.
    #[expect(clippy::expect_used, reason = "a test checks that the address of every region is a URL")]
    pub(crate) fn parsed_auth_url(self) -> Url {
        Url::parse(self.auth_url).expect("the address of a known region is a URL")
    }

    /// The conventional address of a service of the region: `https://{service}.{region}.otc.t-systems.com`.
    ///
    /// [`Session::endpoint`](crate::Session::endpoint) asks the catalog instead. Returns `None` if `service` can't be part
    /// of a host name.
    pub fn service_url(&self, service: &str) -> Option<Url> {
        let is_label =
            !service.is_empty() && service.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        is_label.then(|| Url::parse(&format!("https://{service}.{}", self.domain)).ok()).flatten()
    }

    /// The region whose identity service is at this address.
    pub(crate) fn of_auth_url(url: &Url) -> Option<Self> {
        REGIONS.into_iter().find(|region| region.auth_url == url.as_str())
    }

    /// The region of a project. Project names are `<region>` or `<region>_<name>`.
    pub(crate) fn of_project_name(name: &str) -> Option<Self> {
        let prefix = name.split_once('_').map_or(name, |(prefix, _)| prefix);
        Self::known(prefix)
    }

    pub(crate) fn is_of_profile(self, profile: &str) -> bool {
        self.profile == profile
    }

    /// The default region of a built-in profile.
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
    fn addresses_are_those_of_the_region() {
        let urls: Vec<_> = Region::all()
            .flat_map(|region| [region.auth_url().to_owned(), region.service_url("vbs").unwrap().into()])
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
    fn parsed_address_is_the_address() {
        for region in Region::all() {
            assert_eq!(region.parsed_auth_url().as_str(), region.auth_url());
        }
    }

    #[test]
    fn service_must_be_part_of_a_host_name() {
        let region = Region::known("eu-de").unwrap();
        for service in ["", "a.b", "a/b", "a@b", "ä"] {
            assert_eq!(region.service_url(service), None, "{service}");
        }
    }

    #[test]
    fn project_name_implies_its_region() {
        let region = |name| Region::of_project_name(name).map(|region| region.name());
        assert_eq!(region("eu-de"), Some("eu-de"));
        assert_eq!(region("eu-nl_backup_2"), Some("eu-nl"));
        assert_eq!(region("eu-denmark"), None);
        assert_eq!(region("backup"), None);
    }
}
