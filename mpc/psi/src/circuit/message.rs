//! Messages and their bytes: all have one form. Integers are big endian.

use bytes::Bytes;
use mpc_net::{FrameKind, TranscriptDigest};

use crate::run::PsiError;
use crate::run::message::Spoken;
use crate::run::wire::Fields;

/// Kinds of messages; the number is the kind of the frame. Before them comes the header, and an abort may come at any
/// time: these are the same in every protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MessageKind {
    /// Both ways: opens the commitment in the header.
    Salt,
    /// Sender to receiver, per run of transfers: base transfers.
    TransferOpening,
    /// Receiver to sender: their answer, base correlation.
    TransferSetup,
    /// Sender to receiver: level sums.
    TransferCorrections,
    /// Receiver to sender: consistency check.
    TransferChallenge,
    /// Sender to receiver: its answer.
    TransferProof,
    /// Receiver to sender: VOLE opening.
    Opening,
    /// Sender to receiver: VOLE setup.
    Setup,
    /// Receiver to sender: VOLE corrections.
    Corrections,
    /// Sender to receiver: VOLE challenge.
    Challenge,
    /// Receiver to sender: VOLE proof.
    Proof,
    /// Sender to receiver: the masked table of its queries.
    Table,
    /// Receiver to sender: programmed targets.
    Hint,
    /// Both ways, per layer: masked shares of the inputs of AND gates.
    Gates,
    /// Receiver to sender: which way round its share of a match bit is, per bin.
    Flips,
    /// Sender to receiver: masked products, per bin and column.
    Products,
    /// Both ways: transcripts, counts, shares of everything in the canaries' bins.
    Check,
    /// Sender to receiver: its shares of the sums, sealed so that they open only when enough keys match.
    Release,
    /// Both ways, last: whether it opened, and transcripts.
    Confirm,
}

impl MessageKind {
    /// All of them, in the order of their numbers.
    pub const ALL: [Self; 19] = [
        Self::Salt,
        Self::TransferOpening,
        Self::TransferSetup,
        Self::TransferCorrections,
        Self::TransferChallenge,
        Self::TransferProof,
        Self::Opening,
        Self::Setup,
        Self::Corrections,
        Self::Challenge,
        Self::Proof,
        Self::Table,
        Self::Hint,
        Self::Gates,
        Self::Flips,
        Self::Products,
        Self::Check,
        Self::Release,
        Self::Confirm,
    ];

    /// Kind of its frame.
    pub fn frame_kind(self) -> FrameKind {
        FrameKind(0x0601 + self as u16)
    }

    /// The kind of a frame, when it is one of this protocol's own.
    pub fn from_frame(kind: FrameKind) -> Option<Self> {
        Self::ALL.get(usize::from(kind.0.checked_sub(0x0601)?)).copied()
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Salt => "Salt",
            Self::TransferOpening => "TransferOpening",
            Self::TransferSetup => "TransferSetup",
            Self::TransferCorrections => "TransferCorrections",
            Self::TransferChallenge => "TransferChallenge",
            Self::TransferProof => "TransferProof",
            Self::Opening => "Opening",
            Self::Setup => "Setup",
            Self::Corrections => "Corrections",
            Self::Challenge => "Challenge",
            Self::Proof => "Proof",
            Self::Table => "Table",
            Self::Hint => "Hint",
            Self::Gates => "Gates",
            Self::Flips => "Flips",
            Self::Products => "Products",
            Self::Check => "Check",
            Self::Release => "Release",
            Self::Confirm => "Confirm",
        }
    }
}

/// Any message: `number u32 ‖ offset u64 ‖ body`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// What it is.
    pub kind: MessageKind,
    /// Which run of transfers, or which layer of gates; else 0.
    pub number: u32,
    /// Where its bytes stand in a list; 0 for a message that is no part of a list.
    pub offset: u64,
    /// What it says; its length follows from the sizes of the run.
    pub body: Bytes,
}

/// Bytes of a message before its body.
pub(super) const HEAD_BYTES: usize = 4 + 8;

impl Message {
    /// A message that is no part of a list.
    pub(super) fn one(kind: MessageKind, number: u32, body: impl Into<Bytes>) -> Self {
        Self { kind, number, offset: 0, body: body.into() }
    }
}

impl Spoken for Message {
    type Kind = MessageKind;

    fn kind(&self) -> MessageKind {
        self.kind
    }

    fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(HEAD_BYTES + self.body.len());
        out.extend_from_slice(&self.number.to_be_bytes());
        out.extend_from_slice(&self.offset.to_be_bytes());
        out.extend_from_slice(&self.body);
        out
    }

    fn decode(kind: MessageKind, payload: &Bytes) -> Result<Self, PsiError> {
        let mut fields = Fields::new(kind.name(), payload);
        Ok(Self { kind, number: fields.u32()?, offset: fields.u64()?, body: payload.slice(HEAD_BYTES..) })
    }

    fn frame_kind(kind: MessageKind) -> FrameKind {
        kind.frame_kind()
    }

    fn of_frame(kind: FrameKind) -> Option<MessageKind> {
        MessageKind::from_frame(kind)
    }

    fn name(kind: MessageKind) -> &'static str {
        kind.name()
    }
}

