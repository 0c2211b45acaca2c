//! `cargo xtask reference`: does the document still say what the public reference says?

mod facts;
mod page;
mod problem;

use std::process::ExitCode;

/// Compares openapi/vbs.yaml with the public HTML reference.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// A directory
    dir: std::path::PathBuf,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let mut stack = vec![args.dir.clone()];
    let mut files = Vec::new();
    while let Some(dir) = stack.pop() {
        for e in std::fs::read_dir(dir)? {
            let p = e?.path();
            if p.is_dir() { stack.push(p) } else if p.extension().is_some_and(|e| e == "html") { files.push(p) }
        }
    }
    files.sort();
    for f in files {
        let html = std::fs::read_to_string(&f)?;
        match page::Page::read(&f.display().to_string(), &html).and_then(|p| { eprintln!("{} {}", p.id, p.squeezed_text().len()); facts::read(&p)}) {
            Ok(f) => println!("{} {}", f.name, serde_json::to_string_pretty(&f)?),
            Err(e) => println!("PROBLEM {e}"),
        }
    }
    Ok(ExitCode::SUCCESS)
}
