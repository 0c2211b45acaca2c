//! Gets one job a number of times, with otc-vbs or with reqwest and serde_json alone, for tools that count.

use std::error::Error;

use otc_vbs::Client;
use otc_vbs::types::{JobId, JobStatus};
use otc_vbs_bench::peers::Job;
use otc_vbs_bench::server::PROJECT;

const JOB: &str = "4010b39b5281d3590152874bfa3b1604";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [client, times, address] = &arguments[..] else {
        return Err("expected a client, how often it calls, and the address of a server".into());
    };
    let times = times.parse()?;
    match client.as_str() {
        "otc-vbs" => otc_vbs(address, times).await,
        "reqwest" => reqwest(address, times).await,
        _ => Err(format!("there is no client `{client}`").into()),
    }
}

async fn otc_vbs(address: &str, times: usize) -> Result<(), Box<dyn Error>> {
    let vbs = Client::builder().endpoint(address).project_id(PROJECT).token("token").no_proxy().build()?;
    let job = vbs.job(JOB.parse::<JobId>()?);
    for _ in 0..times {
        let job = job.get().send().await?;
        assert_eq!(job.status, JobStatus::Success);
    }
    Ok(())
}

async fn reqwest(address: &str, times: usize) -> Result<(), Box<dyn Error>> {
    let client = reqwest::Client::builder().no_proxy().build()?;
    for _ in 0..times {
        let url = format!("{address}/v1/{PROJECT}/jobs/{JOB}");
        let response = client.get(url).header("X-Auth-Token", "token").send().await?;
        let job: Job = serde_json::from_slice(&response.error_for_status()?.bytes().await?)?;
        assert_eq!(job.status, "SUCCESS");
    }
    Ok(())
}
