//! A clouds.yaml with the sandbox's credentials.

use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use super::Sandbox;
use super::error::{Error, Result};

/// The first line identifies a file that a sandbox wrote.
const MARKER: &str = "# Written by the sandbox of otc-vbs, which may overwrite it.";

impl Sandbox {
    /// A clouds.yaml with one cloud for each kind of credentials, all for this sandbox:
    ///
    /// | Cloud | Credentials |
    /// |---|---|
    /// | `sandbox-password` | user and password by name, for the first project |
    /// | `sandbox-other` | the same, for the second project |
    /// | `sandbox-id` | user and password by id, for the first project |
    /// | `sandbox-token` | a token for the first project |
    /// | `sandbox-totp` | user, password and passcode |
    /// | `sandbox-domain` | user and password, for the domain |
    /// | `sandbox-agency` | user and password, then the agency, for the first project of the delegating domain |
    /// | `sandbox-aksk` | a permanent access key |
    /// | `sandbox-aksk-temporary` | a temporary access key |
    ///
    /// `project_domain_id` is next to `project_id` so that another project can be chosen by name.
    ///
    /// A comment on each lists the clients that can use it.
    pub fn clouds_yaml(&self) -> String {
        let user = [("username", self.user()), ("password", self.password())];
        let user = user.into_iter().chain([("user_domain_name", self.domain())]);
        let user: Vec<_> = user.collect();
        let project = [("project_name", self.project()), ("project_domain_name", self.domain())];
        let second_project =
            [("project_name", self.second_project()), ("project_domain_name", self.domain())];
        let passcode = self.totp_passcode();
        let clouds = [
            self.cloud(
                "password",
                "vbs, openstack, the Go SDK",
                "v3password",
                &[&user, &project],
            ),
            self.cloud(
                "other",
                "vbs, openstack, the Go SDK",
                "v3password",
                &[&user, &second_project],
            ),
            self.cloud(
                "id",
                "vbs, openstack",
                "v3password",
                &[&[
                    ("user_id", self.user_id()),
                    ("password", self.password()),
                    ("project_id", self.project_id()),
                    ("project_domain_id", self.domain_id()),
                ]],
            ),
            self.cloud(
                "token",
                "vbs, openstack, the Go SDK",
                "v3token",
                &[&[
                    ("token", self.token()),
                    ("project_id", self.project_id()),
                    ("project_domain_id", self.domain_id()),
                ]],
            ),
            self.cloud(
                "totp",
                "vbs, openstack",
                "v3multifactor\n    auth_methods: [v3password, v3totp]",
                &[
                    &[
                        ("username", self.totp_user()),
                        ("password", self.totp_password()),
                        ("passcode", &passcode),
                        ("user_domain_name", self.domain()),
                    ],
                    &project,
                ],
            ),
            self.cloud(
                "domain",
                "vbs, openstack and the Go SDK, for the identity service only",
                "v3password",
                &[&user, &[("domain_name", self.domain())]],
            ),
            self.cloud(
                "agency",
                "vbs, openstack with otcextensions. The Go SDK ignores the agency and acts for the user's own project",
                "agency",
                &[
                    &user,
                    &project,
                    &[
                        ("target_agency_name", self.agency()),
                        ("target_domain_name", self.delegating_domain()),
                        ("target_project_name", self.delegated_project()),
                    ],
                ],
            ),
            self.cloud(
                "aksk",
                "vbs, the Go SDK",
                "aksk",
                &[&[("ak", self.access_key()), ("sk", self.secret_key())], &project],
            ),
            self.cloud(
                "aksk-temporary",
                "vbs",
                "aksk",
                &[
                    &[
                        ("ak", self.temporary_access_key()),
                        ("sk", self.temporary_secret_key()),
                        ("security_token", self.security_token()),
                    ],
                    &project,
                ],
            ),
        ];
        format!(
            "{MARKER}\n# All of it is made up; nothing here opens anything in the cloud.\nclouds:\n{}",
            clouds.concat()
        )
    }

    /// `clients` are the clients that can use the entry.
    fn cloud(&self, name: &str, clients: &str, auth_type: &str, auth: &[&[(&str, &str)]]) -> String {
        let address = self.identity_endpoint();
        let auth: String = [("auth_url", address.as_str())]
            .iter()
            .chain(auth.concat().iter())
            // In double quotes, YAML reads each of these values literally.
            .map(|(key, value)| format!("      {key}: \"{value}\"\n"))
            .collect();
        let region = self.region();
        format!(
            "  # For {clients}.\n  sandbox-{name}:\n    auth_type: {auth_type}\n    auth:\n{auth}    region_name: {region}\n    interface: public\n    identity_api_version: \"3\"\n"
        )
    }

    /// Writes [`clouds_yaml`](Self::clouds_yaml) to a file that only its owner can read. Overwrites a file
    /// that a sandbox wrote. Any other file is an error and stays unchanged.
    pub fn write_clouds_yaml(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        let problem = |source| Error::CloudsYaml { path: path.to_owned(), source };
        match is_ours(path) {
            Ok(true) => self.replace_clouds_yaml(path),
            Ok(false) => Err(Error::ForeignCloudsYaml(path.to_owned())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let file = self.new_clouds_yaml(path).map_err(problem)?;
                // Someone else may have created the file in the meantime.
                let kept = file.persist_noclobber(path);
                kept.map(drop).map_err(|error| problem(error.error))
            }
            Err(error) => Err(problem(error)),
        }
    }

    /// Replaces the file, regardless of its content.
    pub fn replace_clouds_yaml(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        let file = self.new_clouds_yaml(path);
        file.and_then(|file| file.persist(path).map_err(|error| error.error))
            .map(drop)
            .map_err(|source| Error::CloudsYaml { path: path.to_owned(), source })
    }

    /// A temporary file in the same directory, with mode 0600 from the start.
    fn new_clouds_yaml(&self, path: &Path) -> io::Result<tempfile::NamedTempFile> {
        let directory = match path.parent() {
            Some(directory) if !directory.as_os_str().is_empty() => directory,
            _ => Path::new("."),
        };
        let mut file = tempfile::NamedTempFile::new_in(directory)?;
        file.write_all(self.clouds_yaml().as_bytes())?;
        Ok(file)
    }
}

/// Whether a sandbox wrote this file.
fn is_ours(path: &Path) -> io::Result<bool> {
    if !fs::metadata(path)?.is_file() {
        return Ok(false);
    }
    let mut start = Vec::new();
    let most = MARKER.len() as u64 + 1;
    fs::File::open(path)?.take(most).read_to_end(&mut start)?;
    Ok(start.strip_prefix(MARKER.as_bytes()) == Some(b"\n"))
}
