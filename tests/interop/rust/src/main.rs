//! The scenarios with the client that openapi-generator makes (library reqwest).
//!
//! Of each scenario one line says how it went: `ok NAME` or `fail NAME: why`. `cargo xtask test interop` reads them.

mod login;

use std::fmt::Debug;

use client::apis::Error;
use client::apis::backup_policies_api::{self as api, ListBackupJobsError};
use client::apis::configuration::Configuration;
use client::models::{BackupJob, BackupPolicy, BackupPolicySpec, PolicyScheduleSpec, VbsError};

use login::Login;

type Outcome = Result<(), Box<dyn std::error::Error>>;

const UNKNOWN_POLICY: &str = "00000000-0000-4000-8000-000000000000";
/// More jobs than the sandbox has.
const ALL: i32 = 100;
const PAGE: i32 = 3;

fn main() -> Outcome {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(run());
    Ok(())
}

async fn run() {
    let login = Login::log_in().await;
    let Ok(login) = told("login", login) else {
        return;
    };
    let mut scenarios = Scenarios::new(login);
    let listed = scenarios.list().await;
    if told("list", listed).is_err() {
        return;
    }
    _ = told("create-delete", scenarios.create_and_delete().await);
    _ = told("unknown-status", scenarios.unknown_status().await);
    _ = told("zoneless-time", scenarios.zoneless_time().await);
    _ = told("nulls", scenarios.nulls().await);
    _ = told("unknown-field", scenarios.unknown_field().await);
    _ = told("documented-error", scenarios.documented_error().await);
    _ = told("html-503", scenarios.html_503().await);
}

/// Says how a scenario went.
fn told<T>(name: &str, outcome: Result<T, Box<dyn std::error::Error>>) -> Result<T, ()> {
    match outcome {
        Ok(value) => {
            println!("ok {name}");
            Ok(value)
        }
        Err(error) => {
            let why = error.to_string();
            let why: Vec<_> = why.split_whitespace().collect();
            println!("fail {name}: {}", why.join(" "));
            Err(())
        }
    }
}

fn check(condition: bool, what: &str) -> Outcome {
    condition.then_some(()).ok_or_else(|| what.into())
}

fn same<T: PartialEq + Debug>(expected: T, found: T) -> Outcome {
    check(
        expected == found,
        &format!("expected {expected:?}, found {found:?}"),
    )
}

struct Scenarios {
    login: Login,
    policy: String,
    jobs: Vec<BackupJob>,
}

impl Scenarios {
    fn new(login: Login) -> Self {
        Self {
            login,
            policy: String::new(),
            jobs: Vec::new(),
        }
    }

    async fn jobs(
        &self,
        policy: &str,
        limit: i32,
        marker: Option<&str>,
        configuration: &Configuration,
    ) -> Result<Vec<BackupJob>, Error<ListBackupJobsError>> {
        let project = &self.login.project;
        let limit = Some(limit);
        api::list_backup_jobs(
            configuration,
            project,
            policy,
            None,
            limit,
            marker,
            None,
            None,
            None,
            None,
        )
        .await
        .map(|list| list.tasks)
    }

    async fn jobs_with(&self, fault: &str) -> Result<Vec<BackupJob>, Box<dyn std::error::Error>> {
        let configuration = self.login.configuration(Some(fault))?;
        Ok(self.jobs(&self.policy, ALL, None, &configuration).await?)
    }

    async fn policies(
        &self,
        fault: Option<&str>,
    ) -> Result<Vec<BackupPolicy>, Box<dyn std::error::Error>> {
        let configuration = self.login.configuration(fault)?;
        let list = api::list_backup_policies(&configuration, &self.login.project).await?;
        Ok(list.backup_policies)
    }

    async fn first_policy(&self, fault: &str) -> Result<BackupPolicy, Box<dyn std::error::Error>> {
        let policies = self.policies(Some(fault)).await?;
        Ok(policies.into_iter().next().ok_or("there are no policies")?)
    }

