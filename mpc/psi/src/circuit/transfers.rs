//! Random transfers for gates and products, in runs: while one is compressed, the next is agreed.

use std::collections::VecDeque;

use mpc_core::gmw::{Party, Pool};
use mpc_core::silent::{Bits, ReceiverChallenged, SenderExpanded};
use mpc_core::silent_ot::{
    BitTransfers, Challenge, Chosen, Corrections, Layout, Opening, Proof, RandomPairs, Receiver, Sender, Setup,
};

use super::message::{Message, MessageKind};
use super::points::context;
use super::receiver::ReceiverRun;
use super::sender::SenderRun;
use super::sizes::Sizes;
use super::transport::{due, due_from, tell};
use crate::run::lane::Lane;
use crate::run::link::{Link, say};
use crate::run::{Phase, PsiError};

/// Runs whose trees are grown before the one that is compressed is done: neither side then waits for the other.
const AHEAD: u32 = 1;
const PHASE: Phase = Phase::Exchange;

/// The layout of a run: those of the gates come first, then that of the products.
fn layout(sizes: &Sizes, number: u32) -> Layout {
    if number < sizes.gate_runs { sizes.gates } else { sizes.products }
}

/// What a run ends with.
enum Made<T> {
    Gates(BitTransfers),
    Products(T),
}

/// Puts what a run gave where it belongs.
fn keep<T>(made: Made<T>, pool: &mut Pool, products: &mut Option<T>) -> Result<(), PsiError> {
    match made {
        Made::Gates(bits) => pool.extend(&bits.first, &bits.second)?,
        Made::Products(transfers) => *products = Some(transfers),
    }
    Ok(())
}

fn empty_pool(party: Party, sizes: &Sizes) -> Pool {
    Pool::with_capacity(party, sizes.gate_runs as usize * sizes.gates.len() / 64)
}

/// The sender offers: both messages of every transfer.
pub(super) async fn offer(link: &mut Link<'_>, lane: &Lane, run: &SenderRun) -> Result<(Pool, RandomPairs), PsiError> {
    let sizes = &run.own.sizes;
    let runs = sizes.gate_runs + 1;
    let (mut opened, mut setups) = open(link, lane, run, runs).await?;
    let mut pool = empty_pool(Party::Offering, sizes);
    let (mut grown, mut next) = (VecDeque::<SenderExpanded<Bits>>::new(), 0);
    let mut pairs = None;
    for number in 0..runs {
        while next < runs.min(number + 1 + AHEAD) {
            let (Some((state, mut prg)), Some(setup)) = (opened.pop_front(), setups.pop_front()) else {
                return Err(PsiError::WorkerLost);
            };
            let at = layout(sizes, next);
            let (state, corrections) =
                lane.run(move |threads| state.expand(&Setup::decode(&at, &setup)?, &mut prg, threads)).await??;
            tell(link, MessageKind::TransferCorrections, next, corrections.encode()).await?;
            grown.push_back(state);
            next += 1;
        }
        let challenge = due(link, MessageKind::TransferChallenge, number).await?;
        let Some(state) = grown.pop_front() else { return Err(PsiError::WorkerLost) };
        let (at, gates) = (layout(sizes, number), number < sizes.gate_runs);
        let (state, proof) =
            lane.run(move |threads| state.answer(&Challenge::decode(&at, &challenge)?, threads)).await??;
        tell(link, MessageKind::TransferProof, number, proof.encode()).await?;
        let made = lane
            .run(move |threads| match gates {
                true => Made::Gates(state.random_bits(threads)),
                false => Made::Products(state.random(threads)),
            })
            .await?;
        keep(made, &mut pool, &mut pairs)?;
        link.control.report(PHASE, u64::from(number + 1), u64::from(runs));
    }
    Ok((pool, pairs.ok_or(PsiError::WorkerLost)?))
}

type Opened = VecDeque<(Sender, mpc_core::Prg)>;

