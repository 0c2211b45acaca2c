//! A sandbox of the Open Telekom Cloud Volume Backup Service (VBS) and its identity service: one process,
//! real HTTP, no cloud.
//!
//! Its data depend only on a seed, the sizes and the clock. The history is computed on demand, so a sandbox
//! with a million backup jobs starts at once and needs no memory for them.
//!
//! ```
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use otc_vbs_sandbox::Sandbox;
//!
//! let sandbox = Sandbox::builder().seed(7).jobs(1_000_000).start().await?;
//! let policy = sandbox.policy_ids().next().ok_or("no policy")?;
//!
//! let jobs = format!("v2/{}/backuppolicy/{policy}/backuptasks", sandbox.project_id());
//! let page: serde_json::Value = reqwest::Client::new()
//!     .get(sandbox.endpoint().join(&jobs)?)
//!     .query(&[("status", "EXECUTE_FAIL"), ("limit", "5")])
//!     .header("X-Auth-Token", sandbox.token())
//!     .send()
//!     .await?
//!     .json()
//!     .await?;
//! assert_eq!(page["tasks"].as_array().map(Vec::len), Some(5));
//!
//! // New jobs can appear while a client walks the list.
//! sandbox.trigger(&policy)?;
//! sandbox.shutdown().await?;
//! # Ok(())
//! # }
//! ```
//!
//! # Credentials
//!
//! Every kind of credentials works: a password, a token, a password with a passcode, an agency of another
//! domain, and access keys (AK/SK), permanent and temporary. Tokens are scoped to a project, to a domain or
//! to nothing. All credentials are made up and public. Methods of [`Sandbox`] return them, and
//! [`Sandbox::clouds_yaml`] has all of them.
//!
//! The users have rights in [several projects](SandboxBuilder::projects) of their domain, and by the agency
//! in two of another domain. Each project has its own policies, backups and jobs. A token is for one project;
//! the identity service exchanges it for a token for another one. A request that is signed by access key is
//! for the project in `X-Project-Id`, which defaults to the first project.
//!
//! Both variants of signatures are verified against the request as it was received: `Credential=` with a key
//! that is derived for a day, a region and a service (any, also empty), and `Access=` with the secret key
//! itself. `host` and `x-sdk-date` must be signed. The date may differ by 15 minutes from the real time, not
//! from the sandbox's clock: see [`SandboxBuilder::signature_clock`]. With `Credential=`, the query of a POST
//! without a body may be signed as its form-encoded body, as the cloud's Go SDK does.
//!
//! A token is valid for 24 hours: of the sandbox's clock if it is frozen, else of real time (see
//! [`SandboxBuilder::real_time_tokens`]). [`Sandbox::expire_tokens`] and [`Sandbox::revoke_tokens`] end all
//! tokens.
//!
//! # Other languages
//!
//! Routes under `/admin` move the clock, end tokens, inject faults and count requests: `GET /admin` lists
//! them. They need no token, and accept requests from this machine only, unless
//! [others may connect](SandboxBuilder::allow_remote). A [`Fault`] can also be requested for a single
//! request, in the header `X-Sandbox-Fault`.
//!
//! Every request is a `tracing` event with the target `otc_vbs_sandbox::access`. A request head of more than
//! 64 KiB or 100 headers results in 431, a body of more than 1 MiB in 413. Both must arrive within 30
//! seconds.
//!
//! # OpenStack's clients
//!
//! OpenStack's clients don't know VBS. They look for backups in block storage, and for disks and snapshots
//! before they create one. The catalog leads them to `/volume` by the types `volumev2`, `volumev3` and
//! `block-storage`. There are versions, disks, snapshots, and the backups of VBS a second time. This is not
//! part of VBS, nor of the OpenAPI document. It has a path of its own because `/v3` without a project is the
//! identity service.
//!
//! # What the sandbox decides
//!
//! [`docs/decisions.md`](https://github.com/opentelekomcloud/otc-vbs/blob/main/crates/otc-vbs-sandbox/docs/decisions.md)
//! lists what the sandbox does where the public reference is silent.

mod domain;
mod faults;
mod http;
mod identity;
mod sandbox;
mod state;
mod text;

pub use self::domain::limits::CountReading;
pub use self::faults::{Fault, InvalidFault};
pub use self::sandbox::builder::SandboxBuilder;
pub use self::sandbox::error::{Error, Result};
pub use self::sandbox::{Sandbox, SandboxProject};
pub use self::state::request_log::ReceivedRequest;
