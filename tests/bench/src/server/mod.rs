//! A server of the service that costs next to nothing: a thread per connection, and answers that are written in advance.
//!
//! It answers what the measured programs ask for and checks nothing. It is not the sandbox, whose state, faults and checks cost
//! more than the client that is measured.

mod answers;
mod link;

use std::io::{self, Read, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use self::answers::Answers;
use self::link::Link;

pub use self::answers::{POLICY, PROJECT};

/// How the server behaves.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
    /// The number of backup jobs of each policy
    #[arg(long, default_value_t = 1_000_000)]
    pub jobs: usize,
    /// The number of policies
    #[arg(long, default_value_t = 1)]
    pub policies: usize,
    /// Waits this number of milliseconds before each response
    #[arg(long, value_name = "MS", default_value_t = 0)]
    pub delay: u64,
    /// Sends at most this number of Mbit/s, over all connections
    #[arg(long, value_name = "MBIT")]
    pub bandwidth: Option<u32>,
    /// Compresses the responses for clients that accept gzip
    #[arg(long)]
    pub gzip: bool,
}

/// What a server did until it ended.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct Counts {
    pub connections: u64,
    /// The maximum number of connections that were open at the same time.
    pub most_connections: u64,
    pub requests: u64,
    /// The bytes of all responses.
    pub bytes: u64,
}

#[derive(Default)]
struct Counters {
    connections: AtomicU64,
    open: AtomicU64,
    most_open: AtomicU64,
    requests: AtomicU64,
    bytes: AtomicU64,
}

/// Prints the address, and serves until standard input is closed. Then prints what was counted.
pub fn serve(options: &Options) -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = format!("http://{}", listener.local_addr()?);
    let counters = Arc::new(Counters::default());
    let answers = Arc::new(Answers::new(options, &address));
    let link = options.bandwidth.map(|megabits| Arc::new(Link::new(megabits)));
    println!("{address}");
    let delay = Duration::from_millis(options.delay);
    let shared = Arc::clone(&counters);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (answers, counters, link) = (Arc::clone(&answers), Arc::clone(&shared), link.clone());
            thread::spawn(move || {
                counters.connections.fetch_add(1, Ordering::Relaxed);
                let open = counters.open.fetch_add(1, Ordering::Relaxed) + 1;
                counters.most_open.fetch_max(open, Ordering::Relaxed);
                // A client that closes its connection is not a problem of the server.
                let _ = connection(stream, &answers, delay, link.as_deref(), &counters);
                counters.open.fetch_sub(1, Ordering::Relaxed);
            });
        }
    });
    io::stdin().read_to_end(&mut Vec::new())?;
    let counts = Counts {
        connections: counters.connections.load(Ordering::Relaxed),
        most_connections: counters.most_open.load(Ordering::Relaxed),
        requests: counters.requests.load(Ordering::Relaxed),
        bytes: counters.bytes.load(Ordering::Relaxed),
    };
    println!("{}", serde_json::to_string(&counts)?);
    Ok(())
}

fn connection(
    mut stream: TcpStream,
    answers: &Answers,
    delay: Duration,
    link: Option<&Link>,
    counters: &Counters,
) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let (mut received, mut response) = (Vec::with_capacity(4096), Vec::new());
    while let Some(length) = read_head(&mut stream, &mut received)? {
        counters.requests.fetch_add(1, Ordering::Relaxed);
        response.clear();
        let head = String::from_utf8_lossy(&received[..length]);
        answers.write(&head, &mut response);
        let body = content_length(&head);
        drop(head);
        skip(&mut stream, &mut received, length + body)?;
        if !delay.is_zero() {
            thread::sleep(delay);
        }
        match link {
            Some(link) => link.send(&mut stream, &response)?,
            None => stream.write_all(&response)?,
        }
        counters.bytes.fetch_add(response.len() as u64, Ordering::Relaxed);
    }
    Ok(())
}

/// Reads until a request's head is complete. Returns its length, or `None` if the client closed the connection.
fn read_head(stream: &mut TcpStream, received: &mut Vec<u8>) -> io::Result<Option<usize>> {
    loop {
        if let Some(end) = received.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
            return Ok(Some(end + 4));
        }
        if !read(stream, received)? {
            return Ok(None);
        }
    }
}

/// Removes this number of bytes, which may not have arrived yet.
fn skip(stream: &mut TcpStream, received: &mut Vec<u8>, length: usize) -> io::Result<()> {
    while received.len() < length {
        if !read(stream, received)? {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    received.drain(..length);
    Ok(())
}

fn read(stream: &mut TcpStream, received: &mut Vec<u8>) -> io::Result<bool> {
    let mut bytes = [0; 4096];
    let count = stream.read(&mut bytes)?;
    received.extend_from_slice(&bytes[..count]);
    Ok(count > 0)
}

fn content_length(head: &str) -> usize {
    header(head, "content-length").and_then(|value| value.parse().ok()).unwrap_or(0)
}

fn header<'h>(head: &'h str, name: &str) -> Option<&'h str> {
    head.lines().find_map(|line| {
        let (key, value) = line.split_once(':')?;
        key.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}
