//! Redirects, none of which is followed.

use http::StatusCode;
use otc_vbs_tests::{Fault, Faulty, POLICY, Socket};

#[tokio::test]
async fn a_redirect_to_another_host_gets_no_token() {
    let elsewhere = Socket::listen().await;
    for status in [
        "301 Moved",
        "302 Found",
        "303 See Other",
        "307 Temporary",
        "308 Permanent",
    ] {
        let location = format!("location: http://{}/v2\r\n", elsewhere.address());
        let server = Faulty::with([Fault::response(status, &location, "")]).await;
        let client = server.builder().build().unwrap();
        for answer in [
            client.policies().list().await.map(drop),
            client.policy(POLICY).run().await,
        ] {
            let error = answer.unwrap_err();
            assert!(error.status().unwrap().is_redirection(), "{error}");
            assert!(!error.is_retryable());
        }
        assert_eq!(server.requests(), 2);
    }
    assert!(elsewhere.was_left_alone());
}

#[tokio::test]
async fn a_redirect_loop_is_one_request() {
    let server = Faulty::with([Fault::response("302 Found", "location: /v2\r\n", "")]).await;
    let client = server.builder().build().unwrap();
    let error = client.policies().list().await.unwrap_err();
    assert_eq!(error.status(), Some(StatusCode::FOUND));
    assert_eq!(server.requests(), 1);
}