    async fn list(&mut self) -> Outcome {
        let policies = self.policies(None).await?;
        let first = policies.into_iter().next().ok_or("there are no policies")?;
        self.policy = first.backup_policy_id;
        let configuration = self.login.configuration(None)?;
        self.jobs = self.jobs(&self.policy, ALL, None, &configuration).await?;
        let mut walked: Vec<BackupJob> = Vec::new();
        loop {
            let marker = walked.last().map(|job| job.job_id.as_str());
            let page = self
                .jobs(&self.policy, PAGE, marker, &configuration)
                .await?;
            if page.is_empty() {
                break;
            }
            walked.extend(page);
        }
        check(
            self.jobs.len() > PAGE as usize,
            "the jobs are no more than a page",
        )?;
        check(
            walked == self.jobs,
            "the pages together are not the whole list",
        )
    }

    async fn create_and_delete(&self) -> Outcome {
        let mut schedule = PolicyScheduleSpec::new("12:00".to_owned(), "ON".to_owned());
        schedule.frequency = Some(1);
        schedule.rentention_num = Some(2);
        let spec = BackupPolicySpec::new("interop".to_owned(), schedule);
        let configuration = self.login.configuration(None)?;
        let project = &self.login.project;
        let created = api::create_backup_policy(&configuration, project, spec)
            .await?
            .backup_policy_id;
        let is = |policy: &BackupPolicy| policy.backup_policy_id == created;
        check(
            self.policies(None).await?.iter().any(is),
            "the policy is missing",
        )?;
        api::delete_backup_policy(&configuration, project, &created).await?;
        check(
            !self.policies(None).await?.iter().any(is),
            "the policy is still there",
        )
    }

    async fn unknown_status(&self) -> Outcome {
        same(
            "SANDBOX_UNKNOWN",
            &self.jobs_with("unknown-status").await?[0].status,
        )
    }

    async fn zoneless_time(&self) -> Outcome {
        let expected = self.jobs[0].created_at.trim_end_matches('Z');
        same(
            expected,
            &self.jobs_with("time-without-zone").await?[0].created_at,
        )
    }

    async fn nulls(&self) -> Outcome {
        same(
            None,
            self.first_policy("nulls")
                .await?
                .backup_policy_name
                .flatten(),
        )?;
        let policy = self.first_policy("nulls; field=scheduled_policy").await?;
        same(None, policy.scheduled_policy.flatten())?;
        let policy = self.first_policy("nulls; field=week_frequency").await?;
        let schedule = policy.scheduled_policy.flatten().ok_or("no schedule")?;
        same(None, schedule.week_frequency.flatten())?;
        let finished = |job: &BackupJob| matches!(job.finished_at, Some(Some(_)));
        let finished = self.jobs.iter().position(finished).ok_or("no job ended")?;
        let jobs = self.jobs_with("nulls; field=finished_at").await?;
        same(None, jobs[finished].finished_at.clone().flatten())
    }

    async fn unknown_field(&self) -> Outcome {
        check(
            self.jobs_with("unknown-field").await? == self.jobs,
            "the jobs are others",
        )
    }

    async fn documented_error(&self) -> Outcome {
        let configuration = self.login.configuration(None)?;
        let failed = self.jobs(UNKNOWN_POLICY, PAGE, None, &configuration).await;
        let Err(Error::ResponseError(failure)) = failed else {
            return Err(format!("the request should have failed with a status: {failed:?}").into());
        };
        same(404, failure.status.as_u16())?;
        // The variants have no tag: whatever fails, the entity is the first of them that fits, `Status400`.
        let error: VbsError = serde_json::from_str(&failure.content)?;
        let detail = error.error.flatten().ok_or("no detail")?;
        let complete = detail.code.flatten().is_some() && detail.message.flatten().is_some();
        check(complete, "code or message is missing")
    }

    async fn html_503(&self) -> Outcome {
        let configuration = self.login.configuration(Some("503-html"))?;
        match self.jobs(&self.policy, PAGE, None, &configuration).await {
            Err(Error::ResponseError(failure)) => same(503, failure.status.as_u16()),
            other => Err(format!("the request should have failed with a status: {other:?}").into()),
        }
    }
}
