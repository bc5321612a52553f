//! The leader over its channels. Every link speaks in the same order in every run, whatever the others do, so that a run
//! can be replayed: per bucket Setup, Challenge, Table…, TableEnd.

use std::sync::{Arc, Mutex, PoisonError};

use mpc_core::{CommittedSeed, Gf128};
use tokio::sync::watch;
use zeroize::Zeroizing;

use super::coin;
use super::message::{Counts, Message, MessageKind};
use super::outcome::{LeaderOutcome, StarMatches};
use super::party::{Agreed, LeaderRun, Party};
use super::query::{At, Sums, Table};
use super::sizes::Sizes;
use super::unsealing::{Unsealing, accepted, check_named};
use super::wire::{confirm, part, per_frame, run_or_end, salts};
use super::{PARTIES_MAX, PARTIES_MIN, PROTOCOL};
use crate::item::ItemSet;
use crate::parties::{self, Links, Roster, about, all, check_place, check_settings, place_fields};
use crate::run::entries::Entry;
use crate::run::lane::Lane;
use crate::run::link::Link;
use crate::run::progress::Done;
use crate::run::{CanaryOutcome, Control, Header, Phase, PsiError, Role, RunConfig, canary};

pub(super) async fn lead(
    links: &mut Links<'_>,
    config: RunConfig,
    items: ItemSet,
    seed: CommittedSeed,
    control: &Control,
) -> Result<LeaderOutcome, PsiError> {
    check_settings(&config)?;
    let senders = check_parties(links.each().len())?;
    let lane = Lane::new(config.threads);
    let agreed = agree(links, &config, items.len(), &seed).await?;
    let most = agreed.sizes.leader_max;
    let run = lane.run(move |threads| Party::open(agreed, most, &config, items, seed, threads)).await??;
    let run = Arc::new(run);
    links.each().for_each(|(_, link)| link.start(Phase::Exchange));

    let done = Done::new(control, 0, (0..senders).map(|place| run.sizes.values(place)).sum());
    let mut found = Found::new(senders, run.entries.joint_len());
    for bucket in 0..run.sizes.buckets {
        let (table, sums) = ask(links, &lane, &run, bucket, &mut found, &done).await?;
        found.take(links, &lane, &run, bucket, table, sums).await?;
    }
    links.each().for_each(|(_, link)| link.start(Phase::Match));
    let Found { matches, per_link, canaries, .. } = found.finish(&run)?;
    links.each().for_each(|(_, link)| link.start(Phase::Confirm));

    all(links
        .each()
        .zip(&per_link)
        .map(|((place, link), counted)| about(place, confirm(link, Role::Receiver, counted.counts))))
    .await?;
    let reports = links.each().enumerate().map(|(place, (_, link))| {
        let headers = (run.roster.center.clone(), run.roster.members[place].clone());
        let mut report = link.report(headers, run.roster.agreement(place, run.sizes.value_bytes(place)));
        report.matched = Some(matches.len() as u64);
        report.canaries = Some(canaries);
        report
    });
    let reports = reports.collect();
    Ok(LeaderOutcome { matches, reports })
}

/// So many senders can take part.
pub(super) fn check_parties(senders: usize) -> Result<usize, PsiError> {
    if (PARTIES_MIN..=PARTIES_MAX).contains(&(senders + 1)) {
        return Ok(senders);
    }
    Err(PsiError::Setting { name: "parties", value: senders as u64 + 1, expected: "3 to 8 are possible" })
}

