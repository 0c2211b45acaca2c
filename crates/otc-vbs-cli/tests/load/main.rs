//! Many requests to one `vbs sandbox`: all are answered, and it does not grow.
//!
//! `VBS_LOAD_REQUESTS` says how many requests there are, 5,000 without it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod ask;
mod mix;
mod server;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use tokio::sync::RwLock;

use crate::mix::Mix;
use crate::server::Server;

const CONNECTIONS: usize = 64;
/// Every so many requests, the clock is put forward. While it stands still, nothing ends.
const BETWEEN_STEPS: u64 = 100;
/// How much memory may come on top after a fifth of the requests, in kilobytes. By then 40 days have passed, and what the
/// service lists goes back 30: from then on as much is dropped as comes. What still varies are buffers (64 connections with
/// a request and an answer of up to 64 KB each are 8 MB) and the freed memory that the allocator keeps for each thread. Of
/// 100,000 requests, the last 80,000 would need more if each left 200 bytes behind.
const MOST_GROWTH: u64 = 16 * 1024;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_request_is_answered_and_memory_stays_flat() {
    let requests: u64 = match std::env::var("VBS_LOAD_REQUESTS") {
        Ok(text) => text.parse().expect("VBS_LOAD_REQUESTS is a number"),
        Err(_) => 5_000,
    };
    let warm_up = requests / 5;
    // 40 days pass in the warm-up.
    let step = 40 * 24 * 3600 * BETWEEN_STEPS / warm_up.max(1);
    let server = Arc::new(Server::start("--policies 4 --disks 12"));
    // The clock moves only while no request is under way, so that each request knows what the service has.
    let mix = Arc::new(RwLock::new(Mix::new(&server).await));
    let next = Arc::new(AtomicU64::new(0));
    let began = Instant::now();
    let mut memory = Vec::new();
    for end in [1, 2, 3, 4, 5].map(|fifths| requests * fifths / 5) {
        let connections = (0..CONNECTIONS).map(|_| {
            let (mix, next) = (Arc::clone(&mix), Arc::clone(&next));
            tokio::spawn(async move {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= end {
                        return;
                    }
                    match number % BETWEEN_STEPS {
                        0 => mix.write().await.advance(step).await,
                        _ => mix.read().await.send(number).await,
                    }
                }
            })
        });
        for connection in connections.collect::<Vec<_>>() {
            connection.await.unwrap();
        }
        next.store(end, Ordering::Relaxed);
        memory.push(server.resident());
    }
    let seconds = began.elapsed().as_secs_f64();
    let mix = mix.read().await;
    println!(
        "{requests} requests in {seconds:.1} s, {:.0} per second",
        requests as f64 / seconds
    );
    println!("resident memory in kB after each fifth: {memory:?}");
    println!("{}", mix.counts());
    mix.check_that_everything_worked_once(requests);
    if let [Some(before), .., Some(after)] = memory[..] {
        assert!(after <= before + MOST_GROWTH, "{before} kB, then {after} kB");
    }
}
