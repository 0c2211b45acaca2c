//! The header `Authorization` of a signed request.

use http::HeaderMap;

use crate::identity::signature::{ALGORITHM, TERMINATOR};

/// The content of the header.
pub(super) struct Authorization<'a> {
    pub(super) access_key: &'a str,
    pub(super) variant: Variant<'a>,
    /// In lower case, sorted.
    pub(super) signed_headers: Vec<String>,
    pub(super) signature: Vec<u8>,
}

/// The variant of the signature.
pub(super) enum Variant<'a> {
    Derived(CredentialScope<'a>),
    Direct,
}

/// The scope of a derived key. Region and service may be empty.
pub(super) struct CredentialScope<'a> {
    pub(super) day: &'a str,
    pub(super) region: &'a str,
    pub(super) service: &'a str,
}

impl<'a> Authorization<'a> {
    pub(super) fn parse(header: &'a str) -> Result<Self, &'static str> {
        let fields = header
            .strip_prefix(ALGORITHM)
            .and_then(|rest| rest.strip_prefix(' '))
            .ok_or("Authorization does not begin with `SDK-HMAC-SHA256 `")?;
        let (mut credential, mut access, mut headers, mut signature) = (None, None, None, None);
        for field in fields.split(',') {
            let (name, value) = field.trim().split_once('=').unwrap_or_default();
            let place = match name {
                "Credential" => &mut credential,
                "Access" => &mut access,
                "SignedHeaders" => &mut headers,
                "Signature" => &mut signature,
                _ => {
                    return Err(
                        "Authorization has fields other than Credential or Access, SignedHeaders and Signature",
                    );
                }
            };
            if place.replace(value).is_some() {
                return Err("Authorization has a field twice");
            }
        }
        let (access_key, variant) = match (credential, access) {
            (Some(credential), None) => derived(credential)?,
            (None, Some(access_key)) => (access_key, Variant::Direct),
            _ => return Err("Authorization needs either Credential or Access"),
        };
        let signature = signature
            .and_then(|text| data_encoding::HEXLOWER.decode(text.as_bytes()).ok())
            .ok_or("Authorization needs a Signature of lower-case hexadecimal digits")?;
        let headers = headers.ok_or("Authorization needs SignedHeaders")?;
        let mut signed_headers: Vec<String> = headers.split(';').map(str::to_ascii_lowercase).collect();
        signed_headers.sort();
        // Without these, a signature would be valid for another host or another day.
        if !["host", "x-sdk-date"].iter().all(|name| signed_headers.iter().any(|signed| signed == name)) {
            return Err("SignedHeaders must name host and x-sdk-date");
        }
        Ok(Self { access_key, variant, signed_headers, signature })
    }
}

fn derived(credential: &str) -> Result<(&str, Variant<'_>), &'static str> {
    let parts: Vec<&str> = credential.split('/').collect();
    match parts[..] {
        [access_key, day, region, service, TERMINATOR] => {
            let scope = CredentialScope { day, region, service };
            Ok((access_key, Variant::Derived(scope)))
        }
        _ => Err("Credential is not an access key, a day, a region, a service and `sdk_request`"),
    }
}

/// The value of an ASCII header that must appear once.
pub(super) fn only<'a>(headers: &'a HeaderMap, name: &str) -> Result<&'a str, String> {
    let mut values = headers.get_all(name).into_iter();
    match (values.next().map(|value| value.to_str()), values.next()) {
        (Some(Ok(value)), None) => Ok(value),
        (Some(_), _) => Err(format!("the header {name} appears twice or is not text")),
        (None, _) => Err(format!("the header {name} is missing")),
    }
}
