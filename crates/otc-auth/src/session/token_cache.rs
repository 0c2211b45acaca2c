//! Stores tokens in files for the next process.

use std::fs::Metadata;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use hmac_sha256::Hash;
use jiff::Timestamp;
use otc_http::presentable;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::file::{Links, open_regular, read_text};
use crate::identity::{Login, Project, Reference, Scope, User};
use crate::keystone::{Facts, Token};
use crate::{Config, Error, Result};

/// The size limit of a file, in bytes. A token comes with the service catalog.
const MAX_FILE_SIZE: u64 = 8 * 1024 * 1024;
/// The longest plausible lifetime of a token.
const MAX_LIFE: Duration = Duration::from_secs(366 * 24 * 3600);
const VERSION: u32 = 1;

/// The file with the token of one caller and scope.
pub(super) struct TokenCache {
    directory: PathBuf,
    file: PathBuf,
    /// Problems that did not affect the session, each once.
    warnings: Mutex<Vec<String>>,
}

#[derive(Deserialize, Serialize)]
struct CachedToken {
    version: u32,
    token: Zeroizing<String>,
    ends: Timestamp,
    life_seconds: u64,
    facts: Facts,
}

impl TokenCache {
    /// Returns `None` if tokens are not cached, or if the caller can only be identified by a secret.
    pub(super) fn of(config: &Config) -> Result<Option<Self>> {
        let Some(directory) = &config.token_cache else {
            return Ok(None);
        };
        if cfg!(not(unix)) {
            return Err(Error::config(
                "token_cache is not supported on this system: it has no file modes to protect the tokens",
            ));
        }
        Ok(file_name(config).map(|name| Self {
            directory: directory.clone(),
            file: directory.join(name),
            warnings: Mutex::default(),
        }))
    }

    /// The cached token, valid or expired. `None` if there is none, or the content of the file is not plausible.
    ///
    /// # Errors
    ///
    /// Others could have written the file.
    pub(super) fn find(&self) -> Result<Option<Token>> {
        // Before anything is sent: a one-time passcode must not be used up for a token that can't be stored.
        self.check_directory()?;
        let file = match open_regular(&self.file, Links::Refuse) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) if error.kind() == ErrorKind::InvalidInput => {
                return Err(self.refused(&self.file, &error.to_string(), "delete it"));
            }
            Err(error) => return Ok(self.warn("read", &error)),
        };
        let metadata = match file.metadata() {
            Ok(metadata) => metadata,
            Err(error) => return Ok(self.warn("read", &error)),
        };
        if let Some(problem) = problem_of_owner(&metadata).or_else(|| problem_of_mode(&metadata, 0o077)) {
            return Err(self.refused(&self.file, &problem, "delete it"));
        }
        let text = match read_text(file, MAX_FILE_SIZE) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::InvalidData => return Ok(None),
            Err(error) => return Ok(self.warn("read", &error)),
        };
        let cached: Option<CachedToken> = serde_json::from_str(&text).ok();
        Ok(cached.filter(CachedToken::is_plausible).map(|cached| Token {
            secret: SecretString::from(cached.token.as_str()),
            expires_at: cached.ends,
            life: Duration::from_secs(cached.life_seconds),
            facts: cached.facts,
        }))
    }

    /// Stores a token. Replaces the file atomically, so that no reader sees a part of it.
    ///
    /// A full disk or a directory that can't be written is only a warning: the token can be used without the
    /// file.
    ///
    /// # Errors
    ///
    /// Others could write the directory.
    pub(super) fn store(&self, token: &Token) -> Result<()> {
        let cached = CachedToken {
            version: VERSION,
            token: Zeroizing::new(token.secret.expose_secret().to_owned()),
            ends: token.expires_at,
            life_seconds: token.life.as_secs(),
            facts: token.facts.clone(),
        };
        if let Err(error) = create_private(&self.directory) {
            self.warn::<()>("written", &error);
            return Ok(());
        }
        self.check_directory()?;
        if let Err(error) = self.write(&cached) {
            self.warn::<()>("written", &error);
        }
        Ok(())
    }

    fn write(&self, token: &CachedToken) -> io::Result<()> {
        let text = Zeroizing::new(serde_json::to_vec(token)?);
        // tempfile creates files that only their owner can use.
        let mut file = tempfile::NamedTempFile::new_in(&self.directory)?;
        file.write_all(&text)?;
        file.as_file().sync_all()?;
        file.persist(&self.file)?;
        Ok(())
    }

    /// The problems with the files so far.
    pub(super) fn warnings(&self) -> Vec<String> {
        let warnings = self.warnings.lock().unwrap_or_else(PoisonError::into_inner);
        warnings.clone()
    }

    fn warn<T>(&self, verb: &str, error: &io::Error) -> Option<T> {
        let warning = format!("token_cache: {} can't be {verb}: {error}", self.file.display());
        let warning = presentable(&warning, usize::MAX);
        let mut warnings = self.warnings.lock().unwrap_or_else(PoisonError::into_inner);
        if !warnings.contains(&warning) {
            warnings.push(warning);
        }
        None
    }

    /// Refuses a directory that others can write, because they could put their own token there.
    fn check_directory(&self) -> Result<()> {
        let metadata = match self.directory.symlink_metadata() {
            Ok(metadata) => metadata,
            // Reading or writing the file will fail as well.
            Err(_) => return Ok(()),
        };
        if metadata.is_symlink() {
            return Err(self.refused(&self.directory, "it is a symbolic link", "choose another directory"));
        }
        match problem_of_owner(&metadata).or_else(|| problem_of_mode(&metadata, 0o022)) {
            Some(problem) => Err(self.refused(&self.directory, &problem, "choose another directory")),
            None => Ok(()),
        }
    }

    fn refused(&self, path: &Path, problem: &str, advice: &str) -> Error {
        Error::config(format!("token_cache: {} is not used: {problem}; {advice}", path.display()))
    }
}

