//! Changes of many disks at once, of which some, or all, may fail while the request succeeds.

#![allow(clippy::unwrap_used, missing_docs)]

use otc_vbs::{AssociationOutcome, ErrorCode};
use otc_vbs_tests::{DISK, POLICY, client_answered_by, json};
use serde_json::{Value, json as value};

/// What came of a change, of putting disks under a policy and of taking them out alike.
async fn outcome(answer: Value) -> AssociationOutcome {
    let answers = [(); 2].map(|()| json(answer.to_string()));
    let policy = client_answered_by(answers).policy(POLICY);
    let outcome = policy.associate([DISK, "other"]).await.unwrap();
    assert_eq!(policy.disassociate([DISK, "other"]).await.unwrap(), outcome);
    outcome
}

#[tokio::test]
async fn all_failed_and_one_does_not_say_why() {
    let outcome = outcome(value!({
        "success_resources": [],
        "fail_resources": [
            { "resource_id": DISK, "code": "VBS.0002", "message": "disk is in error" },
            { "resource_id": "other" },
        ],
    }))
    .await;
    assert!(!outcome.is_complete());
    assert!(outcome.succeeded().is_empty());
    let [first, second] = outcome.failed() else {
        unreachable!("two disks: {outcome:?}")
    };
    assert_eq!(
        (first.resource_id.as_str(), second.resource_id.as_str()),
        (DISK, "other")
    );
    let failure = first.failure().unwrap();
    assert_eq!(failure.to_string(), "VBS.0002: disk is in error");
    assert_eq!(failure.code, Some(ErrorCode::Other("VBS.0002".to_owned())));
    assert_eq!(second.failure(), None);
}

#[tokio::test]
async fn none_of_the_failed_says_why() {
    // As the reference shows it.
    let failed = value!([{ "resource_id": DISK }]);
    let outcome = outcome(value!({ "success_resources": [], "fail_resources": failed })).await;
    assert!(!outcome.is_complete());
    assert_eq!(outcome.failed().len(), 1);
}

#[tokio::test]
async fn some_failed() {
    let outcome = outcome(value!({
        "success_resources": [{ "resource_id": DISK, "resource_type": "volume" }],
        "fail_resources": [{ "resource_id": "other", "code": null, "message": "AutoBackup.0030#gone" }],
    }))
    .await;
    assert!(!outcome.is_complete());
    assert_eq!((outcome.succeeded().len(), outcome.failed().len()), (1, 1));
    let failure = outcome.failed().first().unwrap().failure().unwrap();
    assert_eq!(failure.to_string(), "AutoBackup.0030: gone");
}

#[tokio::test]
async fn none_failed() {
    for failed in [value!([]), Value::Null] {
        let outcome = outcome(value!({
            "success_resources": [{ "resource_id": DISK }, { "resource_id": "other" }],
            "fail_resources": failed,
        }))
        .await;
        assert!(outcome.is_complete() && outcome.failed().is_empty());
        assert_eq!(outcome.succeeded().len(), 2);
    }
}
