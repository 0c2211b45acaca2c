//! Disks that are put under a policy, and taken out.

use otc_vbs_sandbox::Sandbox;
use reqwest::Method;
use serde_json::{Value, json};

use crate::caller::Caller;
use crate::policy_changes::{call, refused};

async fn associate(caller: &Caller, policy: usize, resources: Value) -> Value {
    let body = json!({ "backup_policy_id": caller.policy(policy), "resources": resources });
    let path = "backuppolicyresources";
    let (status, outcome) = call(caller, Method::POST, path, &body.to_string()).await;
    assert_eq!(status, 200, "{outcome}");
    outcome
}

async fn disassociate(caller: &Caller, policy: usize, disks: &[&str]) -> Value {
    let resources = disks.iter().map(|disk| json!({ "resource_id": disk }));
    let body = json!({ "resources": resources.collect::<Vec<_>>() });
    let policy = caller.policy(policy);
    let path = format!("backuppolicyresources/{policy}/deleted_resources");
    let (status, outcome) = call(caller, Method::POST, &path, &body.to_string()).await;
    assert_eq!(status, 200, "{outcome}");
    outcome
}

fn volumes(disks: &[&str]) -> Value {
    let volume = |disk: &&str| json!({ "resource_id": disk, "resource_type": "volume" });
    disks.iter().map(volume).collect()
}

async fn disks_held(caller: &Caller) -> Vec<u64> {
    let (_, list) = call(caller, Method::GET, "backuppolicy", "").await;
    let policies = list["backup_policies"].as_array().unwrap().iter();
    let held = policies.map(|policy| policy["policy_resource_count"].as_u64().unwrap());
    held.collect()
}

fn free_disks(caller: &Caller) -> Vec<String> {
    let free = caller.sandbox.free_disk_ids();
    free.map(|disk| disk.to_string()).collect()
}

#[tokio::test]
async fn disk_is_associated_and_removed() {
    let caller = Caller::of(Sandbox::builder()).await;
    let free = free_disks(&caller);
    assert_eq!(disks_held(&caller).await, [3, 2, 2]);
    let outcome = associate(&caller, 1, volumes(&[&free[0], &free[1]])).await;
    insta::with_settings!({ sort_maps => true }, { insta::assert_json_snapshot!(outcome) });
    assert_eq!(disks_held(&caller).await, [3, 4, 2]);
    assert_eq!(free_disks(&caller), free[2..]);

    let outcome = disassociate(&caller, 1, &[&free[0]]).await;
    let expected = json!({
        "success_resources": [{ "resource_id": free[0] }],
        "fail_resources": [],
    });
    assert_eq!(outcome, expected);
    assert_eq!(disks_held(&caller).await, [3, 3, 2]);
}

#[tokio::test]
async fn request_succeeds_even_if_every_disk_fails() {
    let caller = Caller::of(Sandbox::builder()).await;
    let free = free_disks(&caller);
    associate(&caller, 0, volumes(&[&free[0]])).await;
    let mut resources = volumes(&[&free[0], "af8a20b0-117d-4fc3-ae53-aa3968a4f870", "", "a/b"]);
    let of_other_type = json!({ "resource_id": free[1], "resource_type": "server" });
    resources.as_array_mut().unwrap().push(of_other_type);
    let outcome = associate(&caller, 1, resources).await;
    insta::with_settings!({ sort_maps => true }, { insta::assert_json_snapshot!(outcome) });
    assert_eq!(disks_held(&caller).await, [4, 2, 2]);

    let outcome = disassociate(&caller, 1, &[&free[0], "x"]).await;
    assert_eq!(outcome["success_resources"], json!([]));
    for (failed, id) in outcome["fail_resources"].as_array().unwrap().iter().zip([&free[0], "x"]) {
        assert_eq!(failed["resource_id"], id);
        assert_eq!(failed["code"], Value::Null);
    }
}

#[tokio::test]
async fn disk_that_is_listed_twice_is_associated_once() {
    let caller = Caller::of(Sandbox::builder()).await;
    let free = free_disks(&caller);
    let outcome = associate(&caller, 0, volumes(&[&free[0], &free[0]])).await;
    let count = |list: &str| outcome[list].as_array().unwrap().len();
    assert_eq!((count("success_resources"), count("fail_resources")), (1, 1));
    assert_eq!(outcome["fail_resources"][0]["code"], "AutoBackup.1400");
    // Associated again, nothing fails and nothing changes.
    let outcome = associate(&caller, 0, volumes(&[&free[0]])).await;
    assert_eq!(outcome["fail_resources"], json!([]));
    assert_eq!(disks_held(&caller).await, [4, 2, 2]);
}

#[tokio::test]
async fn request_without_policy_or_disks_is_refused() {
    let caller = Caller::of(Sandbox::builder()).await;
    let policy = caller.policy(0);
    let disk = json!([{ "resource_id": "x", "resource_type": "volume" }]);
    let cases = [
        (json!({ "backup_policy_id": "", "resources": disk }), "400 AutoBackup.0006"),
        (json!({ "backup_policy_id": "x", "resources": disk }), "404 AutoBackup.1100"),
        (json!({ "resources": disk }), "400 AutoBackup.0008"),
        (json!({ "backup_policy_id": policy }), "400 AutoBackup.0008"),
        (json!({ "backup_policy_id": policy, "resources": [] }), "400 AutoBackup.0207"),
        (json!({ "backup_policy_id": policy, "resources": ["x"] }), "400 AutoBackup.0008"),
        (json!({ "backup_policy_id": policy, "resources": [{ "resource_id": "x" }] }), "400 AutoBackup.0008"),
    ];
    for (body, expected) in cases {
        let body = body.to_string();
        let answer = refused(&caller, Method::POST, "backuppolicyresources", &body).await;
        assert_eq!(answer, expected, "{body}");
    }
    let path = format!("backuppolicyresources/{policy}/deleted_resources");
    let answer = refused(&caller, Method::POST, &path, r#"{"resources":[]}"#).await;
    assert_eq!(answer, "400 AutoBackup.0207");
    let path = "backuppolicyresources/x/deleted_resources";
    let answer = refused(&caller, Method::POST, path, r#"{"resources":[{"resource_id":"x"}]}"#).await;
    assert_eq!(answer, "404 AutoBackup.1100");
}
