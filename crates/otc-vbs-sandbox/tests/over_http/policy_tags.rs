//! The tags of policies, and policies by their tags.

use otc_vbs_sandbox::Sandbox;
use reqwest::Method;
use serde_json::{Value, json};

use crate::caller::Caller;
use crate::policy_changes::{call, refused};

const QUERY: &str = "backuppolicy/resource_instances/action";

fn tags_path(caller: &Caller, policy: usize) -> String {
    format!("backuppolicy/{}/tags", caller.policy(policy))
}

/// The tags of a policy as `key=value`.
async fn tags(caller: &Caller, policy: usize) -> Vec<String> {
    let (status, body) = call(caller, Method::GET, &tags_path(caller, policy), "").await;
    assert_eq!(status, 200);
    let tags = body["tags"].as_array().unwrap().iter();
    let text = |tag: &Value, field: &str| tag[field].as_str().unwrap().to_owned();
    tags.map(|tag| format!("{}={}", text(tag, "key"), text(tag, "value"))).collect()
}

#[tokio::test]
async fn seeded_policies_have_tags() {
    let caller = Caller::of(Sandbox::builder().policies(4)).await;
    let (status, all) = call(&caller, Method::GET, "backuppolicy/tags", "").await;
    assert_eq!(status, 200);
    let expected = json!({ "tags": [
        { "key": "archive", "values": [""] },
        { "key": "stage", "values": ["production"] },
        { "key": "team", "values": ["db", "web"] },
    ] });
    assert_eq!(all, expected);
}

#[tokio::test]
async fn tag_is_added_replaced_and_removed() {
    let caller = Caller::of(Sandbox::builder()).await;
    let path = tags_path(&caller, 2);
    for value in ["", "new"] {
        let tag = json!({ "tag": { "key": "k_1-A", "value": value } }).to_string();
        let answer = call(&caller, Method::POST, &path, &tag).await;
        assert_eq!(answer, (204, Value::Null));
        assert_eq!(tags(&caller, 2).await, ["archive=".to_owned(), format!("k_1-A={value}")]);
    }
    let tag = format!("{path}/k_1-A");
    assert_eq!(call(&caller, Method::DELETE, &tag, "").await, (204, Value::Null));
    let answer = refused(&caller, Method::DELETE, &tag, "").await;
    assert_eq!(answer, "404 AutoBackup.0216");
    assert_eq!(tags(&caller, 2).await, ["archive="]);
}

#[tokio::test]
async fn several_tags_change_at_once() {
    let caller = Caller::of(Sandbox::builder()).await;
    let path = format!("{}/action", tags_path(&caller, 0));
    let change = |body: Value| {
        let (caller, path) = (&caller, &path);
        async move {
            let answer = call(caller, Method::POST, path, &body.to_string()).await;
            assert_eq!(answer, (204, Value::Null));
            tags(caller, 0).await
        }
    };
    let both = json!([{ "key": "team", "value": "x" }, { "key": "a b%", "value": "" }]);
    let changed = change(json!({ "action": "create", "tags": both })).await;
    assert_eq!(changed, ["a b%=", "stage=production", "team=x"]);
    let changed = change(json!({ "action": "update", "tags": [{ "key": "team", "value": "y" }] }));
    assert_eq!(changed.await, ["a b%=", "stage=production", "team=y"]);
    let some = json!([{ "key": "team" }, { "key": "stage", "value": "test" }, { "key": "other" }]);
    let changed = change(json!({ "action": "delete", "tags": some })).await;
    assert_eq!(changed, ["a b%=", "stage=production"]);
    assert_eq!(change(json!({ "action": "create" })).await.len(), 2);

    // The key that only this operation takes is found by its encoded form.
    let tag = format!("{}/a%20b%25", tags_path(&caller, 0));
    assert_eq!(call(&caller, Method::DELETE, &tag, "").await.0, 204);
}

#[tokio::test]
async fn invalid_changes_of_tags_are_refused() {
    let caller = Caller::of(Sandbox::builder()).await;
    let cases = [
        ("", json!({ "tag": { "key": "k" } }), "400 AutoBackup.0008"),
        ("", json!({ "tag": ["k", "v"] }), "400 AutoBackup.0008"),
        ("", json!({ "tag": { "key": "a b", "value": "" } }), "400 AutoBackup.0214"),
        ("/action", json!({}), "400 AutoBackup.0008"),
        ("/action", json!({ "action": "CREATE" }), "400 AutoBackup.0222"),
        ("/action", json!({ "action": "create", "tags": [{ "key": "k" }] }), "400 AutoBackup.0214"),
        ("/action", json!({ "action": "delete", "tags": [{ "key": "" }] }), "400 AutoBackup.0214"),
        (
            "/action",
            json!({ "action": "delete", "tags": [{ "key": "k", "value": null }] }),
            "400 AutoBackup.0008",
        ),
    ];
    for (end, body, expected) in cases {
        let path = format!("{}{end}", tags_path(&caller, 0));
        let body = body.to_string();
        let answer = refused(&caller, Method::POST, &path, &body).await;
        assert_eq!(answer, expected, "{body}");
    }
    let many = (0..9).map(|number| json!({ "key": number.to_string(), "value": "" }));
    let many = json!({ "action": "create", "tags": many.collect::<Vec<_>>() }).to_string();
    let path = format!("{}/action", tags_path(&caller, 0));
    let answer = refused(&caller, Method::POST, &path, &many).await;
    assert_eq!(answer, "409 AutoBackup.0215");
    assert_eq!(tags(&caller, 0).await.len(), 2);
}

