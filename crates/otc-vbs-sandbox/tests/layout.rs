//! The layers of the crate: a module uses only those of its own layer and of the layers below.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// From the bottom to the top.
const LAYERS: [&[&str]; 6] =
    [&["text"], &["domain"], &["faults", "identity"], &["state"], &["http"], &["sandbox"]];

fn layer(module: &str) -> usize {
    let top = module.split("::").next().unwrap_or_default();
    let layer = LAYERS.iter().position(|layer| layer.contains(&top));
    layer.unwrap_or_else(|| panic!("`{top}` is in no layer"))
}

fn sources(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The modules of the crate, each with its source.
fn modules() -> BTreeMap<String, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    let module = |file: &Path| {
        let path = file.strip_prefix(&root).unwrap().with_extension("");
        let name = path.to_str().unwrap().replace(['/', '\\'], "::");
        name.trim_end_matches("::mod").to_owned()
    };
    let modules = files.iter().map(|file| (module(file), fs::read_to_string(file).unwrap()));
    modules.filter(|(module, _)| module != "lib").collect()
}

/// The paths that a source names by `crate::` or `super::`, those in braces among them.
fn paths(source: &str) -> Vec<String> {
    // The imports of a module's tests are not part of the structure of the crate.
    let end = source.find("mod tests {").unwrap_or(source.len());
    let lines = source[..end].lines().filter(|line| !line.trim_start().starts_with("//"));
    let code = lines.collect::<Vec<_>>().join("\n");
    let mut found = Vec::new();
    for start in ["crate::", "super::"] {
        for (at, _) in code.match_indices(start) {
            // The part of a longer path, which begins before.
            let is_whole = !code[..at].ends_with(|c: char| c.is_alphanumeric() || "_:".contains(c));
            if is_whole {
                expand(&code[at..], String::new(), &mut found);
            }
        }
    }
    found
}

/// Adds the paths at the beginning of a text, with what comes before them. Returns what follows.
fn expand<'a>(text: &'a str, before: String, found: &mut Vec<String>) -> &'a str {
    let end = text.find(|c: char| !(c.is_alphanumeric() || "_:".contains(c)));
    let (path, mut rest) = text.split_at(end.unwrap_or(text.len()));
    let path = before + path;
    match rest.strip_prefix('{') {
        Some(list) if path.ends_with("::") => {
            rest = list;
            loop {
                rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
                if let Some(after) = rest.strip_prefix('}') {
                    return after;
                }
                let left = expand(rest, path.clone(), found);
                // Renames, which name no module.
                rest = left.trim_start_matches(|c: char| !",}".contains(c));
                if rest.is_empty() {
                    return rest;
                }
            }
        }
        _ => {
            found.push(path);
            rest
        }
    }
}

/// The module that a path leads to.
fn target(from: &str, path: &str, modules: &BTreeMap<String, String>) -> Option<String> {
    let mut at: Vec<&str> = from.split("::").collect();
    let mut rest = path;
    if let Some(absolute) = rest.strip_prefix("crate::") {
        (at, rest) = (Vec::new(), absolute);
    }
    while let Some(outer) = rest.strip_prefix("super::") {
        at.pop();
        rest = outer;
    }
    at.extend(rest.split("::").filter(|segment| !segment.is_empty()));
    while !at.is_empty() {
        let module = at.join("::");
        if modules.contains_key(&module) {
            return Some(module);
        }
        at.pop();
    }
    None
}

fn is_within(module: &str, outer: &str) -> bool {
    module.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

/// The modules that each module uses, except its ancestors and its descendants.
fn uses() -> BTreeMap<String, BTreeSet<String>> {
    let modules = modules();
    let uses = |module: &String, source: &String| -> BTreeSet<String> {
        let targets = paths(source).into_iter().filter_map(|path| target(module, &path, &modules));
        targets.filter(|used| !is_within(used, module) && !is_within(module, used)).collect()
    };
    modules.iter().map(|(module, source)| (module.clone(), uses(module, source))).collect()
}

#[test]
fn no_module_uses_one_of_a_higher_layer() {
    let uses = uses();
    assert!(uses.len() > 120, "only {} modules were found", uses.len());
    let pairs = uses.iter().flat_map(|(module, used)| used.iter().map(move |used| (module, used)));
    let upward: Vec<_> = pairs.filter(|(module, used)| layer(used) > layer(module)).collect();
    assert!(upward.is_empty(), "{upward:#?}");
}

/// The ancestors of two modules that are next to each other.
fn siblings(one: &str, other: &str) -> (String, String) {
    let (one, other): (Vec<_>, Vec<_>) = (one.split("::").collect(), other.split("::").collect());
    let common = one.iter().zip(&other).take_while(|(one, other)| one == other).count();
    let end = |module: &[&str]| module[..module.len().min(common + 1)].join("::");
    (end(&one), end(&other))
}

#[test]
fn modules_use_each_other_in_one_direction() {
    // A module includes its children, so that a cycle through them is found too.
    let mut uses: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (module, used) in self::uses() {
        for used in used {
            let (module, used) = siblings(&module, &used);
            uses.entry(module).or_default().insert(used);
        }
    }
    // Modules that use nothing that is left can't be part of a cycle, and neither can those that nothing
    // uses.
    loop {
        let before = uses.len();
        let left: BTreeSet<String> = uses.keys().cloned().collect();
        uses.values_mut().for_each(|used| used.retain(|used| left.contains(used)));
        uses.retain(|_, used| !used.is_empty());
        let used: BTreeSet<String> = uses.values().flatten().cloned().collect();
        uses.retain(|module, _| used.contains(module));
        if uses.len() == before {
            break;
        }
    }
    assert!(uses.is_empty(), "a cycle is among these modules: {uses:#?}");
}

#[test]
fn no_file_has_more_than_400_lines() {
    let modules = modules();
    let long = modules.iter().filter(|(_, source)| source.lines().count() > 400);
    let long: Vec<&String> = long.map(|(module, _)| module).collect();
    assert!(long.is_empty(), "{long:?}");
}

#[test]
fn imports_in_braces_are_read() {
    let source =
        "use super::a::{self, b::{C, D as E}, f};\nlet x = crate::g::h(super::i);\n// crate::comment";
    let mut paths = paths(source);
    paths.sort();
    let expected =
        ["crate::g::h", "super::a::b::C", "super::a::b::D", "super::a::f", "super::a::self", "super::i"];
    assert_eq!(paths, expected);
}
