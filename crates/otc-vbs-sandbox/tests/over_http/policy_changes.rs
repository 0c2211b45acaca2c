//! Policies that are created, changed, run and deleted.

use std::time::Duration;

use otc_vbs_sandbox::Sandbox;
use reqwest::Method;
use serde_json::{Value, json};

use crate::caller::Caller;

const HOUR: Duration = Duration::from_secs(60 * 60);

/// The service's answer to a body at a path below the project.
pub(crate) async fn call(caller: &Caller, method: Method, path: &str, body: &str) -> (u16, Value) {
    let project_id = caller.sandbox.project_id();
    let url = caller.url(&format!("v2/{project_id}/{path}"));
    let request = caller.http.request(method, url);
    let request = request.header("X-Auth-Token", caller.sandbox.token());
    let request = request.header("content-type", "application/json");
    let response = request.body(body.to_owned()).send().await.unwrap();
    let status = response.status().as_u16();
    let body = response.text().await.unwrap();
    let body = match body.as_str() {
        "" => Value::Null,
        text => serde_json::from_str(text).unwrap(),
    };
    (status, body)
}

/// The status and the code of a refusal.
pub(crate) async fn refused(caller: &Caller, method: Method, path: &str, body: &str) -> String {
    let (status, answer) = call(caller, method, path, body).await;
    let error = &answer["error"];
    assert!(!error["message"].as_str().unwrap().is_empty(), "{answer}");
    format!("{status} {}", error["code"].as_str().unwrap())
}

/// A policy that runs at midnight, but for what `changes` puts in its place; null takes it out.
fn body(changes: Value) -> String {
    let mut body = json!({
        "backup_policy_name": "new",
        "scheduled_policy": {
            "start_time": "00:00", "frequency": 1, "rentention_num": 2, "status": "ON",
        },
    });
    merge(&mut body, changes);
    body.to_string()
}

fn merge(body: &mut Value, changes: Value) {
    let Value::Object(changes) = changes else {
        *body = changes;
        return;
    };
    for (name, value) in changes {
        match value {
            Value::Null => drop(body.as_object_mut().unwrap().remove(&name)),
            value => merge(&mut body[&name], value),
        }
    }
}

async fn create(caller: &Caller, body: &str) -> String {
    let (status, answer) = call(caller, Method::POST, "backuppolicy", body).await;
    assert_eq!(status, 200, "{answer}");
    answer["backup_policy_id"].as_str().unwrap().to_owned()
}

/// A policy as the list shows it.
async fn listed(caller: &Caller, policy: &str) -> Option<Value> {
    let (_, list) = call(caller, Method::GET, "backuppolicy", "").await;
    let policies = list["backup_policies"].as_array().unwrap();
    let mut policies = policies.iter();
    let listed = policies.find(|listed| listed["backup_policy_id"] == policy);
    listed.cloned()
}

#[tokio::test]
async fn new_policy_is_listed_as_it_was_sent() {
    let caller = Caller::of(Sandbox::builder()).await;
    let schedule = json!({
        "start_time": "22:00,00:00,02:00",
        "week_frequency": ["SUN", "WED"],
        "rentention_day": 30,
        "remain_first_backup_of_curMonth": "Y",
        "status": "OFF",
    });
    let sent = json!({
        "backup_policy_name": "policy_01",
        "scheduled_policy": schedule,
        "tags": [{ "key": "key", "value": "" }],
        "time_zone": "UTC+02:00",
        "unknown": null,
    });
    let policy = create(&caller, &sent.to_string()).await;
    let expected = json!({
        "backup_policy_id": policy,
        "backup_policy_name": "policy_01",
        "policy_resource_count": 0,
        "scheduled_policy": schedule,
        "time_zone": "UTC+02:00",
    });
    assert_eq!(listed(&caller, &policy).await.unwrap(), expected);
    let tags = format!("backuppolicy/{policy}/tags");
    let (_, tags) = call(&caller, Method::GET, &tags, "").await;
    assert_eq!(tags, json!({ "tags": [{ "key": "key", "value": "" }] }));
}

#[tokio::test]
async fn first_of_two_alternatives_takes_precedence() {
    let caller = Caller::of(Sandbox::builder()).await;
    let both = json!({ "week_frequency": ["MON"], "rentention_day": 5 });
    let policy = create(&caller, &body(json!({ "scheduled_policy": both }))).await;
    let schedule = &listed(&caller, &policy).await.unwrap()["scheduled_policy"];
    let expected = json!({
        "start_time": "00:00", "frequency": 1, "rentention_num": 2, "status": "ON",
    });
    assert_eq!(schedule, &expected);
}

