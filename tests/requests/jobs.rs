//! Jobs and quotas.

use otc_vbs_testing::JOB;

use crate::{Case, case, check};

pub(crate) const CASES: &[Case] = &[
    case!("getJob", |vbs| vbs.job(JOB).get().send().await),
    case!("getQuotas", |vbs| vbs.quotas().list().send().await),
];

#[tokio::test]
async fn requests_are_those_of_their_snapshots() {
    check(CASES).await;
}
