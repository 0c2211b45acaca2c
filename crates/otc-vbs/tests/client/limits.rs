//! The limits that are checked before a request is sent, and their error texts. There is no response, so a request would fail
//! the test. That invalid identifiers are refused is tested in otc-vbs-api.

use std::pin::Pin;

use otc_vbs::types::TagAction;
use otc_vbs::{Client, Result, Schedule};
use otc_vbs_testing::{DISK, POLICY, SNAPSHOT, client_answered_by, json};

type Call = Pin<Box<dyn Future<Output = Result<()>>>>;
/// The text of a call, and the call.
type Case = (&'static str, fn(Client) -> Call);

macro_rules! calls {
    ($(|$vbs:ident| $call:expr),* $(,)?) => {
        &[$((stringify!($call), |$vbs| {
            Box::pin(async move { $call.await.map(drop) })
        })),*]
    };
}

const NAMES: &[Case] = calls! {
    |vbs| vbs.policies().create("", &schedule()).send(),
    |vbs| vbs.policies().create("default_2", &schedule()).send(),
    |vbs| vbs.policies().create("every night", &schedule()).send(),
    |vbs| vbs.policies().create("nächtlich", &schedule()).send(),
    |vbs| vbs.policies().create("x".repeat(65), &schedule()).send(),
    |vbs| vbs.policy(POLICY).update().send(),
    |vbs| vbs.policy(POLICY).update().backup_policy_name("").send(),
    |vbs| vbs.policy(POLICY).update().backup_policy_name("default").send(),
    |vbs| vbs.policy(POLICY).update().backup_policy_name("x".repeat(65)).send(),
    |vbs| vbs.backups().create(DISK, "").send(),
    |vbs| vbs.backups().create(DISK, "autobk_1").send(),
    |vbs| vbs.backups().create(DISK, "a.b").send(),
    |vbs| vbs.backups().create(DISK, "x".repeat(65)).send(),
    |vbs| vbs.backups().create_native(DISK, SNAPSHOT).name("").send(),
    |vbs| vbs.v2().create_native_backup(DISK, SNAPSHOT).name("auto").send(),
    |vbs| vbs.backups().create_native(DISK, SNAPSHOT).name("x".repeat(65)).send(),
    |vbs| vbs.backups().create(DISK, "backup1").description("").send(),
    |vbs| vbs.backups().create(DISK, "backup1").description("x".repeat(65)).send(),
    |vbs| vbs.backups().create(DISK, "backup1").description("a < b").send(),
    |vbs| vbs.backups().create_native(DISK, SNAPSHOT).description("x".repeat(256)).send(),
    |vbs| vbs.backups().create_native(DISK, SNAPSHOT).description("a > b").send(),
};

const TAGS: &[Case] = calls! {
    |vbs| vbs.policies().create("nightly", &schedule()).tags([("", "db")]).send(),
    |vbs| vbs.policies().create("nightly", &schedule()).tags([("te am", "db")]).send(),
    |vbs| vbs.policies().create("nightly", &schedule()).tags([("k".repeat(37), "db")]).send(),
    |vbs| vbs.policies().create("nightly", &schedule()).tags([("team", "v".repeat(44))]).send(),
    |vbs| vbs.policies().create("nightly", &schedule()).tags([("team", "d.b")]).send(),
    |vbs| vbs.backups().create(DISK, "backup1").tags([("", "db")]).send(),
    |vbs| vbs.backups().create(DISK, "backup1").tags([("a=b", "db")]).send(),
    |vbs| vbs.backups().create(DISK, "backup1").tags([("team", "d\nb")]).send(),
    |vbs| vbs.backups().create(DISK, "backup1").tags([("k".repeat(37), "db")]).send(),
    |vbs| vbs.backups().create(DISK, "backup1").tags([("team", "v".repeat(44))]).send(),
    |vbs| vbs.policy(POLICY).add_tag("", "db").send(),
    |vbs| vbs.policy(POLICY).add_tag("a/b", "db").send(),
    |vbs| vbs.policy(POLICY).add_tag("team", "v".repeat(44)).send(),
    |vbs| vbs.policy(POLICY).remove_tag("").send(),
    |vbs| vbs.policy(POLICY).remove_tag("a/b").send(),
    |vbs| vbs.policy(POLICY).remove_tag("..").send(),
    |vbs| vbs.policy(POLICY).change_tags(TagAction::Create, [("team", None::<&str>)]).send(),
    |vbs| vbs.policy(POLICY).change_tags(TagAction::Update, [("team", None::<&str>)]).send(),
    |vbs| vbs.policy(POLICY).change_tags(TagAction::Create, [("", Some("db"))]).send(),
    |vbs| vbs.policy(POLICY).change_tags(TagAction::Create, [("a=b", Some("db"))]).send(),
    |vbs| vbs.policy(POLICY).change_tags(TagAction::Create, [("team", Some("d b"))]).send(),
    |vbs| vbs.policy(POLICY).change_tags(TagAction::Create, [("k".repeat(37).as_str(), Some("db"))]).send(),
    |vbs| vbs.policy(POLICY).change_tags(TagAction::Update, [("team", Some("v".repeat(44).as_str()))]).send(),
    |vbs| vbs.policy(POLICY).change_tags(TagAction::Delete, [("k".repeat(128).as_str(), None::<&str>)]).send(),
    |vbs| vbs.policy(POLICY).change_tags(TagAction::Delete, [("team", Some("v".repeat(256).as_str()))]).send(),
};

const QUERIES: &[Case] = calls! {
    |vbs| vbs.policies().by_tag().limit(0).send(),
    |vbs| vbs.policies().by_tag().limit(1001).send(),
    |vbs| vbs.policies().by_tag().tags(eleven()).send(),
    |vbs| vbs.policies().by_tag().tags_any(eleven()).send(),
    |vbs| vbs.policies().by_tag().not_tags(eleven()).count(),
    |vbs| vbs.policies().by_tag().not_tags_any(eleven()).send(),
    |vbs| vbs.policies().by_tag().tags([("team", (0..11).map(|n| n.to_string()).collect::<Vec<_>>())]).send(),
    |vbs| vbs.policies().by_tag().tags([("team", ["a"]), ("team", ["b"])]).send(),
    |vbs| vbs.backups().list().limit(0).send(),
    |vbs| vbs.v2().backup_summaries().limit(0).send(),
    |vbs| vbs.shares().list().limit(0).send(),
    |vbs| vbs.policy(POLICY).backup_jobs().limit(0).send(),
};

const OPTIONS: &[Case] = calls! {
    |vbs| vbs.policies().list().header("x-auth-token", "another").send(),
    |vbs| vbs.policies().list().header("no header", "x").send(),
    |vbs| vbs.policies().list().header("x-trace", "a\nb").send(),
};

/// Eleven filters, one more than the service accepts.
fn eleven() -> impl Iterator<Item = (String, [&'static str; 1])> {
    (0..11).map(|n| (n.to_string(), ["a"]))
}

fn schedule() -> Schedule {
    let schedule = Schedule::builder().at([1]).every_days(1).keep_backups(14);
    schedule.build().unwrap()
}

#[tokio::test]
async fn limit_is_named_and_nothing_is_sent() {
    let mut texts = String::new();
    for (heading, cases) in
        [("Names and descriptions", NAMES), ("Tags", TAGS), ("Queries", QUERIES), ("Options", OPTIONS)]
    {
        texts += &format!("# {heading}\n\n");
        for (call, run) in cases {
            let call = call.split_whitespace().collect::<Vec<_>>().join(" ");
            let error = run(client_answered_by([])).await.unwrap_err();
            assert!(error.is_invalid() && !error.is_retryable(), "{call}: {error}");
            assert!(error.operation().is_some(), "{call}: {error}");
            texts += &format!("{call}\n    {error}\n");
        }
        texts.push('\n');
    }
    insta::assert_snapshot!("refusals", texts);
}

#[tokio::test]
async fn request_within_the_limits_is_sent() {
    let longest = "x".repeat(64);
    let client = || {
        let mut answer = json("");
        *answer.status_mut() = http::StatusCode::IM_A_TEAPOT;
        client_answered_by([answer])
    };
    let (key, value) = ("k".repeat(36), "v".repeat(43));
    let (old_key, old_value) = ("k ".repeat(63), "v".repeat(255));
    let sent = [
        client().policies().create(&longest, &schedule()).tags([(&key, &value)]).send().await.map(drop),
        client().policies().create("d-efault", &schedule()).tags([("k", "")]).send().await.map(drop),
        client().policy(POLICY).update().backup_policy_name(&longest).send().await.map(drop),
        client().backups().create(DISK, &longest).description(&longest).send().await.map(drop),
        client().backups().create(DISK, "b").tags([("é ü", "§ 1")]).send().await.map(drop),
        client().backups().create_native(DISK, SNAPSHOT).description("x".repeat(255)).send().await.map(drop),
        client().policy(POLICY).change_tags(TagAction::Create, [("é", Some(value.as_str()))]).send().await,
        client()
            .policy(POLICY)
            .change_tags(TagAction::Delete, [(old_key.as_str(), Some(old_value.as_str()))])
            .send()
            .await,
        client().policy(POLICY).remove_tag("a b#c").send().await,
        client().policies().by_tag().limit(1000).send().await.map(drop),
    ];
    for (index, sent) in sent.into_iter().enumerate() {
        let error = sent.unwrap_err();
        assert_eq!(error.status(), Some(http::StatusCode::IM_A_TEAPOT), "{index}: {error}");
    }
}
