//! What leaves a node: nothing of a row, a key or a name, in no form a dictionary could find; and on the wire
//! TLS alone.

mod kit;

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};

use ledger_types::task::{PSI_ECDH, PSI_RR22, PSI_UNBALANCED};
use shuzheng::demo::story;
use shuzheng::sample::SampleSize;

type Recording = Arc<Mutex<Vec<u8>>>;

// Forwards connections to a port and keeps what passes in either direction, one recording per direction.
fn wiretap(to: u16) -> (u16, Arc<Mutex<Vec<Recording>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let tapes: Arc<Mutex<Vec<Recording>>> = Arc::default();
    let all = tapes.clone();
    std::thread::spawn(move || {
        for inbound in listener.incoming().map_while(Result::ok) {
            let Ok(outbound) = TcpStream::connect(("127.0.0.1", to)) else { continue };
            for (mut from, mut into) in [
                (inbound.try_clone().unwrap(), outbound.try_clone().unwrap()),
                (outbound.try_clone().unwrap(), inbound.try_clone().unwrap()),
            ] {
                let tape = Recording::default();
                all.lock().unwrap().push(tape.clone());
                std::thread::spawn(move || {
                    let mut buffer = vec![0; 65_536];
                    while let Ok(n) = from.read(&mut buffer) {
                        if n == 0 || into.write_all(&buffer[..n]).is_err() {
                            break;
                        }
                        tape.lock().unwrap().extend_from_slice(&buffer[..n]);
                    }
                    let _ = into.shutdown(Shutdown::Write);
                });
            }
        }
    });
    (port, tapes)
}

// RFC 8446 §5.1: type, version 3.1 or 3.3, length at most 2^14 + 256, and so on to the end (the last may be cut).
fn is_tls(mut bytes: &[u8]) -> bool {
    while bytes.len() >= 5 {
        let (kind, version) = (bytes[0], (bytes[1], bytes[2]));
        let length = usize::from(bytes[3]) << 8 | usize::from(bytes[4]);
        if !(20..=23).contains(&kind) || !matches!(version, (3, 1) | (3, 3)) || length > (1 << 14) + 256 {
            return false;
        }
        bytes = &bytes[bytes.len().min(5 + length)..];
    }
    true
}

// Values long enough to be unmistakable: short numbers occur in any random bytes, and the names of the demo's own
// people are on the ledger.
fn values(file: &Path) -> BTreeSet<String> {
    let text = std::fs::read_to_string(file).unwrap();
    let mut out = BTreeSet::new();
    for line in text.lines().skip(1) {
        for cell in line.split(',') {
            let short_number = cell.len() < 9 && cell.bytes().all(|b| b.is_ascii_digit());
            let public = story::PEOPLE.iter().any(|p| p.2 == cell);
            if cell.len() >= 6 && !short_number && !public {
                out.insert(cell.to_owned());
                out.insert(cell.trim().to_uppercase());
            }
        }
    }
    out
}

fn identifiers(file: &Path) -> BTreeSet<String> {
    let text = std::fs::read_to_string(file).unwrap();
    text.lines()
        .skip(1)
        .filter_map(|l| l.split(',').next())
        .filter(|c| c.trim().len() >= 15)
        .map(|c| c.trim().to_owned())
        .collect()
}

fn digests(value: &str) -> Vec<Vec<u8>> {
    use md5::Digest as _;
    let b = value.as_bytes();
    let raw = vec![
        ledger_crypto::SuiteId::Gm.hash(&[b]).0.to_vec(),
        sha2::Sha256::digest(b).to_vec(),
        sha1::Sha1::digest(b).to_vec(),
        md5::Md5::digest(b).to_vec(),
    ];
    let text = raw.iter().map(|d| hex::encode(d).into_bytes()).collect::<Vec<_>>();
    raw.into_iter().chain(text).collect()
}

// All places of any needle, by the needle's first eight bytes: one pass over the haystack.
fn find(haystack: &[u8], needles: &BTreeSet<Vec<u8>>) -> Vec<Vec<u8>> {
    use std::collections::HashMap;
    let mut by_prefix: HashMap<&[u8], Vec<&Vec<u8>>> = HashMap::new();
    for n in needles {
        by_prefix.entry(&n[..n.len().min(6)]).or_default().push(n);
    }
    let mut found = Vec::new();
    for i in 0..haystack.len().saturating_sub(6) {
        if let Some(candidates) = by_prefix.get(&haystack[i..i + 6]) {
            found.extend(candidates.iter().filter(|n| haystack[i..].starts_with(n)).map(|n| (*n).clone()));
        }
    }
    found
}