/// Headers, then the digest of all of them, then salts.
async fn agree(
    links: &mut Links<'_>,
    config: &RunConfig,
    items: usize,
    seed: &CommittedSeed,
) -> Result<Agreed, PsiError> {
    let senders = links.each().len();
    let salt = coin::draw(seed, &config.session);
    let mut own = Header::own(PROTOCOL, config, Role::Receiver, items as u64, 0, seed.commitment());
    own.more = place_fields(senders, senders);
    own.more.extend(coin::header_fields(&config.session, senders, config.bucket_items, &salt));
    let own = &own;
    let members = all(links.each().enumerate().map(|(at, (place, link))| {
        about(place, async move {
            let (_, theirs) = link.agree(own).await?;
            own.check(&theirs, config)?;
            check_place(&theirs, senders, at)?;
            coin::check_bucket_items(own, &theirs)?;
            Ok(theirs)
        })
    }))
    .await?;
    let roster = Roster::new(own.clone(), members);
    let sizes = Sizes::of(config.bucket_items, &roster)?;
    let known = &roster;
    let opened = all(links.each().enumerate().map(|(at, (place, link))| {
        about(place, async move {
            link.send(&parties::Message::Roster(known.digest)).await?;
            salts(link, MessageKind::Salt, &[(at, &known.members[at])]).await
        })
    }))
    .await?;
    let opened: Vec<[u8; 32]> = std::iter::once(salt).chain(opened.into_iter().flatten()).collect();
    let message = &Message::Salts(MessageKind::Salts, opened.clone());
    all(links.each().map(|(place, link)| about(place, link.send(message)))).await?;
    let joint = coin::joint(&roster, &opened);
    Ok(Agreed { roster, sizes, joint })
}

/// Asks all senders about a bucket at the same time; gives the sums over what they programmed.
async fn ask(
    links: &mut Links<'_>,
    lane: &Lane,
    run: &Arc<LeaderRun>,
    bucket: u32,
    found: &mut Found,
    done: &Done<'_>,
) -> Result<(Arc<Table>, Sums), PsiError> {
    let (give, table) = watch::channel(None::<Arc<Table>>);
    let sums = Arc::new(Mutex::new(Sums::new(run.groups.len(bucket), &run.sizes)));
    let preparing = async {
        let preparing = run.clone();
        let table = lane.run(move |threads| Table::prepare(&preparing, bucket, threads)).await??;
        give.send_replace(Some(Arc::new(table)));
        Ok::<_, PsiError>(())
    };
    let asking = all(links.each().zip(&mut found.per_link).enumerate().map(|(at, ((place, link), counted))| {
        let at = At { run: run.clone(), place: at, bucket };
        about(place, query(link, lane, at, table.clone(), sums.clone(), counted, done))
    }));
    tokio::try_join!(preparing, asking)?;
    let sums = Arc::into_inner(sums).ok_or(PsiError::WorkerLost)?;
    let table = table.borrow().clone().ok_or(PsiError::WorkerLost)?;
    Ok((table, sums.into_inner().unwrap_or_else(PoisonError::into_inner)))
}

/// One sender and bucket.
async fn query(
    link: &mut Link<'_>,
    lane: &Lane,
    at: At,
    mut table: watch::Receiver<Option<Arc<Table>>>,
    sums: Arc<Mutex<Sums>>,
    counted: &mut Counted,
    done: &Done<'_>,
) -> Result<(), PsiError> {
    let At { run, place, bucket } = at.clone();
    let opening = part(link, MessageKind::Opening, bucket).await?;
    let (state, setup) = lane.run(move |threads| at.opening(&opening, threads)).await??;
    link.send(&setup).await?;
    let corrections = part(link, MessageKind::Corrections, bucket).await?;
    let (state, challenge) = lane.run(move |threads| state.corrections(&corrections, threads)).await??;
    link.send(&challenge).await?;
    let proof = part(link, MessageKind::Proof, bucket).await?;
    let table = match table.wait_for(Option::is_some).await.map(|table| table.clone()) {
        Ok(Some(table)) => table,
        // Making it failed, which ends the run elsewhere.
        _ => return std::future::pending().await,
    };
    let with = table.clone();
    let (masked, rest) = lane.run(move |threads| state.mask(&proof, &with, threads)).await??;
    let (mask, with) = (rest.mask, table.clone());
    // Decoding needs nothing of the sender; it goes on while the table goes out.
    let decoding = async { lane.run(move |threads| rest.decode(&with, threads)).await? };
    let (decoded, ()) = tokio::try_join!(decoding, say_table(link, &run, bucket, masked, mask, done))?;
    counted.counts.values += run.sizes.table.table_len() as u64;
    let opening = part(link, MessageKind::Mask, bucket).await?;

    let (program, named) = hear_program(link, &run, place, bucket, done).await?;
    counted.counts.programmed += run.sizes.programs[place].table_len() as u64;
    let named = lane
        .run(move |threads| {
            let mut sums = sums.lock().unwrap_or_else(PoisonError::into_inner);
            decoded.open(&opening)?.add_program(&table.keys, &program, &mut sums, threads)?;
            check_named(&run, place, bucket, &table.keys, &program, &named)
        })
        .await??;
    counted.named += named;
    counted.counts.buckets += 1;
    Ok(())
}

