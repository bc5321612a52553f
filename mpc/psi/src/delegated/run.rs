//! The parties of a delegated run over their channels.

use std::sync::Arc;

use mpc_core::CommittedSeed;
use mpc_net::Channel;

use super::joining::{Joined, Joining};
use super::message::{Confirm, Message, MessageKind, RUN_BYTES};
use super::rows::{Keys, Rows, Source, TAG_BYTES, row_bytes};
use super::{DATA_PARTIES_MAX, DATA_PARTIES_MIN, DataPartyOutcome, PROTOCOL, ThirdOutcome};
use crate::item::{ITEMS_MAX, ItemSet};
use crate::parties::{self, Common, Links, Pairs, Roster, about, all, check_place, check_settings, place_fields};
use crate::run::entries::Entries;
use crate::run::lane::Lane;
use crate::run::link::{Link, Transcripts, check_confirm, hear, unexpected};
use crate::run::{Agreement, Control, Header, PayloadSource, Phase, PsiError, Role, RunConfig, Running};
use crate::star::{check_payload, check_places};

/// Runs a data party to its end. `place` is its own place among the data parties in the specification (0, 1, …), `third`
/// the channel to the party that gets the result, `others` the channels to every other data party with its place, in any
/// order. It learns the announced sizes of the others and whether the run succeeded.
///
/// `announced` is the number of items that all parties are told; random rows fill up to it. The number of items itself
/// hides nothing. `payload` may be given only when the parameters permit; a party that releases nothing gives none.
/// All parties need the same session, binding and `params`.
///
/// **Assumption: the third party colludes with no data party.** With the keys of one it could test guesses of the others'
/// items offline.
///
/// # Errors
/// [`PsiError`]; with the place of the other data party in [`PsiError::AtParty`], absent when it is about the link to the
/// third party. [`PsiError::Setting`] when fewer items are announced than there are.
#[expect(clippy::too_many_arguments, reason = "the channels are of two kinds, the rest is as for two parties")]
pub fn run_data_party(
    place: usize,
    third: Channel,
    others: Vec<(usize, Channel)>,
    config: RunConfig,
    items: ItemSet,
    announced: u64,
    payload: Option<Arc<dyn PayloadSource>>,
    seed: CommittedSeed,
    control: &Control,
) -> Running<'_, DataPartyOutcome> {
    let others = others.into_iter().map(|(place, channel)| (Some(place), channel));
    Box::pin(async move {
        let mut links = Links::new(std::iter::once((None, third)).chain(others), control);
        let brings = Brings { place, items, announced, payload };
        let done = control.unless_cancelled(send(&mut links, brings, config, seed, control)).await;
        links.leave(done).await
    })
}

/// Runs the third party to its end: one channel per data party, in the order of the specification. It has no items and
/// learns what the data parties released for the keys that all of them hold, how many these are, and the announced
/// sizes.
///
/// # Errors
/// [`PsiError`], with the place of the data party in [`PsiError::AtParty`] when it is about one link.
pub fn run_third(
    channels: Vec<Channel>,
    config: RunConfig,
    seed: CommittedSeed,
    control: &Control,
) -> Running<'_, ThirdOutcome> {
    let channels = channels.into_iter().enumerate().map(|(place, channel)| (Some(place), channel));
    Box::pin(async move {
        let mut links = Links::new(channels, control);
        let done = control.unless_cancelled(receive(&mut links, config, seed, control)).await;
        links.leave(done).await
    })
}

/// What a data party brings.
struct Brings {
    place: usize,
    items: ItemSet,
    announced: u64,
    payload: Option<Arc<dyn PayloadSource>>,
}

/// So many data parties can take part.
fn check_parties(parties: usize) -> Result<(), PsiError> {
    if (DATA_PARTIES_MIN..=DATA_PARTIES_MAX).contains(&parties) {
        return Ok(());
    }
    Err(PsiError::Setting { name: "data_parties", value: parties as u64, expected: "2 to 8 are possible" })
}

