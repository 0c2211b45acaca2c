//! Authentication for clients of the Open Telekom Cloud: credentials, clouds.yaml, tokens, AK/SK signatures and the service
//! catalog. It works for any service of the cloud.
//!
//! A [`Config`] combines explicit settings with clouds.yaml or the `OS_*` variables. A [`Session`] with that configuration
//! authorizes requests ([`Session::authorize`]) and finds the addresses of services ([`Session::endpoint`]).
//!
//! ```no_run
//! # async fn f() -> otc_auth::Result<()> {
//! use otc_auth::{Config, Environment, ServiceQuery, Session, replace_host_label};
//!
//! let session = Session::connect(Config::discover(&Environment::process())?)?;
//! let query = ServiceQuery::new(["vbs", "vbsv2"]).derive("volumev2", replace_host_label("evs", "vbs"));
//! println!("{} of {}", session.endpoint(&query).await?, session.project_id().await?);
//! # Ok(())
//! # }
//! ```
//!
//! # Features
//!
//! The first five are on by default.
//!
//! - `aksk`: requests are signed with an access key.
//! - `clouds-yaml`: clouds of clouds.yaml.
//! - `token-cache`: tokens are stored for the next process.
//! - `gzip`: responses may be compressed.
//! - `rustls`: TLS by rustls.
//! - `rustls-no-provider`: the same with the cryptography that the program installs as the default of rustls.
//! - `native-tls`: TLS by the system's library, unless `rustls` is enabled.
//! - `native-tls-vendored`: the same with a bundled OpenSSL, for systems without its headers.
//!
//! A setting that needs a disabled feature is an error that names the feature.
//!
//! # Secrets
//!
//! - Passwords, passcodes, tokens and secret keys are kept in memory that is wiped when they are dropped. The buffers of the
//!   YAML, JSON, HTTP and TLS libraries, which they pass through, are not wiped.
//! - They never appear in `Debug` output, errors or file names. If the identity service repeats one in a message, it is
//!   removed from the message.
//! - Headers that hold one are marked as sensitive, so that HTTP libraries hide them in their logs.
//!
//! # Errors
//!
//! One opaque type, [`Error`], with predicates. If a setting is the cause, the text names the setting and where it was looked
//! for.

// Only the code of a disabled feature uses these.
#![cfg_attr(not(all(feature = "aksk", feature = "clouds-yaml", feature = "token-cache")), allow(dead_code))]

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

mod address;
mod catalog;
mod clock;
mod config;
mod environment;
mod error;
mod file;
mod identity;
mod keystone;
mod lenient;
mod region;
mod sender;
mod session;
mod signing;

pub use catalog::{Interface, ServiceQuery, replace_host_label};
pub use clock::{Clock, SystemClock};
pub use config::{Config, ConfigBuilder};
pub use environment::Environment;
pub use error::{Error, Result};
pub use region::Region;
pub use session::{Authorization, AvailableProject, Caller, Session};
pub use signing::SignatureVariant;

/// The crate `otc-http`, which sends the requests to the identity service.
pub use otc_http;
