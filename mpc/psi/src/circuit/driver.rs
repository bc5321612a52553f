//! Runs the machines over a channel. What a side says is in the same order in every run, so that a run can be replayed.

use std::sync::Arc;

use mpc_core::gmw::{Conjunction, Pool, SignBit, slices};
use mpc_core::multiplex::{self, Choosing, Offering, Ring, Shape};
use mpc_core::silent_ot::{Chosen, RandomPairs};
use mpc_core::{CommittedSeed, FixedKeyAes, Gf128, vole};
use mpc_net::Channel;
use zeroize::Zeroizing;

use super::aggregates::{AggregateResult, Aggregates, Column};
use super::control::Shares;
use super::message::{Check, Confirm, MessageKind};
use super::party::{Own, Party};
use super::points::{Public, context};
use super::receiver::ReceiverRun;
use super::sender::{BinValues, SenderRun};
use super::sizes::Sizes;
use super::transport::{due, hear_list, say_list, swap_words, tell, words_of, words_to_bytes};
use super::{release, transfers};
use crate::item::ItemSet;
use crate::run::lane::Lane;
use crate::run::link::{Link, Transcripts, check_confirm};
use crate::run::running::over;
use crate::run::{Control, Header, Phase, PsiError, Role, RunConfig, RunReport, Running};

/// The receiver's result and report.
#[derive(Debug)]
pub struct ReceiverAggregates {
    /// What was asked, or that too few keys match.
    pub result: AggregateResult,
    /// What can be attested.
    pub report: RunReport,
}

/// What the sender knows at the end.
#[derive(Debug)]
pub struct SenderAggregates {
    /// Whether enough keys matched, by the receiver's confirmation.
    pub released: bool,
    /// What can be attested.
    pub report: RunReport,
}

/// Runs the receiver's side to its end. Dropping the future or cancelling `control` stops it.
///
/// # Errors
/// [`PsiError`]; the peer is told the code of the error when the channel still permits.
pub fn run_receiver(
    channel: Channel,
    config: RunConfig,
    aggregates: Aggregates,
    items: ItemSet,
    seed: CommittedSeed,
    control: &Control,
) -> Running<'_, ReceiverAggregates> {
    over(channel, control, |link| Box::pin(receive(link, config, aggregates, items, seed)))
}

/// Runs the sender's side to its end; each column has a value for every item. Dropping the future or cancelling `control`
/// stops it.
///
/// # Errors
/// As for [`run_receiver`]; a column of which some subset of rows sums to 2⁶³ or more is refused.
pub fn run_sender(
    channel: Channel,
    config: RunConfig,
    aggregates: Aggregates,
    items: ItemSet,
    columns: Arc<Vec<Column>>,
    seed: CommittedSeed,
    control: &Control,
) -> Running<'_, SenderAggregates> {
    over(channel, control, |link| Box::pin(send(link, config, aggregates, items, columns, seed)))
}

async fn receive(
    link: &mut Link<'_>,
    config: RunConfig,
    aggregates: Aggregates,
    items: ItemSet,
    seed: CommittedSeed,
) -> Result<ReceiverAggregates, PsiError> {
    let lane = Lane::new(config.threads).seen_by(link.control);
    let (headers, own) = set_up(link, Party::new(Role::Receiver, config, aggregates, items, seed)?).await?;
    let run = ReceiverRun::new(own);
    link.start(Phase::Exchange);
    let (mut pool, mut chosen) = transfers::choose(link, &lane, &run).await?;
    let targets = program(link, &lane, &run).await?;

    link.start(Phase::Match);
    let own = &*run.own;
    // Equality: at one party the complement of every bit.
    let rows = slices::rows(&targets, own.sizes.bits as usize).into_iter().map(|word| !word).collect();
    let mut layer = 0;
    let bits = conjunction(link, &mut pool, rows, &own.sizes, &mut layer).await?;
    let last = take_last(&mut chosen)?;
    let columns = own.aggregates.columns();
    let shape = Shape::new(own.sizes.bins(), columns.clone());
    let choosing = Choosing::new(shape.clone(), stretching(&own.public), chosen)?;
    let flips = words_to_bytes(&choosing.flips(&bits)?);
    say_list(&mut link.writer, Phase::Match, MessageKind::Flips, 0, flips).await?;
    let expected = shape.rows() * shape.row_bytes();
    let said = hear_list(&mut link.reader, Phase::Match, MessageKind::Products, 0, expected).await?;
    let bits_of_products = bits.clone();
    let products = lane.run(move |_| choosing.finish(&bits_of_products, &said)).await??;
    let shares = Shares { sizes: &own.sizes, public: &own.public, columns: &columns, bits: &bits, products: &products };
    let totals = Zeroizing::new(shares.totals());
    let less = (totals[0] as u32).wrapping_sub(own.aggregates.min_group as u32);
    let enough = sign(link, &mut pool, less, &mut layer).await?;

    let flip = last.0 ^ enough as u8;
    let check = shares.check(link.transcripts(), flip);
    let theirs = swap_checks(link, &check, &own.sizes, columns.len()).await?;
    let canaries = shares.compare(Role::Receiver, &check, &theirs)?;
    let sealed = due(link, MessageKind::Release, 0).await?;
    let aes = FixedKeyAes::new(release_key(&own.public));
    let opened = release::open(&aes, last.1, enough as usize, columns.len(), &sealed)?;
    let result = match &opened {
        None => AggregateResult::BelowMinimum,
        Some(others) => result(&own.aggregates, &columns, &totals, others),
    };

    link.start(Phase::Confirm);
    let confirm = own_confirm(link, result.is_released());
    tell(link, MessageKind::Confirm, 0, confirm.encode()).await?;
    check_peer(link, Role::Receiver, &confirm, true).await?;
    let mut report = link.report(headers, own.agreement);
    report.matched = match &result {
        AggregateResult::Values { count, .. } => *count,
        AggregateResult::BelowMinimum => None,
    };
    report.canaries = Some(canaries);
    Ok(ReceiverAggregates { result, report })
}

