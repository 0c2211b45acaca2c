//! What carries requests: the HTTP library, and one layer for each thing that happens to every request.
//!
//! Each layer is a [`Transport`](crate::Transport) that holds the next and can be used alone, around any other:
//!
//! ```
//! use otc_vbs::transport::{HttpTransport, RetryPolicy, RetryTransport, TracingTransport};
//!
//! # fn f() -> otc_vbs::Result<()> {
//! let http = HttpTransport::builder().max_body(1024 * 1024).build()?;
//! let transport = RetryTransport::new(TracingTransport::attempts(http), RetryPolicy::default());
//! # Ok(())
//! # }
//! ```
//!
//! # The layers of a client
//!
//! [`ClientBuilder::build`](crate::ClientBuilder::build) puts them together in this order, outermost first:
//!
//! | | layer | why there |
//! |---|---|---|
//! | 1 | what [`ClientBuilder::layer`](crate::ClientBuilder::layer) adds | sees each call once, as the caller made it |
//! | 2 | [`TracingTransport::calls`] | tells of a call however it ends, by time or by cancellation too |
//! | 3 | [`TimeoutTransport::per_call`] | is about what the caller waits for: turns, attempts and pauses |
//! | 4 | [`ConcurrencyTransport`] | a call that pauses keeps its place, so that a service that asks for time is not given other calls instead |
//! | 5 | [`RetryTransport`] | everything below happens anew for each attempt |
//! | 6 | [`RateLimitTransport`] | each attempt counts, and the wait takes nothing from the attempt's time |
//! | 7 | [`TracingTransport::attempts`] | tells of an attempt however it ends |
//! | 8 | [`TimeoutTransport::per_attempt`] | an attempt that hangs is given up while there is time for another |
//! | 9 | [`AuthTransport`] | the token is the latest and a signature fresh, after all that waits |
//! | 10 | [`UserAgentTransport`] | proxies may change the header, so it is not signed |
//! | 11 | [`HttpTransport`] | sends, once; [`ClientBuilder::transport`](crate::ClientBuilder::transport) puts another in its place |
//!
//! A request that is refused for its token is sent a second time by [`AuthTransport`], within the same attempt: with status
//! 401 the service has not acted.
//!
//! # What holds where nothing is set
//!
//! | what | default | set by |
//! |---|---|---|
//! | time for a call, with all its attempts | 120 s | [`timeout`](crate::ClientBuilder::timeout) |
//! | time for an attempt, its response read | 30 s | [`attempt_timeout`](crate::ClientBuilder::attempt_timeout) |
//! | time for the making of a connection | 10 s | [`connect_timeout`](crate::ClientBuilder::connect_timeout) |
//! | calls at once | 64 | [`concurrency`](crate::ClientBuilder::concurrency) |
//! | requests a second | not limited | [`rate_limit`](crate::ClientBuilder::rate_limit) |
//! | attempts | 4 | [`RetryPolicy::max_attempts`] |
//! | pause before the first repeat, at most | 250 ms, doubled with each | [`RetryPolicy::base`] |
//! | pause before any repeat, at most | 20 s | [`RetryPolicy::cap`] |
//! | how much of that pause | at random, all or nothing or between | [`RetryPolicy::jitter`] |
//! | the longest `Retry-After` that is waited for, before that pause | 60 s | [`RetryPolicy::retry_after_ceiling`] |
//! | repeats of all calls of a client | 100, and one more for 10 calls that succeed | [`RetryPolicy::budget`] |
//! | the largest body of a response | 32 MiB | [`max_body`](crate::ClientBuilder::max_body) |
//! | compression | not asked for, refused | |
//! | redirects | not followed | |
//! | `http` | refused, except to this machine | [`allow_http`](crate::ClientBuilder::allow_http) |
//! | proxies | `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`, `NO_PROXY`, those of the system; none to this machine | [`proxy`](crate::ClientBuilder::proxy), [`no_proxy`](crate::ClientBuilder::no_proxy) |
//! | TLS | rustls, the roots of the system; with the feature `native-tls` in place of `rustls`, the library of the system | [`root_certificate_pem`](crate::ClientBuilder::root_certificate_pem), [`client_identity_pem`](crate::ClientBuilder::client_identity_pem), [`verify`](crate::ClientBuilder::verify) |
//! | user agent | `otc-vbs/<version>` | [`user_agent`](crate::ClientBuilder::user_agent) |
//!
//! # Replacing a layer
//!
//! Turn it off where it can be ([`RetryPolicy::never`], no rate limit, [`Duration::MAX`](std::time::Duration::MAX) for a
//! time, [`usize::MAX`] for the concurrency), and put your own around the whole with
//! [`ClientBuilder::layer`](crate::ClientBuilder::layer), or around what sends with
//! [`ClientBuilder::transport`](crate::ClientBuilder::transport). [`CallState`] tells it when the call ends and which attempt
//! it is in.

mod auth;
mod call_state;
mod concurrency;
mod http;
mod http_builder;
mod rate_limit;
mod redact;
mod retry;
mod stack;
mod text;
mod timeout;
mod tls;
mod token;
mod trace;
mod user_agent;

pub use self::auth::{AuthTransport, Authorize, AuthorizeFuture, Refusal};
pub use self::call_state::CallState;
pub use self::concurrency::ConcurrencyTransport;
pub use self::http::HttpTransport;
pub use self::http_builder::HttpTransportBuilder;
pub use self::rate_limit::{RateLimit, RateLimitTransport};
pub use self::retry::{RetryBudget, RetryPolicy, RetryTransport};
pub use self::timeout::TimeoutTransport;
pub use self::token::{FixedToken, InvalidToken};
pub use self::trace::{FIELDS as TRACING_FIELDS, TARGET as TRACING_TARGET, TracingTransport};
pub use self::user_agent::UserAgentTransport;

pub(crate) use self::stack::Stack;
