//! Changes to a bundle: each leaf of each part flipped in turn, and parts left out, doubled or moved.

use std::collections::{BTreeMap, BTreeSet};

use ipld_core::ipld::Ipld;
use ledger_types::bundle::EvidenceBundle;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// One change of the JSON document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Replaces a part of a string: from, how many characters, by what.
    Splice(String, usize, usize, String),
    /// Replaces a value.
    Set(String, Value),
    /// Removes an element of a list or a field.
    Remove(String),
    /// Inserts an element into a list before an index.
    Insert(String, Value),
}

#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// What kind of place, e.g. `blocks[].header.time_ms`.
    pub name: String,
    /// Which place, e.g. `/blocks/3/header`.
    pub place: String,
    pub changes: Vec<Change>,
}

impl Case {
    fn new(name: impl Into<String>, place: impl Into<String>, changes: Vec<Change>) -> Self {
        Self { name: name.into(), place: place.into(), changes }
    }

    /// Three of four signatures are still more than two thirds, and the fourth item registers an account that has
    /// no part in the task.
    pub fn is_harmless(&self) -> bool {
        ["blocks[].certificate.signatures[] shortened", "item 3 left out"].contains(&self.name.as_str())
    }

    pub fn apply(&self, bundle: &EvidenceBundle) -> Vec<u8> {
        let value = serde_json::to_value(bundle).expect("a bundle is JSON");
        serde_json::to_vec(&apply(value, &self.changes)).expect("JSON")
    }
}

pub fn apply(mut value: Value, changes: &[Change]) -> Value {
    for change in changes {
        match change {
            Change::Set(at, new) => *value.pointer_mut(at).expect("a place in the document") = new.clone(),
            Change::Splice(at, from, count, by) => {
                let text = value.pointer_mut(at).expect("a place in the document");
                let old = text.as_str().expect("a string");
                *text = Value::String(format!("{}{by}{}", &old[..*from], &old[from + count..]));
            }
            Change::Remove(at) => {
                let (parent, last) = at.rsplit_once('/').expect("a pointer");
                match value.pointer_mut(parent).expect("a place in the document") {
                    Value::Array(list) => drop(list.remove(last.parse().expect("an index"))),
                    Value::Object(map) => drop(map.shift_remove(last)),
                    _ => unreachable!("only lists and objects have members"),
                }
            }
            Change::Insert(at, new) => {
                let (parent, last) = at.rsplit_once('/').expect("a pointer");
                match value.pointer_mut(parent).expect("a place in the document") {
                    Value::Array(list) => list.insert(last.parse().expect("an index"), new.clone()),
                    Value::Object(map) => drop(map.insert(last.to_owned(), new.clone())),
                    _ => unreachable!("only lists and objects have members"),
                }
            }
        }
    }
    value
}

/// The smallest splice that turns one string into another.
fn splice(pointer: &str, old: &str, new: &str) -> Change {
    let prefix = old.bytes().zip(new.bytes()).take_while(|(a, b)| a == b).count();
    let room = old.len().min(new.len()) - prefix;
    let suffix = old.bytes().rev().zip(new.bytes().rev()).take(room).take_while(|(a, b)| a == b).count();
    let count = old.len() - prefix - suffix;
    Change::Splice(pointer.into(), prefix, count, new[prefix..new.len() - suffix].into())
}

/// Every change that is tried.
fn all(bundle: &EvidenceBundle) -> Vec<Case> {
    let value = serde_json::to_value(bundle).expect("a bundle is JSON");
    let mut cases = plain(&value);
    let hex_at = |pointer: &str| value.pointer(pointer).and_then(Value::as_str).expect("hex").to_owned();
    cases.extend(leaves("genesis", "/genesis", &hex_at("/genesis")));
    for i in 0..bundle.blocks.len() {
        for part in ["header", "certificate"] {
            let pointer = format!("/blocks/{i}/{part}");
            cases.extend(leaves(&format!("blocks[].{part}"), &pointer, &hex_at(&pointer)));
        }
    }
    for i in 0..bundle.items.len() {
        for part in ["tx", "receipt"] {
            let pointer = format!("/items/{i}/{part}");
            cases.extend(leaves(&format!("items[].{part}"), &pointer, &hex_at(&pointer)));
        }
    }
    for i in 0..bundle.state.len() {
        let pointer = format!("/state/{i}/value");
        cases.extend(leaves("state[].value", &pointer, &hex_at(&pointer)));
    }
    cases.extend(structure(&value));
    cases
}

