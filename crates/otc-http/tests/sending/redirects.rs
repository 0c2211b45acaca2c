//! Redirects are not followed.

use otc_http::{Layers, Transport as _};
use otc_vbs_testing::{Fault, Faulty, Socket};

use crate::{get_from, http, post_to, send, stack, status_of};

#[tokio::test]
async fn redirect_to_another_host_is_returned() {
    let elsewhere = Socket::listen().await;
    for status in ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"] {
        let location = format!("location: http://{}/items\r\n", elsewhere.address());
        let server = Faulty::with([Fault::response(status, &location, "")]).await;
        let transport = stack(Layers::new(), http());
        for request in [get_from(&server), post_to(&server)] {
            let response = transport.send(request).await.unwrap();
            assert!(response.status().is_redirection(), "{response:?}");
        }
        assert_eq!(server.requests(), 2);
    }
    assert!(elsewhere.was_left_alone());
}

#[tokio::test]
async fn redirect_loop_is_one_request() {
    let server = Faulty::with([Fault::response("302 Found", "location: /items\r\n", "")]).await;
    let answer = send(Layers::new(), http(), get_from(&server)).await;
    assert_eq!(status_of(&answer), 302);
    assert_eq!(server.requests(), 1);
}
