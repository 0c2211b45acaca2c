//! Backs up a disk, which is the first argument, and waits for the job.
//!
//! Another process can wait for the job if it knows the id: with the argument `--resume JOB`, the example
//! waits for a job that was started before.

use std::error::Error;
use std::time::Duration;

use otc_vbs::types::{DiskId, JobId};
use otc_vbs::{Client, JobHandle};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let vbs = Client::from_env().await?;
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let job = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--resume", id] => vbs.job(JobId::new(id)?),
        [disk] => start(&vbs, DiskId::new(disk)?).await?,
        _ => return Err("usage: backup DISK | backup --resume JOB".into()),
    };
    println!("job {}", job.id());

    let wait = job.wait().timeout(Duration::from_secs(4 * 3600)).tolerate(Duration::from_secs(3600));
    let wait = wait.on_progress(|job| println!("{}", job.status));
    match wait.await {
        Ok(done) => println!("backup {}", done.backup_id().ok_or("the job has no backup id")?),
        Err(error) if error.job_id().is_some() => {
            println!("{error}; run it again with --resume {}", job.id())
        }
        Err(error) => return Err(error.into()),
    }
    Ok(())
}

async fn start(vbs: &Client, disk: DiskId) -> Result<JobHandle, otc_vbs::Error> {
    let started = vbs.backups().create(disk, "before-update").tags([("reason", "update")]).send().await;
    // If the response was lost after the service had started the job, sending the request again would make a second backup.
    match started.as_ref().err().and_then(|error| error.job_id()) {
        Some(id) => Ok(vbs.job(id)),
        None => started,
    }
}
