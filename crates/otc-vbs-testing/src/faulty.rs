//! A server whose connections fail.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::socket::read_request;

/// A fault of a connection.
#[derive(Clone, Debug)]
pub enum Fault {
    /// Resets the connection before a request is read.
    ResetAtOnce,
    /// Reads a request, sends these bytes and closes the connection.
    Close(Vec<u8>),
    /// Reads a request, sends these bytes and resets the connection.
    Reset(Vec<u8>),
    /// Reads a request, sends these bytes, and then nothing until the client closes the connection.
    Silence(Vec<u8>),
    /// Reads a request and sends it back in a response with this status: in the message, in headers and in `location`, as a
    /// gateway in debug mode may.
    Echo(u16),
    /// Reads a request, sends the first bytes once and the second ones over and over.
    Endless(Vec<u8>, Vec<u8>),
}

impl Fault {
    /// Sends this text and closes the connection.
    pub fn close(answer: impl AsRef<[u8]>) -> Self {
        Self::Close(answer.as_ref().to_vec())
    }

    /// Sends a complete response with this status, these header lines and this body, and closes the connection.
    pub fn response(status: &str, headers: &str, body: impl AsRef<[u8]>) -> Self {
        let body = body.as_ref();
        let length = body.len();
        let head =
            format!("HTTP/1.1 {status}\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n");
        Self::Close([head.as_bytes(), body].concat())
    }

    /// Sends a complete response with status 200 and this body as `application/json`.
    pub fn json(body: impl AsRef<[u8]>) -> Self {
        Self::response("200 OK", "content-type: application/json\r\n", body)
    }
}

/// A server on this machine. Each connection gets the next fault, and further ones get the last fault.
pub struct Faulty {
    address: SocketAddr,
    connections: Arc<AtomicUsize>,
    requests: Arc<AtomicUsize>,
    open: Arc<AtomicUsize>,
    server: JoinHandle<()>,
}

impl Faulty {
    /// Starts a server on a free port.
    pub async fn with(faults: impl IntoIterator<Item = Fault>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let faults: Vec<Fault> = faults.into_iter().collect();
        let connections = Arc::new(AtomicUsize::new(0));
        let requests = Arc::new(AtomicUsize::new(0));
        let open = Arc::new(AtomicUsize::new(0));
        let (accepted, read) = (Arc::clone(&connections), Arc::clone(&requests));
        let opened = Arc::clone(&open);
        let server = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.expect("a connection");
                let number = accepted.fetch_add(1, Ordering::SeqCst);
                let fault = faults.get(number).or(faults.last()).expect("a fault");
                let (fault, read, opened) = (fault.clone(), Arc::clone(&read), Arc::clone(&opened));
                opened.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(async move {
                    meet(stream, fault, read).await;
                    opened.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        Self { address, connections, requests, open, server }
    }

    /// The address that it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The number of connections that were made.
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// The number of connections that are open now.
    pub fn open(&self) -> usize {
        self.open.load(Ordering::SeqCst)
    }

    /// The number of requests that were read completely.
    pub fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

impl Drop for Faulty {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn meet(mut stream: TcpStream, fault: Fault, requests: Arc<AtomicUsize>) {
    if let Fault::ResetAtOnce = fault {
        return reset(&stream);
    }
    let Some(request) = read_request(&mut stream).await else {
        return;
    };
    requests.fetch_add(1, Ordering::SeqCst);
    // The client may have closed the connection, so failed writes are ignored.
    match fault {
        Fault::ResetAtOnce => {}
        Fault::Close(answer) => {
            let _ = stream.write_all(&answer).await;
            let _ = stream.shutdown().await;
        }
        Fault::Reset(answer) => {
            let _ = stream.write_all(&answer).await;
            reset(&stream);
        }
        Fault::Silence(answer) => {
            let _ = stream.write_all(&answer).await;
            // Until the client closes the connection.
            let _ = stream.read(&mut [0; 1]).await;
        }
        Fault::Echo(status) => {
            let _ = stream.write_all(echo(&request, status).as_bytes()).await;
            let _ = stream.shutdown().await;
        }
        Fault::Endless(head, chunk) => {
            let _ = stream.write_all(&head).await;
            while stream.write_all(&chunk).await.is_ok() {}
        }
    }
}

/// Makes dropping the stream reset the connection instead of closing it.
fn reset(stream: &TcpStream) {
    stream.set_zero_linger().expect("a socket");
}

fn echo(request: &[u8], status: u16) -> String {
    let request = String::from_utf8_lossy(request);
    let credentials: Vec<_> = request
        .lines()
        .filter(|line| line.starts_with("x-auth-token") || line.starts_with("authorization"))
        .filter_map(|line| line.split_once(": "))
        .map(|(_, value)| value)
        .collect();
    let credentials = credentials.join(" ");
    let message = format!("{credentials} was refused: {request}");
    let body = serde_json::json!({ "error": { "code": "AutoBackup.0001", "message": message } });
    let body = body.to_string();
    format!(
        "HTTP/1.1 {status} Odd\r\nx-request-id: {credentials}\r\nx-openstack-request-id: {credentials}\r\nlocation: https://example.com/?{credentials}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
}
