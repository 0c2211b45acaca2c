//! Decodes a page of 1,000 jobs a number of times, in one way, for tools that count.

use std::error::Error;
use std::hint::black_box;

use otc_vbs_bench::decode::{self, WholePath};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [way, times] = &arguments[..] else { return Err("expected a way to decode, and how often".into()) };
    let page = decode::page();
    let whole_path = WholePath::new(page.clone())?;
    for _ in 0..times.parse()? {
        let page = black_box(&page);
        match way.as_str() {
            "borrowed" => drop(black_box(decode::borrowed(page)?)),
            "typed" => drop(black_box(decode::typed(page)?)),
            "value" => drop(black_box(decode::value(page)?)),
            "otc-vbs" => drop(black_box(whole_path.decode()?)),
            _ => return Err(format!("there is no way `{way}` to decode").into()),
        }
    }
    Ok(())
}