async fn send(
    link: &mut Link<'_>,
    config: RunConfig,
    aggregates: Aggregates,
    items: ItemSet,
    columns: Arc<Vec<Column>>,
    seed: CommittedSeed,
) -> Result<SenderAggregates, PsiError> {
    let lane = Lane::new(config.threads).seen_by(link.control);
    let given = columns.clone();
    let party = lane
        .run(move |_| {
            let party = Party::new(Role::Sender, config, aggregates, items, seed)?;
            party.check_columns(&given)?;
            Ok::<_, PsiError>(party)
        })
        .await??;
    let (headers, own) = set_up(link, party).await?;
    let run = SenderRun::new(own, columns);
    link.start(Phase::Exchange);
    let (mut pool, mut pairs) = transfers::offer(link, &lane, &run).await?;
    let BinValues { values, items } = query(link, &lane, &run).await?;

    link.start(Phase::Match);
    let own = &*run.own;
    let mut layer = 0;
    let rows = slices::rows(&values, own.sizes.bits as usize);
    let bits = conjunction(link, &mut pool, rows, &own.sizes, &mut layer).await?;
    let last = pairs.pop().ok_or(PsiError::WorkerLost)?;
    let columns = own.aggregates.columns();
    let products = multiply(link, &lane, &run, items, &bits, pairs, &columns).await?;
    let shares = Shares { sizes: &own.sizes, public: &own.public, columns: &columns, bits: &bits, products: &products };
    let totals = Zeroizing::new(shares.totals());
    // The share of "too few" is turned into one of "enough" on this side.
    let enough = sign(link, &mut pool, totals[0] as u32, &mut layer).await? ^ 1;

    let check = shares.check(link.transcripts(), 0);
    let theirs = swap_checks(link, &check, &own.sizes, columns.len()).await?;
    let canaries = shares.compare(Role::Sender, &check, &theirs)?;
    let aes = FixedKeyAes::new(release_key(&own.public));
    let released: Vec<u64> = totals
        .iter()
        .zip(own.aggregates.released())
        .map(|(total, released)| if released { *total } else { 0 })
        .collect();
    // Key i is the one that the receiver holds when its share of "enough" is i.
    let keys = if theirs.flip == 0 { last } else { [last[1], last[0]] };
    let sealed = release::seal(&aes, keys, 1 - enough as usize, &released);
    tell(link, MessageKind::Release, 0, sealed).await?;

    link.start(Phase::Confirm);
    let mut confirm = own_confirm(link, false);
    confirm.released = check_peer(link, Role::Sender, &confirm, false).await?;
    tell(link, MessageKind::Confirm, 0, confirm.encode()).await?;
    let mut report = link.report(headers, own.agreement);
    report.canaries = Some(canaries);
    Ok(SenderAggregates { released: confirm.released, report })
}

/// Exchanges headers and salts; gives both headers, the own one first.
async fn set_up(link: &mut Link<'_>, party: Party) -> Result<((Header, Header), Own), PsiError> {
    let headers = link.agree(party.header()).await?;
    let (agreed, salt) = party.agree(&headers.1)?;
    tell(link, MessageKind::Salt, 0, salt.to_vec()).await?;
    let theirs = due(link, MessageKind::Salt, 0).await?;
    let theirs = theirs[..].try_into().map_err(|_| PsiError::Malformed { message: "Salt" })?;
    Ok((headers, agreed.open(&theirs)?))
}

