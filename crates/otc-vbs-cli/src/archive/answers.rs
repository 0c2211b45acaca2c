//! Answers requests from an archive, so that commands read it as they read the service.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use jiff::Timestamp;
use otc_vbs::bytes::Bytes;
use otc_vbs::http::{Request, Response, StatusCode};
use otc_vbs::transport::{RequestInfo, Transport, TransportError, TransportErrorKind, TransportFuture};
use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};

use super::manifest::{Kind, Project};
use super::read::Archive;
use crate::exit::Failure;

/// The number of jobs in a page unless the request says otherwise.
const DEFAULT_LIMIT: usize = 20;
/// The status of a job that had not ended when the service forgot it.
const OUTCOME_UNKNOWN: &str = "OUTCOME_UNKNOWN";

/// Which policies are listed, and what counts as an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// All policies, also deleted ones, with everything that is known of them.
    History,
    /// The policies of the last export. What that export could not read is not answered.
    LastExport,
}

/// Answers the requests for a project.
pub(crate) struct Answers {
    archive: Arc<Archive>,
    project: Project,
    scope: Scope,
    jobs: OnceLock<Result<Jobs, String>>,
}

/// The jobs of each policy.
type Jobs = HashMap<String, JobsOfPolicy>;

#[derive(Default)]
struct JobsOfPolicy {
    /// Newest first.
    jobs: Vec<Job>,
    /// The place of each job in the list, by its id.
    places: HashMap<String, usize>,
}

/// A job, and what requests select it by.
struct Job {
    id: String,
    status: String,
    line: Box<RawValue>,
}

/// The members of a line that requests select it by.
#[derive(Deserialize)]
struct Key {
    policy_id: String,
    job_id: String,
    status: String,
    created_at: String,
    outcome_unknown: bool,
}

#[derive(Deserialize)]
struct PolicyLine {
    deleted: bool,
    policy: Box<RawValue>,
}

/// The parameters of `listBackupJobs`.
#[derive(Default)]
struct Query {
    marker: Option<String>,
    job_id: Option<String>,
    status: Option<String>,
    ascending: bool,
    offset: usize,
    limit: Option<usize>,
}

/// Why there is no answer.
enum Refusal {
    /// It is not in the archive.
    Missing(String),
    /// The service would answer this status, too.
    Status(StatusCode, String),
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        Self::Missing(failure.to_string())
    }
}

impl Answers {
    pub(crate) fn new(archive: Arc<Archive>, project: Project, scope: Scope) -> Self {
        Self { archive, project, scope, jobs: OnceLock::new() }
    }

    fn answer(&self, request: &Request<Bytes>) -> Result<Vec<u8>, Refusal> {
        let mut path = request.uri().path().split('/').skip(4);
        match RequestInfo::of(request).operation() {
            Some("listBackupPolicies") => self.policies(),
            Some("listBackupJobs") => {
                let policy = path.next().unwrap_or_default();
                self.page_of_jobs(policy, &Query::parse(request.uri().query().unwrap_or_default())?)
            }
            Some("getQuotas") => self.quotas(),
            operation => Err(Refusal::Missing(format!(
                "an archive does not answer {}",
                operation.unwrap_or("this request")
            ))),
        }
    }

    /// Fails if the last export could not read this and old rows would pass for new ones.
    fn must_be_of_last_export(&self, kind: Kind, policy: Option<&str>) -> Result<(), Refusal> {
        if self.scope == Scope::History {
            return Ok(());
        }
        let missing = self.project.missing.iter();
        let missing = missing.filter(|missing| {
            missing.kind == kind && missing.policy_id.as_deref() == policy && !missing.rest_was_read
        });
        match missing.map(|missing| &missing.reason).next() {
            Some(reason) => Err(Refusal::Missing(format!("the last export failed: {reason}"))),
            None if self.project.exported_at < self.archive.manifest.exported_at => {
                Err(Refusal::Missing(format!(
                    "the last export did not read the project, but the one of {} did",
                    self.project.exported_at
                )))
            }
            None => Ok(()),
        }
    }

    fn lines(&self, kind: Kind) -> Result<Vec<String>, Refusal> {
        let lines = self.archive.lines(kind, &self.project.project_id)?;
        lines.ok_or_else(|| Refusal::Missing(format!("the archive has no {} of the project", kind.as_str())))
    }

    fn policies(&self) -> Result<Vec<u8>, Refusal> {
        #[derive(Serialize)]
        struct List {
            backup_policies: Vec<Box<RawValue>>,
        }
        self.must_be_of_last_export(Kind::Policies, None)?;
        let mut backup_policies = Vec::new();
        for line in self.lines(Kind::Policies)?.iter().flat_map(|text| text.lines()) {
            let line: PolicyLine = parse(line)?;
            if self.scope == Scope::History || !line.deleted {
                backup_policies.push(line.policy);
            }
        }
        json(&List { backup_policies })
    }

