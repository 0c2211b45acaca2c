//! Whether the judge of the other tests here can say no. Run by `cargo xtask prism`.

#![allow(clippy::expect_used)]

use otc_vbs_tests::{POLICY, PROJECT, prism, refusal_by_prism};

/// What is wrong, the request line behind the version and the project, whether with a token, and the body.
const WRONG: &[(&str, &str, &str, bool, &str)] = &[
    ("no token", "GET", "/backuppolicy", false, ""),
    ("a path that is not there", "GET", "/backuppolicies", true, ""),
    ("a method that is not there", "PUT", "/backuppolicy", true, "{}"),
    (
        "a parameter below its limit",
        "GET",
        "/backuppolicy/[policy]/backuptasks?limit=0",
        true,
        "",
    ),
    (
        "a parameter of another type",
        "GET",
        "/backuppolicy/[policy]/backuptasks?limit=ten",
        true,
        "",
    ),
    (
        "a value that is not in the enum",
        "GET",
        "/backuppolicy/[policy]/backuptasks?sort_dir=up",
        true,
        "",
    ),
    ("no body", "POST", "/backuppolicy", true, ""),
    (
        "a body without what is required",
        "POST",
        "/backuppolicy",
        true,
        "{\"backup_policy_name\":\"a\"}",
    ),
    (
        "a body with another type",
        "POST",
        "/backuppolicyresources/[policy]/deleted_resources",
        true,
        "{\"resources\":\"disk\"}",
    ),
];

#[tokio::test]
#[ignore = "needs Prism: cargo xtask prism"]
async fn prism_refuses_what_is_wrong() {
    let prism = prism().expect("run `cargo xtask prism`, which says where Prism listens");
    for (what, method, path, with_token, body) in WRONG {
        let path = path.replace("[policy]", POLICY);
        let token = if *with_token { "x-auth-token: t\r\n" } else { "" };
        let content = if body.is_empty() {
            String::new()
        } else {
            format!(
                "content-type: application/json\r\ncontent-length: {}\r\n",
                body.len()
            )
        };
        let request = format!(
            "{method} /v2/{PROJECT}{path} HTTP/1.1\r\nhost: {prism}\r\naccept: application/json\r\n{token}{content}\r\n\
             {body}"
        );
        let refusal = refusal_by_prism(&prism, request.as_bytes()).await;
        assert!(refusal.is_some(), "Prism has nothing against {what}:\n{request}");
    }
}
