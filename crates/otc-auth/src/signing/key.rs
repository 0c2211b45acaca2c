//! The keyed hash of a signature.

use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::{Error, Result};

/// Signs with the secret key itself.
pub(super) fn direct(secret: &SecretString, text: &str) -> Result<String> {
    hmac(secret.expose_secret().as_bytes(), text).map(|signature| hex::encode(signature.as_slice()))
}

/// Signs with a key that is derived from the secret key and the parts of the scope.
pub(super) fn derived(secret: &SecretString, scope: [&str; 3], text: &str) -> Result<String> {
    let start = Zeroizing::new(format!("SDK{}", secret.expose_secret()));
    let [day, region, service] = scope;
    let mut key = hmac(start.as_bytes(), day)?;
    for part in [region, service, "sdk_request"] {
        key = hmac(key.as_slice(), part)?;
    }
    hmac(key.as_slice(), text).map(|signature| hex::encode(signature.as_slice()))
}

fn hmac(key: &[u8], text: &str) -> Result<Zeroizing<[u8; 32]>> {
    // HMAC accepts keys of any length. The error exists because the trait serves other algorithms too.
    let mut mac = Hmac::<Sha256>::new_from_slice(key)
        .map_err(|_| Error::config("the secret key can't be used as a key of HMAC"))?;
    mac.update(text.as_bytes());
    Ok(Zeroizing::new(mac.finalize().into_bytes().into()))
}
