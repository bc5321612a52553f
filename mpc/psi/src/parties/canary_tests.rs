//! Runs in which somebody holds what stands for no row of its own.

use mpc_core::CommittedSeed;
use mpc_net::{Channel, ChannelConfig, memory};

use crate::item::{Item, ItemSet};
use crate::run::{Control, Params, PsiError, RunConfig, SessionId, canary};
use crate::{delegated, star};

const SESSION: SessionId = SessionId([3; 32]);

fn config() -> RunConfig {
    RunConfig { threads: 1, ..RunConfig::new(SESSION, [0; 32], Params { chunk_items: 16, ..Params::default() }) }
}

fn seed(byte: u8) -> CommittedSeed {
    CommittedSeed::from_bytes(&[byte; 64])
}

/// Some keys, and what else a party holds.
fn items(more: &[Item]) -> ItemSet {
    let keys = (0..30u32).map(|i| Item::new(&i.to_be_bytes()));
    ItemSet::new(keys.chain(more.iter().copied()).collect()).unwrap()
}

/// A private canary of the party with this seed.
fn private_canary(of: u8) -> Item {
    canary::private(&mut seed(of).prg("private canaries", &SESSION.0), 4)[2]
}

type Ends = (Channel, Vec<(usize, Channel)>);

fn links() -> (Vec<Channel>, Ends, Ends) {
    let link = || memory::channels(ChannelConfig::default());
    let ((a, to_a), (b, to_b), (ab, ba)) = (link(), link(), link());
    (vec![a, b], (to_a, vec![(1, ab)]), (to_b, vec![(0, ba)]))
}

/// The leader has seed 1, the senders 2 and 3.
async fn of_star(leader: &[Item], first: &[Item], second: &[Item]) -> Result<usize, PsiError> {
    let (center, (a, others_a), (b, others_b)) = links();
    let controls = [Control::new(), Control::new(), Control::new()];
    let (led, _, _) = tokio::join!(
        star::run_leader(center, config(), items(leader), seed(1), &controls[0]),
        star::run_sender(0, a, others_a, config(), items(first), None, seed(2), &controls[1]),
        star::run_sender(1, b, others_b, config(), items(second), None, seed(3), &controls[2]),
    );
    led.map(|outcome| outcome.matches.len())
}

/// The third party has seed 1, the data parties 2 and 3.
async fn of_delegated(first: &[Item], second: &[Item]) -> Result<usize, PsiError> {
    let (center, (a, others_a), (b, others_b)) = links();
    let controls = [Control::new(), Control::new(), Control::new()];
    let (a_items, b_items) = (items(first), items(second));
    let announced = 40;
    let (third, _, _) = tokio::join!(
        delegated::run_third(center, config(), seed(1), &controls[0]),
        delegated::run_data_party(0, a, others_a, config(), a_items, announced, None, seed(2), &controls[1]),
        delegated::run_data_party(1, b, others_b, config(), b_items, announced, None, seed(3), &controls[2]),
    );
    third.map(|outcome| outcome.rows.len())
}

#[tokio::test]
async fn private_canaries_that_all_hold_are_found_out() {
    assert_eq!(of_star(&[], &[], &[]).await.unwrap(), 30);
    let leaders = [private_canary(1)];
    assert!(matches!(of_star(&[], &leaders, &leaders).await.unwrap_err(), PsiError::CanaryForged));
    // Of one sender only it is no canary that is found.
    assert_eq!(of_star(&[], &leaders, &[]).await.unwrap(), 30);
    let error = of_star(&[private_canary(3)], &[], &[]).await.unwrap_err();
    assert_eq!((error.place(), error.code()), (Some(1), "peer_canary_matched"));

    assert_eq!(of_delegated(&[], &[]).await.unwrap(), 30);
    let error = of_delegated(&[private_canary(3)], &[]).await.unwrap_err();
    assert_eq!((error.place(), error.code()), (Some(1), "peer_canary_matched"));
}

#[tokio::test]
async fn a_party_of_another_protocol_is_told_so() {
    let (center, (a, others_a), (b, others_b)) = links();
    let controls = [Control::new(), Control::new(), Control::new()];
    let (third, first, second) = tokio::join!(
        delegated::run_third(center, config(), seed(1), &controls[0]),
        star::run_sender(0, a, others_a, config(), items(&[]), None, seed(2), &controls[1]),
        star::run_sender(1, b, others_b, config(), items(&[]), None, seed(3), &controls[2]),
    );
    assert_eq!(third.unwrap_err().code(), "wrong_protocol");
    assert!([first.unwrap_err().code(), second.unwrap_err().code()].contains(&"wrong_protocol"));
}
