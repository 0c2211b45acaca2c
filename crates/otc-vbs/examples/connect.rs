//! Signs in with the credentials of the environment: the cloud that `OS_CLOUD` names, or the `OS_*` variables.

use std::error::Error;

use otc_vbs::Client;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let vbs = Client::builder().on_warning(|warning| eprintln!("warning: {warning}")).sign_in().await?;
    println!("signed in for project {}", vbs.project_id());
    Ok(())
}
