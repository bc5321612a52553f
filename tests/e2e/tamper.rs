//! One changed byte of a bundle, a result or a dataset is found, and the finding names what differs.

mod kit;

use backend_api::task::{ConsistencyOutcome, ConsistencyReport};
use shuzheng::demo::story;
use shuzheng::sample::SampleSize;
use shuzheng::verify;

fn flip(path: &std::path::Path, at: usize) {
    let mut bytes = std::fs::read(path).unwrap();
    let at = at.min(bytes.len() - 1);
    bytes[at] ^= 1;
    std::fs::write(path, bytes).unwrap();
}

fn find(dir: &std::path::Path, accept: &dyn Fn(&std::path::Path) -> bool) -> Option<std::path::PathBuf> {
    for entry in std::fs::read_dir(dir).ok()?.map_while(Result::ok) {
        let path = entry.path();
        if path.is_dir() {
            if let Some(found) = find(&path, accept) {
                return Some(found);
            }
        } else if accept(&path) {
            return Some(path);
        }
    }
    None
}

#[test]
fn one_changed_byte_is_found_and_named() {
    let mut world = kit::world(SampleSize::SMALL, |_| {});
    let task = story::intersect(&world.cast, &world.grant, &mut world.report).unwrap();
    let bank = world.cast.get("bank", "chen.jie");
    let rsj = world.cast.get("rsj", "li.wei");
    let check = format!("/v1/tasks/{task}/consistency_checks");

    // The bundle: good as it is, bad with one digit changed at any of many places.
    let bytes = bank.download(&format!("/v1/tasks/{task}/evidence_bundle")).unwrap();
    let good = world.dir.path().join("bundle.json");
    std::fs::write(&good, &bytes).unwrap();
    let report = verify::file(&good, Some(world.consortium.genesis)).unwrap();
    assert!(report.holds(), "{}", report.text());
    let digits: Vec<usize> =
        (0..bytes.len()).filter(|i| bytes[*i].is_ascii_hexdigit() && !bytes[*i].is_ascii_uppercase()).collect();
    for at in digits.iter().step_by(digits.len() / 60 + 1) {
        let mut forged = bytes.clone();
        forged[*at] = if forged[*at] == b'0' { b'1' } else { b'0' };
        let path = world.dir.path().join("forged.json");
        std::fs::write(&path, &forged).unwrap();
        let holds = verify::file(&path, Some(world.consortium.genesis)).is_ok_and(|r| r.holds());
        let around = String::from_utf8_lossy(&bytes[at.saturating_sub(40)..(*at + 10).min(bytes.len())]).into_owned();
        assert!(!holds, "a change at byte {at} went unnoticed: …{around}…");
    }

    // The result file at the receiver.
    let good: ConsistencyReport = bank.post(&check, &serde_json::Value::Null).unwrap();
    assert!(good.consistent, "{:?}", good.items);
    let home = world.consortium.member("bank").dir.join("party");
    let id = task.clone();
    let result = find(&home, &|p| p.extension().is_some_and(|e| e == "csv") && p.display().to_string().contains(&id))
        .expect("the result file");
    flip(&result, 100);
    let bad: ConsistencyReport = bank.post(&check, &serde_json::Value::Null).unwrap();
    let differs: Vec<_> =
        bad.items.iter().filter(|i| i.outcome == ConsistencyOutcome::Differs).map(|i| i.name.as_str()).collect();
    assert!(!bad.consistent && differs.iter().any(|n| n.contains("result")), "{differs:?}");

    // The dataset at the owner.
    flip(&world.files.insurance, 200);
    let bad: ConsistencyReport = rsj.post(&check, &serde_json::Value::Null).unwrap();
    let differs: Vec<_> =
        bad.items.iter().filter(|i| i.outcome == ConsistencyOutcome::Differs).map(|i| i.name.as_str()).collect();
    assert!(
        !bad.consistent && differs.iter().any(|n| n.contains("dataset") || n.contains("commitment")),
        "{differs:?}"
    );
}
