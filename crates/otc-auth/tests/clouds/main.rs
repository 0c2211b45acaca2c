//! Entries of clouds.yaml, and variables, as people have them: compared with openstacksdk and the cloud's Go SDK.
#![allow(clippy::unwrap_used)]

mod choices;
mod entries;
mod files;

use otc_auth::{Config, ConfigBuilder, Environment, Error};

/// The keys of a cloud that works.
const CLOUD: &str = "auth: {auth_url: 'https://iam.example.com/v3', username: u, password: p, user_domain_name: D, \
                     project_name: eu-de_own}";

struct Files {
    root: tempfile::TempDir,
    environment: Environment,
}

impl Files {
    /// Files by their path below a root with the directories `work`, `user` and `site`.
    fn new(files: &[(&str, &str)]) -> Self {
        let root = tempfile::tempdir().unwrap();
        for directory in ["work", "user", "site"] {
            std::fs::create_dir(root.path().join(directory)).unwrap();
        }
        for (path, text) in files {
            std::fs::write(root.path().join(path), text).unwrap();
        }
        let environment = Environment::empty()
            .working_directory(root.path().join("work"))
            .user_config(root.path().join("user"))
            .site_config(root.path().join("site"));
        Self { root, environment }
    }

    fn cloud(entry: &str) -> Self {
        Self::new(&[("user/clouds.yaml", &format!("clouds: {{a: {{{entry}}}}}"))])
    }

    fn variable(mut self, name: &str, value: &str) -> Self {
        self.environment = self.environment.variable(name, value);
        self
    }

    fn builder(&self) -> ConfigBuilder {
        Config::builder().environment(&self.environment)
    }

    fn read(&self) -> Result<Config, Error> {
        self.builder().cloud("a").build()
    }
}

fn scope(config: &Config) -> String {
    let text = format!("{config:?}");
    let (_, rest) = text.split_once("scope: ").unwrap();
    rest.split_once(", agency").unwrap().0.to_owned()
}

fn problem(result: Result<Config, Error>) -> String {
    result.unwrap_err().to_string()
}
