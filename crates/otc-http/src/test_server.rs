//! Servers on the loopback interface that answer every connection with the same bytes.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;

/// A server that reads the head of one request per connection, writes its answer and closes the connection.
pub(crate) struct TestServer {
    pub(crate) address: SocketAddr,
    heads: Arc<Mutex<Vec<String>>>,
}

impl TestServer {
    pub(crate) async fn start(answer: &'static [u8]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let heads = Arc::<Mutex<Vec<String>>>::default();
        let seen = Arc::clone(&heads);
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let head = answer_once(stream, answer).await;
                seen.lock().unwrap().push(head);
            }
        });
        Self { address, heads }
    }

    /// The heads of the requests that arrived, in order.
    pub(crate) fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }
}

/// Reads until a head is complete or the client stops, answers, and returns what it read.
pub(crate) async fn answer_once(mut stream: impl AsyncRead + AsyncWrite + Unpin, answer: &[u8]) -> String {
    let mut head = Vec::new();
    let mut chunk = [0; 4096];
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        match stream.read(&mut chunk).await {
            Ok(0) | Err(_) => break,
            Ok(read) => head.extend_from_slice(&chunk[..read]),
        }
        // A TLS client waits for the answer to its first message.
        if head.first() == Some(&22) {
            break;
        }
    }
    let _ = stream.write_all(answer).await;
    let _ = stream.shutdown().await;
    // A connection that is closed with unread data is reset, which would discard the answer.
    while let Ok(1..) = stream.read(&mut chunk).await {}
    String::from_utf8_lossy(&head).into_owned()
}