/// The receiver's part of the programmed pseudorandom function: gives a target for every bin.
async fn program(link: &mut Link<'_>, lane: &Lane, run: &ReceiverRun) -> Result<Zeroizing<Vec<u64>>, PsiError> {
    let own = run.own.clone();
    let at = own.sizes.vole;
    let starting = own.clone();
    let (state, mut prg, opening) = lane
        .run(move |threads| {
            let mut prg = starting.seed.prg("vole", &context(&starting.session, 0));
            let session = starting.public.session(b"vole", 0);
            let (state, opening) = vole::Sender::start(starting.sizes.vole, session, &mut prg, threads);
            (state, prg, opening.encode())
        })
        .await?;
    tell(link, MessageKind::Opening, 0, opening).await?;
    let placing = run.clone();
    let placed = lane.run(move |threads| placing.place(threads)).await??;
    let setup = due(link, MessageKind::Setup, 0).await?;
    let (state, corrections) =
        lane.run(move |threads| state.expand(&vole::Setup::decode(&at, &setup)?, &mut prg, threads)).await??;
    tell(link, MessageKind::Corrections, 0, corrections.encode()).await?;
    let challenge = due(link, MessageKind::Challenge, 0).await?;
    let (state, proof) =
        lane.run(move |threads| state.answer(&vole::Challenge::decode(&at, &challenge)?, threads)).await??;
    tell(link, MessageKind::Proof, 0, proof.encode()).await?;
    let keys = lane.run(move |threads| state.finish(threads)).await?;
    let bytes = own.sizes.table.table_len() * Gf128::BYTES;
    let table = hear_list(&mut link.reader, Phase::Exchange, MessageKind::Table, 0, bytes).await?;
    let programming = run.clone();
    let (targets, hint) = lane
        .run(move |threads| {
            let table: Vec<Gf128> = table.as_chunks::<16>().0.iter().map(|value| Gf128::from_bytes(*value)).collect();
            programming.program(placed, keys, &table, threads)
        })
        .await??;
    say_list(&mut link.writer, Phase::Exchange, MessageKind::Hint, 0, hint).await?;
    Ok(targets)
}

/// The sender's part: gives a value for every bin.
async fn query(link: &mut Link<'_>, lane: &Lane, run: &SenderRun) -> Result<BinValues, PsiError> {
    let own = run.own.clone();
    let at = own.sizes.vole;
    let opening = due(link, MessageKind::Opening, 0).await?;
    let starting = own.clone();
    let (state, setup) = lane
        .run(move |threads| {
            let mut prg = starting.seed.prg("vole", &context(&starting.session, 0));
            let receiver = vole::Receiver::start(at, starting.public.session(b"vole", 0));
            receiver.setup(&vole::Opening::decode(&at, &opening)?, &mut prg, threads)
        })
        .await??;
    tell(link, MessageKind::Setup, 0, setup.encode()).await?;
    let placing = run.clone();
    let placed = lane.run(move |threads| placing.place(threads)).await??;
    let corrections = due(link, MessageKind::Corrections, 0).await?;
    let challenging = own.clone();
    let (state, challenge) = lane
        .run(move |threads| {
            let mut prg = challenging.seed.prg("challenge", &context(&challenging.session, 0));
            state.expand(&vole::Corrections::decode(&at, &corrections)?, threads)?.challenge(&mut prg, threads)
        })
        .await??;
    tell(link, MessageKind::Challenge, 0, challenge.encode()).await?;
    let proof = due(link, MessageKind::Proof, 0).await?;
    let masking = run.clone();
    // Nothing that depends on the correlation is sent before its check.
    let (queries, table) = lane
        .run(move |threads| {
            let pairs = state.verify(&vole::Proof::decode(&at, &proof)?)?.finish(threads);
            Ok::<_, PsiError>(masking.mask(placed, pairs))
        })
        .await??;
    say_list(&mut link.writer, Phase::Exchange, MessageKind::Table, 0, table).await?;
    let (entries, bits) = (own.sizes.hint.table_len(), own.sizes.bits as usize);
    let bytes = slices::packed_bytes(entries, bits);
    let hint = hear_list(&mut link.reader, Phase::Exchange, MessageKind::Hint, 0, bytes).await?;
    let reading = run.clone();
    lane.run(move |threads| {
        let hint = slices::unpack(&hint, entries, bits).ok_or(PsiError::Malformed { message: "Hint" })?;
        reading.values(queries, &hint, threads)
    })
    .await?
}

