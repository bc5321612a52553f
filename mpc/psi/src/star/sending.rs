//! A sender over its channels. It speaks in the same order in every run: per bucket Opening, Corrections, Proof, Mask,
//! Program…, ProgramEnd, Sealed…, SealedEnd.

use std::sync::Arc;

use mpc_core::CommittedSeed;

use super::PROTOCOL;
use super::answer::{Absorbing, AwaitSetup, Prepared, Programmed};
use super::coin;
use super::leading::check_parties;
use super::message::{Counts, Message, MessageKind, RUN_BYTES};
use super::outcome::SenderOutcome;
use super::party::{Agreed, PairKeys, Party, SenderRun};
use super::sealing::TAG_BYTES;
use super::sizes::Sizes;
use super::wire::{confirm, part, per_frame, run_or_end, salts};
use crate::item::ItemSet;
use crate::parties::{self, Common, Links, Pairs, Roster, about, check_place, check_settings, place_fields};
use crate::run::lane::Lane;
use crate::run::link::{Link, unexpected};
use crate::run::payload::sealed_bytes;
use crate::run::progress::Done;
use crate::run::{Control, Header, PayloadSource, Phase, PsiError, Role, RunConfig};

pub(super) async fn send(
    links: &mut Links<'_>,
    place: usize,
    config: RunConfig,
    items: ItemSet,
    payload: Option<Arc<dyn PayloadSource>>,
    seed: CommittedSeed,
    control: &Control,
) -> Result<SenderOutcome, PsiError> {
    check_settings(&config)?;
    let senders = check_parties(links.each().len())?;
    check_places(place, links.each().filter_map(|(place, _)| place))?;
    let width = check_payload(&config, payload.as_deref())?;
    let Some((link, others)) = links.center_and_others() else {
        return Err(PsiError::WorkerLost);
    };
    let lane = Lane::new(config.threads);

    let salt = coin::draw(&seed, &config.session);
    let mut own = Header::own(PROTOCOL, &config, Role::Sender, items.len() as u64, width, seed.commitment());
    own.more = place_fields(senders, place);
    own.more.extend(coin::header_fields(&config.session, place, config.bucket_items, &salt));
    let (_, leader) = link.agree(&own).await?;
    own.check(&leader, &config)?;
    check_place(&leader, senders, senders)?;
    coin::check_bucket_items(&own, &leader)?;
    let pairs = Pairs::meet(others, place, &own, &leader, &config, &seed, Common::Pairwise).await?;
    for (other, header) in pairs.headers.iter().enumerate().filter(|(other, _)| *other != place) {
        about(Some(other), async { coin::check_bucket_items(&own, header) }).await?;
    }
    let roster = Roster::new(leader, pairs.headers.clone());
    let sizes = Sizes::of(config.bucket_items, &roster)?;
    let (widest, entry) = (link.writer.frame_bytes_max(), TAG_BYTES + sealed_bytes(width));
    if entry + RUN_BYTES > widest as usize {
        return Err(PsiError::PayloadTooWide { bytes: entry as u64, max: widest });
    }
    let opened = exchange_salts(link, &roster, salt, place).await?;
    let joint = coin::joint(&roster, &opened);
    let (digest, most) = (roster.digest, sizes.sender_max[place]);
    let agreed = Agreed { roster, sizes, joint };
    let keys = PairKeys::all(&pairs, &digest, place);
    let run = lane
        .run(move |threads| {
            let party = Party::open(agreed, most, &config, items, seed, threads)?;
            Ok::<_, PsiError>(SenderRun { party, place, pairs: keys, payload })
        })
        .await??;
    let run = Arc::new(run);
    link.start(Phase::Exchange);

    let done = Done::new(control, 0, run.sizes.values(place));
    let mut counts = Counts::default();
    for bucket in 0..run.sizes.buckets {
        let programmed = answer(link, &lane, &run, bucket, &done).await?;
        say_program(link, &run, &programmed, &done).await?;
        counts.sealed += say_sealed(link, &lane, programmed).await?;
        counts.buckets += 1;
        counts.values += run.sizes.table.table_len() as u64;
        counts.programmed += run.sizes.programs[place].table_len() as u64;
    }
    link.start(Phase::Confirm);
    confirm(link, Role::Sender, counts).await?;
    let others = pairs.confirm(others, digest).await?;
    let headers = (run.roster.members[place].clone(), run.roster.center.clone());
    let report = link.report(headers, run.roster.agreement(place, run.sizes.value_bytes(place)));
    Ok(SenderOutcome { report, others })
}

/// Every place must be there once.
pub(crate) fn check_places(own: usize, others: impl Iterator<Item = usize>) -> Result<(), PsiError> {
    let mut places: Vec<usize> = others.chain([own]).collect();
    places.sort_unstable();
    match places.iter().enumerate().find(|(at, place)| at != *place) {
        None => Ok(()),
        Some((_, place)) => Err(PsiError::Setting {
            name: "place",
            value: *place as u64,
            expected: "every place from 0 on is there once",
        }),
    }
}