async fn say_table(
    link: &mut Link<'_>,
    run: &LeaderRun,
    bucket: u32,
    masked: Zeroizing<Vec<Gf128>>,
    mask: Gf128,
    done: &Done<'_>,
) -> Result<(), PsiError> {
    let per_frame = per_frame(link, run.chunk_items, Gf128::BYTES);
    for (i, values) in masked.chunks(per_frame).enumerate() {
        let mut body = Vec::with_capacity(values.len() * Gf128::BYTES);
        values.iter().for_each(|value| body.extend_from_slice(&value.to_bytes()));
        let offset = (i * per_frame) as u64;
        link.send(&Message::Run(MessageKind::Table, bucket, offset, body.into())).await?;
        done.add(values.len() as u64);
    }
    let body = mask.to_bytes().to_vec().into();
    link.send(&Message::Run(MessageKind::TableEnd, bucket, masked.len() as u64, body)).await
}

/// The table that a sender programmed, and its private canaries.
async fn hear_program(
    link: &mut Link<'_>,
    run: &LeaderRun,
    place: usize,
    bucket: u32,
    done: &Done<'_>,
) -> Result<(Vec<u8>, Vec<u8>), PsiError> {
    let (value_bytes, max) = (run.sizes.value_bytes(place), run.chunk_items);
    let expected = run.sizes.programs[place].table_len() as u64;
    let mut table = Vec::new();
    loop {
        let kinds = (MessageKind::Program, MessageKind::ProgramEnd);
        let (end, number, body) = run_or_end(link, kinds, bucket).await?;
        let before = (table.len() / value_bytes) as u64;
        if end {
            for got in [number, before] {
                if got != expected {
                    return Err(PsiError::WrongCount { what: "programmed values", expected, got });
                }
            }
            return Ok((table, body.to_vec()));
        }
        if !body.len().is_multiple_of(value_bytes) {
            return Err(PsiError::Malformed { message: "Program" });
        }
        let count = body.len() / value_bytes;
        if count == 0 || count > max {
            return Err(PsiError::ChunkSize { items: count, max });
        }
        if number != before {
            return Err(PsiError::WrongOffset { message: "Program", expected: before, got: number });
        }
        if before + count as u64 > expected {
            let got = before + count as u64;
            return Err(PsiError::WrongCount { what: "programmed values", expected, got });
        }
        table.extend_from_slice(&body);
        done.add(count as u64);
    }
}

/// What was counted on one link.
#[derive(Default)]
struct Counted {
    counts: Counts,
    /// Private canaries that the sender named.
    named: usize,
}

/// What the buckets so far gave.
struct Found {
    matches: StarMatches,
    per_link: Vec<Counted>,
    joint: Vec<bool>,
    canaries: CanaryOutcome,
    forged: Option<usize>,
    wrong_canary: Option<usize>,
}

impl Found {
    fn new(senders: usize, joint: u16) -> Self {
        Self {
            matches: StarMatches::new(senders),
            per_link: (0..senders).map(|_| Counted::default()).collect(),
            joint: vec![false; usize::from(joint)],
            canaries: CanaryOutcome { joint_found: 0, private_absent: 0, peer_private_present: 0 },
            forged: None,
            wrong_canary: None,
        }
    }

