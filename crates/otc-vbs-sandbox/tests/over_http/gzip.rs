//! Compressed responses.

use std::io::Read as _;

use flate2::read::GzDecoder;
use otc_vbs_sandbox::Sandbox;
use serde_json::Value;

use crate::caller::Caller;

#[tokio::test]
async fn responses_are_compressed_if_both_sides_support_it() {
    for (offered, accepted, expected) in [
        (true, Some("gzip"), true),
        (true, Some("br, gzip;q=0.5"), true),
        (true, Some("gzip;q=0"), false),
        (true, None, false),
        (false, Some("gzip"), false),
    ] {
        let caller = Caller::of(Sandbox::builder().gzip(offered)).await;
        let request = caller.http.get(caller.url(&caller.jobs_path(0)));
        let request = request.header("X-Auth-Token", caller.sandbox.token());
        let request = match accepted {
            Some(accepted) => request.header("accept-encoding", accepted),
            None => request,
        };
        let response = request.send().await.unwrap();
        let encoding = response.headers().get("content-encoding").cloned();
        assert_eq!(encoding.is_some(), expected, "{accepted:?}");
        let body = response.bytes().await.unwrap();
        let mut text = String::new();
        match expected {
            true => GzDecoder::new(&body[..]).read_to_string(&mut text).unwrap(),
            false => (&body[..]).read_to_string(&mut text).unwrap(),
        };
        let page: Value = serde_json::from_str(&text).unwrap();
        assert!(page["count"].as_u64() > Some(0), "{text}");
    }
}

#[tokio::test]
async fn header_fault_applies_to_its_own_request() {
    let caller = Caller::of(Sandbox::builder().gzip(true)).await;
    let request = || {
        let request = caller.http.get(caller.url(&caller.jobs_path(0)));
        let request = request.header("X-Auth-Token", caller.sandbox.token());
        request.header("accept-encoding", "gzip")
    };
    for fault in ["reset-in-body", "reset-in-body; bytes=2000"] {
        caller.sandbox.fault(fault.parse().unwrap());
        let response = request().send().await.unwrap();
        assert!(response.bytes().await.is_err(), "{fault}");
        let response = request().send().await.unwrap();
        assert!(response.bytes().await.is_ok(), "{fault}");
    }
}