/// One case for each kind of place, what the vectors hold; and the other places of the same kinds.
pub fn one_of_each_kind(bundle: &EvidenceBundle) -> (Vec<Case>, Vec<Case>) {
    let mut met = BTreeSet::new();
    all(bundle).into_iter().partition(|c| met.insert(c.name.clone()))
}

/// Leaves of the JSON document itself.
fn plain(value: &Value) -> Vec<Case> {
    fn walk(name: &str, pointer: &str, value: &Value, out: &mut Vec<Case>) {
        // Canonical bytes are changed in their structure, below.
        let encoded = ["genesis", "blocks[].header", "blocks[].certificate", "items[].tx", "items[].receipt"];
        if encoded.contains(&name) || name == "state[].value" {
            return;
        }
        match value {
            Value::Object(map) => {
                for (k, v) in map {
                    let name = if name.is_empty() { k.clone() } else { format!("{name}.{k}") };
                    walk(&name, &format!("{pointer}/{k}"), v, out);
                }
            }
            Value::Array(list) => {
                for (i, v) in list.iter().enumerate() {
                    walk(&format!("{name}[]"), &format!("{pointer}/{i}"), v, out);
                }
            }
            Value::String(s) => out.push(Case::new(name, pointer, vec![splice(pointer, s, &other_text(s))])),
            Value::Number(n) => {
                let next = n.as_u64().expect("a natural number") + 1;
                out.push(Case::new(name, pointer, vec![Change::Set(pointer.into(), json!(next))]));
            }
            _ => unreachable!("bundles hold no other values"),
        }
    }
    let mut out = Vec::new();
    walk("", "", value, &mut out);
    out
}

fn other_text(s: &str) -> String {
    let mut chars: Vec<char> = s.chars().collect();
    match chars.last_mut() {
        Some(c) => *c = if *c == '1' { '2' } else { '1' },
        None => chars.push('1'),
    }
    chars.into_iter().collect()
}

/// Each leaf of a canonical structure, changed and encoded again.
fn leaves(name: &str, pointer: &str, hex_text: &str) -> Vec<Case> {
    let bytes = hex::decode(hex_text).expect("hex");
    let tree: Ipld = serde_ipld_dagcbor::from_slice(&bytes).expect("canonical bytes");
    let mut out = Vec::new();
    for (path, changed) in variants(&tree) {
        let new = hex::encode(serde_ipld_dagcbor::to_vec(&changed).expect("encodes"));
        out.push(Case::new(format!("{name}{path}"), pointer, vec![splice(pointer, hex_text, &new)]));
    }
    // Not canonical: a byte too many.
    let long = Change::Splice(pointer.into(), hex_text.len(), 0, "00".into());
    out.push(Case::new(format!("{name} with a trailing byte"), pointer, vec![long]));
    out
}

