//! Every party of a star and of a delegated run can be run again from its seed, its input and its recordings, byte for
//! byte.

mod several;

use mpc_net::replay::ReplayStream;
use mpc_net::{Channel, ChannelConfig, RecordedFrame};
use mpc_psi::delegated::{run_data_party, run_third};
use mpc_psi::run::{Control, Params, RunConfig, RunReport};
use mpc_psi::star::{PairReport, run_leader, run_sender};
use several::{Brings, Frames, arena, config, delegated, keys, seed, star};

fn settings() -> RunConfig {
    RunConfig { bucket_items: 40, ..config(Params { chunk_items: 16, payload: true, ..Params::default() }) }
}

fn without_times(report: RunReport) -> RunReport {
    RunReport { phases: vec![], ..report }
}

fn replayed(frames: &[RecordedFrame]) -> Channel {
    Channel::new(ReplayStream::new(frames), ChannelConfig::default())
}

/// The channels of the centre.
fn of_center(frames: &[Frames]) -> Vec<Channel> {
    frames.iter().filter(|((first, _), _)| first.is_none()).map(|(_, [center, _])| replayed(center)).collect()
}

/// The channels of a member: to the centre, and to the others.
fn of_member(frames: &[Frames], place: usize) -> (Channel, Vec<(usize, Channel)>) {
    let center = frames.iter().find(|(ends, _)| *ends == (None, place)).map(|(_, [_, member])| replayed(member));
    let others = frames.iter().filter_map(|((first, second), [a, b])| match first {
        Some(first) if *first == place => Some((*second, replayed(a))),
        Some(first) if *second == place => Some((*first, replayed(b))),
        _ => None,
    });
    (center.unwrap(), others.collect())
}

fn members() -> Vec<Brings> {
    let payloads = |place: u32| arena((0..100).map(|i| format!("{place}:{i}")));
    (0..3).map(|place| Brings::new(&settings(), keys(place * 10..100 + place * 10), payloads(place))).collect()
}

fn same(again: (RunReport, Vec<PairReport>), before: (&RunReport, &Vec<PairReport>)) {
    assert_eq!(without_times(again.0), without_times(before.0.clone()));
    assert_eq!(&again.1, before.1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_star_is_reproduced_by_every_party_for_every_number_of_threads() {
    let leader = Brings::new(&settings(), keys(0..90), None);
    let done = star(leader, members(), None).await;
    let outcome = done.leader.unwrap();
    assert_eq!(outcome.matches.len(), 70);
    for threads in [1, 3] {
        let config = RunConfig { threads, ..settings() };
        let control = Control::new();
        let again = run_leader(of_center(&done.frames), config.clone(), keys(0..90), seed(1), &control).await.unwrap();
        for (again, before) in again.reports.into_iter().zip(&outcome.reports) {
            assert_eq!(without_times(again), without_times(before.clone()));
        }
        assert!(
            again
                .matches
                .iter()
                .zip(outcome.matches.iter())
                .all(|(a, b)| { a.item() == b.item() && a.payloads().eq(b.payloads()) })
        );
        for (place, brings) in members().into_iter().enumerate() {
            let (center, others) = of_member(&done.frames, place);
            let Brings { items, payload, .. } = brings;
            let seed = seed(2 + place as u8);
            let again =
                run_sender(place, center, others, config.clone(), items, payload, seed, &control).await.unwrap();
            let before = done.senders[place].as_ref().unwrap();
            same((again.report, again.others), (&before.report, &before.others));
        }
    }
    // Another seed says something else.
    let other = run_leader(of_center(&done.frames), settings(), keys(0..90), seed(7), &Control::new()).await;
    assert!(other.is_err());
    let other = run_leader(of_center(&done.frames), settings(), keys(1..91), seed(1), &Control::new()).await;
    assert!(other.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delegated_run_is_reproduced_by_every_party_for_every_number_of_threads() {
    let done = delegated(settings(), members(), None).await;
    let outcome = done.third.unwrap();
    assert_eq!(outcome.rows.len(), 80);
    for threads in [1, 3] {
        let config = RunConfig { threads, ..settings() };
        let control = Control::new();
        let again = run_third(of_center(&done.frames), config.clone(), seed(1), &control).await.unwrap();
        for (again, before) in again.reports.into_iter().zip(&outcome.reports) {
            assert_eq!(without_times(again), without_times(before.clone()));
        }
        assert!(again.rows.iter().zip(outcome.rows.iter()).all(|(a, b)| a.payloads().eq(b.payloads())));
        for (place, brings) in members().into_iter().enumerate() {
            let (center, others) = of_member(&done.frames, place);
            let Brings { items, payload, .. } = brings;
            let seed = seed(2 + place as u8);
            let again = run_data_party(place, center, others, config.clone(), items, 100, payload, seed, &control);
            let again = again.await.unwrap();
            let before = done.members[place].as_ref().unwrap();
            same((again.report, again.others), (&before.report, &before.others));
        }
    }
    let (center, others) = of_member(&done.frames, 0);
    let Brings { items, payload, .. } = members().remove(0);
    let other = run_data_party(0, center, others, settings(), items, 100, payload, seed(9), &Control::new()).await;
    assert!(other.is_err());
}
