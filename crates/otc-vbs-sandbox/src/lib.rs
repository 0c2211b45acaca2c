//! A sandbox of the Open Telekom Cloud Volume Backup Service (VBS) and its identity service: one process, real HTTP,
//! nothing of the cloud.
//!
//! Its data follows from a seed. A backup job is computed when it is asked for and never stored, so a sandbox with a
//! million of them starts at once and needs no memory for them.
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
//! // Jobs can arrive while a client walks the list.
//! sandbox.trigger(&policy)?;
//! sandbox.shutdown().await?;
//! # Ok(())
//! # }
//! ```
//!
//! # Credentials
//!
//! Every kind of credentials that the cloud knows works: a password, a token, a password with a passcode, an agency of
//! another domain, each scoped to a project, to a domain or not at all, and access keys (AK/SK), permanent and temporary.
//! All are made up, public, and returned by methods of [`Sandbox`]; [`Sandbox::clouds_yaml`] has them in one file.
//!
//! The users can act for two projects of their domain, and through the agency for two of another domain. Each of the four
//! projects has policies, backups and jobs of its own. A token is for one project, and the identity service exchanges it
//! for one of the other project of its domain. A request signed by access key acts for the project in `X-Project-Id`, and
//! for the first one without that header.
//!
//! Signatures by access key are verified from the request as it arrived, in both variants: `Credential=`, by a key that
//! is derived for a day, a region and a service (any, also empty), and `Access=`, by the secret key itself. `host` and
//! `x-sdk-date` have to be signed. The date may be 15 minutes off the real time, not off the sandbox's clock, which
//! stands still: see [`SandboxBuilder::signature_clock`]. In the derived variant, a POST without a body may be signed as
//! the cloud's Go SDK does, with the query, form-encoded, in place of the body and not in its own.
//!
//! Tokens live for 24 hours by the sandbox's clock. [`Sandbox::expire_tokens`] and [`Sandbox::revoke_tokens`] end them,
//! and [`Sandbox::fault`] lets anything else go wrong.
//!
//! # The document and its page
//!
//! `/openapi.yaml` is the OpenAPI document that all of this follows from, with the sandbox as its server. `/docs` shows it as
//! a page for people, which calls the sandbox from the browser with a token that is already filled in; it fetches nothing
//! from anywhere else. Neither wants a token.
//!
//! # From other languages
//!
//! A [`Fault`] is written as a text, and can be asked for by the header `X-Sandbox-Fault` too, for that request only. The
//! routes under `/admin` put the clock forward, end tokens, let things go wrong and count requests; `GET /admin` lists
//! them. They need no token, but refuse a `Host` or an `Origin` that is not of this machine, unless the sandbox
//! [may be reached](SandboxBuilder::allow_remote) by others.
//!
//! Each request is an event of `tracing` with the target `otc_vbs_sandbox::access`. A head of more than 64 KiB or 100
//! headers is answered with 431, a body of more than 1 MiB with 413; either may take 30 seconds.
//!
//! # Beyond VBS
//!
//! OpenStack's clients know no VBS: they look for backups in block storage, and for disks and snapshots before they make
//! one. What they call is under `/volume`, and the catalog leads there by the types `volumev2`, `volumev3` and
//! `block-storage`: the versions of the API, disks and snapshots to list and to show, and the backups of VBS once more. It
//! answers from the same state. It is not part of VBS, and not of the OpenAPI document. It does not lie at the root, since
//! `/v3` without a project is the identity service.
//!
//! # Where the reference is silent
//!
//! The public reference leaves some of what a service has to decide open. The sandbox decides so:
//!
//! - `count` is the number of jobs that match the filters; [`CountReading::Page`] makes it the length of the page.
//! - A page after a `marker` begins behind that job's place, whether or not the job itself matches the filters. Where
//!   both `marker` and `offset` are sent, the marker holds. A marker that names no job of the policy is refused with
//!   400.
//! - A `status` that the reference does not list, and a `job_id` that the policy does not have, give an empty page. A
//!   parameter sent twice is refused with 400, one that the operation does not know is ignored.
//! - `limit` and `offset` go up to 2147483647, the largest integer of the OpenAPI document.
//! - A project that the token is not for is answered with 403, an unknown policy with 404.
//! - A token that has expired, or that the sandbox does not know, is refused with the code `AutoBackup.0003`; one that was
//!   revoked, and a signature that is not right, by the API gateway with `APIGW.0301`. All with 401.
//! - Where a request has a signature and a token, the signature counts. `X-Project-Id` and `X-Domain-Id` of a signed
//!   request are refused with 401 if they are not a project and the domain of the access key's user.
//! - Who assumes a role needs a token with a scope, and no agency's (403). An agency that does not exist is answered with
//!   404.
//! - A token that is made from another expires with it.
//! - What a request asks for and the state of the sandbox does not allow is refused with 409: an eleventh policy
//!   (`AutoBackup.0203`), an eleventh tag of a policy (`AutoBackup.0215`; the reference names no number), a run of a policy
//!   that still runs (`AutoBackup.0225`) or holds no disk (`AutoBackup.1700`).
//! - Two policies may have the same name. Seeded backup jobs do not keep a policy from being run.
//! - A policy that runs every few days counts from the day on which it was told so. Its start times may come in any order,
//!   and count once.
//! - A change of a schedule other than of its `status` alone needs `frequency` or `week_frequency` (`AutoBackup.0106`).
//! - A deleted policy leaves its backups. Backups that it makes at that moment are completed; its jobs that wait never begin.
//! - A disk that the policy holds already is associated once more without failure; one that is listed twice fails the second
//!   time. What disks fail with when they are taken out has a message and no code, as in the reference's example.
//! - A tag that is added, created or updated replaces the value that its key had. A batch changes all of its tags or none.
//!   To delete a tag that is not there changes nothing, and neither does it with another value than the tag has; deleted by
//!   itself, a tag that is not there is answered with 404 (`AutoBackup.0216`). `DELETE …/tags/action` is no operation: a tag
//!   of that name is deleted by a batch.
//! - Policies by tag: a key without values stands for any value. `matches` finds names that contain the text, in the same
//!   case. The answer to a `count` is `total_count` alone; `limit` and `offset` have to be right there too, and are not used.
//! - A member of a body that the document does not let be null is refused when it is.
//! - A backup is shared with all projects of a request or with none: 404 where it or one of them does not exist, 409 where
//!   it is not available or shared with one already, 400 where one is its own. Without projects, nothing happens. Only the
//!   project that gave a share can cancel it (403), and a deleted backup takes its shares along. The other project sees a
//!   shared backup through the share alone.
//! - Lists of shares begin with the newest; without `limit` they are whole. `sort_key` is a field of the share where it
//!   has it, else of its backup.
//! - A backup, a disk or a snapshot that is not there is answered with 404. What is not possible now, because a disk is busy or
//!   a backup is in another state, is answered with 409, by the OpenStack operations with 400 and `badRequest`; a quota that
//!   is used up with 403.
//! - A backup can be deleted while others build on it, and once it is available or in error. Its snapshot goes with it, if the
//!   service took the snapshot.
//! - A backup that is shared with a project can be restored to a disk of that project, which has the job; to everybody,
//!   the backup is being restored meanwhile. A share that is cancelled does not stop that. Nothing else can be done with it
//!   there.
//! - `createBackup` keeps its description as `{"DESC":…,"INC":…}`, the OpenStack operations as it was sent. Of two tags
//!   with the same key, the later holds.
//! - `FullBackup` is `true` or anything else, which asks for an incremental backup.
//! - All entities of a job are there from the start. Jobs are known for 30 days; a project has no more than
//!   10,000 of them, and a policy no more than 1,000,000 backup jobs that it triggered while the sandbox runs: the oldest that
//!   have ended are forgotten. Jobs that took too long have failed with `VolumeBackup.0027`.
//! - A page of backups has at most 1000. Where there are more, a link leads to the next page of the same list; it has the
//!   version, which those of the reference lack, and no `offset`. A `marker` that names no backup is answered with 404; an
//!   `offset` beside it counts from there.
//! - `with_count` before version 3.45 of the OpenStack API and the filters with `~` before 3.31 are ignored, as OpenStack
//!   does; so is a version that can't be read. `count` is as for jobs.
//! - Under `/volume`, a member of a backup to make that is null was not sent. Elsewhere, null is refused where the document
//!   does not have it.
//! - Bad parameters have the code `VolumeBackup.0002`, which stands for a wrong format; for an unknown path or method
//!   the reference has no code, so the HTTP status stands in its place.

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
