//! What is refused before anything is sent, and what a person then reads. Nobody answers, so a request would fail the test.

#![allow(clippy::unwrap_used, deprecated, missing_docs)]

use std::pin::Pin;

use otc_vbs::{Client, PoliciesByTag, Result, Schedule, TagAction};
use otc_vbs_tests::{BACKUP, DISK, POLICY, client_answered_by, json};

type Call = Pin<Box<dyn Future<Output = Result<()>>>>;
/// A call and its text.
type Case = (&'static str, fn(Client) -> Call);

const SNAPSHOT: &str = "2bb856e1-b3d8-4432-a858-09e4ce939389";

macro_rules! calls {
    ($(|$vbs:ident| $call:expr),* $(,)?) => {
        &[$((stringify!($call), |$vbs| {
            Box::pin(async move { $call.await.map(drop) })
        })),*]
    };
}

const POLICY_IDS: &[Case] = calls! {
    |vbs| vbs.policy("").run(),
    |vbs| vbs.policy("a/b").delete(),
    |vbs| vbs.policy("..").enable(),
    |vbs| vbs.policy("").update().send(),
    |vbs| vbs.policy("").tags(),
    |vbs| vbs.policy("").add_tag("team", "db"),
    |vbs| vbs.policy("a/b").remove_tag("team"),
    |vbs| vbs.policy("").change_tags(TagAction::Delete, [("team", None)]),
    |vbs| vbs.policy("").associate([DISK]),
    |vbs| vbs.policy("").disassociate([DISK]),
    |vbs| vbs.policy("").tasks().page(),
    |vbs| vbs.policy(POLICY).tasks().marker("").page(),
    |vbs| vbs.policy(POLICY).tasks().job_id("a/b").page(),
};

const OTHER_IDS: &[Case] = calls! {
    |vbs| vbs.backup("").get(),
    |vbs| vbs.backup("").get_v2(),
    |vbs| vbs.backup("a/b").delete(),
    |vbs| vbs.backup("").delete_v2(),
    |vbs| vbs.backup("").delete_by_post(),
    |vbs| vbs.backup("").restore(DISK),
    |vbs| vbs.backup("").restore_native(DISK),
    |vbs| vbs.backup("").restore_v2(DISK),
    |vbs| vbs.backup(BACKUP).restore(""),
    |vbs| vbs.backup(BACKUP).restore_native("a/b"),
    |vbs| vbs.backup(BACKUP).restore_v2(""),
    |vbs| vbs.backup("").share(["4229"]),
    |vbs| vbs.backup(BACKUP).share(["4229", ""]),
    |vbs| vbs.backup("a/b").unshare(),
    |vbs| vbs.shares().share("").get(),
    |vbs| vbs.shares().share("a/b").cancel(),
    |vbs| vbs.shares().query().volume_id("").page(),
    |vbs| vbs.shares().query().backup_id("").page(),
    |vbs| vbs.shares().query().from_project("").page(),
    |vbs| vbs.shares().query().to_project("a/b").count(),
    |vbs| vbs.job("").get(),
    |vbs| vbs.job("a/b").wait(),
    |vbs| vbs.policy(POLICY).associate([DISK, ""]),
    |vbs| vbs.policy(POLICY).disassociate(["a/b"]),
    |vbs| vbs.backups().create("", "backup1").send(),
    |vbs| vbs.backups().create(DISK, "backup1").snapshot("").send(),
    |vbs| vbs.backups().create_native("", SNAPSHOT).send(),
    |vbs| vbs.backups().create_native(DISK, "a/b").send_v2(),
    |vbs| vbs.backups().create_native(DISK, SNAPSHOT).project("").send(),
    |vbs| vbs.backups().list().volume_id("").page(),
    |vbs| vbs.backups().list_v2().marker("a/b").page(),
};

const NAMES: &[Case] = calls! {
    |vbs| vbs.policies().create("", schedule()).send(),
    |vbs| vbs.policies().create("default_2", schedule()).send(),
    |vbs| vbs.policies().create("every night", schedule()).send(),
    |vbs| vbs.policies().create("nächtlich", schedule()).send(),
    |vbs| vbs.policies().create("x".repeat(65), schedule()).send(),
    |vbs| vbs.policy(POLICY).update().send(),
    |vbs| vbs.policy(POLICY).update().name("").send(),
    |vbs| vbs.policy(POLICY).update().name("default").send(),
    |vbs| vbs.policy(POLICY).update().name("x".repeat(65)).send(),
    |vbs| vbs.backups().create(DISK, "").send(),
    |vbs| vbs.backups().create(DISK, "autobk_1").send(),
    |vbs| vbs.backups().create(DISK, "a.b").send(),
    |vbs| vbs.backups().create(DISK, "x".repeat(65)).send(),
    |vbs| vbs.backups().create_native(DISK, SNAPSHOT).name("").send(),
    |vbs| vbs.backups().create_native(DISK, SNAPSHOT).name("auto").send_v2(),
    |vbs| vbs.backups().create_native(DISK, SNAPSHOT).name("x".repeat(65)).send(),
    |vbs| vbs.backups().create(DISK, "backup1").description("").send(),
    |vbs| vbs.backups().create(DISK, "backup1").description("x".repeat(65)).send(),
    |vbs| vbs.backups().create(DISK, "backup1").description("a < b").send(),
    |vbs| vbs.backups().create_native(DISK, SNAPSHOT).description("x".repeat(256)).send(),
    |vbs| vbs.backups().create_native(DISK, SNAPSHOT).description("a > b").send(),
};

const TAGS: &[Case] = calls! {
    |vbs| vbs.policies().create("nightly", schedule()).tag("", "db").send(),
    |vbs| vbs.policies().create("nightly", schedule()).tag("te am", "db").send(),
    |vbs| vbs.policies().create("nightly", schedule()).tag(&"k".repeat(37), "db").send(),
    |vbs| vbs.policies().create("nightly", schedule()).tag("team", &"v".repeat(44)).send(),
    |vbs| vbs.policies().create("nightly", schedule()).tag("team", "d.b").send(),
    |vbs| vbs.backups().create(DISK, "backup1").tag("", "db").send(),
    |vbs| vbs.backups().create(DISK, "backup1").tag("a=b", "db").send(),
    |vbs| vbs.backups().create(DISK, "backup1").tag("team", "d\nb").send(),
    |vbs| vbs.backups().create(DISK, "backup1").tag(&"k".repeat(37), "db").send(),
    |vbs| vbs.backups().create(DISK, "backup1").tag("team", &"v".repeat(44)).send(),
    |vbs| vbs.policy(POLICY).add_tag("", "db"),
    |vbs| vbs.policy(POLICY).add_tag("a/b", "db"),
    |vbs| vbs.policy(POLICY).add_tag("team", &"v".repeat(44)),
    |vbs| vbs.policy(POLICY).remove_tag(""),
    |vbs| vbs.policy(POLICY).remove_tag("a/b"),
    |vbs| vbs.policy(POLICY).remove_tag(".."),
    |vbs| vbs.policy(POLICY).change_tags(TagAction::Create, [("team", None)]),
    |vbs| vbs.policy(POLICY).change_tags(TagAction::Update, [("team", None)]),
    |vbs| vbs.policy(POLICY).change_tags(TagAction::Create, [("", Some("db"))]),
    |vbs| vbs.policy(POLICY).change_tags(TagAction::Create, [("a=b", Some("db"))]),
    |vbs| vbs.policy(POLICY).change_tags(TagAction::Create, [("team", Some("d b"))]),
    |vbs| vbs.policy(POLICY).change_tags(TagAction::Create, [("k".repeat(37).as_str(), Some("db"))]),
    |vbs| vbs.policy(POLICY).change_tags(TagAction::Update, [("team", Some("v".repeat(44).as_str()))]),
    |vbs| vbs.policy(POLICY).change_tags(TagAction::Delete, [("k".repeat(128).as_str(), None)]),
    |vbs| vbs.policy(POLICY).change_tags(TagAction::Delete, [("team", Some("v".repeat(256).as_str()))]),
};

const QUERIES: &[Case] = calls! {
    |vbs| vbs.policies().by_tag().limit(0).page(),
    |vbs| vbs.policies().by_tag().limit(1001).page(),
    |vbs| eleven(|query, n| query.tag(n, ["a"]), vbs.policies().by_tag()).page(),
    |vbs| eleven(|query, n| query.any_tag(n, ["a"]), vbs.policies().by_tag()).page(),
    |vbs| eleven(|query, n| query.without_tag(n, ["a"]), vbs.policies().by_tag()).count(),
    |vbs| eleven(|query, n| query.without_any_tag(n, ["a"]), vbs.policies().by_tag()).page(),
    |vbs| vbs.policies().by_tag().tag("team", (0..11).map(|n| n.to_string())).page(),
    |vbs| vbs.policies().by_tag().tag("team", ["a"]).tag("team", ["b"]).page(),
    |vbs| vbs.backups().list().limit(0).page(),
    |vbs| vbs.backups().list_summaries_v2().limit(0).page(),
    |vbs| vbs.shares().query().limit(0).page(),
    |vbs| vbs.policy(POLICY).tasks().limit(0).page(),
};

/// Eleven filters, one more than the service takes.
fn eleven(add: fn(PoliciesByTag, String) -> PoliciesByTag, query: PoliciesByTag) -> PoliciesByTag {
    (0..11).fold(query, |query, n| add(query, n.to_string()))
}

fn schedule() -> Schedule {
    let schedule = Schedule::builder().at([1]).every_days(1).keep_backups(14);
    schedule.build().unwrap()
}

#[tokio::test]
async fn what_a_person_reads() {
    let mut texts = String::new();
    for (heading, cases) in [
        ("Identifiers of policies", POLICY_IDS),
        ("Other identifiers", OTHER_IDS),
        ("Names and descriptions", NAMES),
        ("Tags", TAGS),
        ("Queries", QUERIES),
    ] {
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
async fn what_is_within_the_limits_is_sent() {
    let whole = "x".repeat(64);
    let nobody = || {
        let mut answer = json("");
        *answer.status_mut() = http::StatusCode::IM_A_TEAPOT;
        client_answered_by([answer])
    };
    let (key, value) = ("k".repeat(36), "v".repeat(43));
    let (old_key, old_value) = ("k=".repeat(63), "ä".repeat(255));
    let sent = [
        nobody()
            .policies()
            .create(&whole, schedule())
            .tag(&key, &value)
            .send()
            .await
            .map(drop),
        nobody()
            .policies()
            .create("d-efault", schedule())
            .tag("k", "")
            .send()
            .await
            .map(drop),
        nobody().policy(POLICY).update().name(&whole).send().await,
        nobody()
            .backups()
            .create(DISK, &whole)
            .description(&whole)
            .send()
            .await
            .map(drop),
        nobody()
            .backups()
            .create(DISK, "b")
            .tag("é ü", "§ 1")
            .send()
            .await
            .map(drop),
        nobody()
            .backups()
            .create_native(DISK, SNAPSHOT)
            .description("x".repeat(255))
            .send()
            .await
            .map(drop),
        nobody()
            .policy(POLICY)
            .change_tags(TagAction::Create, [("é", Some(value.as_str()))])
            .await,
        nobody()
            .policy(POLICY)
            .change_tags(TagAction::Delete, [(old_key.as_str(), Some(old_value.as_str()))])
            .await,
        nobody().policy(POLICY).remove_tag("a b#c").await,
        nobody().policies().by_tag().limit(1000).page().await.map(drop),
    ];
    for (index, sent) in sent.into_iter().enumerate() {
        let error = sent.unwrap_err();
        assert_eq!(
            error.status(),
            Some(http::StatusCode::IM_A_TEAPOT),
            "{index}: {error}"
        );
    }
}