    fn quotas(&self) -> Result<Vec<u8>, Refusal> {
        #[derive(Serialize)]
        struct Answer<'a> {
            quotas: Resources<'a>,
        }
        #[derive(Serialize)]
        struct Resources<'a> {
            resources: Vec<&'a RawValue>,
        }
        self.must_be_of_last_export(Kind::Quotas, None)?;
        let texts = self.lines(Kind::Quotas)?;
        let resources: Result<_, Refusal> = texts.iter().flat_map(|text| text.lines()).map(parse).collect();
        json(&Answer { quotas: Resources { resources: resources? } })
    }

    fn page_of_jobs(&self, policy: &str, query: &Query) -> Result<Vec<u8>, Refusal> {
        #[derive(Serialize)]
        struct Page<'a> {
            tasks: Vec<&'a RawValue>,
            count: usize,
        }
        self.must_be_of_last_export(Kind::Jobs, Some(policy))?;
        let jobs = self.jobs.get_or_init(|| self.read_jobs().map_err(|refusal| refusal.to_string()));
        let jobs = jobs.as_ref().map_err(|error| Refusal::Missing(error.clone()))?;
        let none = JobsOfPolicy::default();
        let JobsOfPolicy { jobs, places } = jobs.get(policy).unwrap_or(&none);
        // The place in the order of the request.
        let ordered = |place: usize| if query.ascending { jobs.len() - 1 - place } else { place };
        let first = match &query.marker {
            None => 0,
            Some(marker) => match places.get(marker) {
                Some(place) => ordered(*place) + 1,
                None => {
                    let problem = format!("the policy has no backup job {marker} in the archive");
                    return Err(Refusal::Status(StatusCode::NOT_FOUND, problem));
                }
            },
        };
        let selected =
            (first..jobs.len()).map(|place| &jobs[ordered(place)]).filter(|job| query.selects(job));
        let page = selected.skip(query.offset).take(query.limit.unwrap_or(DEFAULT_LIMIT));
        let count = match query.selects_all() {
            true => jobs.len(),
            false => jobs.iter().filter(|job| query.selects(job)).count(),
        };
        json(&Page { tasks: page.map(|job| &*job.line).collect(), count })
    }

    fn read_jobs(&self) -> Result<Jobs, Refusal> {
        let mut dated: HashMap<String, Vec<(Option<Timestamp>, Job)>> = HashMap::new();
        let texts = self.archive.lines(Kind::Jobs, &self.project.project_id)?.unwrap_or_default();
        for line in texts.iter().flat_map(|text| text.lines()) {
            let Key { policy_id, job_id, status, created_at, outcome_unknown } = parse(line)?;
            let job = match outcome_unknown {
                false => Job { id: job_id, status, line: parse(line)? },
                true => with_unknown_outcome(job_id, line)?,
            };
            dated.entry(policy_id).or_default().push((created_at.parse().ok(), job));
        }
        // Stable: jobs of the same time keep the service's order.
        let newest_first = |mut jobs: Vec<(Option<Timestamp>, Job)>| {
            jobs.sort_by_key(|(created_at, _)| std::cmp::Reverse(*created_at));
            let jobs: Vec<Job> = jobs.into_iter().map(|(_, job)| job).collect();
            let places = jobs.iter().enumerate().map(|(place, job)| (job.id.clone(), place)).collect();
            JobsOfPolicy { jobs, places }
        };
        Ok(dated.into_iter().map(|(policy, jobs)| (policy, newest_first(jobs))).collect())
    }
}

/// The job of this line, which did not end before the service forgot it.
fn with_unknown_outcome(id: String, line: &str) -> Result<Job, Refusal> {
    let mut fields: serde_json::Map<String, serde_json::Value> = parse(line)?;
    fields.insert("status".to_owned(), OUTCOME_UNKNOWN.into());
    let line =
        to_raw_value(&fields).map_err(|error| Refusal::Missing(format!("can't write an answer: {error}")))?;
    Ok(Job { id, status: OUTCOME_UNKNOWN.to_owned(), line })
}

impl Query {
    fn parse(query: &str) -> Result<Self, Refusal> {
        let mut parsed = Self::default();
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            let number = || {
                let invalid = |_| Refusal::Status(StatusCode::BAD_REQUEST, format!("{name} is not a number"));
                value.parse::<usize>().map_err(invalid)
            };
            match &*name {
                "marker" => parsed.marker = Some(value.into_owned()),
                "job_id" => parsed.job_id = Some(value.into_owned()),
                "status" => parsed.status = Some(value.into_owned()),
                "sort_dir" => parsed.ascending = value == "asc",
                "offset" => parsed.offset = number()?,
                "limit" => parsed.limit = Some(number()?),
                // Jobs have one sort key only.
                "sort_key" => {}
                other => {
                    return Err(Refusal::Missing(format!("an archive does not know the parameter {other}")));
                }
            }
        }
        Ok(parsed)
    }

    fn selects_all(&self) -> bool {
        self.job_id.is_none() && self.status.is_none()
    }

    fn selects(&self, job: &Job) -> bool {
        self.job_id.as_ref().is_none_or(|id| *id == job.id)
            && self.status.as_ref().is_none_or(|status| *status == job.status)
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (Self::Missing(problem) | Self::Status(_, problem)) = self;
        f.write_str(problem)
    }
}

impl Transport for Answers {
    fn send(&self, request: Request<Bytes>) -> TransportFuture<'_> {
        let answer = match self.answer(&request) {
            Ok(body) => Ok((StatusCode::OK, body)),
            Err(Refusal::Status(status, message)) => {
                let body = serde_json::json!({"error": {"message": message}});
                Ok((status, body.to_string().into_bytes()))
            }
            Err(Refusal::Missing(problem)) => Err(TransportError::new(TransportErrorKind::Refused, problem)),
        };
        Box::pin(async {
            let (status, body) = answer?;
            let mut response = Response::new(Bytes::from(body));
            *response.status_mut() = status;
            let json = otc_vbs::http::HeaderValue::from_static("application/json");
            response.headers_mut().insert(otc_vbs::http::header::CONTENT_TYPE, json);
            Ok(response)
        })
    }
}

fn parse<'a, T: Deserialize<'a>>(line: &'a str) -> Result<T, Refusal> {
    serde_json::from_str(line)
        .map_err(|error| Refusal::Missing(format!("a line of the archive can't be read: {error}")))
}

fn json(answer: &impl Serialize) -> Result<Vec<u8>, Refusal> {
    serde_json::to_vec(answer).map_err(|error| Refusal::Missing(format!("can't write an answer: {error}")))
}
