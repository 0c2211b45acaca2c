//! Who the caller is, for clients of the Open Telekom Cloud: credentials, clouds.yaml, tokens, AK/SK signatures and the
//! service catalog. It knows no service, and serves any client.
//!
//! A [`Config`] is read from what is set explicitly, from clouds.yaml or from `OS_*` variables. A [`Session`] made of it
//! authorizes requests ([`Session::authorize`]) and says where services are ([`Session::endpoint`]).
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
//! # Secrets
//!
//! Passwords, passcodes, tokens and secret keys are kept in memory that is wiped when they are dropped, and stand in no
//! `Debug`, no error and no file's name. Where the identity service repeats one in a message, it is taken out. Headers that
//! hold one are marked as sensitive, so that HTTP libraries hide them in their logs. What is read and sent passes through
//! the buffers of YAML, JSON, HTTP and TLS, which are not wiped.
//!
//! # Errors
//!
//! One opaque type, [`Error`], with predicates. Where a setting is at fault, its text names the setting and where it was
//! looked for.

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
pub use session::{Authorization, Session};
pub use signing::SignatureVariant;

/// Carries the requests to the identity service.
pub use otc_http;
