//! One page of 1,000 jobs, decoded in different ways.

use std::error::Error;

use otc_vbs::Client;
use otc_vbs::bytes::Bytes;
use otc_vbs::http::{Request, Response};
use otc_vbs::transport::{Transport, TransportFuture};
use otc_vbs::types::BackupJob;
use otc_vbs_api::types::BackupJobList;
use tokio::runtime::Runtime;

use crate::jobs::{Jobs, PAGE};
use crate::peers::Page;
use crate::server::{POLICY, PROJECT};

/// A page of the largest size, in a list of a million jobs.
pub fn page() -> Bytes {
    Jobs::new(1_000_000).first_page().into()
}

/// Into types that borrow every text, by serde_json: the limit.
pub fn borrowed(page: &[u8]) -> serde_json::Result<Page<'_>> {
    serde_json::from_slice(page)
}

/// Into the types of otc-vbs, by serde_json.
pub fn typed(page: &[u8]) -> serde_json::Result<BackupJobList> {
    serde_json::from_slice(page)
}

/// Into `serde_json::Value`.
pub fn value(page: &[u8]) -> serde_json::Result<serde_json::Value> {
    serde_json::from_slice(page)
}

/// A client that receives the same page in response to each request, without a socket: the path of a response through
/// otc-vbs.
pub struct WholePath {
    client: Client,
    runtime: Runtime,
}

impl WholePath {
    /// Creates the client.
    pub fn new(page: Bytes) -> Result<Self, Box<dyn Error>> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
        let builder = Client::builder().endpoint("https://vbs.example.com").project_id(PROJECT);
        let client = builder.token("token").transport(SamePage(page)).build()?;
        Ok(Self { client, runtime })
    }

    /// Requests and decodes the page.
    pub fn decode(&self) -> Result<Vec<BackupJob>, Box<dyn Error>> {
        let request = self.client.policy(&POLICY.parse()?).backup_jobs().limit(PAGE as u32);
        Ok(self.runtime.block_on(request.send())?.items)
    }
}

struct SamePage(Bytes);

impl Transport for SamePage {
    fn send(&self, _request: Request<Bytes>) -> TransportFuture<'_> {
        let mut response = Response::new(self.0.clone());
        let json = otc_vbs::http::HeaderValue::from_static("application/json");
        response.headers_mut().insert("content-type", json);
        Box::pin(async { Ok(response) })
    }
}
