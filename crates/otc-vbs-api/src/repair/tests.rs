//! Bodies that deviate from the document, and the values that can still be used.

#![allow(clippy::unwrap_used)]

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::*;
use crate::OPERATIONS;
use crate::types::{
    AssociationOutcome, BackupJobList, BackupPolicyList, Job, QuotaOverview, TaggedPolicyList,
};

/// The decoded value, encoded again, the problems of items, and the values that were left out.
type Outcome = Result<(Value, Vec<String>, Vec<String>), String>;

fn operation(id: &str) -> &'static Operation {
    OPERATIONS.iter().find(|operation| operation.id == id).unwrap()
}

fn outcome<T: DeserializeOwned + Serialize>(id: &str, body: impl AsRef<[u8]>) -> Outcome {
    let operation = operation(id);
    let mut value: Value = serde_json::from_str(&parsable(body.as_ref())).unwrap();
    let mut repair = Repair::new(operation);
    let fit = repair.object(operation.body.unwrap(), &mut value);
    let decoded = decode::<T>(operation, body.as_ref())?;
    assert!(fit.is_ok());
    Ok((
        serde_json::to_value(decoded.value).unwrap(),
        decoded.problems.iter().map(ItemProblem::to_string).collect(),
        repair.deviations.texts(),
    ))
}

