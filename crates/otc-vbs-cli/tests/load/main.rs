//! Sends many requests to one sandbox: all are answered, and no memory leaks. Works on every system.
//!
//! `VBS_LOAD_REQUESTS` is the number of requests, 20,000 by default.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod call;
mod mix;

use std::alloc::System;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use cap::Cap;
use otc_vbs_sandbox::Sandbox;
use tokio::sync::RwLock;

use crate::mix::Mix;

/// Counts the bytes that the sandbox and the test have allocated and not freed.
#[global_allocator]
static ALLOCATOR: Cap<System> = Cap::new(System, usize::MAX);

const CONNECTIONS: usize = 64;
/// The clock advances once per this number of requests. In between it is frozen, and no job ends.
const BETWEEN_STEPS: u64 = 100;
/// The maximum number of bytes that a request may leak, after the first fifth. By then 40 days have passed
/// and the service lists the last 30, so that as much is dropped as is added.
const MAX_LEAK: i64 = 100;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_request_is_answered_and_no_memory_leaks() {
    let requests: u64 = match std::env::var("VBS_LOAD_REQUESTS") {
        Ok(text) => text.parse().expect("VBS_LOAD_REQUESTS is a number"),
        Err(_) => 20_000,
    };
    let warm_up = requests / 5;
    // 40 days pass in the warm-up.
    let step = 40 * 24 * 3600 * BETWEEN_STEPS / warm_up.max(1);
    let sandbox = Sandbox::builder().seed(1).policies(4).disks(12).start().await.unwrap();
    // The clock advances only while no request is in flight, so that each request knows what the service has.
    let mix = Arc::new(RwLock::new(Mix::new(&sandbox).await));
    let next = Arc::new(AtomicU64::new(0));
    let start = Instant::now();
    let mut allocated = Vec::new();
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
        allocated.push(i64::try_from(ALLOCATOR.allocated()).unwrap());
    }
    let seconds = start.elapsed().as_secs_f64();
    let mix = mix.read().await;
    println!("{requests} requests in {seconds:.1} s, {:.0} per second", requests as f64 / seconds);
    println!("allocated bytes after each fifth: {allocated:?}");
    println!("{}", mix.counts());
    mix.assert_each_call_succeeded_once(requests);
    let leak = (allocated[4] - allocated[0]) / i64::try_from(requests - warm_up).unwrap();
    println!("{leak} bytes per request");
    assert!(leak <= MAX_LEAK, "each request leaks {leak} bytes: {allocated:?}");
}
