//! Changes of several disks. Some or all may fail although the request succeeds.

use otc_vbs::types::{AssociationOutcome, ErrorCode};
use otc_vbs_testing::{DISK, Id, POLICY, client_answered_by, json};
use serde_json::{Value, json as value};

const OTHER: Id = Id("other");

/// The outcome of associating disks, which is also that of removing them.
async fn outcome(answer: Value) -> AssociationOutcome {
    let answers = [(); 2].map(|()| json(answer.to_string()));
    let policy = client_answered_by(answers).policy(POLICY);
    let outcome = policy.associate([DISK, OTHER]).send().await.unwrap();
    assert_eq!(policy.disassociate([DISK, OTHER]).send().await.unwrap(), outcome);
    outcome
}

#[tokio::test]
async fn failed_disks_have_the_reason_if_there_is_one() {
    let outcome = outcome(value!({
        "success_resources": [],
        "fail_resources": [
            { "resource_id": DISK, "code": "VBS.0002", "message": "disk is in error" },
            { "resource_id": OTHER },
        ],
    }))
    .await;
    assert!(!outcome.is_complete());
    assert!(outcome.succeeded().is_empty());
    let [first, second] = outcome.failed() else { unreachable!("two disks: {outcome:?}") };
    assert_eq!((first.resource_id.as_str(), second.resource_id.as_str()), (&*DISK, &*OTHER));
    let failure = first.failure().unwrap();
    assert_eq!(failure.to_string(), "VBS.0002: disk is in error");
    assert_eq!(failure.code, Some(ErrorCode::Other("VBS.0002".to_owned())));
    assert_eq!(second.failure(), None);
}

#[tokio::test]
async fn outcome_without_reasons_is_not_complete() {
    // As in the reference.
    let failed = value!([{ "resource_id": DISK }]);
    let outcome = outcome(value!({ "success_resources": [], "fail_resources": failed })).await;
    assert!(!outcome.is_complete());
    assert_eq!(outcome.failed().len(), 1);
}

#[tokio::test]
async fn outcome_with_a_failed_disk_is_not_complete() {
    let outcome = outcome(value!({
        "success_resources": [{ "resource_id": DISK, "resource_type": "volume" }],
        "fail_resources": [{ "resource_id": OTHER, "code": null, "message": "AutoBackup.0030#gone" }],
    }))
    .await;
    assert!(!outcome.is_complete());
    assert_eq!((outcome.succeeded().len(), outcome.failed().len()), (1, 1));
    let failure = outcome.failed().first().unwrap().failure().unwrap();
    assert_eq!(failure.to_string(), "AutoBackup.0030: gone");
}

#[tokio::test]
async fn outcome_without_failed_disks_is_complete() {
    for failed in [value!([]), Value::Null] {
        let outcome = outcome(value!({
            "success_resources": [{ "resource_id": DISK }, { "resource_id": OTHER }],
            "fail_resources": failed,
        }))
        .await;
        assert!(outcome.is_complete() && outcome.failed().is_empty());
        assert_eq!(outcome.succeeded().len(), 2);
    }
}
