//! Decodes a page of 1,000 jobs in each way. `cargo xtask bench decode` reads the estimates.

use std::hint::black_box;

use criterion::{Criterion, Throughput};
use otc_vbs_api::types::BackupJobList;
use otc_vbs_bench::decode::{self, WholePath};

fn main() {
    let page = decode::page();
    let whole_path = WholePath::new(page.clone()).expect("the settings are fixed");
    let sonic = |page: &[u8]| sonic_rs::from_slice::<BackupJobList>(page);
    // It parses in place, so each page is copied first.
    let simd = |page: &[u8]| simd_json::serde::from_slice::<BackupJobList>(&mut page.to_vec());
    let jobs = decode::typed(&page).expect("the page is as documented");
    assert_eq!(sonic(&page).expect("sonic-rs reads the page"), jobs);
    assert_eq!(simd(&page).expect("simd-json reads the page"), jobs);

    let mut criterion = Criterion::default().configure_from_args();
    let mut group = criterion.benchmark_group("decode");
    group.throughput(Throughput::Bytes(page.len() as u64));
    group.bench_function("borrowed", |bench| bench.iter(|| decode::borrowed(black_box(&page))));
    group.bench_function("otc-vbs", |bench| bench.iter(|| whole_path.decode()));
    group.bench_function("typed", |bench| bench.iter(|| decode::typed(black_box(&page))));
    group.bench_function("value", |bench| bench.iter(|| decode::value(black_box(&page))));
    group.bench_function("sonic-rs", |bench| bench.iter(|| sonic(black_box(&page))));
    group.bench_function("simd-json", |bench| bench.iter(|| simd(black_box(&page))));
    group.finish();
    criterion.final_summary();
}
