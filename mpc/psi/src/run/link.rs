//! The channel of a run: messages due, confirmation, leaving with a reason.

use std::time::{Duration, Instant};

use mpc_net::{Channel, ChannelError, Frame, FrameReader, FrameWriter, Traffic, TranscriptDigest};

use super::error::PsiError;
use super::header::{Header, Role};
use super::message::{ABORT, HEADER, Spoken, decode_abort, encode_abort};
use super::params::Agreement;
use super::progress::{Control, Phase};
use super::report::{PhaseTime, RunReport};

/// How long a failing side tries to tell the peer why, or to learn why the peer failed.
pub(crate) const ABORT_PATIENCE: Duration = Duration::from_secs(2);

/// The channel of a run with what is measured on the way.
pub(crate) struct Link<'a> {
    pub(crate) reader: FrameReader,
    pub(crate) writer: FrameWriter,
    pub(crate) control: &'a Control,
    phase: Phase,
    since: Instant,
    phases: Vec<PhaseTime>,
    /// Of the channels before this one.
    before: Traffic,
}

impl<'a> Link<'a> {
    pub(crate) fn new(channel: Channel, control: &'a Control) -> Self {
        let (reader, writer) = channel.split();
        let (phase, since) = (Phase::Agree, Instant::now());
        Self { reader, writer, control, phase, since, phases: Vec::new(), before: Traffic::default() }
    }

    pub(crate) fn start(&mut self, phase: Phase) {
        self.phases.push(PhaseTime { phase: self.phase, took: self.since.elapsed() });
        self.phase = phase;
        self.since = Instant::now();
        self.control.report(phase, 0, 0);
    }

    pub(crate) async fn send<M: Spoken>(&mut self, message: &M) -> Result<(), PsiError> {
        say(&mut self.writer, self.phase, message).await
    }

    pub(crate) async fn hear<M: Spoken>(&mut self, due: M::Kind) -> Result<M, PsiError> {
        hear(&mut self.reader, self.phase, &[due]).await
    }

    pub(crate) async fn hear_one_of<M: Spoken>(&mut self, due: &[M::Kind]) -> Result<M, PsiError> {
        hear(&mut self.reader, self.phase, due).await
    }

    /// Exchanges headers; gives the own one and the peer's.
    pub(crate) async fn agree(&mut self, own: &Header) -> Result<(Header, Header), PsiError> {
        let phase = self.phase;
        self.control.report(Phase::Agree, 0, 1);
        self.writer.send(HEADER, &own.encode()).await.map_err(|source| PsiError::Channel { phase, source })?;
        let frame = next(&mut self.reader, phase).await?;
        if frame.kind != HEADER {
            return Err(PsiError::UnexpectedMessage { phase, expected: "Header", got: frame.kind.0 });
        }
        let theirs = Header::decode(&own.protocol, own.more.len(), &frame.payload)?;
        Ok((own.clone(), theirs))
    }

    /// What this side confirms: to be made before either confirmation is sent or received.
    pub(crate) fn transcripts(&self) -> Transcripts {
        Transcripts { sent: self.writer.digest(), received: self.reader.digest() }
    }

    /// Ends a segment of both directions: what was said in it, and what crossed the channels so far.
    pub(crate) fn next_segment(&mut self) -> (Transcripts, Traffic) {
        let transcripts = Transcripts { sent: self.writer.next_segment(), received: self.reader.next_segment() };
        (transcripts, self.traffic())
    }

    /// What was said so far opened a channel that goes on where an earlier one ended a segment.
    pub(crate) fn continue_from(&mut self, transcripts: Transcripts, before: Traffic) {
        self.writer.continue_from(transcripts.sent);
        self.reader.continue_from(transcripts.received);
        self.before = before;
    }

    fn traffic(&self) -> Traffic {
        self.before + self.reader.traffic()
    }

    pub(crate) fn report(&mut self, (own, theirs): (Header, Header), agreement: Agreement) -> RunReport {
        self.start(Phase::Confirm);
        RunReport {
            session: own.session,
            role: own.role,
            agreement,
            own_items: own.items,
            peer_items: theirs.items,
            matched: None,
            canaries: None,
            resumed: 0,
            legs: Vec::new(),
            sent: self.writer.digest(),
            received: self.reader.digest(),
            traffic: self.traffic(),
            phases: std::mem::take(&mut self.phases),
            seed: own.seed,
            peer_seed: theirs.seed,
        }
    }

