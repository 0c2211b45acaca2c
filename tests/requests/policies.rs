//! Backup policies, their disks and their tags.

use otc_vbs::Schedule;
use otc_vbs::types::{TagAction, Weekday};
use otc_vbs_testing::{DISK, Id, POLICY};

use crate::{Case, case, check, stream_case};

const OTHER_DISK: Id = Id("f47a4ab5-11f5-4509-97f5-80ce0dd74e37");

pub(crate) const CASES: &[Case] = &[
    case!("createBackupPolicy-all", |vbs| {
        let policy = vbs.policies().create("policy_01", &whole_schedule()?);
        policy.tags([("team", "db"), ("no-value", "")]).send().await
    }),
    case!("createBackupPolicy-least", |vbs| {
        vbs.policies().create("policy_01", &least_schedule()?).send().await
    }),
    case!("listBackupPolicies", |vbs| vbs.policies().list().send().await),
    case!("updateBackupPolicy-all", |vbs| {
        let change = vbs.policy(POLICY).update();
        change.backup_policy_name("policy_02").schedule(&whole_schedule()?).send().await
    }),
    case!("updateBackupPolicy-interval_and_number", |vbs| {
        vbs.policy(POLICY).update().schedule(&least_schedule()?).send().await
    }),
    case!("updateBackupPolicy-least", |vbs| {
        vbs.policy(POLICY).update().backup_policy_name("policy_02").send().await
    }),
    case!("updateBackupPolicy-enable", |vbs| vbs.policy(POLICY).enable().send().await),
    case!("updateBackupPolicy-disable", |vbs| vbs.policy(POLICY).disable().send().await),
    case!("deleteBackupPolicy", |vbs| vbs.policy(POLICY).delete().send().await),
    case!("associateResources-all", |vbs| { vbs.policy(POLICY).associate([DISK, OTHER_DISK]).send().await }),
    case!("associateResources-least", |vbs| vbs.policy(POLICY).associate([DISK]).send().await),
    case!("disassociateResources-all", |vbs| {
        vbs.policy(POLICY).disassociate([DISK, OTHER_DISK]).send().await
    }),
    case!("disassociateResources-least", |vbs| { vbs.policy(POLICY).disassociate([DISK]).send().await }),
    case!("runBackupPolicy", |vbs| vbs.policy(POLICY).run().send().await),
    case!("addBackupPolicyTag-all", |vbs| { vbs.policy(POLICY).add_tag("team", "db").send().await }),
    case!("addBackupPolicyTag-least", |vbs| { vbs.policy(POLICY).add_tag("team", "").send().await }),
    case!("listBackupPolicyTags", |vbs| vbs.policy(POLICY).tags().send().await),
    case!("removeBackupPolicyTag", |vbs| vbs.policy(POLICY).remove_tag("team").send().await),
    case!("removeBackupPolicyTag-encoded", |vbs| {
        vbs.policy(POLICY).remove_tag("#1 é?&=%2f").send().await
    }),
    case!("listAllBackupPolicyTags", |vbs| vbs.policies().tags().send().await),
    case!("batchUpdateBackupPolicyTags-all", |vbs| {
        let tags = [("team", Some("db")), ("stage", Some(""))];
        vbs.policy(POLICY).change_tags(TagAction::Create, tags).send().await
    }),
    case!("batchUpdateBackupPolicyTags-update", |vbs| {
        vbs.policy(POLICY).change_tags(TagAction::Update, [("team", Some("web"))]).send().await
    }),
    case!("batchUpdateBackupPolicyTags-least", |vbs| {
        vbs.policy(POLICY).change_tags(TagAction::Delete, [("team", None::<&str>)]).send().await
    }),
    case!("queryBackupPoliciesByTag-all", |vbs| {
        let query = vbs.policies().by_tag();
        let query = query.tags([("team", vec!["db", "web"]), ("stage", vec!["prod"])]);
        let query = query.tags_any([("a", ["1"])]).not_tags([("b", ["2"])]);
        let query = query.not_tags_any([("c", ["3"])]).name("night");
        query.limit(1000).offset(20).send().await
    }),
    case!("queryBackupPoliciesByTag-least", |vbs| { vbs.policies().by_tag().send().await }),
    case!("queryBackupPoliciesByTag-tag_without_values", |vbs| {
        let any: [&str; 0] = [];
        vbs.policies().by_tag().tags([("team", any)]).send().await
    }),
    case!("queryBackupPoliciesByTag-count", |vbs| {
        // The reference allows neither limit nor offset for a count.
        let query = vbs.policies().by_tag().tags([("team", ["db"])]);
        query.limit(10).offset(20).count().await
    }),
    stream_case!("queryBackupPoliciesByTag-stream", |vbs| {
        vbs.policies().by_tag().tags([("team", ["db"])]).items()
    }),
];

#[tokio::test]
async fn requests_are_those_of_their_snapshots() {
    check(CASES).await;
}

/// A schedule with every member that can be combined: weekdays exclude an interval, days exclude a number.
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
    Schedule::builder().at([12]).every_days(1).keep_backups(10).build()
}
