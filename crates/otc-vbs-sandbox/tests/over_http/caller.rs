//! The client with which the tests call a sandbox.

use otc_vbs_api::values::PolicyId;
use otc_vbs_sandbox::{Sandbox, SandboxBuilder};
use reqwest::{Client, Response};
use serde_json::Value;

/// A sandbox and who asks it.
pub(crate) struct Caller {
    pub(crate) sandbox: Sandbox,
    pub(crate) http: Client,
}

impl Caller {
    pub(crate) async fn of(builder: SandboxBuilder) -> Self {
        Self {
            sandbox: builder.start().await.unwrap(),
            // Another crate of the workspace may have gzip on.
            http: Client::builder().no_proxy().no_gzip().build().unwrap(),
        }
    }

    pub(crate) fn policy(&self, index: usize) -> PolicyId {
        self.sandbox.policy_ids().nth(index).unwrap()
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.sandbox.endpoint())
    }

    /// The path of the backup jobs of a policy.
    pub(crate) fn jobs_path(&self, policy: usize) -> String {
        let project_id = self.sandbox.project_id();
        let policy_id = self.policy(policy);
        format!("v2/{project_id}/backuppolicy/{policy_id}/backuptasks")
    }

    pub(crate) async fn get(&self, path_and_query: &str) -> Response {
        self.http
            .get(self.url(path_and_query))
            .header("X-Auth-Token", self.sandbox.token())
            .send()
            .await
            .unwrap()
    }

    /// A page of the first policy's backup jobs.
    pub(crate) async fn page(&self, query: &str) -> Page {
        let path = self.jobs_path(0);
        let response = self.get(&format!("{path}?{query}")).await;
        assert_eq!(response.status(), 200, "{query}");
        let body: Value = response.json().await.unwrap();
        Page { count: body["count"].as_u64().unwrap(), jobs: body["tasks"].as_array().unwrap().clone() }
    }

    /// All backup jobs of the first policy that match, newest first, in one page.
    pub(crate) async fn all(&self, filter: &str) -> Vec<Value> {
        self.page(&format!("limit=2147483647&{filter}")).await.jobs
    }
}

pub(crate) struct Page {
    pub(crate) count: u64,
    pub(crate) jobs: Vec<Value>,
}

impl Page {
    pub(crate) fn ids(&self) -> Vec<String> {
        ids(&self.jobs)
    }
}

pub(crate) fn ids(jobs: &[Value]) -> Vec<String> {
    jobs.iter().map(|job| job["job_id"].as_str().unwrap().to_owned()).collect()
}
