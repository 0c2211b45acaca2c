//! Backup policies, the disks they hold and their tags.

use otc_vbs::{Schedule, TagAction, Weekday};
use otc_vbs_tests::{DISK, POLICY};

use crate::{Case, case, check, stream_case};

const OTHER_DISK: &str = "f47a4ab5-11f5-4509-97f5-80ce0dd74e37";

pub(crate) const CASES: &[Case] = &[
    case!("createBackupPolicy-all", |vbs| {
        let policy = vbs.policies().create("policy_01", whole_schedule()?);
        policy.tag("team", "db").tag("no-value", "").send().await
    }),
    case!("createBackupPolicy-least", |vbs| {
        vbs.policies().create("policy_01", least_schedule()?).send().await
    }),
    case!("listBackupPolicies", |vbs| vbs.policies().list().await),
    case!("updateBackupPolicy-all", |vbs| {
        let change = vbs.policy(POLICY).update();
        change.name("policy_02").schedule(whole_schedule()?).send().await
    }),
    case!("updateBackupPolicy-interval_and_number", |vbs| {
        vbs.policy(POLICY)
            .update()
            .schedule(least_schedule()?)
            .send()
            .await
    }),
    case!("updateBackupPolicy-least", |vbs| {
        vbs.policy(POLICY).update().name("policy_02").send().await
    }),
    case!("updateBackupPolicy-enable", |vbs| vbs
        .policy(POLICY)
        .enable()
        .await),
    case!("updateBackupPolicy-disable", |vbs| vbs
        .policy(POLICY)
        .disable()
        .await),
    case!("deleteBackupPolicy", |vbs| vbs.policy(POLICY).delete().await),
    case!("associateResources-all", |vbs| {
        vbs.policy(POLICY).associate([DISK, OTHER_DISK]).await
    }),
    case!("associateResources-least", |vbs| vbs
        .policy(POLICY)
        .associate([DISK])
        .await),
    case!("disassociateResources-all", |vbs| {
        vbs.policy(POLICY).disassociate([DISK, OTHER_DISK]).await
    }),
    case!("disassociateResources-least", |vbs| {
        vbs.policy(POLICY).disassociate([DISK]).await
    }),
    case!("runBackupPolicy", |vbs| vbs.policy(POLICY).run().await),
    case!("addBackupPolicyTag-all", |vbs| {
        vbs.policy(POLICY).add_tag("team", "db").await
    }),
    case!("addBackupPolicyTag-least", |vbs| {
        vbs.policy(POLICY).add_tag("team", "").await
    }),
    case!("listBackupPolicyTags", |vbs| vbs.policy(POLICY).tags().await),
    case!("removeBackupPolicyTag", |vbs| vbs
        .policy(POLICY)
        .remove_tag("team")
        .await),
    case!("removeBackupPolicyTag-encoded", |vbs| {
        vbs.policy(POLICY).remove_tag("#1 é?&=%2f").await
    }),
    case!("listAllBackupPolicyTags", |vbs| vbs.policies().tags().await),
    case!("batchUpdateBackupPolicyTags-all", |vbs| {
        let tags = [("team", Some("db")), ("stage", Some(""))];
        vbs.policy(POLICY).change_tags(TagAction::Create, tags).await
    }),
    case!("batchUpdateBackupPolicyTags-update", |vbs| {
        vbs.policy(POLICY)
            .change_tags(TagAction::Update, [("team", Some("web"))])
            .await
    }),
    case!("batchUpdateBackupPolicyTags-least", |vbs| {
        vbs.policy(POLICY)
            .change_tags(TagAction::Delete, [("team", None)])
            .await
    }),
    case!("queryBackupPoliciesByTag-all", |vbs| {
        let query = vbs.policies().by_tag();
        let query = query.tag("team", ["db", "web"]).tag("stage", ["prod"]);
        let query = query.any_tag("a", ["1"]).without_tag("b", ["2"]);
        let query = query.without_any_tag("c", ["3"]).name("night");
        query.limit(1000).offset(20).page().await
    }),
    case!("queryBackupPoliciesByTag-least", |vbs| {
        vbs.policies().by_tag().page().await
    }),
    case!("queryBackupPoliciesByTag-tag_without_values", |vbs| {
        let any = std::iter::empty::<String>();
        vbs.policies().by_tag().tag("team", any).page().await
    }),
    case!("queryBackupPoliciesByTag-count", |vbs| {
        // The reference takes neither limit nor offset for a count.
        let query = vbs.policies().by_tag().tag("team", ["db"]);
        query.limit(10).offset(20).count().await
    }),
    stream_case!("queryBackupPoliciesByTag-stream", |vbs| {
        vbs.policies().by_tag().tag("team", ["db"]).stream()
    }),
];

#[tokio::test]
async fn each_request() {
    check(CASES).await;
}

/// A schedule with everything that a schedule may have at once: weekdays rule out an interval, days a number.
fn whole_schedule() -> otc_vbs::Result<Schedule> {
    Schedule::builder()
        .at([22, 0, 2])
        .on([Weekday::Wed, Weekday::Sun])
        .keep_days(30)
        .keep_first_of_month(true)
        .enabled(false)
        .time_zone("UTC+08:00")
        .build()
}

fn least_schedule() -> otc_vbs::Result<Schedule> {
    Schedule::builder()
        .at([12])
        .every_days(1)
        .keep_backups(10)
        .build()
}
