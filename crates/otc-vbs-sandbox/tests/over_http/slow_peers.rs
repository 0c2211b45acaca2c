//! Peers that do not read.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use otc_vbs_sandbox::Sandbox;

#[tokio::test]
async fn peer_that_does_not_read_is_dropped() {
    let sandbox = Sandbox::builder().start().await.unwrap();
    sandbox.fault("endless-body".parse().unwrap());
    let port = sandbox.endpoint().port().unwrap();
    let mut peer = TcpStream::connect(("127.0.0.1", port)).unwrap();
    peer.write_all(b"GET /v3 HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    // The clock of the runtime jumps ahead once the buffers are full and nothing else happens.
    tokio::time::pause();
    tokio::time::sleep(Duration::from_secs(3600)).await;
    // Reads the rest from the buffers. Without a limit, the body would not end.
    const MORE_THAN_BUFFERS: u64 = 64 * 1024 * 1024;
    let mut received = Vec::new();
    let read = tokio::task::spawn_blocking(move || {
        let _ = peer.take(MORE_THAN_BUFFERS).read_to_end(&mut received);
        received.len() as u64
    });
    assert!(read.await.unwrap() < MORE_THAN_BUFFERS);
}
