//! Environment variables, and the directories that are searched for cloud files.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::config::Trust;
use crate::{Error, Result};

/// The variables and directories that settings are read from.
///
/// [`Environment::process`] copies those of the process. Nothing else in this crate reads the environment.
/// Tests start from [`Environment::empty`].
///
/// ```
/// use otc_auth::Environment;
///
/// let environment = Environment::empty()
///     .variable("OS_CLOUD", "production")
///     .user_config("/home/me/.config/openstack");
/// ```
#[derive(Clone, Default)]
pub struct Environment {
    variables: BTreeMap<String, Variable>,
    working_directory: Option<PathBuf>,
    user_config: Option<PathBuf>,
    site_config: Option<PathBuf>,
    home: Option<PathBuf>,
}

#[derive(Clone)]
enum Variable {
    Text(Zeroizing<String>),
    /// Not valid UTF-8: an error when it is read.
    NotUtf8,
}

impl Environment {
    /// Copies the environment of this process: its `OS_*` variables, its working directory, the user's
    /// `~/.config/openstack` (or `openstack` in `XDG_CONFIG_HOME`) and `/etc/openstack`.
    pub fn process() -> Self {
        let home = std::env::home_dir();
        let user_config = std::env::var_os("XDG_CONFIG_HOME")
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
            .or_else(|| home.as_ref().map(|home| home.join(".config")))
            .map(|path| path.join("openstack"));
        Self {
            variables: std::env::vars_os().filter_map(variable).collect(),
            working_directory: std::env::current_dir().ok(),
            user_config,
            site_config: Some(PathBuf::from("/etc/openstack")),
            home,
        }
    }

    /// An environment without variables and directories.
    pub fn empty() -> Self {
        Self::default()
    }

    /// Sets a variable.
    #[must_use]
    pub fn variable(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let value = Variable::Text(Zeroizing::new(value.into()));
        self.variables.insert(name.into(), value);
        self
    }

    /// Sets the working directory, which is searched first.
    ///
    /// Files in it are trusted less than others: they can't determine where a secret of another file is sent.
    #[must_use]
    pub fn working_directory(mut self, path: impl Into<PathBuf>) -> Self {
        self.working_directory = Some(path.into());
        self
    }

    /// Sets the directory of the user's cloud files, which is searched second.
    #[must_use]
    pub fn user_config(mut self, path: impl Into<PathBuf>) -> Self {
        self.user_config = Some(path.into());
        self
    }

    /// Sets the directory of the machine's cloud files, which is searched last.
    #[must_use]
    pub fn site_config(mut self, path: impl Into<PathBuf>) -> Self {
        self.site_config = Some(path.into());
        self
    }

    /// Sets the home directory: `~` in the paths of settings.
    #[must_use]
    pub fn home(mut self, path: impl Into<PathBuf>) -> Self {
        self.home = Some(path.into());
        self
    }

    /// The value of a variable. An empty one counts as not set.
    pub(crate) fn get(&self, name: &str) -> Result<Option<&str>> {
        match self.variables.get(name) {
            None => Ok(None),
            Some(Variable::Text(text)) => Ok(Some(text.as_str()).filter(|text| !text.is_empty())),
            Some(Variable::NotUtf8) => {
                Err(Error::config(format!("the variable `{name}` is not valid UTF-8")))
            }
        }
    }

    /// The names of the variables that are set.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.variables.keys().map(String::as_str)
    }

    /// The directories of cloud files, in the order of the search, and how far their files are trusted.
    pub(crate) fn directories(&self) -> impl Iterator<Item = (&Path, Trust)> {
        let configured = [&self.user_config, &self.site_config].map(Option::as_deref);
        let working = self.working_directory.as_deref().map(|directory| {
            let is_configured = configured.iter().flatten().any(|other| is_same(directory, other));
            let trust = if is_configured { Trust::Full } else { Trust::WorkingDirectory };
            (directory, trust)
        });
        let configured = configured.into_iter().flatten().map(|directory| (directory, Trust::Full));
        working.into_iter().chain(configured)
    }

    /// The path that a setting means: `~` is the home directory, and relative paths start at the working directory.
    pub(crate) fn path(&self, path: impl AsRef<Path>) -> PathBuf {
        let path = path.as_ref();
        let path = match (path.strip_prefix("~"), &self.home) {
            (Ok(rest), Some(home)) => home.join(rest),
            _ => path.to_owned(),
        };
        match &self.working_directory {
            Some(directory) => directory.join(path),
            None => path,
        }
    }
}

fn is_same(a: &Path, b: &Path) -> bool {
    match (a.canonicalize(), b.canonicalize()) {
        (Ok(a), Ok(b)) => a == b,
        _ => false,
    }
}

fn variable((name, value): (OsString, OsString)) -> Option<(String, Variable)> {
    let name = name.into_string().ok().filter(|name| name.starts_with("OS_"))?;
    let value = match value.into_string() {
        Ok(text) => Variable::Text(Zeroizing::new(text)),
        Err(_) => Variable::NotUtf8,
    };
    Some((name, value))
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Environment")
            .field("variables", &self.variables.keys())
            .field("working_directory", &self.working_directory)
            .field("user_config", &self.user_config)
            .field("site_config", &self.site_config)
            .finish_non_exhaustive()
    }
}