fn jobs(tasks: &Value) -> Outcome {
    outcome::<BackupJobList>("listBackupJobs", json!({ "tasks": tasks }).to_string())
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn job(more: Value) -> Value {
    let mut job = json!({ "status": "RUNNING", "job_id": "j1", "created_at": "2016-12-03T06:24:34.467" });
    job.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    job
}

#[test]
fn optional_members_that_do_not_fit_are_left_out() {
    let tasks = json!([
        job(json!({})),
        job(json!({ "finished_at": "", "vbs_job_id": "", "message": {} })),
        job(json!({ "finished_at": "soon", "resource_type": [] })),
    ]);
    let (value, problems, left_out) = jobs(&tasks).unwrap();
    let plain = job(json!({}));
    assert_eq!(value["tasks"], json!([plain, plain, plain]));
    assert!(problems.is_empty());
    assert_eq!(
        left_out,
        texts(&[
            "tasks[].finished_at x2: `tasks[1].finished_at` is an empty text where a time is expected",
            "tasks[].message x1: `tasks[1].message` is an object where a text is expected",
            "tasks[].vbs_job_id x1: `tasks[1].vbs_job_id` is an empty text where an id is expected",
            "tasks[].resource_type x1: `tasks[2].resource_type` is a list where a text is expected",
        ])
    );
}

#[test]
fn scalars_with_a_clear_meaning_are_converted_and_nothing_is_left_out() {
    let (value, problems, left_out) = jobs(&json!([job(json!({ "job_id": 7, "code": 200 }))])).unwrap();
    assert_eq!(value["tasks"], json!([job(json!({ "job_id": "7", "code": "200" }))]));
    assert!(problems.is_empty() && left_out.is_empty());
}

#[test]
fn missing_status_and_time_are_tolerated() {
    for odd in [json!(null), json!({}), json!([])] {
        let (value, problems, _) = jobs(&json!([job(json!({ "status": odd, "created_at": odd }))])).unwrap();
        assert_eq!(value["tasks"], json!([job(json!({ "status": "", "created_at": "" }))]));
        assert!(problems.is_empty());
    }
    let (value, _, left_out) = jobs(&json!([{ "job_id": "j1" }])).unwrap();
    assert_eq!(value["tasks"], json!([{ "job_id": "j1", "status": "", "created_at": "" }]));
    assert_eq!(
        left_out,
        texts(&[
            "tasks[].created_at x1: `tasks[0].created_at` is missing",
            "tasks[].status x1: `tasks[0].status` is missing",
        ])
    );
}

#[test]
fn only_the_item_without_a_usable_id_is_lost() {
    let tasks = json!([
        job(json!({})),
        job(json!({ "job_id": null })),
        { "status": "RUNNING", "created_at": "2016-12-03T06:24:34" },
        job(json!({ "job_id": "" })),
        "secret",
        job(json!({ "job_id": "j2" })),
    ]);
    let (value, problems, _) = jobs(&tasks).unwrap();
    assert_eq!(value["tasks"], json!([job(json!({})), job(json!({ "job_id": "j2" }))]));
    assert_eq!(
        problems,
        [
            "`tasks[1].job_id` is null where an id is expected",
            "`tasks[2].job_id` is missing",
            "`tasks[3].job_id` is an empty text where an id is expected",
            "`tasks[4]` is a text where an object is expected",
        ]
    );
}

#[test]
fn problem_has_the_position_in_the_response() {
    let tasks = json!({ "tasks": [job(json!({})), job(json!({ "job_id": {} }))] }).to_string();
    let decoded = decode::<BackupJobList>(operation("listBackupJobs"), tasks.as_bytes()).unwrap();
    assert_eq!(decoded.problems[0].index, 1);
    assert_eq!(decoded.problems[0].path, "tasks[1].job_id");
}

#[test]
fn invalid_list_of_items_is_never_read_as_empty() {
    let problem = "the body is not as documented: `tasks` is";
    for (body, expected) in [
        (json!({ "tasks": "" }), format!("{problem} an empty text where a list is expected")),
        (json!({ "tasks": {} }), format!("{problem} an object where a list is expected")),
        (json!({ "count": 0 }), format!("{problem} missing")),
        (json!([]), "the body is not as documented: it is a list where an object is expected".to_owned()),
    ] {
        let outcome = decode::<BackupJobList>(operation("listBackupJobs"), body.to_string().as_bytes());
        assert_eq!(outcome.err(), Some(expected), "{body}");
    }
    // This list is optional.
    let body = json!({ "resources": 7 }).to_string();
    let outcome = decode::<TaggedPolicyList>(operation("queryBackupPoliciesByTag"), body.as_bytes());
    assert_eq!(
        outcome.err().as_deref(),
        Some("the body is not as documented: `resources` is a number where a list is expected")
    );
}

#[test]
fn null_is_an_empty_list() {
    let policies = outcome::<BackupPolicyList>("listBackupPolicies", r#"{"backup_policies":null}"#);
    assert_eq!(policies.unwrap().0, json!({ "backup_policies": [] }));
}

#[test]
fn items_in_an_envelope_are_items() {
    let body = json!({ "quotas": { "resources": [{ "type": "backups", "quota": "-1" }, 7] } });
    let (value, problems, _) = outcome::<QuotaOverview>("getQuotas", body.to_string()).unwrap();
    assert_eq!(value, json!({ "quotas": { "resources": [{ "type": "backups", "quota": -1 }] } }));
    assert_eq!(problems, ["`quotas.resources[1]` is a number where an object is expected"]);
}

#[test]
fn other_lists_of_a_query_lose_only_what_is_unusable() {
    let job = |sub_jobs: Value, entities: Value| {
        let body = json!({ "job_id": "j1", "status": "FAIL", "sub_jobs": sub_jobs, "entities": entities });
        outcome::<Job>("getJob", body.to_string())
    };
    let sub_jobs = json!([{ "status": "FAIL" }, { "job_id": "j2", "status": null, "end_time": "" }]);
    let (value, problems, left_out) = job(sub_jobs, json!({ "size": 40, "disk": {}, "none": null })).unwrap();
    assert_eq!(
        value,
        json!({
            "job_id": "j1", "status": "FAIL",
            "sub_jobs": [{ "job_id": "j2", "status": "" }],
            "entities": { "size": "40", "none": null },
        })
    );
    assert!(problems.is_empty());
    assert_eq!(
        left_out,
        texts(&[
            "entities.* x1: `entities.*` is an object where a text is expected",
            "sub_jobs[].job_id x1: `sub_jobs[0].job_id` is missing",
            "sub_jobs[].end_time x1: `sub_jobs[1].end_time` is an empty text where a time is expected",
            "sub_jobs[].status x1: `sub_jobs[1].status` is null where a text is expected",
        ])
    );
    let (value, _, _) = job(json!(""), json!("")).unwrap();
    assert_eq!(value, json!({ "job_id": "j1", "status": "FAIL" }));
}

#[test]
fn object_without_its_id_is_an_error() {
    let outcome = outcome::<Job>("getJob", r#"{"status":"FAIL","job_id":""}"#);
    assert_eq!(
        outcome,
        Err("the body is not as documented: `job_id` is an empty text where an id is expected".to_owned())
    );
}

#[test]
fn response_to_a_change_loses_no_element_of_a_list() {
    let associate = |body: &str| outcome::<AssociationOutcome>("associateResources", body);
    for (body, problem) in [
        (r#"{"fail_resources":[{"code":"VBS.0002"}]}"#, "`fail_resources[0].resource_id` is missing"),
        (r#"{"fail_resources":["d1"]}"#, "`fail_resources[0]` is a text where an object is expected"),
        (r#"{"fail_resources":{}}"#, "`fail_resources` is an object where a list is expected"),
    ] {
        assert_eq!(associate(body), Err(format!("the body is not as documented: {problem}")));
    }
    let (value, _, _) =
        associate(r#"{"success_resources":null,"fail_resources":[{"resource_id":"d1","code":7}]}"#).unwrap();
    assert_eq!(value, json!({ "fail_resources": [{ "resource_id": "d1", "code": "7" }] }));
}

#[test]
fn last_of_duplicate_members_wins() {
    let body =
        r#"{"tasks":[{"status":"WAITING","status":"RUNNING","job_id":"j1","created_at":"x"}],"tasks":[]}"#;
    assert_eq!(outcome::<BackupJobList>("listBackupJobs", body).unwrap().0, json!({ "tasks": [] }));
}

#[test]
fn invalid_unicode_affects_only_its_characters() {
    let body =
        br#"{"tasks":[{"status":"RUNNING","job_id":"j1","created_at":"x","backup_name":"night \ud83d"}]}"#;
    let (value, _, left_out) = outcome::<BackupJobList>("listBackupJobs", body).unwrap();
    assert_eq!(value["tasks"][0]["backup_name"], "night \u{fffd}");
    assert!(left_out.is_empty());
}

#[test]
fn body_that_is_not_json_is_an_error_without_its_text() {
    for (body, problem) in [
        ("", "the body is empty"),
        (" \n", "the body is empty"),
        ("<html>secret", "the body is not JSON: expected value at line 1 column 1"),
        (
            r#"{"tasks":[{"status":"secret"#,
            "the body is not JSON: EOF while parsing a string at line 1 column 27",
        ),
    ] {
        let outcome = decode::<BackupJobList>(operation("listBackupJobs"), body.as_bytes());
        assert_eq!(outcome.err().as_deref(), Some(problem), "{body}");
    }
}
