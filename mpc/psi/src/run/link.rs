//! The channel of a run: messages due, confirmation, leaving with a reason.

use std::time::{Duration, Instant};

use mpc_net::{Channel, ChannelError, FrameReader, FrameWriter};

use super::error::PsiError;
use super::header::{Header, Role};
use super::message::{Confirm, Counts, Message, MessageKind};
use super::params::Agreement;
use super::progress::{Control, Phase};
use super::report::{PhaseTime, RunReport};

/// How long a failing side tries to tell the peer why, or to learn why the peer failed.
const ABORT_PATIENCE: Duration = Duration::from_secs(2);

/// The channel of a run with what is measured on the way.
pub(super) struct Link<'a> {
    pub(super) reader: FrameReader,
    pub(super) writer: FrameWriter,
    pub(super) control: &'a Control,
    phase: Phase,
    since: Instant,
    phases: Vec<PhaseTime>,
}

impl<'a> Link<'a> {
    pub(super) fn new(channel: Channel, control: &'a Control) -> Self {
        let (reader, writer) = channel.split();
        Self { reader, writer, control, phase: Phase::Agree, since: Instant::now(), phases: Vec::new() }
    }

    pub(super) fn start(&mut self, phase: Phase) {
        self.phases.push(PhaseTime { phase: self.phase, took: self.since.elapsed() });
        self.phase = phase;
        self.since = Instant::now();
        self.control.report(phase, 0, 0);
    }

    pub(super) async fn send(&mut self, message: &Message) -> Result<(), PsiError> {
        say(&mut self.writer, self.phase, message).await
    }

    pub(super) async fn agree(&mut self, own: &Header) -> Result<(Header, Header), PsiError> {
        self.control.report(Phase::Agree, 0, 1);
        self.send(&Message::Header(own.clone())).await?;
        match hear(&mut self.reader, self.phase, &[MessageKind::Header]).await? {
            Message::Header(theirs) => Ok((own.clone(), theirs)),
            other => Err(unexpected(self.phase, MessageKind::Header, &other)),
        }
    }

    pub(super) async fn peer_confirm(&mut self) -> Result<Confirm, PsiError> {
        match hear(&mut self.reader, self.phase, &[MessageKind::Confirm]).await? {
            Message::Confirm(theirs) => Ok(theirs),
            other => Err(unexpected(self.phase, MessageKind::Confirm, &other)),
        }
    }

    /// What this side confirms: to be made before either confirmation is sent or received.
    pub(super) fn own_confirm(&self, counts: Counts) -> Confirm {
        let Counts { blinded, evaluated, tags } = counts;
        Confirm { blinded, evaluated, tags, sent: self.writer.digest(), received: self.reader.digest() }
    }

    pub(super) fn report(&mut self, (own, theirs): (Header, Header), agreement: Agreement) -> RunReport {
        self.start(Phase::Confirm);
        RunReport {
            session: own.session,
            role: own.role,
            agreement,
            own_items: own.items,
            peer_items: theirs.items,
            matched: None,
            canaries: None,
            sent: self.writer.digest(),
            received: self.reader.digest(),
            traffic: self.reader.traffic(),
            phases: std::mem::take(&mut self.phases),
            seed: own.seed,
            peer_seed: theirs.seed,
        }
    }

    /// Ends the run: closes the channel, or tells the peer why there is nothing more to say.
    pub(super) async fn leave<T>(&mut self, done: Result<T, PsiError>) -> Result<T, PsiError> {
        let error = match done {
            Ok(value) => {
                // Everything was said and confirmed; a peer that hangs up first changes nothing.
                let _ = self.writer.close().await;
                return Ok(value);
            }
            Err(error) => self.peer_reason(error).await,
        };
        if !matches!(error, PsiError::PeerAborted { .. }) && self.writer.is_between_frames() {
            let abort = Message::Abort(error.code().to_owned());
            // Best effort: the error of this side is what counts.
            let _ = tokio::time::timeout(ABORT_PATIENCE, say(&mut self.writer, self.phase, &abort)).await;
            let _ = self.writer.close().await;
        }
        Err(error)
    }

    /// A peer that stops reading may have said why: look for it among what it still sent.
    async fn peer_reason(&mut self, error: PsiError) -> PsiError {
        let PsiError::Channel { source: ChannelError::Write(_), phase } = &error else {
            return error;
        };
        let phase = *phase;
        let search = async {
            while let Ok(frame) = self.reader.recv().await {
                if frame.kind == MessageKind::Abort.frame_kind() {
                    return Message::decode(MessageKind::Abort, &frame.payload).ok();
                }
            }
            None
        };
        match tokio::time::timeout(ABORT_PATIENCE, search).await {
            Ok(Some(Message::Abort(code))) => PsiError::PeerAborted { phase, code },
            _ => error,
        }
    }
}

pub(super) async fn say(writer: &mut FrameWriter, phase: Phase, message: &Message) -> Result<(), PsiError> {
    writer
        .send(message.kind().frame_kind(), &message.encode())
        .await
        .map_err(|source| PsiError::Channel { phase, source })
}

/// The next message, when it is one of those that are due.
pub(super) async fn hear(reader: &mut FrameReader, phase: Phase, due: &[MessageKind]) -> Result<Message, PsiError> {
    let frame = reader.recv().await.map_err(|source| PsiError::Channel { phase, source })?;
    let got = frame.kind.0;
    match MessageKind::from_frame(frame.kind) {
        Some(MessageKind::Abort) => match Message::decode(MessageKind::Abort, &frame.payload)? {
            Message::Abort(code) => Err(PsiError::PeerAborted { phase, code }),
            _ => Err(PsiError::Malformed { message: "abort" }),
        },
        Some(kind) if due.contains(&kind) => Message::decode(kind, &frame.payload),
        _ => Err(PsiError::UnexpectedMessage { phase, expected: due[0], got }),
    }
}

pub(super) fn unexpected(phase: Phase, expected: MessageKind, got: &Message) -> PsiError {
    PsiError::UnexpectedMessage { phase, expected, got: got.kind().frame_kind().0 }
}

/// Both sides hold the same counts and the same transcripts, or the run failed.
pub(super) fn check_confirm(role: Role, ours: &Confirm, theirs: &Confirm) -> Result<(), PsiError> {
    for (what, ours, theirs) in [
        ("the number of blinded elements", ours.blinded, theirs.blinded),
        ("the number of evaluated elements", ours.evaluated, theirs.evaluated),
        ("the number of tags", ours.tags, theirs.tags),
    ] {
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
