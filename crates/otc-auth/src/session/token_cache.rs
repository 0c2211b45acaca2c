//! Tokens in files, for the next process.

use std::fs::File;
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::identity::{Login, Project, Reference, Scope, User};
use crate::keystone::{Facts, Token};
use crate::{Config, Error, Result};

/// A larger file is none of ours.
const LARGEST_FILE: u64 = 8 * 1024 * 1024;
const VERSION: u32 = 1;

/// The file in which the tokens of one caller are kept.
pub(super) struct TokenCache {
    directory: PathBuf,
    file: PathBuf,
}

#[derive(Deserialize, Serialize)]
struct Kept {
    version: u32,
    token: Zeroizing<String>,
    ends: Timestamp,
    life_seconds: u64,
    facts: Facts,
}

impl TokenCache {
    /// None where tokens are not to be kept, or are none that could be.
    pub(super) fn of(config: &Config) -> Result<Option<Self>> {
        let Some(directory) = &config.token_cache else {
            return Ok(None);
        };
        if cfg!(not(unix)) {
            return Err(Error::config(
                "tokens can't be kept in files here: this system has no file modes that would protect them",
            ));
        }
        Ok(file_name(config).map(|name| Self {
            directory: directory.clone(),
            file: directory.join(name),
        }))
    }

    /// The token that is kept, good or not. A file that nobody can make sense of counts as none.
    pub(super) fn find(&self) -> Result<Option<Token>> {
        let file = match File::open(&self.file) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(self.failed("read", &error)),
        };
        // Of the open file, not of the path: what was checked is what is read.
        let metadata = file.metadata().map_err(|error| self.failed("read", &error))?;
        refuse_others(&self.file, &metadata)?;
        let mut text = Zeroizing::new(String::new());
        if file.take(LARGEST_FILE).read_to_string(&mut text).is_err() {
            return Ok(None);
        }
        let kept: Option<Kept> = serde_json::from_str(&text).ok();
        Ok(kept.filter(|kept| kept.version == VERSION).map(|kept| Token {
            secret: SecretString::from(kept.token.as_str()),
            ends: kept.ends,
            life: Duration::from_secs(kept.life_seconds),
            facts: kept.facts,
        }))
    }

    /// Keeps a token: in a file of its own first, which then takes the place of the earlier one.
    pub(super) fn keep(&self, token: &Token) -> Result<()> {
        let kept = Kept {
            version: VERSION,
            token: Zeroizing::new(token.secret.expose_secret().to_owned()),
            ends: token.ends,
            life_seconds: token.life.as_secs(),
            facts: token.facts.clone(),
        };
        let failed = |error: &std::io::Error| self.failed("written", error);
        let text = serde_json::to_vec(&kept).map_err(|error| failed(&error.into()))?;
        let text = Zeroizing::new(text);
        create_private(&self.directory).map_err(|error| failed(&error))?;
        // Files of tempfile are for their owner only.
        let mut file = tempfile::NamedTempFile::new_in(&self.directory).map_err(|error| failed(&error))?;
        file.write_all(&text)
            .and_then(|()| file.as_file().sync_all())
            .map_err(|error| failed(&error))?;
        file.persist(&self.file).map_err(|error| failed(&error.error))?;
        Ok(())
    }

    fn failed(&self, verb: &str, error: &std::io::Error) -> Error {
        Error::config(format!(
            "the kept token {} can't be {verb}: {error}",
            self.file.display()
        ))
    }
}

#[cfg(unix)]
fn refuse_others(path: &Path, metadata: &std::fs::Metadata) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;

    let mode = metadata.permissions().mode() & 0o777;
    if mode & 0o077 == 0 && metadata.is_file() {
        return Ok(());
    }
    let path = path.display();
    Err(Error::config(format!(
        "the kept token {path} has mode {mode:04o} and may be read or written by others; delete it, or `chmod 600 {path}`"
    )))
}

#[cfg(not(unix))]
fn refuse_others(_: &Path, _: &std::fs::Metadata) -> Result<()> {
    Ok(())
}

fn create_private(directory: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;

        builder.mode(0o700);
    }
    builder.create(directory)
}

/// A hash of who the caller is and for what it acts. None where that is only known from a secret.
fn file_name(config: &Config) -> Option<String> {
    let mut parts = vec![config.auth_url.as_ref()?.as_str()];
    match &config.login {
        Login::Password {
            user: User::Id(id), ..
        } => parts.extend(["user", "id", id]),
        Login::Password {
            user: User::Name { name, domain },
            ..
        } => {
            parts.extend(["user", "name", name]);
            parts.extend(reference(domain));
        }
        Login::AccessKey(key) => parts.extend(["access key", &key.access]),
        Login::Token { .. } => return None,
    }
    parts.extend(scope(&config.scope));
    if let Some(agency) = &config.agency {
        parts.extend(["agency", &agency.name]);
        parts.extend(reference(&agency.domain));
        parts.extend(scope(&agency.scope));
    }
    let mut hash = Sha256::new();
    for part in parts {
        // With the length before it, so that no two callers have the same parts in a row.
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
            [
                &["project", "name", name][..],
                domain.as_ref().map_or(&[], |parts| &parts[..]),
            ]
            .concat()
        }
    }
}
