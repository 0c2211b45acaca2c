#![allow(clippy::unwrap_used)]
use http::{HeaderName, HeaderValue};

use super::authorization::CredentialScope;
use crate::identity::accounts::Secret;
use crate::identity::signature::*;

/// From the published example, as are the secret key and the direct signature.
const ACCESS_KEY: &str = "QTWAOYTTINDUT2QVKYUC";
const KEY: AccessKey = AccessKey {
    access_key: ACCESS_KEY,
    secret_key: Secret("MFyfvK41ba2giqM7Uio6PznpdUKGpownRZlmVmHc"),
    security_token: None,
};
const DIRECT: &str = "7be6668032f70418fcc22abc52071e57aff61b84a1d2381bb430d6870f4f6ebe";
const DERIVED: &str = "a0f03b56828e2195f3f9f980a128ed757130504ee958dc210add06e9df89f227";
const CANONICAL: &str = "b25362e603ee30f4f25e7858e8a7160fd36e803bb2dfe206278659d71a9bcd7a";
const PATH: &str = "/v1/77b6a44cba5143ab91d13ab9a8ff44fd/vpcs";
const QUERY: &str = "limit=2&marker=13551d6b-755d-4757-b956-536f674975c0";
const NAMES: &str = "content-type;host;x-sdk-date";

struct Example {
    path: &'static str,
    query: &'static str,
    headers: HeaderMap,
    body: &'static [u8],
    now: &'static str,
}

impl Example {
    fn new(authorization: &str) -> Self {
        let headers = [
            ("content-type", "application/json"),
            ("host", "service.region.example.com"),
            ("x-sdk-date", "20191115T033655Z"),
            ("authorization", authorization),
        ];
        let headers = headers.map(|(name, value)| {
            let name: HeaderName = name.parse().unwrap();
            (name, HeaderValue::from_str(value).unwrap())
        });
        Self {
            path: PATH,
            query: QUERY,
            headers: HeaderMap::from_iter(headers),
            body: b"",
            now: "2019-11-15T03:36:55Z",
        }
    }

    fn received(&self) -> Received<'_> {
        Received {
            method: "GET",
            path: self.path,
            query: self.query,
            headers: &self.headers,
            body: self.body,
        }
    }

    fn verify(&self) -> Result<(), String> {
        verify(&self.received(), &[KEY], self.now.parse().unwrap())
    }
}

fn authorizations() -> [String; 2] {
    [
        format!("{ALGORITHM} Access={ACCESS_KEY}, SignedHeaders={NAMES}, Signature={DIRECT}"),
        format!(
            "{ALGORITHM} Credential={ACCESS_KEY}/20191115///sdk_request, SignedHeaders={NAMES}, Signature={DERIVED}"
        ),
    ]
}

#[test]
fn example_signatures_are_accepted() {
    for authorization in authorizations() {
        let example = Example::new(&authorization);
        example.verify().unwrap();
        let names: Vec<String> = NAMES.split(';').map(str::to_owned).collect();
        let canonical = Canonical::of(&example.received(), &names).unwrap();
        let text = canonical.texts(&Variant::Direct).next().unwrap();
        let hash = data_encoding::HEXLOWER.encode(&Sha256::digest(text));
        assert_eq!(hash, CANONICAL);
        // Requests with the same canonical form are the same request.
        for (path, query) in [
            ("/v1/77b6a44cba5143ab91d13ab9a8ff44fd/vpcs/", QUERY),
            ("/v1/77b6a44cba5143ab91d13ab9a8ff44fd/vp%63s", QUERY),
            (PATH, "marker=13551d6b-755d-4757-b956-536f674975c0&limit=%32"),
        ] {
            let same = Example { path, query, ..Example::new(&authorization) };
            same.verify().unwrap();
        }
    }
}

#[test]
fn any_change_of_the_request_invalidates_its_signature() {
    let unmatched = "the signature does not match the request";
    let far = "X-Sdk-Date is more than 15 minutes";
    type Change = fn(&mut Example);
    let changes: [(Change, &str); 12] = [
        (|e| e.path = "/v1/77b6a44cba5143ab91d13ab9a8ff44fd/vpc", unmatched),
        (|e| e.path = "/v1/77b6a44cba5143ab91d13ab9a8ff44fd%2Fvpcs", unmatched),
        (|e| e.query = "limit=3&marker=13551d6b-755d-4757-b956-536f674975c0", unmatched),
        (|e| e.query = "", unmatched),
        (|e| e.body = b"{}", unmatched),
        (|e| put(e, "host", "service.region.example.org"), unmatched),
        (|e| put(e, "content-type", "text/plain"), unmatched),
        (|e| put(e, "x-sdk-date", "20191115T033656Z"), unmatched),
        (|e| e.now = "2019-11-15T03:51:56Z", far),
        (|e| e.now = "2019-11-15T03:21:54Z", far),
        (
            |e| {
                e.headers.remove("content-type");
            },
            "SignedHeaders names `content-type`, which the request does not have",
        ),
        (|e| put(e, "x-security-token", "t"), "X-Security-Token does not belong to a permanent access key"),
    ];
    for authorization in authorizations() {
        for (number, (change, expected)) in changes.iter().enumerate() {
            let mut example = Example::new(&authorization);
            change(&mut example);
            let refused = example.verify().unwrap_err();
            assert!(refused.starts_with(expected), "{number}: {refused}");
        }
        for edge in ["2019-11-15T03:51:55Z", "2019-11-15T03:21:55Z"] {
            let example = Example { now: edge, ..Example::new(&authorization) };
            example.verify().unwrap();
        }
    }
}