fn needles(file: &Path, with_digests: bool) -> BTreeSet<Vec<u8>> {
    let mut out: BTreeSet<Vec<u8>> = BTreeSet::new();
    for value in values(file) {
        if with_digests {
            out.extend(digests(&value));
        }
        out.insert(value.into_bytes());
    }
    out
}

fn show(found: &[Vec<u8>]) -> Vec<String> {
    found.iter().take(5).map(|f| String::from_utf8_lossy(f).into_owned()).collect()
}

fn files_under(dir: &Path) -> Vec<std::path::PathBuf> {
    let mut out = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap().map_while(Result::ok) {
        let path = entry.path();
        if path.is_dir() { out.extend(files_under(&path)) } else { out.push(path) }
    }
    out
}

#[test]
fn nothing_of_a_row_leaves_a_node_and_the_wire_carries_tls_alone() {
    let taps = std::cell::RefCell::new(Vec::new());
    let mut world = kit::world(SampleSize::SMALL, |config| {
        config.mesh.record_frames = Some("frames.tap".into());
        for peer in &mut config.mesh.peers {
            let port: u16 = peer.address.rsplit(':').next().unwrap().parse().unwrap();
            let (through, tapes) = wiretap(port);
            peer.address = format!("127.0.0.1:{through}");
            taps.borrow_mut().push(tapes);
        }
    });
    for algorithm in [PSI_ECDH, PSI_RR22, PSI_UNBALANCED] {
        let mut request = story::psi_request(&world.grant, &["employer", "insured_months"]);
        request.algorithm = Some(story::algorithm(algorithm));
        let task = story::run_task(&world.cast, request, &mut world.report).unwrap();
        story::check_result(&world.cast, &world.files, &task, &mut world.report).unwrap();
    }

    // 1. Before encryption: no value of either side, and no digest of one.
    for (org, own) in [("rsj", &world.files.insurance), ("bank", &world.files.loans)] {
        let dir = &world.consortium.member(org).dir;
        let frames: Vec<u8> = std::fs::read(dir.join("frames.tap")).unwrap();
        assert!(frames.len() > 10_000, "{org} recorded only {} bytes", frames.len());
        let found = find(&frames, &needles(own, true));
        assert!(found.is_empty(), "{org} sent {:?}", show(&found));
    }

    // 2. On the wire: TLS records and nothing else.
    let mut seen = 0;
    for tapes in taps.into_inner() {
        for tape in tapes.lock().unwrap().iter() {
            let bytes = tape.lock().unwrap();
            seen += bytes.len();
            assert!(is_tls(&bytes), "not TLS: {:02x?}", &bytes[..bytes.len().min(32)]);
        }
    }
    assert!(seen > 100_000, "only {seen} bytes were captured");

    // 3. At rest: nobody holds another's identifiers, beyond those that are its own as well.
    let all = [("rsj", &world.files.insurance), ("bank", &world.files.loans), ("hospital", &world.files.visits)];
    world.consortium.members.iter_mut().for_each(|m| m.stop().unwrap());
    for member in &world.consortium.members {
        let own: BTreeSet<String> =
            all.iter().filter(|(org, _)| *org == member.org.as_str()).flat_map(|(_, file)| identifiers(file)).collect();
        let foreign: BTreeSet<Vec<u8>> = all
            .iter()
            .filter(|(org, _)| *org != member.org.as_str())
            .flat_map(|(_, file)| identifiers(file))
            .filter(|id| !own.contains(id))
            .flat_map(|id| digests(&id).into_iter().chain([id.into_bytes()]))
            .collect();
        for path in files_under(&member.dir) {
            let found = find(&std::fs::read(&path).unwrap(), &foreign);
            assert!(found.is_empty(), "{} holds {:?}", path.display(), show(&found));
        }
    }
    drop(world.dir);
}

#[test]
fn the_search_finds_what_is_there() {
    let needle: BTreeSet<Vec<u8>> = [b"11010519491231002X".to_vec()].into();
    assert_eq!(find(b"...11010519491231002X...", &needle).len(), 1);
    assert!(find(b"...11010519491231002Y...", &needle).is_empty());
    assert!(is_tls(&[23, 3, 3, 0, 1, 9, 22, 3, 1, 0, 0]));
    assert!(!is_tls(b"GET / HTTP/1.1"));
}
