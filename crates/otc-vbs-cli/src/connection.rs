//! The options that say how to reach the service.

use std::path::PathBuf;

use clap::Args;
use clap::builder::NonEmptyStringValueParser;

/// The heading of these options in the help.
pub(crate) const HEADING: &str = "Connection";

/// How to reach the service, and with which credentials.
#[derive(Args, Debug)]
pub(crate) struct Connection {
    /// The address of the service, for example https://vbs.eu-de.otc.t-systems.com [env: VBS_ENDPOINT].
    ///
    /// Defaults to the address in the identity service's catalog.
    #[arg(long, global = true, value_name = "URL", help_heading = HEADING)]
    pub(crate) endpoint: Option<String>,

    /// The clouds of clouds.yaml to sign in to, separated by commas [env: OS_CLOUD, for one].
    ///
    /// Without a cloud, the OS_* variables of OpenStack are used: OS_AUTH_URL with a password, a token, TOTP or an agency, or
    /// OS_ACCESS_KEY and OS_SECRET_KEY. The identity service then provides the endpoint and the project.
    #[arg(
        long,
        alias = "os-cloud",
        global = true,
        value_name = "NAME",
        value_delimiter = ',',
        value_parser = NonEmptyStringValueParser::new(),
        conflicts_with = "token_file",
        help_heading = HEADING
    )]
    pub(crate) cloud: Vec<String>,

    /// Work with every project that the credentials give access to, in every region.
    #[arg(
        long,
        global = true,
        conflicts_with_all = ["project", "project_id", "region", "endpoint", "token_file"],
        help_heading = HEADING
    )]
    pub(crate) all_projects: bool,

    /// The project to act for, by name or id [env: OS_PROJECT_NAME, OS_PROJECT_ID].
    ///
    /// Takes precedence over the cloud's own project. With an agency, it is the delegated project. An id has 32
    /// hexadecimal digits; anything else is a name.
    #[arg(
        long,
        global = true,
        value_name = "NAME|ID",
        value_parser = NonEmptyStringValueParser::new(),
        help_heading = HEADING
    )]
    pub(crate) project: Option<String>,

    /// The project to act for, by id, whatever the id looks like.
    #[arg(
        long,
        global = true,
        value_name = "ID",
        value_parser = NonEmptyStringValueParser::new(),
        conflicts_with = "project",
        hide = true,
        help_heading = HEADING
    )]
    pub(crate) project_id: Option<String>,

    /// The region of the service, for example eu-de [env: OS_REGION_NAME].
    #[arg(
        long,
        global = true,
        value_name = "NAME",
        value_parser = NonEmptyStringValueParser::new(),
        help_heading = HEADING
    )]
    pub(crate) region: Option<String>,

    /// A file with the token, or `-` for standard input [env: OS_TOKEN is the token itself].
    ///
    /// A token can't be an argument, because every user of a machine can read the arguments of its processes.
    #[arg(long, global = true, value_name = "FILE", help_heading = HEADING)]
    pub(crate) token_file: Option<PathBuf>,

    /// Allow an http endpoint on another machine. The token is then readable on the network.
    #[arg(long, global = true, help_heading = HEADING)]
    pub(crate) allow_http: bool,
}

/// A project as the options name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Project<'a> {
    Id(&'a str),
    Name(&'a str),
}

impl Connection {
    /// The project that the options choose.
    pub(crate) fn project(&self) -> Option<Project<'_>> {
        if let Some(id) = &self.project_id {
            return Some(Project::Id(id));
        }
        let text = self.project.as_deref()?;
        Some(match is_project_id(text) {
            true => Project::Id(text),
            false => Project::Name(text),
        })
    }

    /// The names of the options that are set.
    pub(crate) fn given(&self) -> impl Iterator<Item = &'static str> + use<> {
        let options = [
            ("--endpoint", self.endpoint.is_some()),
            ("--cloud", !self.cloud.is_empty()),
            ("--all-projects", self.all_projects),
            ("--project", self.project.is_some()),
            ("--project-id", self.project_id.is_some()),
            ("--region", self.region.is_some()),
            ("--token-file", self.token_file.is_some()),
            ("--allow-http", self.allow_http),
        ];
        options.into_iter().filter_map(|(name, is_given)| is_given.then_some(name))
    }
}

fn is_project_id(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use clap::Parser as _;

    use crate::cli::Cli;

    #[test]
    fn project_of_32_hex_digits_is_an_id() {
        let id = "0123456789abcdefABCDEF0123456789";
        let project = |arguments: &[&str]| {
            let cli = Cli::try_parse_from([&["vbs"], arguments, &["tasks"]].concat());
            let connection = cli.unwrap().global.connection;
            connection.project().map(|project| format!("{project:?}"))
        };
        assert_eq!(project(&[]), None);
        for (text, expected) in [
            (id, format!("Id({id:?})")),
            ("eu-de_other", "Name(\"eu-de_other\")".to_owned()),
            (&id[1..], format!("Name({:?})", &id[1..])),
            ("g123456789abcdef0123456789abcdef", "Name(\"g123456789abcdef0123456789abcdef\")".to_owned()),
        ] {
            assert_eq!(project(&["--project", text]), Some(expected));
        }
        assert_eq!(project(&["--project-id", "p1"]), Some("Id(\"p1\")".to_owned()));
    }

    #[test]
    fn project_and_project_id_exclude_each_other() {
        let both = ["vbs", "tasks", "--project", "a", "--project-id", "b"];
        assert!(Cli::try_parse_from(both).is_err());
        for empty in ["--project=", "--project-id=", "--region="] {
            assert!(Cli::try_parse_from(["vbs", "tasks", empty]).is_err(), "{empty}");
        }
    }
}
