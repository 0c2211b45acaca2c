//! Counts the backup jobs of all policies by status. A policy whose jobs can't be listed does not hide the others.

use std::collections::BTreeMap;
use std::error::Error;

use otc_vbs::Client;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let vbs = Client::from_env().await?;
    let mut counts = BTreeMap::new();
    let mut jobs = vbs.backup_jobs().items();
    while let Some(found) = jobs.next().await {
        match found {
            Ok(found) => *counts.entry(found.job.status).or_insert(0) += 1,
            Err(error) => eprintln!("{error}; {}", error.advice()),
        }
    }
    for (status, count) in counts {
        println!("{status}: {count}");
    }
    Ok(())
}
