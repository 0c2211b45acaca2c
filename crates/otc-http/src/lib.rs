//! Sends HTTP requests for clients of the Open Telekom Cloud. It knows no service.
//!
//! [`Transport`] is the trait: whole requests in, whole responses out. [`HttpTransport`] sends, and
//! everything that happens to every request is a layer. A layer is a [`Transport`] that holds the next one
//! and can be used alone:
//!
//! ```
//! use otc_http::{HttpTransport, RetryPolicy, RetryTransport, TracingTransport};
//!
//! # fn f() -> Result<(), otc_http::InvalidSetting> {
//! let http = HttpTransport::builder().max_body(1024 * 1024).build()?;
//! let transport = RetryTransport::new(TracingTransport::attempts(http), RetryPolicy::default());
//! # Ok(())
//! # }
//! ```
//!
//! # The order of the layers
//!
//! [`Layers::around`] stacks them in this order, outermost first:
//!
//! | | layer | reason for its place |
//! |---|---|---|
//! | 1 | [`TracingTransport::calls`] | reports a call however it ends, including by a time limit or by cancellation |
//! | 2 | [`TimeoutTransport::per_call`] | limits what the caller waits for: turns, attempts and pauses |
//! | 3 | [`ConcurrencyTransport`] | a call that waits for a retry keeps its slot, so that an overloaded service does not get other calls instead |
//! | 4 | [`RetryTransport`] | everything below happens for each attempt |
//! | 5 | [`RateLimitTransport`] | each attempt counts, and waiting does not use up the attempt's time |
//! | 6 | [`TracingTransport::attempts`] | reports an attempt however it ends |
//! | 7 | [`AuthTransport`] | the token is the latest and a signature fresh; waiting for credentials does not use up the attempt's time |
//! | 8 | [`TimeoutTransport::per_attempt`] | an attempt that hangs is ended while there is time for another one |
//! | 9 | [`RedactTransport`] | no layer sees a secret that the service echoes |
//! | 10 | [`UserAgentTransport`] | proxies may change the header, so it is not signed |
//! | 11 | [`HttpTransport`], or another transport that sends | sends once |
//!
//! If a request is refused because of its token, [`AuthTransport`] sends it a second time, as part of the
//! same attempt. This is safe, because a service that responds with status 401 has not acted.
//!
//! # Defaults
//!
//! | setting | default | set by |
//! |---|---|---|
//! | time for a call, with all its attempts | 120 s | [`Layers::timeout`] |
//! | time for an attempt, response included | 30 s | [`Layers::attempt_timeout`] |
//! | time for making a connection | 10 s | [`HttpTransportBuilder::connect_timeout`] |
//! | time for the body of a failure | 5 s | |
//! | calls at the same time | 64 | [`Layers::concurrency`] |
//! | requests per second | unlimited | [`Layers::rate_limit`] |
//! | attempts | 4 | [`RetryPolicy::max_attempts`] |
//! | wait before the first retry, at most | 250 ms, doubled with each retry; 1 s after a rate limit | [`RetryPolicy::base`] |
//! | wait before any retry, at most | 20 s | [`RetryPolicy::cap`] |
//! | part of that wait that is used | a random part; after a rate limit at least half | [`RetryPolicy::jitter`] |
//! | longest accepted `Retry-After`, waited for in addition | 60 s | [`RetryPolicy::retry_after_ceiling`] |
//! | time for retries after a rate limit | 90 s, regardless of the number of attempts | [`RetryPolicy::rate_limit_patience`] |
//! | retries of all calls together | 100, and one more for 10 calls that succeed | [`RetryPolicy::budget`] |
//! | largest body of a response, decoded | 32 MiB | [`HttpTransportBuilder::max_body`] |
//! | compression | gzip, with the feature `gzip` | |
//! | redirects | not followed | |
//! | `http` | refused, except for this machine | [`HttpTransportBuilder::allow_http`] |
//! | proxies | `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`, `NO_PROXY`, and the system's settings; none for this machine | [`HttpTransportBuilder::proxy`], [`HttpTransportBuilder::no_proxy`] |
//! | TLS | rustls and the roots of the system; the system's library with the feature `native-tls` instead of `rustls` | [`HttpTransportBuilder::root_certificate_pem`], [`HttpTransportBuilder::client_identity_pem`], [`HttpTransportBuilder::verify`] |
//! | user agent | name and version of the client | [`Layers::user_agent`] |
//!
//! # Options of one request
//!
//! [`RequestOptions`] travel with a request, in its extensions, and take precedence over the settings of the layers:
//!
//! | option | set by | applied by |
//! |---|---|---|
//! | time for the call | [`RequestOptions::timeout`] | [`TimeoutTransport::per_call`] |
//! | time for each attempt | [`RequestOptions::attempt_timeout`] | [`TimeoutTransport::per_attempt`] |
//! | retries | [`RequestOptions::retry`] | [`RetryTransport`] |
//! | a header | [`RequestOptions::header`] | added to the request before the outermost layer |
//!
//! # Replacing a layer
//!
//! Disable it ([`RetryPolicy::never`], no rate limit, [`Duration::MAX`](std::time::Duration::MAX) for a time,
//! [`usize::MAX`] for the concurrency), and put your own around the whole or around the transport that sends.
//! A layer reads the deadline of the call and the number of the attempt from [`CallState`], and the name of
//! the operation from [`RequestInfo`].
//!
//! # Features
//!
//! - `gzip` (default): responses may be compressed.
//! - `rustls` (default): TLS by rustls, with the cryptography of aws-lc-rs.
//! - `rustls-no-provider`: the same with the cryptography that the program installs as the default of rustls.
//! - `native-tls`: TLS by the system's library, unless `rustls` is enabled.
//! - `native-tls-vendored`: the same with a bundled OpenSSL, for systems without its headers.
//! - `testing`: a transport with prepared replies and recorded requests, for tests without a network (module `testing`).

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

pub mod address;
mod auth;
mod body;
mod call_state;
mod cause;
mod certificate;
mod concurrency;
mod error;
mod http_builder;
mod http_transport;
mod layers;
#[cfg(any(feature = "rustls-no-provider", feature = "native-tls"))]
mod pem;
mod proxy;
mod rate_limit;
mod redact;
mod redact_transport;
mod request_options;
mod retry;
mod service_error;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod test_server;
#[cfg(feature = "testing")]
pub mod testing;
mod text;
mod timeout;
mod tls;
mod token;
mod trace;
mod transport;
mod user_agent;

pub use auth::{AuthTransport, Authorize, AuthorizeFuture, Refusal};
pub use call_state::CallState;
pub use concurrency::ConcurrencyTransport;
pub use error::{InvalidSetting, ResponseNote, RetryAfter, TransportError, TransportErrorKind};
pub use http_builder::HttpTransportBuilder;
pub use http_transport::HttpTransport;
pub use layers::Layers;
pub use rate_limit::{RateLimit, RateLimitTransport};
pub use redact::Redactor;
pub use redact_transport::RedactTransport;
pub use request_options::RequestOptions;
pub use retry::{RetryBudget, RetryPolicy, RetryTransport};
pub use service_error::{ServiceError, json_text, presentable, request_id};
pub use timeout::TimeoutTransport;
pub use token::{FixedToken, InvalidToken};
pub use trace::{FIELDS as TRACING_FIELDS, TARGET as TRACING_TARGET, TracingTransport};
pub use transport::{RequestInfo, Transport, TransportFuture};
pub use user_agent::UserAgentTransport;