/// Base transfers of all runs: they go out while the answers come in.
async fn open(
    link: &mut Link<'_>,
    lane: &Lane,
    run: &SenderRun,
    runs: u32,
) -> Result<(Opened, VecDeque<bytes::Bytes>), PsiError> {
    let (reader, writer) = (&mut link.reader, &mut link.writer);
    let opening = async {
        let mut opened = VecDeque::new();
        for number in 0..runs {
            let run = run.clone();
            let work = move |threads| {
                let own = &run.own;
                let mut prg = own.seed.prg("transfers", &context(&own.session, number));
                let session = own.public.session(b"transfers", number);
                let (state, opening) = Sender::start(layout(&own.sizes, number), session, &mut prg, threads);
                ((state, prg), opening.encode())
            };
            let (state, body) = lane.run(work).await?;
            say(writer, PHASE, &Message::one(MessageKind::TransferOpening, number, body)).await?;
            opened.push_back(state);
        }
        Ok(opened)
    };
    let hearing = async {
        let mut setups = VecDeque::new();
        for number in 0..runs {
            setups.push_back(due_from(reader, PHASE, MessageKind::TransferSetup, number).await?);
        }
        Ok(setups)
    };
    tokio::try_join!(opening, hearing)
}

/// The receiver chooses: one message of every transfer, at random.
pub(super) async fn choose(link: &mut Link<'_>, lane: &Lane, run: &ReceiverRun) -> Result<(Pool, Chosen), PsiError> {
    let sizes = &run.own.sizes;
    let runs = sizes.gate_runs + 1;
    let mut set_up = VecDeque::new();
    for number in 0..runs {
        let opening = due(link, MessageKind::TransferOpening, number).await?;
        let run = run.clone();
        let work = move |threads| {
            let own = &run.own;
            let at = layout(&own.sizes, number);
            let mut prg = own.seed.prg("transfers", &context(&own.session, number));
            let receiver = Receiver::start(at, own.public.session(b"transfers", number));
            let (state, setup) = receiver.setup(&Opening::decode(&at, &opening)?, &mut prg, threads)?;
            Ok::<_, PsiError>(((state, prg), setup.encode()))
        };
        let (state, body) = lane.run(work).await??;
        tell(link, MessageKind::TransferSetup, number, body).await?;
        set_up.push_back(state);
    }
    let mut pool = empty_pool(Party::Choosing, sizes);
    let (mut grown, mut next) = (VecDeque::<ReceiverChallenged<Bits>>::new(), 0);
    let mut chosen = None;
    for number in 0..runs {
        while next < runs.min(number + 1 + AHEAD) {
            let corrections = due(link, MessageKind::TransferCorrections, next).await?;
            let Some((state, mut prg)) = set_up.pop_front() else { return Err(PsiError::WorkerLost) };
            let at = layout(sizes, next);
            let work = move |threads| {
                let state = state.expand(&Corrections::decode(&at, &corrections)?, threads)?;
                state.challenge(&mut prg, threads)
            };
            let (state, challenge) = lane.run(work).await??;
            tell(link, MessageKind::TransferChallenge, next, challenge.encode()).await?;
            grown.push_back(state);
            next += 1;
        }
        let proof = due(link, MessageKind::TransferProof, number).await?;
        let Some(state) = grown.pop_front() else { return Err(PsiError::WorkerLost) };
        let (at, gates) = (layout(sizes, number), number < sizes.gate_runs);
        let work = move |threads| {
            let state = state.verify(&Proof::decode(&at, &proof)?)?;
            Ok::<_, PsiError>(match gates {
                true => Made::Gates(state.random_bits(threads)),
                false => Made::Products(state.random(threads)),
            })
        };
        keep(lane.run(work).await??, &mut pool, &mut chosen)?;
        link.control.report(PHASE, u64::from(number + 1), u64::from(runs));
    }
    Ok((pool, chosen.ok_or(PsiError::WorkerLost)?))
}