    /// Ends the run: closes the channel, or tells the peer why there is nothing more to say.
    pub(crate) async fn leave<T>(&mut self, done: Result<T, PsiError>) -> Result<T, PsiError> {
        let error = match done {
            Ok(value) => {
                self.close().await;
                return Ok(value);
            }
            Err(error) => self.peer_reason(error).await,
        };
        if !matches!(error, PsiError::PeerAborted { .. }) {
            self.abort(error.code()).await;
        }
        Err(error)
    }

    /// Closes the channel after everything was said and confirmed; a peer that hangs up first changes nothing.
    pub(crate) async fn close(&mut self) {
        let _ = self.writer.close().await;
    }

    /// Tells the peer why there is nothing more to say, if it can still be told. Best effort: the error of this side is
    /// what counts.
    pub(crate) async fn abort(&mut self, code: &str) {
        if self.writer.is_between_frames() {
            let abort = encode_abort(code);
            let _ = tokio::time::timeout(ABORT_PATIENCE, self.writer.send(ABORT, &abort)).await;
            let _ = self.writer.close().await;
        }
    }

    /// A peer that stops reading may have said why: look for it among what it still sent.
    pub(crate) async fn peer_reason(&mut self, error: PsiError) -> PsiError {
        let PsiError::Channel { source: ChannelError::Write(_), phase } = &error else {
            return error;
        };
        let phase = *phase;
        let search = async {
            while let Ok(frame) = self.reader.recv().await {
                if frame.kind == ABORT {
                    return decode_abort(&frame.payload).ok();
                }
            }
            None
        };
        match tokio::time::timeout(ABORT_PATIENCE, search).await {
            Ok(Some(code)) => PsiError::PeerAborted { phase, code },
            _ => error,
        }
    }
}

pub(crate) async fn say<M: Spoken>(writer: &mut FrameWriter, phase: Phase, message: &M) -> Result<(), PsiError> {
    writer
        .send(M::frame_kind(message.kind()), &message.encode())
        .await
        .map_err(|source| PsiError::Channel { phase, source })
}

/// The next frame, unless the peer gave up.
async fn next(reader: &mut FrameReader, phase: Phase) -> Result<Frame, PsiError> {
    let frame = reader.recv().await.map_err(|source| PsiError::Channel { phase, source })?;
    if frame.kind == ABORT {
        return Err(PsiError::PeerAborted { phase, code: decode_abort(&frame.payload)? });
    }
    Ok(frame)
}

/// The next message, when it is one of those that are due.
pub(crate) async fn hear<M: Spoken>(reader: &mut FrameReader, phase: Phase, due: &[M::Kind]) -> Result<M, PsiError> {
    let frame = next(reader, phase).await?;
    match M::of_frame(frame.kind) {
        Some(kind) if due.contains(&kind) => M::decode(kind, &frame.payload),
        _ => Err(PsiError::UnexpectedMessage { phase, expected: M::name(due[0]), got: frame.kind.0 }),
    }
}

pub(crate) fn unexpected<M: Spoken>(phase: Phase, expected: M::Kind, got: &M) -> PsiError {
    PsiError::UnexpectedMessage { phase, expected: M::name(expected), got: M::frame_kind(got.kind()).0 }
}

/// What a side states at the end: digests of everything that it sent and received before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Transcripts {
    pub(crate) sent: TranscriptDigest,
    pub(crate) received: TranscriptDigest,
}

/// Both sides hold the same counts and the same transcripts, or the run failed.
pub(crate) fn check_confirm(
    role: Role,
    counts: &[(&'static str, u64, u64)],
    ours: Transcripts,
    theirs: Transcripts,
) -> Result<(), PsiError> {
    for (what, ours, theirs) in counts.iter().copied() {
        if ours != theirs {
            return Err(PsiError::ConfirmCount { what, ours, theirs });
        }
    }
    if ours.sent != theirs.received {
        return Err(PsiError::ConfirmTranscript { by: role });
    }
    if ours.received != theirs.sent {
        return Err(PsiError::ConfirmTranscript { by: role.other() });
    }
    Ok(())
}
