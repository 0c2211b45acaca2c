//! The document with this sandbox's ids in its examples, so that the page's prefilled requests work.

use serde_json::{Map, Value, json};

use crate::domain::backup_job::Status;
use crate::domain::identifiers::Kind;
use crate::domain::numbers::{DiskNumber, ProjectNumber, first_snapshot_of};
use crate::state::AppState;

/// Objects of the users' first project. If an object does not exist, the example of the document stays.
pub(super) struct Examples {
    project: String,
    other_project: String,
    policy: Option<String>,
    tag_key: Option<String>,
    disk_of_policy: Option<String>,
    backup_job: Option<String>,
    vbs_job: Option<String>,
    backup: Option<String>,
    share: Option<String>,
    /// Disks that are not in a policy.
    free_disks: Vec<String>,
    /// A snapshot of the first free disk.
    snapshot: Option<String>,
}

impl Examples {
    pub(super) fn of(app: &AppState) -> Self {
        let vbs = app.vbs_at_now();
        let id = |kind, number| app.identifiers.hyphenated(kind, number);
        let disk_id = |disk: &DiskNumber| id(Kind::Disk, *disk);
        let own = ProjectNumber::OWN;
        let projects = &app.accounts.own.projects;
        // A policy that is running can't be run.
        let policy = vbs.policies(own).find(|policy| !policy.is_running());
        let jobs = policy.map(|policy| vbs.backup_jobs(policy));
        let job = jobs.as_ref().and_then(|jobs| jobs.get(0));
        let success = jobs.as_ref().and_then(|jobs| {
            let position = jobs.position(Status::ExecuteSuccess, 0)?;
            jobs.get(position)?.vbs_job()
        });
        let project = vbs.project(own);
        let free_disks = project.map(|project| project.free_disks()).unwrap_or_default();
        let backup = project.and_then(|project| project.backups.iter().next());
        Self {
            project: projects[0].id.clone(),
            other_project: projects[1].id.clone(),
            policy: policy.map(|policy| app.policy_id(policy.number)),
            tag_key: policy.and_then(|policy| policy.tags.keys().next().cloned()),
            disk_of_policy: policy.and_then(|policy| policy.disks.first().map(disk_id)),
            backup_job: job.map(|job| id(Kind::BackupJob, job.number().into())),
            vbs_job: success.map(|job| app.identifiers.plain(Kind::VbsJob, job)),
            backup: backup.map(|backup| id(Kind::Backup, backup.number)),
            share: vbs.shares(own).next().map(|(share, _)| id(Kind::Share, share.number)),
            snapshot: free_disks.first().map(|disk| id(Kind::Snapshot, first_snapshot_of(*disk))),
            free_disks: free_disks.iter().map(disk_id).collect(),
        }
    }

    /// The example of a parameter, by the parameter's name and the path of the operation.
    fn parameter(&self, name: &str, path: &str) -> Option<&str> {
        let of_jobs = path.ends_with("/backuptasks");
        match name {
            "project_id" | "from_project_id" => Some(&self.project),
            "to_project_id" => Some(&self.other_project),
            "policy_id" => self.policy.as_deref(),
            "key" => self.tag_key.as_deref(),
            "volume_id" => self.disk_of_policy.as_deref(),
            "volume_id~" => self.disk_of_policy.as_deref().and_then(|id| id.get(..8)),
            "job_id" | "marker" if of_jobs => self.backup_job.as_deref(),
            "job_id" => self.vbs_job.as_deref(),
            "backup_id" | "marker" => self.backup.as_deref(),
            "id" => self.share.as_deref(),
            _ => None,
        }
    }

    /// Replaces the ids in the example of a request body.
    fn fill_in(&self, body: &mut Value, path: &str) {
        let removes_disks = path.ends_with("/deleted_resources");
        let mut free_disks = self.free_disks.iter();
        self.fill_in_members(body, &mut |name| match name {
            "backup_policy_id" => self.policy.clone(),
            "backup_id" => self.backup.clone(),
            "to_project_ids" => Some(self.other_project.clone()),
            "snapshot_id" => self.snapshot.clone(),
            "resource_id" if removes_disks => self.disk_of_policy.clone(),
            "resource_id" => free_disks.next().cloned(),
            "volume_id" => self.free_disks.first().cloned(),
            _ => None,
        });
    }

    fn fill_in_members(&self, value: &mut Value, example: &mut dyn FnMut(&str) -> Option<String>) {
        match value {
            Value::Object(members) => {
                for (name, member) in members {
                    match member {
                        Value::String(text) => {
                            if let Some(example) = example(name) {
                                *text = example;
                            }
                        }
                        Value::Array(items) if items.iter().all(Value::is_string) => {
                            if let Some(example) = example(name) {
                                *items = vec![example.into()];
                            }
                        }
                        _ => self.fill_in_members(member, example),
                    }
                }
            }
            Value::Array(items) => {
                for item in items {
                    self.fill_in_members(item, example);
                }
            }
            _ => {}
        }
    }
}

/// The document for the page. Its server is this sandbox. Optional parameters are not sent unless a reader
/// selects them, because the page would send all of them at once.
pub(super) fn prefilled(mut document: Value, server: &str, examples: &Examples) -> Value {
    document["servers"] = json!([{ "url": server, "description": "This sandbox, which is not the cloud." }]);
    let components = document["components"].clone();
    let paths = document["paths"].as_object_mut().into_iter().flatten();
    for (path, item) in paths {
        let Some(item) = item.as_object_mut() else {
            continue;
        };
        let shared = item.remove("parameters");
        for operation in item.values_mut() {
            let own = operation["parameters"].take();
            let parameters = [shared.clone(), Some(own)].into_iter().flatten();
            let parameters = parameters.filter_map(|parameters| parameters.as_array().cloned()).flatten();
            let parameters = parameters.map(|parameter| {
                let mut parameter = resolved(parameter, &components);
                prefill(&mut parameter, path, examples);
                parameter
            });
            operation["parameters"] = parameters.collect();
            let body = "/requestBody/content/application~1json/examples";
            let bodies = operation.pointer_mut(body).and_then(Value::as_object_mut);
            for example in bodies.into_iter().flat_map(Map::values_mut) {
                examples.fill_in(&mut example["value"], path);
            }
        }
    }
    document
}

/// Resolves a reference to a component.
fn resolved(value: Value, components: &Value) -> Value {
    let pointer = value["$ref"].as_str().and_then(|reference| reference.strip_prefix("#/components"));
    let component = pointer.and_then(|pointer| components.pointer(pointer)).cloned();
    component.unwrap_or(value)
}

fn prefill(parameter: &mut Value, path: &str, examples: &Examples) {
    let name = parameter["name"].as_str().unwrap_or_default();
    if let Some(example) = examples.parameter(name, path) {
        parameter["example"] = example.into();
    }
    let is_optional = parameter["required"] != json!(true);
    let Some(parameter) = parameter.as_object_mut().filter(|_| is_optional) else {
        return;
    };
    if let Some(example) = parameter.remove("example") {
        // `x-disabled` is an extension of the page, and `default` is the example that the page uses.
        parameter
            .insert("examples".to_owned(), json!({ "default": { "value": example, "x-disabled": true } }));
    }
}