/// All trees that differ from this one in one leaf.
fn variants(tree: &Ipld) -> Vec<(String, Ipld)> {
    let one = |changed| vec![(String::new(), changed)];
    match tree {
        Ipld::Null => one(Ipld::Bool(true)),
        Ipld::Bool(b) => one(Ipld::Bool(!b)),
        Ipld::Integer(n) => one(Ipld::Integer(n + 1)),
        Ipld::Float(_) | Ipld::Link(_) => unreachable!("ledger structures hold neither"),
        Ipld::String(s) => one(Ipld::String(other_text(s))),
        Ipld::Bytes(b) => {
            if let Ok(inner) = serde_ipld_dagcbor::from_slice::<Ipld>(b)
                && matches!(inner, Ipld::Map(_))
            {
                // The signed transaction inside.
                let bytes = |t: &Ipld| Ipld::Bytes(serde_ipld_dagcbor::to_vec(t).expect("encodes"));
                return variants(&inner).into_iter().map(|(path, t)| (path, bytes(&t))).collect();
            }
            let mut b = b.clone();
            match b.last_mut() {
                Some(last) => *last ^= 1,
                None => b.push(0),
            }
            one(Ipld::Bytes(b))
        }
        Ipld::List(list) => {
            let mut out = Vec::new();
            for (i, element) in list.iter().enumerate() {
                for (path, changed) in variants(element) {
                    let mut list = list.clone();
                    list[i] = changed;
                    out.push((format!("[]{path}"), Ipld::List(list)));
                }
            }
            if let Some(last) = list.last() {
                let mut longer = list.clone();
                longer.push(last.clone());
                out.push(("[] doubled".into(), Ipld::List(longer)));
                out.push(("[] shortened".into(), Ipld::List(list[..list.len() - 1].to_vec())));
            }
            out
        }
        Ipld::Map(map) => {
            let mut out = Vec::new();
            for (k, v) in map {
                for (path, changed) in variants(v) {
                    let mut map = map.clone();
                    map.insert(k.clone(), changed);
                    out.push((format!(".{k}{path}"), Ipld::Map(map)));
                }
                let mut without: BTreeMap<_, _> = map.clone();
                without.remove(k);
                out.push((format!(".{k} removed"), Ipld::Map(without)));
            }
            let mut more = map.clone();
            more.insert("zz".into(), Ipld::Integer(0));
            out.push((" with an unknown field".into(), Ipld::Map(more)));
            out
        }
    }
}

/// Parts left out, doubled, moved.
fn structure(value: &Value) -> Vec<Case> {
    let mut out = Vec::new();
    let mut case = |name: &str, changes| out.push(Case::new(name, "", changes));
    let list = |key: &str| value[key].as_array().expect("a list");
    let at = |key: &str, i: usize| format!("/{key}/{i}");
    for (key, kind) in [("blocks", "block"), ("items", "item"), ("state", "state")] {
        let all = list(key);
        for (i, element) in all.iter().enumerate() {
            case(&format!("{kind} twice"), vec![Change::Insert(at(key, i), element.clone())]);
        }
        let swapped = vec![Change::Remove(at(key, 0)), Change::Insert(at(key, 1), all[0].clone())];
        case(&format!("{key} out of order"), swapped);
        case(&format!("{kind} with an unknown field"), vec![Change::Insert(format!("/{key}/0/note"), json!("x"))]);
    }
    for i in 0..list("blocks").len() {
        let name = if i == 0 { "first block left out" } else { "block left out" };
        case(name, vec![Change::Remove(at("blocks", i))]);
    }
    for i in 0..list("items").len() {
        case(&format!("item {i} left out"), vec![Change::Remove(at("items", i))]);
    }
    let (first, second) = (&list("items")[0], &list("items")[1]);
    for part in ["tx", "tx_path", "receipt", "receipt_path"] {
        let swapped = vec![Change::Set(format!("/items/1/{part}"), first[part].clone())];
        case(&format!("item with the {part} of another"), swapped);
    }
    case(
        "two transactions under each other's receipts",
        vec![
            Change::Set("/items/0/tx".into(), second["tx"].clone()),
            Change::Set("/items/0/tx_path".into(), second["tx_path"].clone()),
            Change::Set("/items/1/tx".into(), first["tx"].clone()),
            Change::Set("/items/1/tx_path".into(), first["tx_path"].clone()),
        ],
    );
    let other_certificate = list("blocks")[1]["certificate"].clone();
    case("block with the certificate of another", vec![Change::Set("/blocks/2/certificate".into(), other_certificate)]);
    case("state without its value", vec![Change::Set("/state/0/value".into(), Value::Null)]);
    case("state without its leaf", vec![Change::Set("/state/0/path/leaf".into(), Value::Null)]);
    case("state with a path too long", vec![Change::Insert("/state/0/path/siblings/0".into(), json!("00".repeat(32)))]);
    case("unknown field", vec![Change::Insert("/note".into(), json!("x"))]);
    case(
        "upper-case hex",
        vec![Change::Set("/task".into(), json!(value["task"].as_str().expect("hex").to_uppercase()))],
    );
    for key in value.as_object().expect("an object").keys() {
        case(&format!("{key} missing"), vec![Change::Remove(format!("/{key}"))]);
    }
    out
}
