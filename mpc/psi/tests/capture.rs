//! What leaves a party: every frame of both sides is searched for every value of both sides, and for every
//! digest of one that somebody might look up in a table.

mod side;

use std::collections::{HashMap, HashSet};

use md5::Md5;
use mpc_net::RecordedFrame;
use mpc_psi::canonical::{KeyForm, KeyRule};
use mpc_psi::ecdh::{MessageKind, Params};
use mpc_psi::run::Returns;
use mpc_psi::{Item, ItemSet, Protocol};
use sha1::Sha1;
use sha2::{Digest, Sha256};
use side::{arena, config, run, run_returning};

/// A person of the synthetic register: identity number with a right check character, name, telephone.
fn person(i: u32) -> (String, String, String) {
    const SURNAMES: [&str; 8] = ["王", "李", "张", "刘", "陈", "杨", "赵", "黄"];
    const GIVEN: [&str; 8] = ["伟", "芳", "娜", "敏", "静", "强", "磊", "洋"];
    let day = i % 28 + 1;
    let front = format!("{:06}{:04}{:02}{day:02}{:03}", 110_101 + i % 7, 1950 + i % 50, i % 12 + 1, i % 1000);
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = front.bytes().zip(weights).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    let id = format!("{front}{}", char::from(b"10X98765432"[sum as usize % 11]));
    let name = format!("{}{}{}", SURNAMES[i as usize % 8], GIVEN[i as usize / 8 % 8], GIVEN[i as usize / 64 % 8]);
    (id, name, format!("138{:08}", 10_000_000 + i * 7919 % 80_000_000))
}

/// Everything that must not be seen, by length.
#[derive(Default)]
struct Forbidden(HashMap<usize, HashSet<Vec<u8>>>);

impl Forbidden {
    fn add(&mut self, value: &[u8]) {
        self.0.entry(value.len()).or_default().insert(value.to_vec());
    }

    fn add_value_and_digests(&mut self, value: &[u8]) {
        self.add(value);
        let digests: [Vec<u8>; 4] = [
            <sm3::Sm3 as sm3::Digest>::digest(value).to_vec(),
            Sha256::digest(value).to_vec(),
            Sha1::digest(value).to_vec(),
            Md5::digest(value).to_vec(),
        ];
        for digest in digests {
            self.add(hex::encode(&digest).as_bytes());
            self.add(hex::encode_upper(&digest).as_bytes());
            // Half a digest would do for a table too.
            self.add(&digest[..digest.len() / 2]);
            self.add(&digest);
        }
    }

    fn found_in(&self, frames: &[RecordedFrame]) -> Option<Vec<u8>> {
        frames
            .iter()
            .find_map(|frame| {
                self.0.iter().find_map(|(len, set)| frame.bytes.windows(*len).find(|part| set.contains(*part)))
            })
            .map(<[u8]>::to_vec)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_frame_contains_a_value_or_a_digest_of_one() {
    let rule = KeyRule::from_names(&["id-cn/1"]).unwrap();
    let people = |range: std::ops::Range<u32>| range.map(person).collect::<Vec<_>>();
    let (left, right) = (people(0..600), people(400..1_000));
    let mut forbidden = Forbidden::default();
    let mut key = vec![];
    for (id, name, phone) in left.iter().chain(&right) {
        assert_eq!(rule.encode(&[Some(id)], &mut key), KeyForm::Regular);
        for value in [id, name, phone] {
            forbidden.add_value_and_digests(value.as_bytes());
        }
        forbidden.add_value_and_digests(&key);
        forbidden.add_value_and_digests(Item::new(&key).as_ref());
        forbidden.add_value_and_digests(format!("{id}{name}").as_bytes());
        // The first six digits of an identity number are a place and may appear by chance; the rest of the
        // number may not.
        forbidden.add(&id.as_bytes()[6..]);
    }
    let set = |people: &[(String, String, String)]| {
        let mut key = vec![];
        let items = people.iter().map(|(id, ..)| {
            rule.encode(&[Some(id)], &mut key);
            Item::new(&key)
        });
        ItemSet::new(items.collect()).unwrap()
    };
    for (protocol, returns) in Protocol::ALL.into_iter().flat_map(|p| [(p, Returns::Nothing), (p, Returns::Columns)]) {
        if returns.to_both() && !protocol.gives_to_both() {
            continue;
        }
        let columns = |people: &[(String, String, String)]| {
            arena(people.iter().map(|(_, name, phone)| format!("{name},{phone}")))
        };
        let config = config(Params { payload: true, chunk_items: 64, returns, ..Params::default() });
        let back = columns(&left).filter(|_| returns == Returns::Columns);
        let (receiver, sender) = ((set(&left), back), (set(&right), columns(&right)));
        let both = run_returning(protocol, (config.clone(), config), receiver, sender).await;
        let outcome = both.receiver.unwrap();

        // The run did its work: the released columns of exactly the common people came through.
        assert_eq!(outcome.matches.len(), 200);
        for (item, payload) in outcome.matches.iter() {
            let (_, name, phone) = &left[item];
            assert_eq!(payload, format!("{name},{phone}").as_bytes());
        }
        if let Some(matches) = both.sender.unwrap().matches {
            assert_eq!(matches.len(), 200);
            for (item, payload) in matches.iter() {
                let (_, name, phone) = &right[item];
                assert_eq!(payload, format!("{name},{phone}").as_bytes());
            }
        } else {
            assert_eq!(returns, Returns::Nothing);
        }

        for frames in [&both.receiver_frames, &both.sender_frames] {
            assert!(frames.iter().map(|frame| frame.bytes.len()).sum::<usize>() > 600 * 16 * 2);
            assert_eq!(forbidden.found_in(frames), None);
        }

        // The search finds what is there: a value planted behind other bytes of a frame.
        let mut planted = both.sender_frames.clone();
        let digest = Sha1::digest(left[3].0.as_bytes());
        for value in [left[599].0.as_bytes(), right[0].1.as_bytes(), &digest[..]] {
            planted[9].bytes = [&both.sender_frames[9].bytes[..], value, b"x"].concat().into();
            assert!(forbidden.found_in(&planted).is_some());
        }
    }
}

#[tokio::test]
async fn equal_sets_look_different_in_another_session() {
    let items = side::items(["a", "b", "c"]);
    let mut first = config(Params::default());
    let mut chunks = vec![];
    for session in [1, 2] {
        first.session = mpc_psi::ecdh::SessionId([session; 32]);
        let both = run((first.clone(), first.clone()), items.clone(), items.clone(), None).await;
        both.receiver.unwrap();
        let elements = [MessageKind::Blinded.frame_kind(), MessageKind::Evaluated.frame_kind()];
        let frames = both.receiver_frames.iter().map(|frame| frame.frame().unwrap());
        for frame in frames.filter(|frame| elements.contains(&frame.kind)) {
            let body = &frame.payload[8..];
            chunks.extend(body.as_chunks::<32>().0.iter().map(|chunk| (session, *chunk)));
        }
    }
    let (one, two): (Vec<_>, Vec<_>) = chunks.into_iter().partition(|(session, _)| *session == 1);
    let one: HashSet<_> = one.into_iter().map(|(_, chunk)| chunk).collect();
    assert!(one.len() > 20);
    // Seeds are the same in both runs; only the session differs.
    assert!(two.iter().all(|(_, chunk)| !one.contains(chunk)));
}