/// The width of the own payload: zero without.
pub(crate) fn check_payload(config: &RunConfig, payload: Option<&dyn PayloadSource>) -> Result<u32, PsiError> {
    let width = payload.map_or(0, PayloadSource::bytes_max);
    if payload.is_some() && !config.params.payload {
        return Err(PsiError::PayloadMissing { expected: false, given: true });
    }
    if width > config.payload_bytes_max {
        return Err(PsiError::PayloadTooWide { bytes: u64::from(width), max: config.payload_bytes_max });
    }
    Ok(width)
}

async fn exchange_salts(
    link: &mut Link<'_>,
    roster: &Roster,
    own: [u8; 32],
    place: usize,
) -> Result<Vec<[u8; 32]>, PsiError> {
    match link.hear(parties::MessageKind::Roster).await? {
        parties::Message::Roster(digest) if digest == roster.digest => {}
        parties::Message::Roster(_) => return Err(PsiError::RosterMismatch),
        other => return Err(unexpected(Phase::Agree, parties::MessageKind::Roster, &other)),
    }
    link.send(&Message::Salts(MessageKind::Salt, vec![own])).await?;
    let mut owners: Vec<(usize, &Header)> = vec![(roster.members.len(), &roster.center)];
    owners.extend(roster.members.iter().enumerate());
    let salts = salts(link, MessageKind::Salts, &owners).await?;
    if salts[1 + place] != own {
        return Err(PsiError::WrongOpening { what: "salt" });
    }
    Ok(salts)
}

/// The oblivious pseudorandom function of a bucket, and what is programmed with it.
async fn answer(
    link: &mut Link<'_>,
    lane: &Lane,
    run: &Arc<SenderRun>,
    bucket: u32,
    done: &Done<'_>,
) -> Result<Programmed, PsiError> {
    let starting = run.clone();
    let (state, opening) = lane.run(move |threads| AwaitSetup::start(starting, bucket, threads)).await?;
    link.send(&opening).await?;
    // While the leader makes its setup.
    let preparing = run.clone();
    let prepared = lane.run(move |threads| Prepared::new(&preparing, bucket, threads)).await?;
    let setup = part(link, MessageKind::Setup, bucket).await?;
    let (state, corrections) = lane.run(move |threads| state.setup(&setup, threads)).await??;
    link.send(&corrections).await?;
    let challenge = part(link, MessageKind::Challenge, bucket).await?;
    let (state, proof) = lane.run(move |threads| state.challenge(&challenge, threads)).await??;
    link.send(&proof).await?;
    let mut absorbing: Absorbing = lane.run(move |threads| state.finish(threads)).await?;
    let (unmade, mask) = loop {
        let kinds = (MessageKind::Table, MessageKind::TableEnd);
        let (end, number, body) = run_or_end(link, kinds, bucket).await?;
        if end {
            break absorbing.finish(number, &body)?;
        }
        // A few microseconds a message.
        done.add(absorbing.accept(number, &body)? as u64);
    };
    link.send(&mask).await?;
    lane.run(move |threads| unmade.program(prepared, threads)).await?
}

async fn say_program(
    link: &mut Link<'_>,
    run: &SenderRun,
    programmed: &Programmed,
    done: &Done<'_>,
) -> Result<(), PsiError> {
    let value_bytes = run.sizes.value_bytes(run.place);
    let per_frame = per_frame(link, run.chunk_items, value_bytes);
    let Programmed { bucket, table, named, .. } = programmed;
    for (i, values) in table.chunks(per_frame * value_bytes).enumerate() {
        let (offset, body) = ((i * per_frame) as u64, values.to_vec().into());
        link.send(&Message::Run(MessageKind::Program, *bucket, offset, body)).await?;
        done.add((values.len() / value_bytes) as u64);
    }
    let count = (table.len() / value_bytes) as u64;
    link.send(&Message::Run(MessageKind::ProgramEnd, *bucket, count, named.clone().into())).await
}

/// Sealed payloads, when this sender releases some; gives how many.
async fn say_sealed(link: &mut Link<'_>, lane: &Lane, programmed: Programmed) -> Result<u64, PsiError> {
    let (bucket, chunk_items) = (programmed.bucket, programmed.run.chunk_items);
    let Some(mut sealing) = lane.run(move |threads| programmed.seal(threads)).await? else {
        return Ok(0);
    };
    let per_frame = per_frame(link, chunk_items, sealing.entry_bytes());
    loop {
        let (back, message) = lane
            .run(move |threads| {
                let message = sealing.next_chunk(threads, per_frame)?;
                Ok::<_, PsiError>((sealing, message))
            })
            .await??;
        sealing = back;
        let Some(message) = message else { break };
        link.send(&message).await?;
    }
    link.send(&Message::Run(MessageKind::SealedEnd, bucket, sealing.done(), Default::default())).await?;
    Ok(sealing.done())
}
