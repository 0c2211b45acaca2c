//! Retries, limits, bodies, connections, proxies, TLS and traces of requests. The layers are
//! around a scripted transport or around HTTP to a server that misbehaves.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

mod bodies;
mod cancellation;
mod connections;
mod credentials;
mod incomplete_responses;
mod layers_alone;
mod limits;
mod methods;
mod mock_transport;
mod proxies;
mod rate_limits;
mod redaction;
mod redirects;
mod request_options;
mod retry;
mod retry_after;
mod time;
#[cfg(any(feature = "rustls", feature = "native-tls"))]
mod tls;
mod tracing;
mod variables;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request, Response};
use otc_http::{HttpTransport, Layers, ResponseNote, RetryPolicy, ServiceError, Transport, TransportError};
use otc_vbs_testing::Faulty;

type Answer = Result<Response<Bytes>, TransportError>;

const SECOND: Duration = Duration::from_secs(1);
const HOST: &str = "service.example.com";
const BODY: &str = r#"{"items":[]}"#;

fn request(method: Method, url: &str) -> Request<Bytes> {
    let request = Request::builder().method(method).uri(url);
    request.body(Bytes::new()).unwrap()
}

fn get() -> Request<Bytes> {
    request(Method::GET, "https://service.example.com/items")
}

fn post() -> Request<Bytes> {
    request(Method::POST, "https://service.example.com/items/1/action")
}

fn get_from(server: &Faulty) -> Request<Bytes> {
    request(Method::GET, &format!("http://{}/items", server.address()))
}

fn post_to(server: &Faulty) -> Request<Bytes> {
    request(Method::POST, &format!("http://{}/items", server.address()))
}

/// Retries without a pause, unless the service asks for one or limits the rate.
fn immediate() -> RetryPolicy {
    RetryPolicy::default().jitter(|_| Duration::ZERO)
}

/// Retries after the longest pause.
fn slowest() -> RetryPolicy {
    RetryPolicy::default().jitter(|longest| longest)
}

fn retrying(policy: RetryPolicy) -> Layers {
    Layers::new().retry(policy)
}

/// The transport that sends, whatever proxies the environment has.
fn http() -> HttpTransport {
    HttpTransport::builder().no_proxy().build().unwrap()
}

/// Puts the layers around a transport.
fn stack(layers: Layers, sender: impl Transport) -> Arc<dyn Transport> {
    layers.around(Arc::new(sender)).unwrap()
}

/// Sends one request through the layers.
async fn send(layers: Layers, sender: impl Transport, request: Request<Bytes>) -> Answer {
    stack(layers, sender).send(request).await
}

/// The text of an answer for a user: the error of the transport, or of the response with the note of the
/// layers.
fn text(answer: &Answer) -> String {
    let response = match answer {
        Ok(response) => response,
        Err(error) => return error.to_string(),
    };
    let mut text = ServiceError::from_response(response).to_string();
    if let Some(ResponseNote(note)) = response.extensions().get() {
        text = format!("{text}, {note}");
    }
    text
}

fn status_of(answer: &Answer) -> u16 {
    answer.as_ref().unwrap().status().as_u16()
}