/// The AND of all rows: one bit per bin.
async fn conjunction(
    link: &mut Link<'_>,
    pool: &mut Pool,
    rows: Vec<u64>,
    sizes: &Sizes,
    layer: &mut u32,
) -> Result<Zeroizing<Vec<u64>>, PsiError> {
    let mut conjunction = Conjunction::new(slices::row_words(sizes.bins()), rows)?;
    while let Some((gates, said)) = conjunction.next(pool)? {
        let theirs = swap_words(link, Phase::Match, MessageKind::Gates, *layer, &said).await?;
        conjunction = conjunction.take(gates, &theirs)?;
        *layer += 1;
    }
    Ok(conjunction.finish())
}

/// The share of whether the sum of both sides' numbers is negative.
async fn sign(link: &mut Link<'_>, pool: &mut Pool, own: u32, layer: &mut u32) -> Result<u64, PsiError> {
    let mut sign = SignBit::new(pool.party(), own);
    while let Some((gates, said)) = sign.next(pool)? {
        let theirs = swap_words(link, Phase::Match, MessageKind::Gates, *layer, &said).await?;
        sign = sign.take(gates, &theirs)?;
        *layer += 1;
    }
    Ok(sign.finish())
}

/// The sender's shares of the products of match bits and numbers.
async fn multiply(
    link: &mut Link<'_>,
    lane: &Lane,
    run: &SenderRun,
    items: Vec<u32>,
    bits: &[u64],
    pairs: RandomPairs,
    columns: &[Ring],
) -> Result<multiplex::Shares, PsiError> {
    let own = &*run.own;
    let shape = Shape::new(own.sizes.bins(), columns.to_vec());
    let words = shape.bit_words();
    let offering = Offering::new(shape, stretching(&own.public), pairs)?;
    let flips = hear_list(&mut link.reader, Phase::Match, MessageKind::Flips, 0, words * 8).await?;
    let (run, bits) = (run.clone(), Zeroizing::new(bits.to_vec()));
    let (shares, said) = lane
        .run(move |_| {
            let controls = Shares::controls(&run.own.sizes, &run.own.public);
            offering.answer(&words_of(&flips), &bits, |bin, row| run.row(&items, &controls, bin, row))
        })
        .await??;
    say_list(&mut link.writer, Phase::Match, MessageKind::Products, 0, said).await?;
    Ok(shares)
}

/// The transfer of the release, which comes after those of the bins.
fn take_last(chosen: &mut Chosen) -> Result<(u8, Gf128), PsiError> {
    match (chosen.choices.pop(), chosen.blocks.pop()) {
        (Some(choice), Some(block)) => Ok((choice, block)),
        _ => Err(PsiError::WorkerLost),
    }
}

fn stretching(public: &Public) -> [u8; 16] {
    public.seed(b"stretching").0
}

fn release_key(public: &Public) -> [u8; 16] {
    public.seed(b"release").0
}

async fn swap_checks(link: &mut Link<'_>, own: &Check, sizes: &Sizes, columns: usize) -> Result<Check, PsiError> {
    tell(link, MessageKind::Check, 0, own.encode()).await?;
    let theirs = due(link, MessageKind::Check, 0).await?;
    Check::decode(&theirs, sizes.controls(), columns)
}

/// The sums of both sides' shares, as far as they were released.
fn result(aggregates: &Aggregates, columns: &[Ring], own: &[u64], others: &[u64]) -> AggregateResult {
    let sums = columns.iter().zip(own.iter().zip(others)).map(|(ring, (a, b))| ring.reduce(a.wrapping_add(*b)));
    let released: Vec<Option<u64>> =
        sums.zip(aggregates.released()).map(|(sum, released)| released.then_some(sum)).collect();
    aggregates.result(&released)
}

fn own_confirm(link: &Link<'_>, released: bool) -> Confirm {
    let Transcripts { sent, received } = link.transcripts();
    Confirm { released, sent, received }
}

/// The peer's confirmation must say the same; gives whether the receiver learnt something.
async fn check_peer(link: &mut Link<'_>, role: Role, ours: &Confirm, known: bool) -> Result<bool, PsiError> {
    let theirs = Confirm::decode(&due(link, MessageKind::Confirm, 0).await?)?;
    let transcripts = |c: &Confirm| Transcripts { sent: c.sent, received: c.received };
    check_confirm(role, &[], transcripts(ours), transcripts(&theirs))?;
    if known && theirs.released != ours.released {
        let (ours, theirs) = (u64::from(ours.released), u64::from(theirs.released));
        return Err(PsiError::ConfirmCount { what: "whether something was released", ours, theirs });
    }
    Ok(theirs.released)
}