fn put(example: &mut Example, name: &'static str, value: &'static str) {
    example.headers.insert(name, HeaderValue::from_static(value));
}

#[test]
fn odd_headers_are_refused_with_a_reason() {
    let [direct, derived] = authorizations();
    let fields = "Authorization has fields other than";
    let credential = "Credential is not";
    for (authorization, expected) in [
        (direct.replace("HMAC-SHA256 ", "HMAC-SHA1 "), "Authorization does not begin"),
        (direct.replace("SHA256 ", "SHA256"), "Authorization does not begin"),
        (ALGORITHM.to_owned(), "Authorization does not begin"),
        (format!("{ALGORITHM} "), fields),
        (format!("{direct}, More=1"), fields),
        (format!("{direct},"), fields),
        (format!("{direct}, Access=x"), "Authorization has a field twice"),
        (direct.replace("Access=", "access="), fields),
        (direct.replace(ACCESS_KEY, "somebody"), "the access key is unknown"),
        (direct.replace(DIRECT, DERIVED), "the signature does not match"),
        (direct.replace(DIRECT, &DIRECT[..62]), "the signature does not match"),
        (direct.replace(DIRECT, ""), "the signature does not match"),
        (direct.replace(DIRECT, &DIRECT.to_uppercase()), "Authorization needs a Signature"),
        (direct.replace("host;", ""), "SignedHeaders must name host"),
        (direct.replace("Signed", "Unsigned"), fields),
        (derived.replace("///", "/eu-de/vbs/"), "the signature does not match"),
        (derived.replace("///", "//"), credential),
        (derived.replace("sdk_request", "aws4_request"), credential),
        (derived.replace("20191115/", "20191114/"), "the day of the credential"),
        (derived.replace("20191115/", "ä/"), "the header authorization appears twice or is not text"),
    ] {
        let mut example = Example::new("");
        let value = HeaderValue::from_bytes(authorization.as_bytes()).unwrap();
        example.headers.insert("authorization", value);
        let refused = example.verify().unwrap_err();
        assert!(refused.starts_with(expected), "{authorization}: {refused}");
    }
    for date in
        ["", "20191115", "2019-11-15T03:36:55Z", "20191115T033655", "20191315T033655Z", "2019111T0336055Z"]
    {
        let mut example = Example::new(&direct);
        put(&mut example, "x-sdk-date", date);
        let refused = example.verify().unwrap_err();
        assert!(refused.starts_with("X-Sdk-Date is not in the format"), "{date}: {refused}");
    }
}

#[test]
fn mac_with_keys_of_any_length_equals_that_of_the_library() {
    for length in [0, 1, 63, 64, 65, 200] {
        let key = vec![b'k'; length];
        let expected = Hmac::<Sha256>::new_from_slice(&key).unwrap();
        let expected = expected.chain_update("text").finalize().into_bytes();
        assert_eq!(keyed(&key).chain_update("text").finalize().into_bytes(), expected);
    }
}

#[test]
fn post_without_a_body_may_be_signed_with_its_query_as_body() {
    let (day, region, service) = ("20191115", "", "");
    let scope = || CredentialScope { day, region, service };
    let derived = Variant::Derived(scope());
    for (variant, method, query, hashed, accepted) in [
        (&derived, "POST", "a=1&b=x%20y", "", true),
        (&derived, "POST", "", "a=1&b=x+y", true),
        (&derived, "POST", "", "a=1&b=x%20y", false),
        (&derived, "POST", "", "", false),
        (&derived, "PUT", "", "a=1&b=x+y", false),
        (&Variant::Direct, "POST", "a=1&b=x%20y", "", true),
        (&Variant::Direct, "POST", "", "a=1&b=x+y", false),
    ] {
        let hashed = data_encoding::HEXLOWER.encode(&Sha256::digest(hashed));
        let headers = "host:service.region.example.com\nx-sdk-date:20191115T033655Z\n";
        let text = format!("{method}\n/v1/\n{query}\n{headers}\nhost;x-sdk-date\n{hashed}");
        let hash = data_encoding::HEXLOWER.encode(&Sha256::digest(text));
        let mac = variant.sign(KEY.secret_key.0, "20191115T033655Z", &hash);
        let signature = data_encoding::HEXLOWER.encode(&mac.finalize().into_bytes());
        let who = match variant {
            Variant::Direct => format!("Access={ACCESS_KEY}"),
            Variant::Derived(_) => format!("Credential={ACCESS_KEY}/{day}///sdk_request"),
        };
        let example =
            Example::new(&format!("{ALGORITHM} {who}, SignedHeaders=host;x-sdk-date, Signature={signature}"));
        let request = Received { method, path: "/v1", query: "b=x%20y&a=1", ..example.received() };
        let verified = verify(&request, &[KEY], example.now.parse().unwrap());
        assert_eq!(verified.is_ok(), accepted, "{method} {query}");
    }
}
