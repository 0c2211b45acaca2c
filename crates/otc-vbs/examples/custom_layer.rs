//! Adds a layer between the calls and the network: it counts the calls of each operation.

use std::collections::BTreeMap;
use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};

use otc_vbs::Client;
use otc_vbs::bytes::Bytes;
use otc_vbs::http::Request;
use otc_vbs::transport::{RequestInfo, Transport, TransportFuture};

type Counts = Arc<Mutex<BTreeMap<&'static str, u32>>>;

struct CountCalls<T> {
    next: T,
    counts: Counts,
}

impl<T: Transport> Transport for CountCalls<T> {
    fn send(&self, request: Request<Bytes>) -> TransportFuture<'_> {
        if let Some(operation) = RequestInfo::of(&request).operation() {
            let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
            *counts.entry(operation).or_default() += 1;
        }
        self.next.send(request)
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let counts = Counts::default();
    let counted = Arc::clone(&counts);
    let vbs = Client::builder().layer(move |next| CountCalls { next, counts: counted }).sign_in().await?;
    vbs.policies().list().send().await?;
    vbs.quotas().list().send().await?;
    for (operation, calls) in counts.lock().unwrap_or_else(PoisonError::into_inner).iter() {
        println!("{operation}: {calls}");
    }
    Ok(())
}
