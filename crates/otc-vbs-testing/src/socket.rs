//! A server that returns the one request it receives.

use std::net::SocketAddr;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// A server on this machine that answers one request.
pub struct Socket {
    listener: TcpListener,
    address: SocketAddr,
}

impl Socket {
    /// Starts a server on a free port.
    pub async fn listen() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        Self { listener, address }
    }

    /// The address that it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Whether nobody has connected. It asks the kernel, so that no connection is missed that the runtime has not seen yet.
    pub fn was_left_alone(self) -> bool {
        let listener = self.listener.into_std().expect("a listener");
        listener.accept().is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock)
    }

    /// Runs `call`, answers its one request with `response` (raw HTTP) and returns the request as it was sent.
    pub async fn receive(&self, response: &str, call: impl Future) -> String {
        let serve = async {
            let (mut stream, _) = self.listener.accept().await.expect("a connection");
            let request = read_request(&mut stream).await;
            stream.write_all(response.as_bytes()).await.expect("the response");
            stream.shutdown().await.expect("the end of the response");
            String::from_utf8(request.expect("a complete request")).expect("a request in UTF-8")
        };
        tokio::join!(serve, call).0
    }
}

/// Reads one request. Returns `None` if the client closes the connection before the request is complete.
pub(crate) async fn read_request(stream: &mut (impl AsyncRead + Unpin)) -> Option<Vec<u8>> {
    let mut request = Vec::new();
    while !is_whole(&request) {
        let mut buffer = [0; 4096];
        match stream.read(&mut buffer).await {
            Ok(0) | Err(_) => return None,
            Ok(read) => request.extend_from_slice(&buffer[..read]),
        }
    }
    Some(request)
}

/// Whether the head and the body of a request have arrived completely.
fn is_whole(seen: &[u8]) -> bool {
    let text = String::from_utf8_lossy(seen);
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let length = head
        .lines()
        .filter_map(|line| line.split_once(": "))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .map_or(0, |(_, length)| length.parse().expect("a length"));
    body.len() >= length
}
