//! The address of a sandbox, its start and its stop.

use otc_vbs_sandbox::{Error, Sandbox};

use crate::caller::Caller;

#[tokio::test]
async fn only_this_machine_reaches_a_sandbox_unless_allowed() {
    let everywhere = "0.0.0.0:0".parse().unwrap();
    let refused = Sandbox::builder().bind(everywhere).start().await.unwrap_err();
    assert!(matches!(refused, Error::NotLoopback(_)));
    let builder = Sandbox::builder().bind(everywhere).allow_remote(true);
    let caller = Caller::of(builder).await;
    assert_eq!(caller.sandbox.endpoint().host_str(), Some("127.0.0.1"));
    assert_eq!(caller.page("").await.count, 270);
}

#[tokio::test]
async fn port_in_use_is_named() {
    let first = Sandbox::builder().start().await.unwrap();
    let port = first.endpoint().port().unwrap();
    let address = format!("127.0.0.1:{port}").parse().unwrap();
    let refused = Sandbox::builder().bind(address).start().await.unwrap_err();
    assert!(matches!(refused, Error::Bind { .. }));
    assert!(refused.to_string().contains(&port.to_string()));
}

#[tokio::test]
async fn impossible_sizes_and_clocks_are_refused() {
    let refused = [Sandbox::builder().policies(10_001), Sandbox::builder().disks(1_000_001)];
    for builder in refused {
        let error = builder.start().await.unwrap_err();
        assert!(matches!(error, Error::TooMany { .. }), "{error}");
    }
    let refused = [
        (Sandbox::builder().jobs(u64::MAX), "1000000 disks have at most"),
        (Sandbox::builder().policies(1).disks(2).jobs(181), "2 disks have at most 180 backup jobs"),
        (Sandbox::builder().policies(1).disks(2).days(1).jobs(7), "at most 6 backup jobs in 1 days"),
    ];
    for (builder, expected) in refused {
        let error = builder.start().await.unwrap_err();
        assert!(matches!(error, Error::TooManyJobs { .. }), "{error}");
        assert!(error.to_string().contains(expected), "{error}");
    }
    for builder in [Sandbox::builder().policies(0), Sandbox::builder().disks(0)] {
        let error = builder.jobs(1).start().await.unwrap_err();
        assert!(matches!(error, Error::JobsWithoutDisk), "{error}");
    }
    for clock in [jiff::Timestamp::MIN, jiff::Timestamp::MAX] {
        let error = Sandbox::builder().clock(clock).start().await.unwrap_err();
        assert!(matches!(error, Error::Clock(_)), "{error}");
    }
}

#[tokio::test]
async fn sandbox_does_not_respond_after_shutdown() {
    let caller = Caller::of(Sandbox::builder()).await;
    let url = caller.url("");
    // This leaves an idle connection behind, which must not hold up the end.
    assert_eq!(caller.http.get(&url).send().await.unwrap().status(), 404);
    caller.sandbox.shutdown().await.unwrap();
    assert!(caller.http.get(&url).send().await.unwrap_err().is_connect());
}

#[tokio::test]
async fn dropped_sandbox_releases_its_port() {
    let sandbox = Sandbox::builder().start().await.unwrap();
    let port = sandbox.endpoint().port().unwrap();
    drop(sandbox);
    let address = format!("127.0.0.1:{port}").parse().unwrap();
    loop {
        match Sandbox::builder().bind(address).start().await {
            Ok(_) => break,
            Err(Error::Bind { .. }) => tokio::task::yield_now().await,
            Err(error) => panic!("{error}"),
        }
    }
}

#[tokio::test]
async fn requests_are_recorded_only_if_enabled() {
    for record in [false, true] {
        let builder = Sandbox::builder().record_requests(record);
        let sandbox = builder.start().await.unwrap();
        reqwest::get(sandbox.identity_endpoint()).await.unwrap();
        reqwest::get(format!("{}/nothing?a=b", sandbox.endpoint())).await.unwrap();
        let requests = sandbox.requests();
        let uris: Vec<_> =
            requests.iter().map(|request| format!("{} {}", request.method, request.uri)).collect();
        let expected: &[&str] = match record {
            true => &["GET /v3", "GET //nothing?a=b"],
            false => &[],
        };
        assert_eq!(uris, expected);
        assert!(!requests.iter().any(|request| request.is_login()));
    }
}
