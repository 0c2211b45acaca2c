//! `cargo xtask public-api`: whose types do users of the published crates get to see?
//!
//! A type of a dependency in a public signature makes that dependency's next major version one of ours. rustdoc says
//! what is public, as JSON; everything public is followed, re-exports of our own crates into those crates.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::ExitCode;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use crate::workspace;

/// Fail where a published crate shows a type of a dependency that is no standard of the ecosystem
#[derive(clap::Args)]
pub(crate) struct Args {}

/// The crates whose public API is checked.
const CHECKED: [&str; 2] = ["otc-auth", "otc-vbs"];
/// What may be seen: the standard library, our own, and the standards of the ecosystem.
const ALLOWED: [&str; 14] = [
    "alloc",
    "bytes",
    "core",
    "futures_core",
    "http",
    "jiff",
    "otc_auth",
    "otc_http",
    "otc_vbs",
    "otc_vbs_api",
    "serde",
    "serde_core",
    "std",
    "url",
];

pub(crate) fn run(_: &Args) -> Result<ExitCode> {
    let mut documented = BTreeMap::new();
    let mut findings = BTreeSet::new();
    let mut items = 0;
    for package in CHECKED {
        let crate_name = package.replace('-', "_");
        let mut queue = vec![(crate_name, None)];
        let mut seen = BTreeSet::new();
        while let Some((name, path)) = queue.pop() {
            if !seen.insert((name.clone(), path.clone())) {
                continue;
            }
            if !documented.contains_key(&name) {
                documented.insert(name.clone(), Docs::build(&name)?);
            }
            let docs = &documented[&name];
            let mut walk = Walk::new(docs);
            walk.begin(path.as_deref())?;
            items += walk.seen.len();
            findings.extend(walk.findings);
            queue.extend(walk.elsewhere.into_iter().map(|(name, path)| (name, Some(path))));
        }
    }
    ensure!(
        items > 100,
        "rustdoc's JSON holds only {items} public items: its format has changed, look at public_api.rs"
    );
    for finding in &findings {
        println!("{finding}");
    }
    if findings.is_empty() {
        println!(
            "{items} public items show no type of a dependency but {}.",
            ALLOWED.join(", ")
        );
        return Ok(ExitCode::SUCCESS);
    }
    eprintln!(
        "error: {} public items show a type of a dependency",
        findings.len()
    );
    Ok(ExitCode::FAILURE)
}

/// What rustdoc says of a crate.
struct Docs(Value);

impl Docs {
    fn build(crate_name: &str) -> Result<Self> {
        let package = crate_name.replace('_', "-");
        let target = workspace::path("target").display().to_string();
        let arguments = [
            "rustdoc",
            "--quiet",
            "--package",
            &package,
            "--lib",
            "--target-dir",
            &target,
            "--",
            "-Zunstable-options",
            "--output-format=json",
        ];
        // The JSON is not stable, which this checks after the fact: a format that it can't read has no items.
        ensure!(
            workspace::cargo_with(&arguments, &[("RUSTC_BOOTSTRAP", "1")])?,
            "rustdoc failed for {package}"
        );
        let file = workspace::path("target/doc").join(format!("{crate_name}.json"));
        let json = fs::read_to_string(&file).with_context(|| format!("can't read {}", file.display()))?;
        Ok(Self(
            serde_json::from_str(&json).with_context(|| format!("{} is no JSON", file.display()))?,
        ))
    }

    fn item(&self, id: &Value) -> Option<&Value> {
        self.0["index"].get(id.to_string())
    }

    /// The crate that an item comes from, and its path there.
    fn origin(&self, id: &Value) -> Option<(String, String)> {
        let path = &self.0["paths"].get(id.to_string())?;
        let segments: Vec<&str> = path["path"]
            .as_array()?
            .iter()
            .filter_map(Value::as_str)
            .collect();
        Some(((*segments.first()?).to_owned(), segments.join("::")))
    }
}

struct Walk<'a> {
    docs: &'a Docs,
    seen: BTreeSet<String>,
    findings: BTreeSet<String>,
    /// Items of our other crates that this one shows: crate and path.
    elsewhere: BTreeSet<(String, String)>,
}

