//! The table in docs/architecture.md is the law of who may use whom.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn manifests() -> Vec<toml::Table> {
    let text = std::fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let workspace: toml::Table = text.parse().unwrap();
    let members = workspace["workspace"]["members"].as_array().unwrap();
    members
        .iter()
        // Dependencies only, no code: docs/adr/0002-one-profile.md.
        .filter(|m| m.as_str() != Some("deploy/feature-pins"))
        .map(|m| std::fs::read_to_string(root().join(m.as_str().unwrap()).join("Cargo.toml")).unwrap().parse().unwrap())
        .collect()
}

// What a crate uses outside of its tests, of our own crates.
fn used() -> BTreeMap<String, BTreeSet<String>> {
    let manifests = manifests();
    let ours: BTreeSet<String> = manifests.iter().map(|m| m["package"]["name"].as_str().unwrap().to_owned()).collect();
    manifests
        .iter()
        .map(|m| {
            let name = m["package"]["name"].as_str().unwrap().to_owned();
            let dependencies = m.get("dependencies").and_then(|d| d.as_table());
            let used = dependencies.map(|d| d.keys().filter(|k| ours.contains(*k)).cloned().collect());
            (name, used.unwrap_or_default())
        })
        .collect()
}

// Rows `| `crate` | what | may use |`; names may be shortened to what follows the dash.
fn allowed(ours: &BTreeSet<String>) -> BTreeMap<String, BTreeSet<String>> {
    let text = std::fs::read_to_string(root().join("docs/architecture.md")).unwrap();
    let mut out = BTreeMap::new();
    for line in text.lines().filter(|l| l.starts_with("| `")) {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let name = cells[1].split('`').nth(1).unwrap().to_owned();
        if !ours.contains(&name) {
            continue;
        }
        let words: Vec<&str> =
            cells[3].split(|c: char| !c.is_alphanumeric() && c != '-').filter(|w| !w.is_empty()).collect();
        let may = if words.contains(&"everything") {
            ours.clone()
        } else {
            let fits =
                |o: &&String| words.iter().any(|w| o.as_str() == *w || o.split_once('-').is_some_and(|(_, s)| s == *w));
            ours.iter().filter(fits).cloned().collect()
        };
        out.insert(name, may);
    }
    out
}

#[test]
fn every_crate_uses_only_what_the_architecture_allows() {
    let used = used();
    let ours: BTreeSet<String> = used.keys().cloned().collect();
    let allowed = allowed(&ours);
    for (name, uses) in used {
        let may = allowed.get(&name).unwrap_or_else(|| panic!("{name} has no row in docs/architecture.md"));
        let beyond: Vec<_> = uses.difference(may).collect();
        assert!(beyond.is_empty(), "{name} uses {beyond:?}, which docs/architecture.md does not allow");
    }
}

#[test]
fn no_crate_is_called_common_utils_or_helpers() {
    for name in used().keys() {
        assert!(!["common", "utils", "util", "helpers"].iter().any(|w| name.split('-').any(|p| p == *w)), "{name}");
    }
}
