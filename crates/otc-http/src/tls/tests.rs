#![allow(clippy::unwrap_used)]

use rcgen::{CertificateParams, KeyPair};

use super::{Pem, build_client};

fn certificate() -> (String, String) {
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    (params.self_signed(&key).unwrap().pem(), key.serialize_pem())
}

/// The problem with this root, or with this client certificate.
fn problem(root: Option<&[u8]>, identity: Option<&[u8]>) -> Option<String> {
    let root = root.map(|bytes| Pem { setting: "root_certificate_pem", bytes });
    let identity = identity.map(|bytes| Pem { setting: "client_identity_pem", bytes });
    let client = build_client(reqwest::Client::builder(), root.as_slice(), identity, true);
    client.err().map(|error| error.to_string())
}

fn utf16(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
    "\u{FEFF}".encode_utf16().chain(text.encode_utf16()).flat_map(unit).collect()
}

#[test]
fn text_around_certificates_is_ignored() {
    let (pem, _) = certificate();
    let indented: String = pem.lines().map(|line| format!("    {line}  \n")).collect();
    for text in [
        pem.clone().into_bytes(),
        format!("\u{FEFF}{pem}").into_bytes(),
        format!("\r\n\n{pem}\n\n  \0").into_bytes(),
        format!("subject=CN = localhost\n{pem}the end").into_bytes(),
        format!("{pem}{pem}").into_bytes(),
        pem.replace('\n', "\r\n").into_bytes(),
        pem.replace("\r\n", "\n").replace('\n', "\r").into_bytes(),
        pem.trim_end().to_owned().into_bytes(),
        indented.into_bytes(),
        [b"Beh\xF6rde\n", pem.as_bytes()].concat(),
        utf16(&pem, u16::to_le_bytes),
        utf16(&pem, u16::to_be_bytes),
    ] {
        assert_eq!(problem(Some(&text), None), None, "{}", String::from_utf8_lossy(&text));
    }
}

#[test]
fn unusable_roots_name_the_setting() {
    let (pem, key) = certificate();
    let damaged = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    for (text, expected) in [
        (String::new(), "it is empty"),
        ("\n".to_owned(), "it is empty"),
        ("no PEM".to_owned(), "it contains no certificate (`-----BEGIN CERTIFICATE-----`)"),
        (key, "it contains no certificate (`-----BEGIN CERTIFICATE-----`)"),
        (damaged.to_owned(), "certificate 1 in it is damaged"),
        (format!("{pem}{damaged}"), "certificate 2 in it is damaged"),
        (pem.replace("M", "!"), "certificate 1 in it is damaged"),
        (pem[..pem.len() - 10].to_owned(), "it is cut off: its last section has no `-----END …-----`"),
    ] {
        let problem = problem(Some(text.as_bytes()), None).unwrap();
        assert_eq!(problem, format!("root_certificate_pem: {expected}"), "{text}");
    }
    let der = [&[0x30, 0x82][..], &[0; 300]].concat();
    let problem = problem(Some(&der), None).unwrap();
    assert!(
        problem.starts_with("root_certificate_pem: it is binary (DER or PKCS #12), not PEM; "),
        "{problem}"
    );
}

#[test]
fn client_certificate_and_key_come_in_any_order() {
    let (pem, key) = certificate();
    let parameters = "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
    for text in [
        format!("{pem}{key}"),
        format!("{key}{pem}"),
        format!("\u{FEFF}{parameters}{key}\u{FEFF}{pem}junk"),
        format!("{}{}", key.trim_end(), pem.trim_end()),
    ] {
        assert_eq!(problem(None, Some(text.as_bytes())), None, "{text}");
    }
}

#[test]
fn unusable_client_certificate_names_the_setting_and_no_content() {
    let (pem, key) = certificate();
    let (other, _) = certificate();
    let encrypted = key.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY");
    let damaged = "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n";
    for (text, expected) in [
        (String::new(), "it is empty"),
        (pem.clone(), "it contains no private key (`-----BEGIN PRIVATE KEY-----`)"),
        (key.clone(), "it contains no certificate (`-----BEGIN CERTIFICATE-----`)"),
        (format!("{pem}{key}{key}"), "it contains more than one private key"),
        (
            format!("{pem}{encrypted}"),
            "the private key is encrypted; decrypt it with `openssl pkey -in KEY -out KEY.pem`",
        ),
        (format!("{other}{key}"), "the private key does not belong to the certificate"),
        (format!("{pem}{damaged}"), "the certificate can't be used with its private key"),
    ] {
        let problem = problem(None, Some(text.as_bytes())).unwrap();
        #[cfg(not(feature = "rustls-no-provider"))]
        if expected.contains("the certificate") {
            // The system's library does not say which of the two it is.
            assert!(problem.starts_with("client_identity_pem: the certificate "), "{problem}");
            continue;
        }
        assert_eq!(problem, format!("client_identity_pem: {expected}"), "{text}");
    }
}

#[cfg(not(feature = "rustls-no-provider"))]
#[test]
fn key_of_another_format_says_how_to_convert_it() {
    let (pem, key) = certificate();
    let key = key.replace("PRIVATE KEY", "EC PRIVATE KEY");
    let problem = problem(None, Some(format!("{pem}{key}").as_bytes())).unwrap();
    assert!(problem.contains("`openssl pkcs8 -topk8 -nocrypt"), "{problem}");
}
