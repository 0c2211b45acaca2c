//! Signs requests as a client does.

use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use otc_vbs_sandbox::Sandbox;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use sha2::{Digest as _, Sha256};

/// An access key and what it is to sign with it.
#[derive(Clone, Debug)]
pub(crate) struct Signer {
    pub(crate) access_key: String,
    pub(crate) secret_key: String,
    pub(crate) security_token: Option<String>,
    /// Region and service where the key is derived.
    pub(crate) scope: Option<(&'static str, &'static str)>,
    pub(crate) at: Timestamp,
    pub(crate) headers: Vec<(&'static str, String)>,
}

/// The parts of a request to sign, already in canonical form.
pub(crate) struct ToSign<'a> {
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) query: &'a str,
    pub(crate) body: &'a str,
}

impl<'a> ToSign<'a> {
    pub(crate) fn get(path: &'a str) -> Self {
        Self { method: "GET", path, query: "", body: "" }
    }
}

impl Signer {
    pub(crate) fn permanent(sandbox: &Sandbox) -> Self {
        Self {
            access_key: sandbox.access_key().to_owned(),
            secret_key: sandbox.secret_key().to_owned(),
            security_token: None,
            scope: None,
            at: Timestamp::now(),
            headers: Vec::new(),
        }
    }

    pub(crate) fn temporary(sandbox: &Sandbox) -> Self {
        Self {
            access_key: sandbox.temporary_access_key().to_owned(),
            secret_key: sandbox.temporary_secret_key().to_owned(),
            security_token: Some(sandbox.security_token().to_owned()),
            ..Self::permanent(sandbox)
        }
    }

    pub(crate) fn derived(self, region: &'static str, service: &'static str) -> Self {
        let scope = Some((region, service));
        Self { scope, ..self }
    }

    /// The headers that make the request a signed one.
    pub(crate) fn headers(&self, sandbox: &Sandbox, request: &ToSign<'_>) -> HeaderMap {
        let date = self.at.strftime("%Y%m%dT%H%M%SZ").to_string();
        let endpoint = sandbox.endpoint();
        let host = format!("127.0.0.1:{}", endpoint.port().unwrap());
        let mut headers = self.headers.clone();
        headers.push(("host", host));
        headers.push(("x-sdk-date", date.clone()));
        if let Some(token) = &self.security_token {
            headers.push(("x-security-token", token.clone()));
        }
        headers.sort();
        let names: Vec<&str> = headers.iter().map(|(name, _)| *name).collect();
        let names = names.join(";");
        let lines: String = headers.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
        let ToSign { method, path, query, body } = request;
        let body = hash(body);
        let canonical = format!("{method}\n{path}\n{query}\n{lines}\n{names}\n{body}");
        let canonical = hash(&canonical);

        let (who, signature) = match self.scope {
            None => {
                let text = format!("SDK-HMAC-SHA256\n{date}\n{canonical}");
                let signature = mac(self.secret_key.as_bytes(), &text);
                (format!("Access={}", self.access_key), signature)
            }
            Some((region, service)) => {
                let scope = format!("{}/{region}/{service}/sdk_request", &date[..8]);
                let key = format!("SDK{}", self.secret_key).into_bytes();
                let key = scope.split('/').fold(key, |key, part| mac(&key, part));
                let text = format!("SDK-HMAC-SHA256\n{date}\n{scope}\n{canonical}");
                let who = format!("Credential={}/{scope}", self.access_key);
                (who, mac(&key, &text))
            }
        };
        let signature = data_encoding::HEXLOWER.encode(&signature);
        headers.push((
            "authorization",
            format!("SDK-HMAC-SHA256 {who}, SignedHeaders={names}, Signature={signature}"),
        ));
        let parsed = headers.into_iter().map(|(name, value)| {
            let value = HeaderValue::from_str(&value).unwrap();
            (HeaderName::from_static(name), value)
        });
        parsed.collect()
    }
}

fn hash(text: &str) -> String {
    data_encoding::HEXLOWER.encode(&Sha256::digest(text))
}

fn mac(key: &[u8], text: &str) -> Vec<u8> {
    let mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.chain_update(text).finalize().into_bytes().to_vec()
}
