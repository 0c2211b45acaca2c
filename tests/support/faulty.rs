//! A server that breaks what it answers.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use otc_vbs::{Client, ClientBuilder};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::socket::is_whole;
use crate::{PROJECT, TOKEN};

/// What a connection comes to.
#[derive(Clone, Debug)]
pub enum Fault {
    /// It is reset before a request is read.
    ResetAtOnce,
    /// A request is read, this is sent, and the connection is closed.
    Close(Vec<u8>),
    /// A request is read, this is sent, and the connection is reset.
    Reset(Vec<u8>),
    /// A request is read, this is sent, and no more, ever.
    Silence(Vec<u8>),
    /// A request is read, and sent back in the message of a failure of this status, in a header and in where a redirect
    /// would lead: as somebody does who debugs a gateway.
    Echo(u16),
    /// A request is read, the first is sent, and the second over and over.
    Endless(Vec<u8>, Vec<u8>),
}

impl Fault {
    /// This text is sent, and the connection closed.
    pub fn close(answer: impl AsRef<[u8]>) -> Self {
        Self::Close(answer.as_ref().to_vec())
    }

    /// A response of this status with these header lines and this body is sent whole, and the connection closed.
    pub fn response(status: &str, headers: &str, body: impl AsRef<[u8]>) -> Self {
        let body = body.as_ref();
        let length = body.len();
        let head =
            format!("HTTP/1.1 {status}\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n");
        Self::Close([head.as_bytes(), body].concat())
    }

    /// A response of status 200 with this body, said to be JSON.
    pub fn json(body: impl AsRef<[u8]>) -> Self {
        Self::response("200 OK", "content-type: application/json\r\n", body)
    }
}

/// Listens on this machine; each connection meets the next fault, and those that are too many the last.
pub struct Faulty {
    address: SocketAddr,
    connections: Arc<AtomicUsize>,
    requests: Arc<AtomicUsize>,
    open: Arc<AtomicUsize>,
    server: JoinHandle<()>,
}

impl Faulty {
    /// Listens on a free port.
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
        Self {
            address,
            connections,
            requests,
            open,
            server,
        }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The builder of a client whose requests come here.
    pub fn builder(&self) -> ClientBuilder {
        Client::builder()
            .endpoint(format!("http://{}", self.address))
            .project_id(PROJECT)
            .token(TOKEN)
    }

    /// How many connections were made.
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// How many connections are open now.
    pub fn open(&self) -> usize {
        self.open.load(Ordering::SeqCst)
    }

    /// How many requests were read whole.
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
    // The client may have gone, which is its right.
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

/// What is dropped after this is reset rather than closed.
fn reset(stream: &TcpStream) {
    stream.set_zero_linger().expect("a socket that lingers not");
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
    let message = format!("{credentials} is no good: {request}");
    let body = serde_json::json!({ "error": { "code": "AutoBackup.0001", "message": message } });
    let body = body.to_string();
    format!(
        "HTTP/1.1 {status} Odd\r\nx-request-id: {credentials}\r\nx-openstack-request-id: {credentials}\r\nlocation: https://example.com/?{credentials}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
}

async fn read_request(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let mut seen = Vec::new();
    while !is_whole(&seen) {
        let mut buffer = [0; 4096];
        match stream.read(&mut buffer).await {
            Ok(0) | Err(_) => return None,
            Ok(read) => seen.extend_from_slice(&buffer[..read]),
        }
    }
    Some(seen)
}
