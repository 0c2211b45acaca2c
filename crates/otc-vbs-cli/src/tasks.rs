//! `vbs tasks`: the backup jobs of policies.

use otc_vbs::Client;
use otc_vbs::request::ListBackupJobs;
use otc_vbs::types::BackupJobStatus;

use crate::args::{Connection, Filters, InProcessSandbox, Tasks};
use crate::connect::connect;
use crate::diagnostics;
use crate::exit::Failure;
use crate::output::{self, JobOutput, Layout};
use crate::policies::{Policy, select};
use crate::progress::Progress;

/// The service's page size where none is asked for.
const DEFAULT_LIMIT: u32 = 20;
/// How many notes on pages that are not the last are worth a line each.
const MOST_NOTES: usize = 5;

pub(crate) async fn run(
    sandbox: &InProcessSandbox,
    connection: &Connection,
    arguments: Tasks,
) -> Result<(), Failure> {
    warn_of_unlisted_status(&arguments.filters);
    let connected = connect(sandbox, connection).await?;
    show(&connected.client, &arguments).await?;
    connected.close().await
}

async fn show(client: &Client, arguments: &Tasks) -> Result<(), Failure> {
    let policies = client.policies().list().items().try_collect().await;
    let all = policies.map_err(|error| Failure::Vbs {
        doing: "the project's policies can't be listed".to_owned(),
        error,
    })?;
    let policies = select(all, &arguments.policies)?;
    if arguments.filters.marker.is_some() && policies.len() != 1 {
        return Err(Failure::Usage {
            problem: format!("--marker needs exactly one policy, but {} are asked for", policies.len()),
            hint: Some("name the policy that the job belongs to".to_owned()),
        });
    }
    if policies.is_empty() {
        diagnostics::note("the project has no backup policies");
    }

    let layout = Layout::of_stdout(&policies);
    let mut output = output::to_stdout(arguments.output, layout);
    match arguments.all {
        true => every_job(client, &policies, &arguments.filters, &mut *output).await?,
        false => one_page_each(client, &policies, &arguments.filters, &mut *output).await?,
    }
    Ok(())
}

async fn one_page_each(
    client: &Client,
    policies: &[Policy],
    filters: &Filters,
    output: &mut dyn JobOutput,
) -> Result<(), Failure> {
    let mut notes = Vec::new();
    for policy in policies {
        let page = query(client, policy, filters).send().await;
        let page = page.map_err(|error| jobs_of(policy, error))?;
        output.write(policy, &page.items)?;
        if let Some(error) = page.errors.into_iter().next() {
            return Err(jobs_of(policy, error));
        }
        let jobs = &policy.label;
        match left_out(page.count, page.items.len(), filters) {
            LeftOut::Nothing => {}
            LeftOut::Of(count) => notes
                .push(format!("{} of {count} jobs of {jobs} shown; --all shows every one", page.items.len())),
            LeftOut::Perhaps => notes.push(format!(
                "{} jobs of {jobs} shown, there may be more; --all shows every one",
                page.items.len()
            )),
        }
    }
    output.finish()?;
    if notes.len() > MOST_NOTES {
        diagnostics::note(&format!(
            "{} policies have more jobs than shown; --all shows every one",
            notes.len()
        ));
    } else {
        notes.iter().for_each(|text| diagnostics::note(text));
    }
    Ok(())
}

async fn every_job(
    client: &Client,
    policies: &[Policy],
    filters: &Filters,
    output: &mut dyn JobOutput,
) -> Result<(), Failure> {
    let progress = Progress::new();
    for policy in policies {
        progress.begin(&policy.label);
        let mut pages = query(client, policy, filters).pages();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| jobs_of(policy, error))?;
            output.write(policy, &page.items)?;
            progress.add(page.items.len());
            if let Some(error) = page.errors.into_iter().next() {
                return Err(jobs_of(policy, error));
            }
        }
    }
    drop(progress);
    Ok(output.finish()?)
}

