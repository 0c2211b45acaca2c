//! Handles errors by their kind.

use std::error::Error;

use otc_vbs::types::PolicyId;
use otc_vbs::{Client, ErrorKind};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let vbs = Client::from_env().await?;
    let unknown = PolicyId::new("00000000-0000-0000-0000-000000000000")?;
    let Err(error) = vbs.policy(&unknown).backup_jobs().send().await else {
        return Err("the service knows the policy".into());
    };
    // Errors of signing in have separate kinds: a 404 from the identity service is not `NotFound`.
    match error.kind() {
        ErrorKind::NotFound => println!("there is no such policy"),
        ErrorKind::Conflict => println!("the policy is being changed"),
        ErrorKind::RateLimited => println!("wait for {:?}", error.retry_after()),
        ErrorKind::Unavailable => println!("the service is down"),
        _ => println!("{error}"),
    }
    println!("advice: {}", error.advice());
    if let Some(service) = error.service() {
        println!(
            "status {}, code {:?}, request id {:?}",
            service.status,
            error.error_code(),
            error.request_id()
        );
    }
    Ok(())
}