async fn query(caller: &Caller, body: Value) -> Value {
    let (status, answer) = call(caller, Method::POST, QUERY, &body.to_string()).await;
    assert_eq!(status, 200, "{answer}");
    answer
}

#[tokio::test]
async fn policies_are_found_by_tag_and_name() {
    let caller = Caller::of(Sandbox::builder()).await;
    let found =
        query(&caller, json!({ "action": "filter", "tags": [{ "key": "team", "values": ["db", "x"] }] }));
    let expected = json!({
        "total_count": 1,
        "resources": [{
            "resource_id": caller.policy(1),
            "resource_name": "weekly-db",
            "tags": [{ "key": "stage", "value": "production" }, { "key": "team", "value": "db" }],
        }],
    });
    assert_eq!(found.await, expected);
    let not_db = json!([{ "key": "team", "values": ["db"] }]);
    let count = json!({
        "action": "count",
        "not_tags": not_db,
        "not_tags_any": not_db,
        "tags_any": [{ "key": "team", "values": [] }, { "key": "archive", "values": [""] }],
        "matches": [{ "key": "resource_name", "value": "n" }],
        "tags": [],
    });
    assert_eq!(query(&caller, count).await, json!({ "total_count": 2 }));
}

#[tokio::test]
async fn page_of_policies_obeys_limit_and_offset() {
    let caller = Caller::of(Sandbox::builder().policies(5)).await;
    for (limit, offset, expected) in [("2", "0", 0..2), ("2", "4", 4..5), ("1000", "5", 5..5)] {
        let page = query(&caller, json!({ "action": "filter", "limit": limit, "offset": offset }));
        let page = page.await;
        assert_eq!(page["total_count"], 5);
        let found = page["resources"].as_array().unwrap().iter();
        let found: Vec<Value> = found.map(|policy| policy["resource_id"].clone()).collect();
        let expected: Vec<Value> = expected.map(|index| json!(caller.policy(index))).collect();
        assert_eq!(found, expected);
    }
}

#[tokio::test]
async fn invalid_queries_are_refused() {
    let caller = Caller::of(Sandbox::builder()).await;
    let keys = |count: usize| -> Value {
        let key = |number| json!({ "key": format!("k{number}"), "values": [] });
        (0..count).map(key).collect()
    };
    let cases = [
        (json!({}), "AutoBackup.0008"),
        (json!({ "action": "find" }), "AutoBackup.0222"),
        (json!({ "action": "filter", "tags": keys(11) }), "AutoBackup.0214"),
        (json!({ "action": "filter", "tags_any": [] }), "AutoBackup.0214"),
        (json!({ "action": "filter", "not_tags": [] }), "AutoBackup.0214"),
        (json!({ "action": "filter", "not_tags_any": [] }), "AutoBackup.0214"),
        (json!({ "action": "filter", "tags": [{ "key": "k" }] }), "AutoBackup.0008"),
        (json!({ "action": "filter", "tags": [{ "key": "k", "values": "v" }] }), "AutoBackup.0008"),
        (json!({ "action": "filter", "matches": [{ "key": "id", "value": "" }] }), "VolumeBackup.0002"),
        (json!({ "action": "filter", "limit": 10 }), "AutoBackup.0008"),
        (json!({ "action": "filter", "limit": "0" }), "VolumeBackup.0002"),
        (json!({ "action": "filter", "limit": "1001" }), "VolumeBackup.0002"),
        (json!({ "action": "filter", "limit": "+5" }), "VolumeBackup.0002"),
        (json!({ "action": "filter", "offset": "-1" }), "VolumeBackup.0002"),
        (json!({ "action": "filter", "offset": "" }), "VolumeBackup.0002"),
    ];
    for (body, code) in cases {
        let body = body.to_string();
        let answer = refused(&caller, Method::POST, QUERY, &body).await;
        assert_eq!(answer, format!("400 {code}"), "{body}");
    }
}
