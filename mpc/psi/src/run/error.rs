//! What can go wrong in a run. Every variant names its cause without a value of the data.

use mpc_core::PointError;
use mpc_core::cuckoo::CuckooError;
use mpc_core::gmw::GmwError;
use mpc_core::multiplex::MultiplexError;
use mpc_core::okvs::{EncodeError, TableLength};
use mpc_core::silent::SilentError;
use mpc_net::ChannelError;

use super::header::Role;
use super::progress::Phase;
use crate::circuit::AggregateError;
use crate::item::ItemSetError;

/// A run failed. Nothing was learnt beyond what the messages so far gave away; the run can be repeated
/// under a new session.
#[derive(Debug, thiserror::Error)]
pub enum PsiError {
    /// The channel failed.
    #[error("in phase {phase}: {source}")]
    Channel {
        /// Where.
        phase: Phase,
        /// Why.
        #[source]
        source: ChannelError,
    },
    /// The peer gave up and said why.
    #[error("in phase {phase} the peer stopped the run: {code}")]
    PeerAborted {
        /// Where.
        phase: Phase,
        /// The peer's error code.
        code: String,
    },
    /// The run was cancelled on this side.
    #[error("the run was cancelled")]
    Cancelled,
    /// The run was stopped on this side, to go on later.
    #[error("the run was paused")]
    Paused,
    /// A checkpoint cannot be kept or read.
    #[error("a checkpoint cannot be kept or read: {0}")]
    Checkpoint(#[source] std::io::Error),
    /// A checkpoint is not what this side kept.
    #[error("checkpoint {number} is not what this side kept")]
    CheckpointDamaged {
        /// Which.
        number: u32,
    },
    /// The two sides do not hold the same checkpoint.
    #[error("the two sides do not hold the same checkpoint: {what} differs")]
    CheckpointDiffers {
        /// What differs.
        what: &'static str,
    },
    /// There is no checkpoint on both sides to go on from.
    #[error("there is no checkpoint to go on from")]
    NothingToResume,
    /// The run was resumed as often as it may be.
    #[error("resumption {number}; at most {max} are allowed")]
    TooManyResumptions {
        /// The how many-th it would be.
        number: u32,
        /// The limit.
        max: u32,
    },
    /// A setting makes no sense.
    #[error("setting {name} is {value}; {expected}")]
    Setting {
        /// Which.
        name: &'static str,
        /// What it is.
        value: u64,
        /// What it must be.
        expected: &'static str,
    },
    /// The own items are no set.
    #[error(transparent)]
    Items(#[from] ItemSetError),
    /// A payload of this side is longer than it said.
    #[error("the payload of item {item} has {bytes} bytes; {max} were announced")]
    OwnPayload {
        /// Position of the item.
        item: usize,
        /// Its length.
        bytes: usize,
        /// The announced width.
        max: u32,
    },
    /// The columns of a side do not fit the task.
    #[error("the parameters say of columns to release: {expected}; given are some: {given}")]
    PayloadMissing {
        /// What the parameters say.
        expected: bool,
        /// Whether payloads were given.
        given: bool,
    },

    /// Another protocol or version.
    #[error("the peer speaks {theirs}")]
    WrongProtocol {
        /// What it said.
        theirs: String,
    },
    /// Another session.
    #[error("the peer is in another session")]
    WrongSession,
    /// The two sides believe to run different things.
    #[error("the peer believes to run another task or other key rules")]
    WrongBinding,
    /// Both sides want the same role.
    #[error("both sides want to be {role:?}")]
    SameRole {
        /// The role.
        role: Role,
    },
    /// A parameter differs.
    #[error("parameter {name}: {ours} here, {theirs} at the peer")]
    ParameterMismatch {
        /// Which.
        name: &'static str,
        /// Here.
        ours: u64,
        /// There.
        theirs: u64,
    },
    /// The peer brings more items than agreed.
    #[error("the peer brings {items} items; at most {max} are accepted")]
    PeerSetTooLarge {
        /// How many.
        items: u64,
        /// The limit.
        max: u64,
    },
    /// The peer announced fewer items than it must bring.
    #[error("the peer announces {items} items, at least {min} are needed")]
    PeerSetTooSmall {
        /// Announced.
        items: u64,
        /// Fewest.
        min: u64,
    },
    /// The payload is wider than accepted.
    #[error("a payload of {bytes} bytes per item; at most {max} are accepted")]
    PayloadTooWide {
        /// Width.
        bytes: u64,
        /// The limit.
        max: u32,
    },
    /// The peer announced a payload where there is none.
    #[error("the peer announced a payload of {bytes} bytes where none is agreed")]
    UnexpectedPayload {
        /// Width.
        bytes: u32,
    },

    /// A message that does not belong here.
    #[error("in phase {phase}: message {got:#06x} where {expected} is due")]
    UnexpectedMessage {
        /// Where.
        phase: Phase,
        /// What was due.
        expected: &'static str,
        /// Kind that came.
        got: u16,
    },
    /// A message whose bytes do not have the form of its kind.
    #[error("a malformed {message} message")]
    Malformed {
        /// Which.
        message: &'static str,
    },
    /// A message with no element or more than agreed.
    #[error("a message with {items} elements; 1 to {max} are agreed")]
    ChunkSize {
        /// How many.
        items: usize,
        /// The limit.
        max: usize,
    },
    /// A message does not continue where the last one ended.
    #[error("{message} continues at {got}, but {expected} is next")]
    WrongOffset {
        /// Which message.
        message: &'static str,
        /// Due.
        expected: u64,
        /// Came.
        got: u64,
    },
    /// More or fewer elements than announced.
    #[error("{got} {what}, but {expected} were announced")]
    WrongCount {
        /// Of what.
        what: &'static str,
        /// Announced.
        expected: u64,
        /// Came.
        got: u64,
    },
    /// An element is the identity or no element.
    #[error("{what} element {index}: {cause}")]
    BadPoint {
        /// In which list.
        what: &'static str,
        /// Position.
        index: u64,
        /// Why.
        cause: PointError,
    },
    /// The same element twice in one list.
    #[error("the peer's {what} elements contain a duplicate")]
    DuplicatePoint {
        /// In which list.
        what: &'static str,
    },
    /// The peer sent an element back that it had got from this side.
    #[error("the peer returned an element of this side among its {what} elements")]
    ReflectedPoint {
        /// In which list.
        what: &'static str,
    },
    /// The same tag twice.
    #[error("the peer's tags contain a duplicate")]
    DuplicateTag,
    /// Two different own items got the same tag.
    #[error("two own items got the same tag; run again")]
    TagCollision,
    /// A matched payload cannot be opened.
    #[error("the payload of a matched item cannot be opened")]
    PayloadForged,

    /// What the peer opened is not what it had committed to.
    #[error("the peer opened another {what} than it had committed to")]
    WrongOpening {
        /// What was committed to.
        what: &'static str,
    },
    /// A message belongs to another bucket than the one whose turn it is.
    #[error("a {message} message of bucket {got} where bucket {expected} is due")]
    WrongBucket {
        /// Which message.
        message: &'static str,
        /// Due.
        expected: u32,
        /// Came.
        got: u32,
    },
    /// A bucket got more entries than it takes: below 2^−40 by chance.
    #[error("a bucket got {entries} entries, {max} is the limit; run again")]
    BucketOverflow {
        /// Entries.
        entries: usize,
        /// The limit.
        max: usize,
    },
    /// The correlation of the two sides failed.
    #[error(transparent)]
    Vole(#[from] SilentError),
    /// The own items cannot be encoded: below 2^−40 by chance.
    #[error("the own items cannot be encoded, run again: {0}")]
    Encode(#[from] EncodeError),
    /// A table of another length than agreed.
    #[error(transparent)]
    Table(#[from] TableLength),

    /// More questions than the false positives of a filter or the life of a key allow.
    #[error("{asked} questions; at most {max} are possible with this set-up")]
    QueryLimit {
        /// Questions.
        asked: u64,
        /// The limit.
        max: u64,
    },
    /// Answers that were not made with the key of the epoch.
    #[error("the proof of the {what} does not hold under the public key of the epoch")]
    BadProof {
        /// What is proven.
        what: &'static str,
    },
    /// What was downloaded is not what the sender had announced.
    #[error("the set-up is not the one that the sender announced")]
    SetupDigest,
    /// A set-up of the announced digest that has not the form of one.
    #[error("the set-up of the sender is not usable: {what}")]
    SetupForm {
        /// What is wrong.
        what: &'static str,
    },
    /// The own set-up does not hold the rows that it was made of.
    #[error("the own set-up has lost or gained rows; it is not used")]
    SetupRows,
    /// What is kept for later runs cannot be read or written.
    #[error("the directory of what is kept for later runs: {0}")]
    Keep(#[from] std::io::Error),

    /// A canary of both sides was not found: items were lost.
    #[error("{found} of {expected} joint canaries were found; items were lost on the way")]
    CanaryLost {
        /// Found.
        found: u16,
        /// Expected.
        expected: u16,
    },
    /// A canary that only this side holds was found at the peer.
    #[error("a private canary was found; the peer's tags match what it cannot hold")]
    CanaryForged,
    /// The payload of a joint canary is not the one that both sides know.
    #[error("the payload of a joint canary is wrong")]
    CanaryPayload,
    /// The peer named a private canary that it never sent.
    #[error("a private canary of the peer is not among its tags; tags were lost on the way")]
    PeerCanaryLost,
    /// The peer's private canary matched an item of this side.
    #[error("a private canary of the peer matches an own item")]
    PeerCanaryMatched,

    /// Fewer items match than may be given back.
    #[error("fewer than {min} items match, the fewest that may be given back")]
    MatchesBelowMinimum {
        /// The limit.
        min: u64,
    },
    /// The receiver claims a match that it cannot prove.
    #[error("a claimed match is not proven")]
    ClaimForged,
    /// The receiver claims a match twice, or claims out of order.
    #[error("a match is claimed again")]
    ClaimRepeated,
    /// The receiver claims a tag that was never sent.
    #[error("a claim of a tag that was not sent")]
    ClaimOutOfRange,
    /// The receiver claims more than can have matched.
    #[error("{claims} claims; at most {max} items can have matched")]
    TooManyClaims {
        /// How many, so far.
        claims: u64,
        /// The limit: the smaller side's items and the joint canaries.
        max: u64,
    },

    /// The final counts differ.
    #[error("at the end: {what} is {ours} here, {theirs} at the peer")]
    ConfirmCount {
        /// Which count.
        what: &'static str,
        /// Here.
        ours: u64,
        /// There.
        theirs: u64,
    },
    /// The final transcripts differ.
    #[error("at the end: the two sides have different transcripts of what the {by:?} sent")]
    ConfirmTranscript {
        /// Whose messages.
        by: Role,
    },
    /// Two parties were told different things about who takes part, with what.
    #[error("another party was told of other headers")]
    RosterMismatch,
    /// Something about one of several peers.
    #[error("party {place}: {source}")]
    AtParty {
        /// Its place among the senders or data parties of the specification.
        place: usize,
        /// What.
        source: Box<PsiError>,
    },
    /// The sides ask for different aggregates.
    #[error("the peer believes that other aggregates are asked for")]
    WrongQuestion,
    /// A question or a column that cannot be answered.
    #[error(transparent)]
    Aggregate(#[from] AggregateError),
    /// The own items cannot be placed: below 2^−40 by chance.
    #[error("the own items cannot be placed, run again: {0}")]
    Place(CuckooError),
    /// A layer of gates does not fit.
    #[error(transparent)]
    Gates(#[from] GmwError),
    /// Products do not fit.
    #[error(transparent)]
    Products(#[from] MultiplexError),
    /// What the sender released does not open.
    #[error("the released shares cannot be opened")]
    ReleaseForged,

    /// A thread that computed died.
    #[error("a computing thread ended unexpectedly")]
    WorkerLost,
}

impl PsiError {
    /// A stable code for failure reports and for the peer; never contains data.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Channel { source, .. } => source.code(),
            Self::PeerAborted { .. } => "peer_aborted",
            Self::Cancelled => "cancelled",
            Self::Paused => "paused",
            Self::Checkpoint(_) => "checkpoint_store",
            Self::CheckpointDamaged { .. } => "checkpoint_damaged",
            Self::CheckpointDiffers { .. } => "checkpoint_differs",
            Self::NothingToResume => "nothing_to_resume",
            Self::TooManyResumptions { .. } => "too_many_resumptions",
            Self::Setting { .. } => "bad_setting",
            Self::Items(_) => "items_not_distinct",
            Self::OwnPayload { .. } => "own_payload_too_long",
            Self::PayloadMissing { .. } => "payload_missing",
            Self::WrongProtocol { .. } => "wrong_protocol",
            Self::WrongSession => "wrong_session",
            Self::WrongBinding => "wrong_binding",
            Self::SameRole { .. } => "same_role",
            Self::ParameterMismatch { .. } => "parameter_mismatch",
            Self::PeerSetTooLarge { .. } => "peer_set_too_large",
            Self::PeerSetTooSmall { .. } => "peer_set_too_small",
            Self::PayloadTooWide { .. } => "payload_too_wide",
            Self::UnexpectedPayload { .. } => "unexpected_payload",
            Self::UnexpectedMessage { .. } => "unexpected_message",
            Self::Malformed { .. } => "malformed_message",
            Self::ChunkSize { .. } => "chunk_size",
            Self::WrongOffset { .. } => "wrong_offset",
            Self::WrongCount { .. } => "wrong_count",
            Self::BadPoint { .. } => "bad_point",
            Self::DuplicatePoint { .. } => "duplicate_point",
            Self::ReflectedPoint { .. } => "reflected_point",
            Self::DuplicateTag => "duplicate_tag",
            Self::TagCollision => "tag_collision",
            Self::PayloadForged => "payload_forged",
            Self::WrongOpening { .. } => "wrong_opening",
            Self::WrongBucket { .. } => "wrong_bucket",
            Self::BucketOverflow { .. } => "bucket_overflow",
            Self::Vole(SilentError::MessageLength { .. } | SilentError::MessageLayout { .. }) => "malformed_message",
            Self::Vole(SilentError::BaseOt(_)) => "bad_point",
            Self::Vole(_) => "vole_inconsistent",
            Self::Encode(_) => "encode_failed",
            Self::Table(_) => "wrong_count",
            Self::QueryLimit { .. } => "query_limit",
            Self::BadProof { .. } => "bad_proof",
            Self::SetupDigest => "setup_digest",
            Self::SetupForm { .. } => "setup_malformed",
            Self::SetupRows => "setup_rows",
            Self::Keep(_) => "keep_failed",
            Self::CanaryLost { .. } => "canary_lost",
            Self::CanaryForged => "canary_forged",
            Self::CanaryPayload => "canary_payload",
            Self::PeerCanaryLost => "peer_canary_lost",
            Self::PeerCanaryMatched => "peer_canary_matched",
            Self::MatchesBelowMinimum { .. } => "matches_below_minimum",
            Self::ClaimForged => "claim_forged",
            Self::ClaimRepeated => "claim_repeated",
            Self::ClaimOutOfRange => "claim_out_of_range",
            Self::TooManyClaims { .. } => "too_many_claims",
            Self::ConfirmCount { .. } => "confirm_count",
            Self::ConfirmTranscript { .. } => "confirm_transcript",
            Self::RosterMismatch => "roster_mismatch",
            Self::AtParty { source, .. } => source.code(),
            Self::WrongQuestion => "wrong_question",
            Self::Aggregate(cause) => cause.code(),
            Self::Place(_) => "encode_failed",
            Self::Gates(_) | Self::Products(_) => "wrong_count",
            Self::ReleaseForged => "release_forged",
            Self::WorkerLost => "worker_lost",
        }
    }

    /// The error itself, without the place of the party that it is about.
    pub fn cause(&self) -> &Self {
        match self {
            Self::AtParty { source, .. } => source.cause(),
            other => other,
        }
    }

    /// The place of the party that it is about, in a run of several.
    pub fn place(&self) -> Option<usize> {
        match self {
            Self::AtParty { place, .. } => Some(*place),
            _ => None,
        }
    }
}
