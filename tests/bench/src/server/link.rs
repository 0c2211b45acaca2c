//! A link that carries a number of bits per second, over all connections.

use std::io::{self, Write as _};
use std::net::TcpStream;
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// The bytes that are sent at once: six milliseconds at 20 Mbit/s.
const CHUNK: usize = 15_000;

pub(super) struct Link {
    bytes_per_second: f64,
    /// When everything that was accepted so far has been carried.
    free_at: Mutex<Instant>,
}

impl Link {
    pub(super) fn new(megabits_per_second: u32) -> Self {
        Self {
            bytes_per_second: f64::from(megabits_per_second) * 1e6 / 8.0,
            free_at: Mutex::new(Instant::now()),
        }
    }

    pub(super) fn send(&self, stream: &mut TcpStream, bytes: &[u8]) -> io::Result<()> {
        for chunk in bytes.chunks(CHUNK) {
            let arrives = self.reserve(chunk.len());
            thread::sleep(arrives.saturating_duration_since(Instant::now()));
            stream.write_all(chunk)?;
        }
        Ok(())
    }

    /// When this number of bytes has been carried, after everything before them.
    fn reserve(&self, bytes: usize) -> Instant {
        let mut free_at = self.free_at.lock().unwrap_or_else(PoisonError::into_inner);
        let start = (*free_at).max(Instant::now());
        *free_at = start + Duration::from_secs_f64(bytes as f64 / self.bytes_per_second);
        *free_at
    }
}
