//! Files in the working directory do not decide where the secrets of other files are sent.

use super::settings::{Origin, Setting, Settings, Source, Trust};
use crate::{Error, Result};

/// Refuses an address, a TLS setting or an endpoint override from a file that is trusted less than the origin of a secret.
///
/// Secrets that are not from a file, for example set on the builder, are meant for the cloud as described in
/// its clouds.yaml, so they are trusted as far as that file.
pub(super) fn check(settings: &Settings) -> Result<()> {
    let Source::Cloud { trust, .. } = settings.source else {
        return Ok(());
    };
    let trust_of = |setting: &Setting| match setting.origin {
        Origin::File { trust, .. } => trust,
        _ => trust,
    };
    let mut secrets = settings.all().filter(|(field, _)| field.is_some_and(|field| field.is_secret()));
    let Some((_, secret)) = secrets.find(|(_, secret)| trust_of(secret) == Trust::Full) else {
        return Ok(());
    };
    let mut guards = settings
        .all()
        // Those without a field are endpoint overrides.
        .filter(|(field, _)| field.is_none_or(|field| field.affects_secret_transport()));
    match guards.find(|(_, guard)| guard.origin.trust() < Trust::Full) {
        None => Ok(()),
        Some((_, guard)) => Err(Error::config(format!(
            "{} would decide where, or under which TLS checks, the secret from {} is sent; a file that is found in the \
             working directory must not. Set it in the file of the secret, or name the file by `OS_CLIENT_CONFIG_FILE`, \
             `OS_CLIENT_SECURE_FILE` or `OS_CLIENT_VENDOR_FILE` if you trust it",
            guard.origin, secret.origin
        ))),
    }
}
