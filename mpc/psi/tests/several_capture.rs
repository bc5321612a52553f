//! What leaves a party of a star or of a delegated run: every frame of every link is searched for every value of every
//! party, and for every digest of one that somebody might look up in a table.

mod several;

use std::collections::{HashMap, HashSet};

use md5::Md5;
use mpc_net::RecordedFrame;
use mpc_psi::Item;
use mpc_psi::run::{Params, RunConfig};
use several::{Brings, Frames, arena, config, delegated, items, star};
use sha1::Sha1;
use sha2::{Digest, Sha256};

fn key(i: u32) -> String {
    format!("1101011990{:08}", i * 7_919)
}

fn column(place: usize, i: u32) -> String {
    format!("余额 {place} {}", i * 7 + 1_000_000)
}

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
            self.add(&digest[..digest.len() / 2]);
            self.add(&digest);
        }
    }

    fn of(sets: &[std::ops::Range<u32>]) -> Self {
        let mut forbidden = Self::default();
        for (place, set) in sets.iter().enumerate() {
            for i in set.clone() {
                forbidden.add_value_and_digests(key(i).as_bytes());
                forbidden.add_value_and_digests(Item::new(key(i).as_bytes()).as_ref());
                forbidden.add_value_and_digests(column(place, i).as_bytes());
            }
        }
        forbidden
    }

    fn found_in(&self, frames: &[RecordedFrame]) -> bool {
        frames
            .iter()
            .any(|frame| self.0.iter().any(|(len, set)| frame.bytes.windows(*len).any(|part| set.contains(part))))
    }

    /// Searches all frames; and finds what is planted there.
    fn search(&self, links: &[Frames]) {
        for (ends, frames) in links {
            for frames in frames {
                assert!(!frames.is_empty());
                assert!(!self.found_in(frames), "{ends:?}");
                let mut planted = frames.clone();
                planted[0].bytes = [&planted[0].bytes[..], key(450).as_bytes(), b"x"].concat().into();
                assert!(self.found_in(&planted));
            }
        }
    }
}

fn settings() -> RunConfig {
    config(Params { payload: true, chunk_items: 64, ..Params::default() })
}

fn brings(place: usize, set: std::ops::Range<u32>, payload: bool) -> Brings {
    let payloads = payload.then(|| arena(set.clone().map(|i| column(place, i)))).flatten();
    Brings::new(&settings(), items(set.map(key)), payloads)
}

const SETS: [std::ops::Range<u32>; 3] = [0..500, 300..700, 400..900];

#[tokio::test(flavor = "multi_thread")]
async fn no_frame_of_a_star_contains_a_value_or_a_digest_of_one() {
    let leader = brings(0, SETS[0].clone(), false);
    let senders = vec![brings(1, SETS[1].clone(), true), brings(2, SETS[2].clone(), true)];
    let done = star(leader, senders, None).await;
    let outcome = done.leader.unwrap();
    // The run did its work.
    assert_eq!(outcome.matches.len(), 100);
    for row in outcome.matches.iter() {
        for place in [1, 2] {
            assert_eq!(row.payload(place - 1), column(place, row.item() as u32).as_bytes());
        }
    }
    Forbidden::of(&SETS).search(&done.frames);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_frame_of_a_delegated_run_contains_a_value_or_a_digest_of_one() {
    let members = SETS.iter().enumerate().map(|(place, set)| brings(place, set.clone(), true)).collect();
    let done = delegated(settings(), members, None).await;
    let rows = done.third.unwrap().rows;
    assert_eq!(rows.len(), 100);
    let got: HashSet<Vec<Vec<u8>>> = rows.iter().map(|row| row.payloads().map(<[u8]>::to_vec).collect()).collect();
    let expected = (400..500).map(|i| (0..3).map(|place| column(place, i).into_bytes()).collect()).collect();
    assert_eq!(got, expected);
    Forbidden::of(&SETS).search(&done.frames);
}