impl CachedToken {
    /// Whether the content could have been written by this crate for a token of the identity service.
    fn is_plausible(&self) -> bool {
        let life = Duration::from_secs(self.life_seconds);
        self.version == VERSION
            && !self.token.is_empty()
            && self.token.bytes().all(|byte| byte.is_ascii_graphic())
            && !life.is_zero()
            && life <= MAX_LIFE
    }
}

/// Returns the problem if a file or directory belongs to another user. There is no exception for root, which
/// must not use the tokens of others either.
#[cfg(unix)]
fn problem_of_owner(metadata: &Metadata) -> Option<String> {
    use std::os::unix::fs::MetadataExt;

    let user = rustix::process::geteuid().as_raw();
    let owner = metadata.uid();
    (owner != user).then(|| format!("it belongs to the user {owner}, not to {user}"))
}

/// Returns the problem if others have any of these permissions.
#[cfg(unix)]
fn problem_of_mode(metadata: &Metadata, refused: u32) -> Option<String> {
    use std::os::unix::fs::PermissionsExt;

    let mode = metadata.permissions().mode() & 0o7777;
    let verb = if refused & 0o044 == 0 { "write" } else { "read or write" };
    (mode & refused != 0).then(|| format!("it has mode {mode:04o}, so others can {verb} it"))
}

#[cfg(not(unix))]
fn problem_of_owner(_: &Metadata) -> Option<String> {
    None
}

#[cfg(not(unix))]
fn problem_of_mode(_: &Metadata, _: u32) -> Option<String> {
    None
}

fn create_private(directory: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;

        builder.mode(0o700);
    }
    builder.create(directory)
}

/// A hash of the caller and the scope. Returns `None` if the caller can only be identified by a secret.
fn file_name(config: &Config) -> Option<String> {
    let mut parts = vec![config.auth_url.as_ref()?.as_str()];
    match &config.login {
        Login::Password { user: User::Id(id), .. } => parts.extend(["user", "id", id]),
        Login::Password { user: User::Name { name, domain }, .. } => {
            parts.extend(["user", "name", name]);
            parts.extend(reference(domain));
        }
        Login::AccessKey(key) => parts.extend(["access key", key.id()]),
        Login::Token { .. } => return None,
    }
    parts.extend(scope(&config.scope));
    if let Some(agency) = &config.agency {
        parts.extend(["agency", &agency.name]);
        parts.extend(reference(&agency.domain));
        parts.extend(scope(&agency.scope));
    }
    let mut hash = Hash::new();
    for part in parts {
        // The length separates the parts, so that different callers have different hashes.
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    Some(format!("{}.json", hex::encode(hash.finalize())))
}

fn reference(reference: &Reference) -> [&str; 2] {
    match reference {
        Reference::Id(id) => ["id", id],
        Reference::Name(name) => ["name", name],
    }
}

fn scope(scope: &Scope) -> Vec<&str> {
    match scope {
        Scope::Unscoped => vec!["unscoped"],
        Scope::Domain(domain) => [&["domain"][..], &reference(domain)].concat(),
        Scope::Project(Project::Id(id)) => vec!["project", "id", id],
        Scope::Project(Project::Name { name, domain }) => {
            let domain = domain.as_ref().map(reference);
            [&["project", "name", name][..], domain.as_ref().map_or(&[], |parts| &parts[..])].concat()
        }
    }
}
