//! Bytes that are not a valid request. The sandbox answers or closes the connection, and keeps running.

use otc_vbs_sandbox::Sandbox;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::caller::Caller;

impl Caller {
    /// Everything that the sandbox sends until it closes the connection.
    async fn raw(&self, sent: &[u8]) -> String {
        let mut stream = self.connect().await;
        let (mut reader, mut writer) = stream.split();
        let mut said = Vec::new();
        let reading = async {
            let _ = reader.read_to_end(&mut said).await;
        };
        // It may close the connection before it has read all.
        let writing = async {
            let _ = writer.write_all(sent).await;
        };
        futures_util::future::join(reading, writing).await;
        String::from_utf8_lossy(&said).into_owned()
    }

    /// The same where nothing follows, which would otherwise be waited for.
    async fn raw_to_end(&self, sent: &[u8]) -> String {
        let mut stream = self.connect().await;
        let _ = stream.write_all(sent).await;
        let _ = stream.shutdown().await;
        let mut said = Vec::new();
        let _ = stream.read_to_end(&mut said).await;
        String::from_utf8_lossy(&said).into_owned()
    }

    async fn connect(&self) -> TcpStream {
        let address = self.sandbox.endpoint();
        let port = address.port().unwrap();
        TcpStream::connect(("127.0.0.1", port)).await.unwrap()
    }

    async fn still_works(&self) {
        assert_eq!(self.page("").await.count, 270);
    }
}

async fn caller() -> Caller {
    Caller::of(Sandbox::builder()).await
}

#[tokio::test]
async fn bytes_that_are_not_http_are_refused() {
    let caller = caller().await;
    let noise: Vec<u8> = (0..200_000u32).map(|n| (n.wrapping_mul(n) / 7) as u8).collect();
    let tls = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".to_vec();
    let cases: [(&str, Vec<u8>); 10] = [
        ("nothing", Vec::new()),
        ("noise", noise),
        ("TLS", tls),
        ("no version", b"GET /\r\n\r\n".to_vec()),
        ("HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec()),
        ("a bad name", b"GET / HTTP/1.1\r\na b: c\r\n\r\n".to_vec()),
        ("a bad path", b"GET /\xff\xfe HTTP/1.1\r\nhost: localhost\r\n\r\n".to_vec()),
        (
            "two lengths",
            b"POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab"
                .to_vec(),
        ),
        ("a bad length", b"POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: -1\r\n\r\n".to_vec()),
        (
            "a bad chunk",
            b"POST /v3/auth/tokens HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n"
                .to_vec(),
        ),
    ];
    for (what, sent) in cases {
        let said = caller.raw_to_end(&sent).await;
        assert!(said.is_empty() || said.starts_with("HTTP/1.1 4"), "{what}: {said}");
        caller.still_works().await;
    }
}

#[tokio::test]
async fn head_size_is_limited() {
    let caller = caller().await;
    let head =
        |headers: &str| format!("GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{headers}\r\n");
    let many: String = (0..98).map(|n| format!("x-{n}: y\r\n")).collect();
    let said = caller.raw(head(&many).as_bytes()).await;
    assert!(said.starts_with("HTTP/1.1 404 "), "{said}");
    let more = format!("{many}x: y\r\n");
    let said = caller.raw(head(&more).as_bytes()).await;
    assert!(said.starts_with("HTTP/1.1 431 "), "{said}");
    let large = format!("x: {}\r\n", "y".repeat(60_000));
    let said = caller.raw(head(&large).as_bytes()).await;
    assert!(said.starts_with("HTTP/1.1 404 "), "{said}");
    let larger = format!("x: {}", "y".repeat(1_000_000));
    let said = caller.raw(head(&larger).as_bytes()).await;
    assert!(said.is_empty() || said.starts_with("HTTP/1.1 431 "), "{said}");
    let address = format!("GET /{} HTTP/1.1\r\nhost: localhost\r\n\r\n", "y".repeat(1_000_000));
    let said = caller.raw(address.as_bytes()).await;
    assert!(said.is_empty() || said.starts_with("HTTP/1.1 4"), "{said}");
    caller.still_works().await;
}

#[tokio::test]
async fn body_size_is_limited() {
    let caller = caller().await;
    for path in ["/v3/auth/tokens", "/admin/clock"] {
        let said = format!("POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\ntransfer-encoding: chunked\r\n\r\n");
        let mut sent = said.into_bytes();
        let chunk = format!("10000\r\n{}\r\n", " ".repeat(0x10000));
        for _ in 0..64 {
            sent.extend(chunk.as_bytes());
        }
        let mut stream = caller.connect().await;
        let (mut reader, mut writer) = stream.split();
        let writing = async {
            // It has said enough before all is sent.
            let _ = writer.write_all(&sent).await;
        };
        let reading = async {
            let mut said = vec![0; 12];
            reader.read_exact(&mut said).await.unwrap();
            String::from_utf8(said).unwrap()
        };
        let (said, ()) = futures_util::future::join(reading, writing).await;
        assert_eq!(said, "HTTP/1.1 413", "{path}");
        caller.still_works().await;
    }
}

#[tokio::test]
async fn unfinished_request_does_not_block_others() {
    let caller = caller().await;
    tokio::time::pause();
    let head = "POST /v3/auth/tokens HTTP/1.1\r\nhost: localhost\r\n";
    for sent in [head.to_owned(), format!("{head}content-length: 9\r\n\r\n{{")] {
        let mut stream = caller.connect().await;
        stream.write_all(sent.as_bytes()).await.unwrap();
        let mut said = Vec::new();
        // Without an end to its patience, this would wait for ever.
        let _ = stream.read_to_end(&mut said).await;
        let said = String::from_utf8(said).unwrap();
        assert!(said.is_empty() || said.starts_with("HTTP/1.1 4"), "{said}");
    }
    tokio::time::resume();
    caller.still_works().await;
}

#[tokio::test]
async fn many_concurrent_requests_are_answered() {
    let caller = caller().await;
    let path = caller.jobs_path(0);
    let request = |method: &str, path: &str, last: &str| {
        let token = caller.sandbox.token();
        format!("{method} {path} HTTP/1.1\r\nhost: localhost\r\nx-auth-token: {token}\r\n{last}\r\n")
    };
    for (method, path, status) in [
        ("GET", format!("/{path}"), "HTTP/1.1 200 OK"),
        ("DELETE", "/%ff/%00/../..//%2e".to_owned(), "HTTP/1.1 404 "),
    ] {
        let many = request(method, &path, "").repeat(999);
        let last = request(method, &path, "connection: close\r\n");
        let said = caller.raw((many + &last).as_bytes()).await;
        assert_eq!(said.matches(status).count(), 1000);
    }
    caller.still_works().await;
}