#[tokio::test]
async fn each_field_is_refused_with_its_code() {
    let caller = Caller::of(Sandbox::builder()).await;
    let long = "n".repeat(65);
    let of_schedule = |name: &str, value: Value| body(json!({ "scheduled_policy": { name: value } }));
    let tag = |key: &str, value: &str| body(json!({ "tags": [{ "key": key, "value": value }] }));
    let cases = [
        (" ".to_owned(), "0000"),
        ("{".to_owned(), "0008"),
        ("[]".to_owned(), "0008"),
        ("null".to_owned(), "0008"),
        ("{}".to_owned(), "0008"),
        (body(json!({ "backup_policy_name": "" })), "0101"),
        (body(json!({ "backup_policy_name": long })), "0101"),
        (body(json!({ "backup_policy_name": "default" })), "0102"),
        (body(json!({ "backup_policy_name": "ä" })), "0102"),
        (body(json!({ "backup_policy_name": "<b>" })), "0221"),
        (body(json!({ "backup_policy_name": 1 })), "0008"),
        (body(json!({ "backup_policy_name": null })), "0008"),
        (body(json!({ "scheduled_policy": null })), "0008"),
        (body(json!({ "scheduled_policy": [] })), "0008"),
        (of_schedule("start_time", json!("12:30")), "0103"),
        (of_schedule("start_time", json!(null)), "0008"),
        (of_schedule("status", json!("on")), "0104"),
        (of_schedule("status", json!(true)), "0008"),
        (of_schedule("status", json!(null)), "0008"),
        (of_schedule("remain_first_backup_of_curMonth", json!("yes")), "0105"),
        (of_schedule("frequency", json!(0)), "0106"),
        (of_schedule("frequency", json!(31)), "0106"),
        (of_schedule("frequency", json!("1")), "0008"),
        (of_schedule("frequency", json!(1.5)), "0008"),
        (of_schedule("frequency", json!(null)), "0106"),
        (of_schedule("week_frequency", json!(["SUNDAY"])), "0106"),
        (of_schedule("week_frequency", json!("SUN")), "0008"),
        (of_schedule("week_frequency", json!([1])), "0008"),
        (of_schedule("rentention_num", json!(1)), "0107"),
        (of_schedule("rentention_num", json!(100)), "0107"),
        (of_schedule("rentention_num", json!(null)), "0107"),
        (of_schedule("rentention_day", json!(100_000)), "0107"),
        (body(json!({ "time_zone": "CET" })), "0226"),
        (tag("", "v"), "0214"),
        (tag("a b", "v"), "0214"),
        (tag("k", "ä"), "0214"),
        (tag(&"k".repeat(37), "v"), "0214"),
        (tag("k", &"v".repeat(44)), "0214"),
        (body(json!({ "tags": {} })), "0008"),
        (body(json!({ "tags": [{ "key": "k" }] })), "0008"),
    ];
    let before = caller.sandbox.policy_ids().len();
    for (body, code) in cases {
        let expected = format!("400 AutoBackup.{code}");
        let answer = refused(&caller, Method::POST, "backuppolicy", &body).await;
        assert_eq!(answer, expected, "{body}");
    }
    // Null is no way to leave something out.
    let null = r#"{"backup_policy_name":"new","time_zone":null,"scheduled_policy":{}}"#;
    let answer = refused(&caller, Method::PUT, &path(&caller, 0), null).await;
    assert_eq!(answer, "400 AutoBackup.0008");
    assert_eq!(caller.sandbox.policy_ids().len(), before);
}

/// The path of a seeded policy below the project.
fn path(caller: &Caller, policy: usize) -> String {
    format!("backuppolicy/{}", caller.policy(policy))
}

#[tokio::test]
async fn project_has_at_most_ten_policies() {
    let caller = Caller::of(Sandbox::builder().policies(9)).await;
    create(&caller, &body(json!({}))).await;
    let answer = refused(&caller, Method::POST, "backuppolicy", &body(json!({}))).await;
    assert_eq!(answer, "409 AutoBackup.0203");
}