fn query(client: &Client, policy: &Policy, filters: &Filters) -> ListBackupJobs {
    let mut query = client.policy(&policy.id).backup_jobs();
    if let Some(direction) = filters.sort_dir {
        query = query.sort_dir(direction);
    }
    if let Some(limit) = filters.limit {
        query = query.limit(limit);
    }
    if let Some(marker) = &filters.marker {
        query = query.marker(marker);
    }
    if let Some(job_id) = &filters.job_id {
        query = query.job_id(job_id);
    }
    if let Some(status) = &filters.status {
        query = query.status(status.clone());
    }
    if let Some(key) = filters.sort_key {
        query = query.sort_key(key);
    }
    if let Some(offset) = filters.offset {
        query = query.offset(offset);
    }
    query
}

fn jobs_of(policy: &Policy, error: otc_vbs::Error) -> Failure {
    Failure::Vbs { doing: format!("the backup jobs of {} can't be listed", policy.label), error }
}

fn warn_of_unlisted_status(filters: &Filters) {
    let Some(status) = filters.status.as_ref().filter(|status| !status.is_listed()) else {
        return;
    };
    let listed: Vec<&str> = BackupJobStatus::LISTED.iter().map(BackupJobStatus::as_str).collect();
    diagnostics::warning(&format!(
        "the reference knows no status `{status}`, it is sent as it is; known are {}",
        listed.join(", ")
    ));
}

/// Whether a policy has more jobs than its page.
#[derive(Debug, PartialEq)]
enum LeftOut {
    Nothing,
    /// There are so many, those of the page among them.
    Of(u64),
    Perhaps,
}

/// The reference leaves open whether `count` speaks of all jobs or of the page.
fn left_out(count: Option<u64>, shown: usize, filters: &Filters) -> LeftOut {
    let shown = shown as u64;
    let passed = u64::from(filters.offset.unwrap_or(0)) + shown;
    let page_is_full = shown >= u64::from(filters.limit.unwrap_or(DEFAULT_LIMIT));
    match count {
        _ if shown == 0 => LeftOut::Nothing,
        Some(count) if filters.marker.is_none() && count > passed => LeftOut::Of(count),
        // It says more than the page holds, so it speaks of all jobs, and this page is the last.
        Some(count) if filters.marker.is_none() && count > shown => LeftOut::Nothing,
        _ if page_is_full => LeftOut::Perhaps,
        _ => LeftOut::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filters(limit: Option<u32>, offset: Option<u32>, marker: bool) -> Filters {
        Filters {
            sort_dir: None,
            limit,
            marker: marker.then(|| "j1".parse().ok()).flatten(),
            job_id: None,
            status: None,
            sort_key: None,
            offset,
        }
    }

    #[test]
    fn what_a_page_leaves_out_under_each_reading_of_count() {
        let of_all =
            |count, shown, limit, offset| left_out(Some(count), shown, &filters(limit, offset, false));
        assert_eq!(of_all(48, 20, None, None), LeftOut::Of(48));
        assert_eq!(of_all(48, 8, None, Some(40)), LeftOut::Nothing);
        assert_eq!(of_all(48, 20, None, Some(28)), LeftOut::Nothing);
        assert_eq!(of_all(7, 7, None, None), LeftOut::Nothing);
        assert_eq!(of_all(0, 0, None, None), LeftOut::Nothing);
        assert_eq!(of_all(48, 0, None, Some(50)), LeftOut::Nothing);

        let of_page = |shown: usize, limit| left_out(Some(shown as u64), shown, &filters(limit, None, false));
        assert_eq!(of_page(20, None), LeftOut::Perhaps);
        assert_eq!(of_page(20, Some(50)), LeftOut::Nothing);

        let unsaid = left_out(None, 20, &filters(None, None, false));
        assert_eq!(unsaid, LeftOut::Perhaps);
        let after_marker = left_out(Some(48), 20, &filters(None, None, true));
        assert_eq!(after_marker, LeftOut::Perhaps);
        let last_after_marker = left_out(Some(48), 8, &filters(None, None, true));
        assert_eq!(last_after_marker, LeftOut::Nothing);
    }
}