/// What a data party and the third one agreed on. The third one has no items.
fn agreement(roster: &Roster, place: usize) -> Agreement {
    Agreement { receiver_total: 0, ..roster.agreement(place, TAG_BYTES) }
}

async fn send(
    links: &mut Links<'_>,
    brings: Brings,
    config: RunConfig,
    seed: CommittedSeed,
    control: &Control,
) -> Result<DataPartyOutcome, PsiError> {
    let Brings { place, items, announced, payload } = brings;
    check_settings(&config)?;
    let members = links.each().len();
    check_parties(members)?;
    check_places(place, links.each().filter_map(|(place, _)| place))?;
    let width = check_payload(&config, payload.as_deref())?;
    if announced < items.len() as u64 || announced > ITEMS_MAX as u64 {
        let expected = "as many as there are at least, and not too many";
        return Err(PsiError::Setting { name: "announced", value: announced, expected });
    }
    let Some((link, others)) = links.center_and_others() else {
        return Err(PsiError::WorkerLost);
    };
    let lane = Lane::new(config.threads);
    let mut own = Header::own(PROTOCOL, &config, Role::Sender, announced, width, seed.commitment());
    own.more = place_fields(members, place);
    let (_, third) = link.agree(&own).await?;
    // The third one has no items, so a least number of them is not about it.
    own.check(&third, &RunConfig { peer_items_min: 0, ..config.clone() })?;
    check_place(&third, members, members)?;
    let pairs = Pairs::meet(others, place, &own, &third, &config, &seed, Common::Group).await?;
    let roster = Roster::new(third, pairs.headers.clone());
    match link.hear(parties::MessageKind::Roster).await? {
        parties::Message::Roster(digest) if digest == roster.digest => {}
        parties::Message::Roster(_) => return Err(PsiError::RosterMismatch),
        other => return Err(unexpected(Phase::Agree, parties::MessageKind::Roster, &other)),
    }
    let (widest, row) = (link.writer.frame_bytes_max(), row_bytes(roster.payload(place)));
    if row + RUN_BYTES > widest as usize {
        return Err(PsiError::PayloadTooWide { bytes: row as u64, max: widest });
    }
    link.start(Phase::Exchange);

    let (params, session, digest) = (config.params, config.session, roster.digest);
    let total = own.total() as usize;
    let payload = payload.filter(|_| width > 0).map(|payload| (payload, width));
    let secret = pairs.group(&digest);
    let mut rows = lane
        .run(move |threads| {
            let entries = Entries::new(items, &params, &session, &seed)?;
            let source = Source { session, agreement: digest, place, entries, total, payload, seed };
            Ok::<_, PsiError>(Rows::new(source, &Keys::new(&secret, members), threads))
        })
        .await??;
    let per_frame = ((widest as usize - RUN_BYTES) / rows.row_bytes()).clamp(1, params.chunk_items as usize);
    loop {
        let (back, message) = lane
            .run(move |threads| {
                let message = rows.next_chunk(threads, per_frame)?;
                Ok::<_, PsiError>((rows, message))
            })
            .await??;
        rows = back;
        let Some(message) = message else { break };
        link.send(&message).await?;
        control.report(Phase::Exchange, rows.done(), total as u64);
    }
    link.send(&rows.end()).await?;
    drop(rows);
    link.start(Phase::Confirm);
    let (joint, private) = (params.joint_canaries.into(), params.private_canaries.into());
    confirm(link, Role::Sender, [total as u64, joint, private]).await?;
    let others = pairs.confirm(others, digest).await?;
    let headers = (own, roster.center.clone());
    Ok(DataPartyOutcome { report: link.report(headers, agreement(&roster, place)), others })
}