#[tokio::test]
async fn only_sent_fields_of_a_policy_change() {
    let caller = Caller::of(Sandbox::builder()).await;
    let policy = path(&caller, 0);
    let id = caller.policy(0).to_string();
    let before = listed(&caller, &id).await.unwrap();
    let change = |change: Value| {
        let caller = &caller;
        let (policy, id) = (&policy, &id);
        async move {
            let (status, answer) = call(caller, Method::PUT, policy, &change.to_string()).await;
            assert_eq!((status, &answer["backup_policy_id"]), (200, &json!(id)));
            listed(caller, id).await.unwrap()
        }
    };
    let off = change(json!({ "scheduled_policy": { "status": "OFF" } })).await;
    let mut expected = before.clone();
    expected["scheduled_policy"]["status"] = json!("OFF");
    assert_eq!(off, expected);

    let schedule = json!({
        "start_time": "12:00", "week_frequency": ["MON"], "rentention_day": 10, "status": "ON",
    });
    let changed = change(json!({
        "backup_policy_name": "other",
        "scheduled_policy": schedule,
        "time_zone": "UTC-01:00",
    }));
    let changed = changed.await;
    assert_eq!(changed["backup_policy_name"], "other");
    assert_eq!(changed["time_zone"], "UTC-01:00");
    assert_eq!(changed["policy_resource_count"], before["policy_resource_count"]);
    let mut expected = schedule;
    expected["remain_first_backup_of_curMonth"] = json!("N");
    assert_eq!(changed["scheduled_policy"], expected);
}

#[tokio::test]
async fn invalid_change_is_refused_with_its_code() {
    let caller = Caller::of(Sandbox::builder()).await;
    let cases = [
        (json!({}), "0001"),
        (json!({ "scheduled_policy": {} }), "0001"),
        (json!({ "scheduled_policy": { "start_time": "12:00" } }), "0106"),
        (json!({ "scheduled_policy": { "rentention_num": 3 } }), "0106"),
        (json!({ "scheduled_policy": { "frequency": 99 } }), "0106"),
        (json!({ "scheduled_policy": { "status": "" } }), "0104"),
        (json!({ "backup_policy_name": "default-1" }), "0102"),
        (json!({ "time_zone": "" }), "0226"),
        (json!([]), "0008"),
    ];
    for (body, code) in cases {
        let body = body.to_string();
        let answer = refused(&caller, Method::PUT, &path(&caller, 0), &body).await;
        assert_eq!(answer, format!("400 AutoBackup.{code}"), "{body}");
    }
}

#[tokio::test]
async fn policy_runs_on_request_and_is_gone_when_deleted() {
    let caller = Caller::of(Sandbox::builder().jobs(0)).await;
    let policy = path(&caller, 0);
    let run = format!("{policy}/action");
    let answer = call(&caller, Method::POST, &run, "").await;
    assert_eq!(answer, (204, Value::Null));
    assert_eq!(caller.page("status=WAITING").await.count, 3);
    let answer = refused(&caller, Method::POST, &run, "").await;
    assert_eq!(answer, "409 AutoBackup.0225");

    caller.sandbox.advance(HOUR).unwrap();
    let unended = caller.page("status=WAITING").await.count + caller.page("status=RUNNING").await.count;
    assert_eq!(unended, 0);
    assert_eq!(call(&caller, Method::POST, &run, "").await.0, 204);

    let jobs = caller.jobs_path(0);
    assert_eq!(call(&caller, Method::DELETE, &policy, "").await, (204, Value::Null));
    assert_eq!(caller.get(&jobs).await.status(), 404);
    for (method, path) in
        [(Method::DELETE, policy.clone()), (Method::POST, run), (Method::GET, format!("{policy}/tags"))]
    {
        let answer = refused(&caller, method, &path, "").await;
        assert_eq!(answer, "404 AutoBackup.1100", "{path}");
    }
    let answer = refused(&caller, Method::PUT, &policy, r#"{"time_zone":"UTC+01:00"}"#).await;
    assert_eq!(answer, "404 AutoBackup.1100");
}

#[tokio::test]
async fn policy_without_disks_does_not_run() {
    let caller = Caller::of(Sandbox::builder()).await;
    let policy = create(&caller, &body(json!({}))).await;
    let run = format!("backuppolicy/{policy}/action");
    let answer = refused(&caller, Method::POST, &run, "").await;
    assert_eq!(answer, "409 AutoBackup.1700");
}
