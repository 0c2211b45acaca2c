//! The command that helps with a finding.

use std::path::Path;

use super::finding::Verdict;
use super::row::CheckRow;
use crate::cli::Global;
use crate::connect::Place;
use crate::policies::{Policy, ProjectPolicy};
use crate::words::text::{self, shell_word};

/// The code of a job whose disk does not exist.
const NO_SUCH_DISK: &str = "VolumeBackup.0021";

/// What a command depends on besides the finding.
pub(crate) struct NextStep<'a> {
    global: &'a Global,
    place: &'a Place,
    policy: &'a Policy,
    /// The archive that is read instead of the service.
    archive: Option<&'a Path>,
}

impl<'a> NextStep<'a> {
    pub(crate) fn new(global: &'a Global, policy: &'a ProjectPolicy<'_>) -> Self {
        let target = policy.target;
        let archive = target.archived().map(|archived| &*archived.directory);
        Self { global, place: &target.place, policy: &policy.policy, archive }
    }

    /// A command to copy, with the options that reach the same project. `None` if no command helps.
    pub(super) fn of(&self, row: &CheckRow) -> Option<String> {
        let policy = self.policy_argument();
        let job = row.job_id.as_deref();
        let words = match (row.verdict?, &row.disk) {
            (Verdict::Failed, Some(disk)) if row.failure_code.as_deref() == Some(NO_SUCH_DISK) => {
                vec!["policy", "remove-disks", policy, disk]
            }
            (Verdict::Failed | Verdict::Skipped | Verdict::Late, Some(_)) => vec!["job", "show", job?],
            (Verdict::Missed, Some(disk)) => vec!["tasks", policy, "--since", "30d", "--disk", disk],
            // No job names a disk of the policy.
            (Verdict::Never, _) if row.policy_disks == Some(row.disks) => vec!["policy", "show", policy],
            (Verdict::Never, _) => vec!["tasks", policy, "--since", "30d"],
            (Verdict::Off, _) => vec!["policy", "enable", policy],
            _ => return None,
        };
        self.command(words)
    }

    /// A command of these words, with the options that reach the same project. It reads the archive if it can.
    pub(crate) fn command(&self, words: Vec<&str>) -> Option<String> {
        let now = self.global.now.as_ref().filter(|_| words[0] == "tasks");
        let (words, mut options) = match (self.archive, &*words) {
            // The service may have forgotten the job.
            (Some(directory), ["job", "show", job]) => {
                (vec!["tasks", "--job-id", job, "-o", "yaml"], self.archive_options(directory)?)
            }
            (Some(directory), ["tasks", ..]) => (words, self.archive_options(directory)?),
            _ => (words, Self::options(self.global, self.place)),
        };
        if let Some(now) = now {
            options.extend(["--now".to_owned(), now.clone()]);
        }
        let words: Vec<&str> = words.into_iter().chain(options.iter().map(String::as_str)).collect();
        // A terminal would not show these characters, which would hide what the command does.
        let is_presentable = words.iter().all(|word| text::line(word) == **word);
        is_presentable
            .then(|| format!("vbs {}", words.into_iter().map(shell_word).collect::<Vec<_>>().join(" ")))
    }

    /// The options that choose the project in the archive. `None` if its path can't be printed.
    fn archive_options(&self, directory: &Path) -> Option<Vec<String>> {
        let mut options = vec!["--from".to_owned(), directory.to_str()?.to_owned()];
        if self.place.is_one_of_several {
            let region = self.place.region.iter().flat_map(|region| ["--region", region]);
            options.extend(["--project", &self.place.project].into_iter().chain(region).map(str::to_owned));
        }
        Some(options)
    }

    /// The name of the policy, or its id where the name says too little.
    fn policy_argument(&self) -> &str {
        let name = self.policy.name.as_deref();
        let is_usable = |name: &&str| *name == self.policy.label && !name.starts_with('-');
        name.filter(is_usable).unwrap_or(self.policy.id.as_str())
    }

    /// The options that reach the project. Variables of the environment are still set.
    pub(crate) fn options(global: &Global, place: &Place) -> Vec<String> {
        let (connection, sandbox) = (&global.connection, &global.sandbox);
        let mut options = Vec::new();
        let mut add = |name: &str, value: Option<&str>| {
            options.extend(value.map(|value| [name.to_owned(), value.to_owned()]).into_iter().flatten());
        };
        add("--cloud", place.cloud.as_deref());
        if connection.all_projects {
            add("--project", Some(&place.project));
            add("--region", place.region.as_deref());
        } else {
            add("--project", connection.project.as_deref());
            add("--project-id", connection.project_id.as_deref());
            add("--region", connection.region.as_deref());
        }
        add("--endpoint", connection.endpoint.as_deref());
        add("--token-file", connection.token_file.as_deref().and_then(|file| file.to_str()));
        add("--sandbox-jobs", sandbox.jobs.map(|jobs| jobs.to_string()).as_deref());
        let flags = [(connection.allow_http, "--allow-http"), (sandbox.enabled, "--sandbox")];
        options.extend(flags.iter().filter(|(is_set, _)| *is_set).map(|(_, name)| (*name).to_owned()));
        options
    }
}
