//! `cargo xtask docs`: the page that the sandbox shows at /docs.
//!
//! The page is committed, so that building the sandbox needs no npm. Its sources are in xtask/docs: Scalar's API reference,
//! pinned with digests by package-lock.json, and a page around it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result};
use data_encoding::BASE64;
use flate2::read::GzDecoder;
use flate2::{Compression, GzBuilder};
use sha2::{Digest as _, Sha256};

use crate::{tools, workspace};

/// The sources of the page.
const SOURCES: &str = "xtask/docs";
/// Where npm installs it.
const SCRATCH: &str = "target/docs-page";
const BUNDLE: &str = "node_modules/@scalar/api-reference/dist/browser/standalone.js";
const PAGE: &str = "crates/otc-vbs-sandbox/docs/page.html.gz";
const SCRIPTS: &str = "crates/otc-vbs-sandbox/docs/script-src.txt";

/// Build the sandbox's page /docs from the packages that xtask/docs pins. Needs npm
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Write nothing, and fail if the committed page is not current
    #[arg(long)]
    check: bool,
}

pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    tools::npm(SOURCES, SCRATCH)?;
    let page = Page::make()?;
    if committed(PAGE, gunzip)?.as_ref() == Some(&page.html)
        && committed(SCRIPTS, text)?.as_ref() == Some(&page.scripts)
    {
        println!("{PAGE} is current.");
        return Ok(ExitCode::SUCCESS);
    }
    if args.check {
        eprintln!(
            "error: {PAGE} is not what {SOURCES} makes. Run `cargo xtask docs`, look at the page (`cargo vbs sandbox`, \
             then /docs) and commit both."
        );
        return Ok(ExitCode::FAILURE);
    }
    fs::write(workspace::path(PAGE), gzip(&page.html)?).with_context(|| format!("can't write {PAGE}"))?;
    fs::write(workspace::path(SCRIPTS), page.scripts).with_context(|| format!("can't write {SCRIPTS}"))?;
    println!("{PAGE} and {SCRIPTS} written.");
    Ok(ExitCode::SUCCESS)
}

struct Page {
    html: String,
    /// The page's scripts, by their digests, as a Content-Security-Policy names them.
    scripts: String,
}

impl Page {
    fn make() -> Result<Self> {
        let bundle = inline(&read(SCRATCH, BUNDLE)?);
        let start = inline(&read(SOURCES, "start.js")?);
        let html = read(SOURCES, "page.html")?
            .replace("{{LICENSES}}", &escaped(&licenses()?))
            .replace("{{START}}", &start)
            .replace("{{BUNDLE}}", &bundle);
        let scripts = format!("{} {}\n", source(&bundle), source(&start));
        Ok(Self { html, scripts })
    }
}

/// JavaScript that can be placed between `<script>` and `</script>`. The three texts that would end the element, or keep it
/// from ending, are in strings and regular expressions, where `\x3c` is the same.
fn inline(script: &str) -> String {
    // Browsers would look for the source map, which is not there.
    let lines = script.lines().filter(|line| !line.starts_with("//# sourceMappingURL="));
    let script = lines.collect::<Vec<_>>().join("\n");
    ["<!--", "<script", "</script"]
        .into_iter()
        .fold(script, |script, text| script.replace(text, &text.replacen('<', "\\x3c", 1)))
}

/// A script as a Content-Security-Policy names it.
fn source(script: &str) -> String {
    format!("'sha256-{}'", BASE64.encode(&Sha256::digest(script)))
}

/// The licenses of all packages whose code may be in the page. Every copy must contain them.
fn licenses() -> Result<String> {
    let lock: serde_json::Value =
        serde_json::from_str(&read(SOURCES, "package-lock.json")?).context("xtask/docs/package-lock.json")?;
    let packages = lock["packages"].as_object().context("package-lock.json has no packages")?;
    // Packages of one project share its license.
    let mut by_text: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (place, package) in packages {
        let directory = workspace::path(SCRATCH).join(place);
        let Some((_, name)) = place.rsplit_once("node_modules/") else {
            continue;
        };
        // Packages for another system are not installed.
        if !directory.exists() {
            continue;
        }
        let license = package["license"].as_str().unwrap_or("no license named");
        let version = package["version"].as_str().unwrap_or_default();
        let named = format!("{name} {version} ({license})");
        by_text.entry(license_text(&directory)?).or_default().push(named);
    }
    let mut licenses = String::from("This page contains code of packages from npm, under these licenses.\n");
    for (text, names) in by_text {
        let text = if text.is_empty() {
            "(The package has no file with the text of its license.)"
        } else {
            text.trim()
        };
        write!(licenses, "\n{}\n{}\n\n{text}\n", "-".repeat(80), names.join("\n"))?;
    }
    Ok(licenses)
}

fn license_text(package: &Path) -> Result<String> {
    let mut files: Vec<_> = fs::read_dir(package)?.collect::<Result<_, _>>()?;
    files.sort_by_key(|file| file.file_name());
    let mut text = String::new();
    for file in files {
        let name = file.file_name().to_string_lossy().to_ascii_lowercase();
        if ["license", "licence", "copying", "notice"].iter().any(|known| name.starts_with(known)) {
            let file = fs::read(file.path())?;
            text.push_str(String::from_utf8_lossy(&file).replace("\r\n", "\n").trim());
            text.push('\n');
        }
    }
    Ok(text)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn read(directory: &str, file: &str) -> Result<String> {
    fs::read_to_string(workspace::path(directory).join(file))
        .with_context(|| format!("can't read {directory}/{file}"))
}

/// The content of a committed file, if it exists.
fn committed(file: &str, decode: impl Fn(Vec<u8>) -> Result<String>) -> Result<Option<String>> {
    match fs::read(workspace::path(file)) {
        Ok(bytes) => decode(bytes).with_context(|| format!("can't read {file}")).map(Some),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("can't read {file}")),
    }
}

fn text(bytes: Vec<u8>) -> Result<String> {
    Ok(String::from_utf8(bytes)?)
}

fn gunzip(bytes: Vec<u8>) -> Result<String> {
    let mut text = String::new();
    GzDecoder::new(bytes.as_slice()).read_to_string(&mut text)?;
    Ok(text)
}

fn gzip(text: &str) -> Result<Vec<u8>> {
    let mut encoder = GzBuilder::new().write(Vec::new(), Compression::best());
    encoder.write_all(text.as_bytes())?;
    Ok(encoder.finish()?)
}

#[cfg(test)]
mod tests {
    use super::inline;

    #[test]
    fn nothing_in_a_script_ends_it_or_keeps_it_from_ending() {
        let script = "a = '</script>'; b = /<!--|<script>/u;\n//# sourceMappingURL=a.js.map\n";
        assert_eq!(inline(script), r"a = '\x3c/script>'; b = /\x3c!--|\x3cscript>/u;");
    }
}
