//! The list of policies.

use otc_vbs_sandbox::Sandbox;
use serde_json::Value;

use crate::caller::Caller;

async fn list(caller: &Caller) -> Value {
    let path = format!("v2/{}/backuppolicy", caller.sandbox.project_id());
    let response = caller.get(&path).await;
    assert_eq!(response.status(), 200);
    response.json().await.unwrap()
}

#[tokio::test]
async fn policies() {
    let caller = Caller::of(Sandbox::builder()).await;
    let body = list(&caller).await;
    // Whether JSON keeps the order of its fields depends on what else is built.
    insta::with_settings!({ sort_maps => true }, { insta::assert_json_snapshot!(body) });
}

#[tokio::test]
async fn number_of_policies_is_as_configured() {
    for policies in [0, 1, 5, 40] {
        let builder = Sandbox::builder().policies(policies).disks(9).jobs(0);
        let caller = Caller::of(builder).await;
        let list = list(&caller).await;
        let list = list["backup_policies"].as_array().unwrap();
        let ids: Vec<&str> = list.iter().map(|policy| policy["backup_policy_id"].as_str().unwrap()).collect();
        let expected: Vec<String> = caller.sandbox.policy_ids().map(|id| id.to_string()).collect();
        assert_eq!(ids, expected);
        assert_eq!(ids.len() as u64, policies);
        let disks: u64 = list.iter().map(|policy| policy["policy_resource_count"].as_u64().unwrap()).sum();
        assert_eq!(disks, if policies == 0 { 0 } else { 9 });
    }
}

#[tokio::test]
async fn policies_share_the_jobs() {
    let caller = Caller::of(Sandbox::builder().policies(3).jobs(50)).await;
    let mut counts = Vec::new();
    for policy in 0..3 {
        let body: Value = caller.get(&caller.jobs_path(policy)).await.json().await.unwrap();
        counts.push(body["count"].as_u64().unwrap());
    }
    // In proportion to how often they ran: `nightly` 90 times, `weekly-db` 18 times and `month-end` once.
    assert_eq!(counts, [43, 6, 1]);
    assert_eq!(caller.sandbox.job_count(), 50);
}
