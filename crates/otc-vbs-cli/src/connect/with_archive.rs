//! Reads an archive as if it were the service.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use otc_vbs::Client;

use super::{Archived, Connected, Credentials, Place, Target, connect, setting};
use crate::archive::answers::{Answers, Scope};
use crate::archive::manifest::{Gap, Project};
use crate::archive::read::Archive;
use crate::cli::Global;
use crate::connection::{self, Connection};
use crate::diagnostics;
use crate::exit::Failure;
use crate::words::time::utc;

/// Where a command reads from.
#[derive(clap::Args, Debug)]
pub(crate) struct Source {
    /// Read an archive that `vbs export` wrote, instead of asking the service.
    ///
    /// --cloud, --project and --region choose projects of the archive; without them, all are read. The time of its last
    /// export counts as now. A job that had not ended when the service forgot it has the status OUTCOME_UNKNOWN. An archive
    /// has no names of disks, so they are shown by id.
    #[arg(long, value_name = "DIR")]
    from: Option<PathBuf>,
}

impl Source {
    /// The service or the archive. `scope` says which part of an archive.
    pub(crate) async fn connect(&self, global: &Global, scope: Scope) -> Result<Connected, Failure> {
        match &self.from {
            Some(directory) => read(directory, global, scope),
            None => connect(global).await,
        }
    }

    /// Whether it is an archive.
    pub(crate) fn is_archive(&self) -> bool {
        self.from.is_some()
    }
}

fn read(directory: &Path, global: &Global, scope: Scope) -> Result<Connected, Failure> {
    if global.sandbox.enabled || global.sandbox.jobs.is_some() {
        return Err(Failure::usage("--from and --sandbox can't be combined: an archive needs no service"));
    }
    let options = &global.connection;
    let needless = |option: &&str| ["--endpoint", "--token-file"].contains(option);
    if let Some(option) = options.given().find(needless) {
        return Err(Failure::usage(format!(
            "--from and {option} can't be combined: an archive needs no service"
        )));
    }
    let archive = Arc::new(Archive::open_existing(directory)?);
    let projects: Vec<&Project> =
        archive.manifest.projects.iter().filter(|project| is_chosen(project, options)).collect();
    if projects.is_empty() {
        let places = archive.manifest.projects.iter().map(|project| place(project, false).to_string());
        return Err(Failure::NotFound {
            problem: "no project of the archive matches --cloud, --project and --region".to_owned(),
            hint: format!("the archive has {}", places.collect::<Vec<_>>().join(", ")),
        });
    }
    for reason in &archive.manifest.unreachable {
        diagnostics::warning(&format!("the last export is not complete: {reason}"));
    }
    let chosen = projects.len();
    let mut targets = Vec::with_capacity(chosen);
    for project in projects {
        warn(project);
        let client = Client::builder()
            .endpoint("https://localhost")
            .project_id(&project.project_id)
            .token("unused")
            .transport(Answers::new(Arc::clone(&archive), project.clone(), scope));
        if project.exported_at < archive.manifest.exported_at {
            let (name, last) = (&project.project, utc(project.exported_at));
            diagnostics::warning(&format!("the last export did not read {name}; the one at {last} did"));
        }
        let archived = Archived { directory: directory.to_owned(), gaps: project.gaps.clone() };
        let place = place(project, chosen > 1);
        targets.push(Target::new(client.build().map_err(setting)?, place, Credentials::Archive(archived)));
    }
    Ok(Connected { targets, failures: Vec::new(), chosen, now: archive.manifest.exported_at, sandbox: None })
}

fn place(project: &Project, is_one_of_several: bool) -> Place {
    Place {
        project: project.project.clone(),
        region: project.region.clone(),
        cloud: project.cloud.clone(),
        is_one_of_several,
    }
}

fn is_chosen(project: &Project, options: &Connection) -> bool {
    let of_project = match options.project() {
        None => true,
        Some(connection::Project::Id(id)) => project.project_id == id,
        Some(connection::Project::Name(name)) => project.project == name,
    };
    let of_region = options.region.is_none() || options.region == project.region;
    let of_cloud =
        options.cloud.is_empty() || project.cloud.as_ref().is_some_and(|cloud| options.cloud.contains(cloud));
    of_project && of_region && of_cloud
}

/// Says what the archive does not have.
fn warn(project: &Project) {
    let name = &project.project;
    for missing in &project.missing {
        diagnostics::warning(&format!("the last export of {name} is not complete: {}", missing.reason));
    }
    for Gap { policy_id, from, to } in &project.gaps {
        let policy = project.policies.iter().find(|policy| policy.policy_id == *policy_id);
        let policy = policy.and_then(|policy| policy.policy_name.as_deref()).unwrap_or(policy_id);
        diagnostics::warning(&format!(
            "the jobs of {policy} from {} to {} are lost: no export read them in time",
            utc(*from),
            utc(*to)
        ));
    }
}