async fn receive(
    links: &mut Links<'_>,
    config: RunConfig,
    seed: CommittedSeed,
    control: &Control,
) -> Result<ThirdOutcome, PsiError> {
    check_settings(&config)?;
    let members = links.each().len();
    check_parties(members)?;
    let lane = Lane::new(config.threads);
    let mut own = Header::own(PROTOCOL, &config, Role::Receiver, 0, 0, seed.commitment());
    own.more = place_fields(members, members);
    let (own, settings) = (&own, &config);
    let headers = all(links.each().enumerate().map(|(at, (place, link))| {
        about(place, async move {
            let (_, theirs) = link.agree(own).await?;
            own.check(&theirs, settings)?;
            check_place(&theirs, members, at)?;
            Ok(theirs)
        })
    }))
    .await?;
    let roster = Roster::new(own.clone(), headers);
    let message = &parties::Message::Roster(roster.digest);
    all(links.each().map(|(place, link)| about(place, link.send(message)))).await?;
    links.each().for_each(|(_, link)| link.start(Phase::Exchange));

    let total = roster.members.iter().map(Header::total).sum();
    let (mut joining, mut done) = (Joining::new(roster), 0);
    loop {
        let wanting = joining.wanting();
        if !wanting.contains(&true) {
            break;
        }
        let waiting = links.each().zip(&wanting).enumerate().filter(|(_, (_, wanting))| **wanting);
        let heard = all(waiting.map(|(at, ((place, link), _))| {
            about(place, async move {
                let kinds = [MessageKind::Rows, MessageKind::RowsEnd];
                Ok((at, hear::<Message>(&mut link.reader, Phase::Exchange, &kinds).await?))
            })
        }))
        .await?;
        let (back, count) = lane
            .run(move |_| {
                let mut count = 0;
                for (at, message) in heard {
                    count += take(&mut joining, at, message)
                        .map_err(|error| PsiError::AtParty { place: at, source: Box::new(error) })?;
                }
                joining.merge();
                Ok::<_, PsiError>((joining, count))
            })
            .await??;
        (joining, done) = (back, done + count as u64);
        control.report(Phase::Exchange, done, total);
    }
    links.each().for_each(|(_, link)| link.start(Phase::Match));
    let Joined { rows, roster, canaries } = joining.finish()?;
    links.each().for_each(|(_, link)| link.start(Phase::Confirm));
    let (joint, private) = (canaries.joint_found.into(), canaries.peer_private_present.into());
    all(links
        .each()
        .zip(&roster.members)
        .map(|((place, link), member)| about(place, confirm(link, Role::Receiver, [member.total(), joint, private]))))
    .await?;
    let reports = links.each().zip(&roster.members).enumerate().map(|(place, ((_, link), member))| {
        let mut report = link.report((own.clone(), member.clone()), agreement(&roster, place));
        report.matched = Some(rows.len() as u64);
        report.canaries = Some(canaries);
        report
    });
    let reports = reports.collect();
    Ok(ThirdOutcome { rows, reports })
}

/// Takes a message of a data party; gives how many rows it had.
fn take(joining: &mut Joining, place: usize, message: Message) -> Result<usize, PsiError> {
    match message {
        Message::Rows(offset, body) => joining.accept(place, offset, body),
        Message::RowsEnd(count, body) => joining.end(place, count, &body).map(|()| 0),
        other => Err(unexpected(Phase::Exchange, MessageKind::Rows, &other)),
    }
}

/// Confirms counts and transcripts; the third party speaks first.
async fn confirm(link: &mut Link<'_>, role: Role, [rows, joint, private]: [u64; 3]) -> Result<(), PsiError> {
    let Transcripts { sent, received } = link.transcripts();
    let ours = Confirm { rows, joint, private, sent, received };
    if role == Role::Receiver {
        link.send(&Message::Confirm(ours)).await?;
    }
    let theirs = match link.hear(MessageKind::Confirm).await? {
        Message::Confirm(theirs) => theirs,
        other => return Err(unexpected(Phase::Confirm, MessageKind::Confirm, &other)),
    };
    let compared = [
        ("the number of rows", ours.rows, theirs.rows),
        ("the number of joint canaries", ours.joint, theirs.joint),
        ("the number of private canaries", ours.private, theirs.private),
    ];
    let transcripts = |c: &Confirm| Transcripts { sent: c.sent, received: c.received };
    check_confirm(role, &compared, transcripts(&ours), transcripts(&theirs))?;
    if role == Role::Sender {
        link.send(&Message::Confirm(ours)).await?;
    }
    Ok(())
}