/// What each side states before anything is released.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Check {
    /// Bins, queries, points.
    pub(super) counts: [u64; 3],
    /// Digest of everything this side had sent before.
    pub(super) sent: TranscriptDigest,
    /// Digest of everything this side had received before.
    pub(super) received: TranscriptDigest,
    /// The receiver's choice for the release; 0 from the sender.
    pub(super) flip: u8,
    /// Shares of the match bits of the canaries, one byte each.
    pub(super) bits: Vec<u8>,
    /// Shares of the products of the canaries, column by column.
    pub(super) products: Vec<u64>,
}

impl Check {
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.counts.iter().for_each(|count| out.extend_from_slice(&count.to_be_bytes()));
        out.extend_from_slice(&self.sent.0);
        out.extend_from_slice(&self.received.0);
        out.push(self.flip);
        out.extend_from_slice(&self.bits);
        self.products.iter().for_each(|product| out.extend_from_slice(&product.to_be_bytes()));
        out
    }

    pub(super) fn decode(body: &[u8], controls: usize, columns: usize) -> Result<Self, PsiError> {
        let mut fields = Fields::new("Check", body);
        let counts = [fields.u64()?, fields.u64()?, fields.u64()?];
        let (sent, received) = (TranscriptDigest(fields.array()?), TranscriptDigest(fields.array()?));
        let flip = fields.u8()?;
        let bits = fields.bytes(controls)?.to_vec();
        if flip > 1 || bits.iter().any(|bit| *bit > 1) {
            return Err(PsiError::Malformed { message: "Check" });
        }
        let products = (0..controls * columns).map(|_| fields.u64()).collect::<Result<_, _>>()?;
        fields.end()?;
        Ok(Self { counts, sent, received, flip, bits, products })
    }
}

/// What each side states at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Confirm {
    /// Whether enough keys matched.
    pub(super) released: bool,
    /// Digest of everything this side had sent before.
    pub(super) sent: TranscriptDigest,
    /// Digest of everything this side had received before.
    pub(super) received: TranscriptDigest,
}

impl Confirm {
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut out = vec![u8::from(self.released)];
        out.extend_from_slice(&self.sent.0);
        out.extend_from_slice(&self.received.0);
        out
    }

    pub(super) fn decode(body: &[u8]) -> Result<Self, PsiError> {
        let mut fields = Fields::new("Confirm", body);
        let released = match fields.u8()? {
            0 => false,
            1 => true,
            _ => return Err(PsiError::Malformed { message: "Confirm" }),
        };
        let (sent, received) = (TranscriptDigest(fields.array()?), TranscriptDigest(fields.array()?));
        fields.end()?;
        Ok(Self { released, sent, received })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn kinds_have_the_numbers_of_their_order_and_no_others() {
        for (i, kind) in MessageKind::ALL.into_iter().enumerate() {
            assert_eq!(kind.frame_kind().0, 0x0601 + i as u16);
            assert_eq!(MessageKind::from_frame(kind.frame_kind()), Some(kind));
        }
        for other in [0, 0x0101, 0x01ff, 0x0600, 0x0614, u16::MAX] {
            assert_eq!(MessageKind::from_frame(FrameKind(other)), None);
        }
    }

    proptest! {
        #[test]
        fn every_message_reads_back(
            kind in prop::sample::select(MessageKind::ALL.to_vec()), number: u32, offset: u64, body: Vec<u8>
        ) {
            let message = Message { kind, number, offset, body: body.into() };
            prop_assert_eq!(Message::decode(kind, &message.encode().into()).unwrap(), message);
        }

        #[test]
        fn checks_and_confirmations_are_read_or_refused_and_what_is_read_is_canonical(
            body in prop::collection::vec(prop_oneof![Just(0u8), Just(1), any::<u8>()], 0..180),
            controls in 0usize..4,
        ) {
            if let Ok(check) = Check::decode(&body, controls, 2) {
                prop_assert_eq!(check.encode(), &body[..]);
            }
            if let Ok(confirm) = Confirm::decode(&body) {
                prop_assert_eq!(confirm.encode(), &body[..]);
            }
        }

        #[test]
        fn every_check_reads_back(
            counts: [u64; 3], sent: [u8; 32], received: [u8; 32], flip in 0u8..2,
            bits in prop::collection::vec(0u8..2, 3), products in prop::collection::vec(any::<u64>(), 6),
        ) {
            let (sent, received) = (TranscriptDigest(sent), TranscriptDigest(received));
            let check = Check { counts, sent, received, flip, bits, products };
            prop_assert_eq!(Check::decode(&check.encode(), 3, 2).unwrap(), check.clone());
            prop_assert!(Check::decode(&check.encode(), 3, 1).is_err());
            let confirm = Confirm { released: flip == 1, sent, received };
            prop_assert_eq!(Confirm::decode(&confirm.encode()).unwrap(), confirm);
        }
    }
}
