//! The keyed hash of a signature.

use hmac_sha256::HMAC;
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

/// Signs with the secret key itself.
pub(super) fn direct(secret: &SecretString, text: &str) -> String {
    hex::encode(hmac(secret.expose_secret().as_bytes(), text).as_slice())
}

/// Signs with a key that is derived from the secret key and the parts of the scope.
pub(super) fn derived(secret: &SecretString, scope: [&str; 3], text: &str) -> String {
    let start = Zeroizing::new(format!("SDK{}", secret.expose_secret()));
    let [day, region, service] = scope;
    let mut key = hmac(start.as_bytes(), day);
    for part in [region, service, "sdk_request"] {
        key = hmac(key.as_slice(), part);
    }
    hex::encode(hmac(key.as_slice(), text).as_slice())
}

fn hmac(key: &[u8], text: &str) -> Zeroizing<[u8; 32]> {
    Zeroizing::new(HMAC::mac(text, key))
}