impl<'a> Walk<'a> {
    fn new(docs: &'a Docs) -> Self {
        Self {
            docs,
            seen: BTreeSet::new(),
            findings: BTreeSet::new(),
            elsewhere: BTreeSet::new(),
        }
    }

    /// Walks the whole crate, or what is behind one path of it.
    fn begin(&mut self, path: Option<&str>) -> Result<()> {
        let Some(path) = path else {
            self.visit(&self.docs.0["root"]);
            return Ok(());
        };
        let paths = self.docs.0["paths"]
            .as_object()
            .context("rustdoc's JSON has no paths")?;
        let ids: Vec<Value> = paths
            .iter()
            .filter(|(id, _)| self.docs.0["index"].get(id.as_str()).is_some())
            .filter_map(|(id, _)| id.parse::<u64>().ok().map(Value::from))
            .filter(|id| self.docs.origin(id).is_some_and(|(_, origin)| origin == path))
            .collect();
        if ids.is_empty() {
            bail!("rustdoc does not know {path}");
        }
        ids.iter().for_each(|id| self.visit(id));
        Ok(())
    }

    fn visit(&mut self, id: &Value) {
        let Some(item) = self.docs.item(id) else {
            if let Some((name, path)) = self.docs.origin(id).filter(|(name, _)| name.starts_with("otc_")) {
                self.elsewhere.insert((name, path));
            }
            return;
        };
        if !self.seen.insert(id.to_string()) {
            return;
        }
        for (kind, inner) in item["inner"].as_object().into_iter().flatten() {
            match kind.as_str() {
                "module" => self.visit_public(&inner["items"]),
                "use" => self.visit(&inner["id"]),
                "struct" => {
                    self.visit_public(&inner["kind"]["plain"]["fields"]);
                    self.visit_public(&inner["kind"]["tuple"]);
                    self.visit_all(&inner["impls"]);
                }
                "enum" => {
                    self.visit_all(&inner["variants"]);
                    self.visit_all(&inner["impls"]);
                }
                "variant" => {
                    self.visit_all(&inner["kind"]["tuple"]);
                    self.visit_all(&inner["kind"]["struct"]["fields"]);
                }
                "trait" => self.visit_all(&inner["items"]),
                "impl" if inner["blanket_impl"].is_null() && inner["is_synthetic"] == false => {
                    self.visit_public(&inner["items"]);
                    self.check(item, &inner["trait"]);
                    self.check(item, &inner["for"]);
                }
                "impl" => {}
                // A function's signature, a field's type, an alias, a constant.
                _ => self.check(item, inner),
            }
            self.check(item, &inner["generics"]);
        }
    }

    fn visit_all(&mut self, ids: &Value) {
        for id in ids.as_array().into_iter().flatten().filter(|id| !id.is_null()) {
            self.visit(id);
        }
    }

    fn visit_public(&mut self, ids: &Value) {
        for id in ids.as_array().into_iter().flatten() {
            let is_public = self
                .docs
                .item(id)
                .is_none_or(|item| item["visibility"] != "crate");
            let is_restricted = self
                .docs
                .item(id)
                .is_some_and(|item| item["visibility"].is_object());
            if !id.is_null() && is_public && !is_restricted {
                self.visit(id);
            }
        }
    }

    /// Finds what a type names: rustdoc gives each a path and the id of what it leads to.
    fn check(&mut self, item: &Value, part: &Value) {
        match part {
            Value::Object(fields) => {
                if let (Some(Value::String(_)), Some(id @ Value::Number(_))) =
                    (fields.get("path"), fields.get("id"))
                {
                    self.check_origin(item, id);
                }
                fields.values().for_each(|part| self.check(item, part));
            }
            Value::Array(parts) => parts.iter().for_each(|part| self.check(item, part)),
            _ => {}
        }
    }

    fn check_origin(&mut self, item: &Value, id: &Value) {
        let Some((name, path)) = self.docs.origin(id) else {
            return;
        };
        if !ALLOWED.contains(&name.as_str()) {
            let file = item["span"]["filename"].as_str().unwrap_or("(derived)");
            let line = &item["span"]["begin"][0];
            let what = item["name"].as_str().unwrap_or("an implementation");
            self.findings
                .insert(format!("{file}:{line}: {what} shows {path}"));
        } else if self.docs.item(id).is_none() {
            self.visit(id);
        }
    }
}
