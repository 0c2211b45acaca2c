//! Reads the bytes of all pages with reqwest and decodes nothing but the id of the last job. A walk can't be faster.

use otc_vbs_bench::jobs::PAGE;
use otc_vbs_bench::server::{POLICY, PROJECT};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    const ID: &[u8] = br#""job_id":""#;
    let address = std::env::args().nth(1).ok_or("the address of a server is missing")?;
    let client = reqwest::Client::builder().no_proxy().build()?;
    let url = format!("{address}/v2/{PROJECT}/backuppolicy/{POLICY}/backuptasks?limit={PAGE}");
    let (mut marker, mut bytes) = (String::new(), 0);
    loop {
        let page = client.get(format!("{url}{marker}")).header("X-Auth-Token", "token").send().await?;
        let page = page.error_for_status()?.bytes().await?;
        bytes += page.len();
        let Some(last) = page.windows(ID.len()).rposition(|bytes| bytes == ID) else { break };
        let id = &page[last + ID.len()..][..36];
        marker = format!("&marker={}", std::str::from_utf8(id)?);
    }
    println!("{bytes} bytes");
    Ok(())
}
