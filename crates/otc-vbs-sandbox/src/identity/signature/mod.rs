//! Signatures by access key and secret key (AK/SK), in the two common variants.
//!
//! The *derived* variant signs with a key that is derived from the secret key for one day, region and
//! service; the *direct* variant signs with the secret key itself.

mod authorization;
mod canonical;

use hmac::{Hmac, KeyInit as _, Mac as _};
use http::HeaderMap;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest as _, Sha256};

use super::accounts::AccessKey;
use authorization::{Authorization, Variant};
use canonical::Canonical;

pub(crate) const ALGORITHM: &str = "SDK-HMAC-SHA256";
const TERMINATOR: &str = "sdk_request";
/// The maximum difference between the date of a signature and now.
const MOST_SKEW: SignedDuration = SignedDuration::from_mins(15);
const DATE_FORMAT: &str = "%Y%m%dT%H%M%SZ";

/// A request as it was received.
pub(crate) struct Received<'a> {
    pub(crate) method: &'a str,
    /// As in the request, percent-encoded.
    pub(crate) path: &'a str,
    pub(crate) query: &'a str,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: &'a [u8],
}

/// Whether a request has a signature.
pub(crate) fn is_signed(headers: &HeaderMap) -> bool {
    headers
        .get(http::header::AUTHORIZATION)
        .is_some_and(|value| value.as_bytes().starts_with(ALGORITHM.as_bytes()))
}

/// Checks that one of the keys signed the request recently. Otherwise, returns the reason.
pub(crate) fn verify(request: &Received<'_>, keys: &[AccessKey], now: Timestamp) -> Result<(), String> {
    let header = authorization::only(request.headers, "authorization")?;
    let authorization = Authorization::parse(header)?;
    let mut keys = keys.iter();
    let key =
        keys.find(|key| key.access_key == authorization.access_key).ok_or("the access key is unknown")?;
    check_security_token(request.headers, key)?;
    let date = check_date(request.headers, now)?;
    if let Variant::Derived(scope) = &authorization.variant
        && date.get(..DAY) != Some(scope.day)
    {
        return Err("the day of the credential is not that of X-Sdk-Date".to_owned());
    }
    let secret_key = key.secret_key.0;
    let canonical = Canonical::of(request, &authorization.signed_headers)?;
    let matches = canonical.texts(&authorization.variant).any(|text| {
        let hash = data_encoding::HEXLOWER.encode(&Sha256::digest(text));
        let mac = authorization.variant.sign(secret_key, date, &hash);
        // In constant time.
        mac.verify_slice(&authorization.signature).is_ok()
    });
    match matches {
        true => Ok(()),
        false => Err("the signature does not match the request as received and the secret key".to_owned()),
    }
}

fn check_security_token(headers: &HeaderMap, key: &AccessKey) -> Result<(), &'static str> {
    let sent = headers.get("x-security-token");
    match (key.security_token, sent) {
        (None, None) => Ok(()),
        (Some(token), Some(sent)) if sent.as_bytes() == token.0.as_bytes() => Ok(()),
        (Some(_), Some(_)) => Err("X-Security-Token does not belong to the temporary access key"),
        (Some(_), None) => Err("a temporary access key needs its token in X-Security-Token"),
        (None, Some(_)) => Err("X-Security-Token does not belong to a permanent access key"),
    }
}

/// The length of a day in characters.
const DAY: usize = 8;

/// The date of the signature, if it is close enough to now.
fn check_date(headers: &HeaderMap, now: Timestamp) -> Result<&str, String> {
    let text = authorization::only(headers, "x-sdk-date")?;
    let signed = DateTime::strptime(DATE_FORMAT, text)
        .ok()
        // The parser accepts other notations too.
        .filter(|date| date.strftime(DATE_FORMAT).to_string() == text)
        .and_then(|date| TimeZone::UTC.to_timestamp(date).ok())
        .ok_or("X-Sdk-Date is not in the format 20260115T060000Z")?;
    if now.duration_since(signed).abs() > MOST_SKEW {
        return Err(format!(
            "X-Sdk-Date is more than {} minutes from the time in the header Date",
            MOST_SKEW.as_mins()
        ));
    }
    Ok(text)
}

impl Variant<'_> {
    fn sign(&self, secret_key: &str, date: &str, hash: &str) -> Hmac<Sha256> {
        match self {
            Self::Direct => {
                let text = format!("{ALGORITHM}\n{date}\n{hash}");
                keyed(secret_key.as_bytes()).chain_update(text)
            }
            Self::Derived(scope) => {
                let key = ["SDK", secret_key].concat().into_bytes();
                let parts = [scope.day, scope.region, scope.service, TERMINATOR];
                let key = parts.into_iter().fold(key, |key, part| {
                    let mac = keyed(&key).chain_update(part);
                    mac.finalize().into_bytes().to_vec()
                });
                let scope = parts.join("/");
                keyed(&key).chain_update(format!("{ALGORITHM}\n{date}\n{scope}\n{hash}"))
            }
        }
    }
}

/// A MAC with a key of any length, as in RFC 2104: a key longer than a block is hashed.
fn keyed(key: &[u8]) -> Hmac<Sha256> {
    let mut block = [0; 64];
    match block.get_mut(..key.len()) {
        Some(start) => start.copy_from_slice(key),
        None => block[..32].copy_from_slice(&Sha256::digest(key)),
    }
    Hmac::new(&block.into())
}

#[cfg(test)]
mod tests;
