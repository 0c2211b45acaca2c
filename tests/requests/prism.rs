//! Prism, which checks the requests of the other tests, refuses invalid ones. Run by `cargo xtask test
//! prism`.

#![allow(clippy::expect_used)]

use otc_vbs_testing::{POLICY, PROJECT};
use otc_vbs_tests::{prism, refusal_by_prism};

/// The violation, the method, the path after the project, whether a token is sent, and the body.
const WRONG: &[(&str, &str, &str, bool, &str)] = &[
    ("no token", "GET", "/backuppolicy", false, ""),
    ("an unknown path", "GET", "/backuppolicies", true, ""),
    ("an unknown method", "PUT", "/backuppolicy", true, "{}"),
    ("a parameter below its limit", "GET", "/backuppolicy/[policy]/backuptasks?limit=0", true, ""),
    ("a parameter of another type", "GET", "/backuppolicy/[policy]/backuptasks?limit=ten", true, ""),
    ("a value outside an enum", "GET", "/backuppolicy/[policy]/backuptasks?sort_dir=up", true, ""),
    ("no body", "POST", "/backuppolicy", true, ""),
    ("a body without a required member", "POST", "/backuppolicy", true, "{\"backup_policy_name\":\"a\"}"),
    (
        "a member of another type",
        "POST",
        "/backuppolicyresources/[policy]/deleted_resources",
        true,
        "{\"resources\":\"disk\"}",
    ),
];

#[tokio::test]
#[ignore = "needs Prism: cargo xtask test prism"]
async fn prism_refuses_wrong_requests() {
    let prism = prism().expect("run `cargo xtask test prism`, which sets the address of Prism");
    for (what, method, path, with_token, body) in WRONG {
        let path = path.replace("[policy]", &POLICY);
        let token = if *with_token { "x-auth-token: t\r\n" } else { "" };
        let content = if body.is_empty() {
            String::new()
        } else {
            format!("content-type: application/json\r\ncontent-length: {}\r\n", body.len())
        };
        let request = format!(
            "{method} /v2/{PROJECT}{path} HTTP/1.1\r\nhost: {prism}\r\naccept: application/json\r\n{token}{content}\r\n\
             {body}"
        );
        let refusal = refusal_by_prism(&prism, request.as_bytes()).await;
        assert!(refusal.is_some(), "Prism accepts {what}:\n{request}");
    }
}