    /// Takes the accepted entries of a bucket with what each sender releases for them.
    async fn take(
        &mut self,
        links: &mut Links<'_>,
        lane: &Lane,
        run: &Arc<LeaderRun>,
        bucket: u32,
        table: Arc<Table>,
        sums: Sums,
    ) -> Result<(), PsiError> {
        let summing = run.clone();
        let senders = self.matches.senders();
        let (places, unsealing) = lane
            .run(move |_| {
                let places = accepted(&summing, bucket, &sums)?;
                let unsealing: Vec<Option<Unsealing>> = (0..senders)
                    .map(|place| Unsealing::new(summing.clone(), place, &table.keys, &sums, &places))
                    .collect();
                Ok::<_, PsiError>((places, unsealing))
            })
            .await??;
        let opened = all(links.each().zip(unsealing).map(|((place, link), unsealing)| {
            about(place, async move {
                match unsealing {
                    Some(unsealing) => unseal(link, lane, unsealing, bucket).await.map(Some),
                    None => Ok(None),
                }
            })
        }))
        .await?;
        for (counted, opened) in self.per_link.iter_mut().zip(&opened) {
            counted.counts.sealed += opened.as_ref().map_or(0, |(_, count)| *count);
        }
        for (row, place) in places.iter().enumerate() {
            let entry = run.entries.entry(run.groups.number(bucket, *place as usize));
            let of = |opened: &'_ Unsealing| opened.spans[row];
            let at = match entry {
                Entry::Own(item) => Some(self.matches.push(item as u32)),
                Entry::Joint(number) => {
                    self.joint[usize::from(number)] = true;
                    None
                }
                Entry::Private => return Err(PsiError::CanaryForged),
            };
            for (sender, opened) in opened.iter().enumerate() {
                let Some((opened, _)) = opened else { continue };
                let Some((start, len)) = of(opened) else {
                    self.forged.get_or_insert(sender);
                    continue;
                };
                let payload = &opened.payload[start..start + len];
                match (at, entry) {
                    (Some(at), _) => self.matches.put(at, sender, payload),
                    (None, Entry::Joint(number)) => {
                        let width = run.roster.members[sender].payload_bytes;
                        if payload != canary::payload(&run.session, number, width) {
                            self.wrong_canary.get_or_insert(sender);
                        }
                    }
                    _ => {}
                }
            }
        }
        Ok(())
    }

    /// Ends the matching after the last bucket. What a sender could learn a match from is said only here.
    fn finish(mut self, run: &LeaderRun) -> Result<Self, PsiError> {
        let at = |place: usize, source: PsiError| PsiError::AtParty { place, source: Box::new(source) };
        if let Some(place) = self.forged {
            return Err(at(place, PsiError::PayloadForged));
        }
        if let Some(place) = self.wrong_canary {
            return Err(at(place, PsiError::CanaryPayload));
        }
        let private = run.entries.private_len();
        for (place, counted) in self.per_link.iter().enumerate() {
            if counted.named != usize::from(private) {
                let (expected, got) = (private.into(), counted.named as u64);
                return Err(at(place, PsiError::WrongCount { what: "private canaries of the peer", expected, got }));
            }
        }
        let found = self.joint.iter().filter(|found| **found).count() as u16;
        let expected = self.joint.len() as u16;
        if found != expected {
            return Err(PsiError::CanaryLost { found, expected });
        }
        self.canaries = CanaryOutcome { joint_found: found, private_absent: private, peer_private_present: private };
        self.matches.sort();
        Ok(self)
    }
}

/// The sealed payloads of one sender and bucket.
async fn unseal(
    link: &mut Link<'_>,
    lane: &Lane,
    mut unsealing: Unsealing,
    bucket: u32,
) -> Result<(Unsealing, u64), PsiError> {
    let mut total = 0;
    loop {
        let kinds = (MessageKind::Sealed, MessageKind::SealedEnd);
        let (end, number, body) = run_or_end(link, kinds, bucket).await?;
        if end {
            unsealing.finish(number, &body)?;
            return Ok((unsealing, total));
        }
        let (back, count) = lane
            .run(move |_| {
                let count = unsealing.accept(number, &body)?;
                Ok::<_, PsiError>((unsealing, count))
            })
            .await??;
        (unsealing, total) = (back, total + count);
    }
}
