//! One front for all protocols: what a task names by its algorithm.

use std::sync::Arc;

use mpc_core::CommittedSeed;
use mpc_net::Channel;

use crate::ecdh;
use crate::item::ItemSet;
use crate::rr22::{self, Security, Variant};
use crate::run::{Control, PayloadSource, PsiError, ReceiverOutcome, Resumption, RunConfig, Running, SenderOutcome};
use crate::unbalanced;

/// Which protocol two parties run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Protocol {
    /// Diffie–Hellman on Ristretto255: little traffic, much computing ([`crate::ecdh`]).
    Ecdh,
    /// VOLE and an oblivious key-value store: little computing ([`crate::rr22`]).
    Rr22(Security),
    /// The same with less traffic and more computing, for slow links ([`crate::rr22::Form::Low`]).
    Rr22Low(Security),
    /// An oblivious function and a set-up that is downloaded once: for a receiver of few items
    /// ([`crate::unbalanced`]).
    Unbalanced,
}

impl Protocol {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Ecdh,
        Self::Rr22(Security::Malicious),
        Self::Rr22(Security::SemiHonest),
        Self::Rr22Low(Security::Malicious),
        Self::Rr22Low(Security::SemiHonest),
        Self::Unbalanced,
    ];

    /// Its identifier with version, as in tasks, headers and attestations.
    pub fn id(self) -> &'static str {
        match self {
            Self::Ecdh => ecdh::PROTOCOL,
            Self::Rr22(security) => Variant::from(security).id(),
            Self::Rr22Low(security) => Variant::low(security).id(),
            Self::Unbalanced => unbalanced::PROTOCOL,
        }
    }

    /// Whether the receiver can prove to the sender what matched.
    pub fn gives_to_both(self) -> bool {
        match self {
            Self::Ecdh | Self::Rr22(_) => true,
            // Values of 64 bits: a proof would be worth no more than that.
            Self::Rr22Low(_) | Self::Unbalanced => false,
        }
    }

    /// Whether its sender tells the store of checkpoints before its first tag leaves ([`crate::run::CheckpointStore`]), so
    /// that a run that is cut off before can start over in its session.
    pub fn notes_tags(self) -> bool {
        match self {
            Self::Ecdh | Self::Rr22(_) | Self::Rr22Low(_) => true,
            // Answers and filter are under a key that lives longer than the run.
            Self::Unbalanced => false,
        }
    }

    fn check_returns(self, config: &RunConfig) -> Result<(), PsiError> {
        if !config.params.returns.to_both() || self.gives_to_both() {
            return Ok(());
        }
        let value = u64::from(config.params.returns.number());
        Err(PsiError::Setting { name: "returns", value, expected: "this protocol gives a result to the receiver only" })
    }

    /// The protocol of an identifier.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|protocol| protocol.id() == id)
    }
}

/// Runs the receiver's side to its end. Dropping the future or cancelling `control` stops it.
///
/// # Errors
/// [`PsiError`]; the peer is told the code of the error when the channel still permits.
pub fn run_receiver(
    protocol: Protocol,
    channel: Channel,
    config: RunConfig,
    items: ItemSet,
    seed: CommittedSeed,
    control: &Control,
) -> Running<'_, ReceiverOutcome> {
    run_receiver_returning(protocol, channel, config, items, None, seed, control)
}

/// [`run_receiver`] with columns that go back to the sender with what matched; they must be given exactly when the
/// parameters say so.
///
/// # Errors
/// As for [`run_receiver`].
pub fn run_receiver_returning(
    protocol: Protocol,
    channel: Channel,
    config: RunConfig,
    items: ItemSet,
    payload: Option<Arc<dyn PayloadSource>>,
    seed: CommittedSeed,
    control: &Control,
) -> Running<'_, ReceiverOutcome> {
    if let Err(error) = protocol.check_returns(&config) {
        return refused(error);
    }
    match protocol {
        Protocol::Ecdh => ecdh::run_receiver_returning(channel, config, items, payload, seed, control),
        Protocol::Rr22(security) => {
            rr22::run_receiver_returning(security, channel, config, items, payload, seed, control)
        }
        Protocol::Rr22Low(security) => {
            let variant = Variant::low(security);
            rr22::run_receiver_returning(variant, channel, config, items, payload, seed, control)
        }
        Protocol::Unbalanced => unbalanced::run_receiver(channel, config, items, seed, control),
    }
}

/// Runs the sender's side to its end; `payload` must be given exactly when the parameters say so. Dropping
/// the future or cancelling `control` stops it.
///
/// # Errors
/// As for [`run_receiver`].
pub fn run_sender(
    protocol: Protocol,
    channel: Channel,
    config: RunConfig,
    items: ItemSet,
    payload: Option<Arc<dyn PayloadSource>>,
    seed: CommittedSeed,
    control: &Control,
) -> Running<'_, SenderOutcome> {
    if let Err(error) = protocol.check_returns(&config) {
        return refused(error);
    }
    match protocol {
        Protocol::Ecdh => ecdh::run_sender(channel, config, items, payload, seed, control),
        Protocol::Rr22(security) => rr22::run_sender(security, channel, config, items, payload, seed, control),
        Protocol::Rr22Low(security) => {
            rr22::run_sender(Variant::low(security), channel, config, items, payload, seed, control)
        }
        Protocol::Unbalanced => unbalanced::run_sender(channel, config, items, payload, seed, control),
    }
}

/// Goes on with a run of the receiver over a new channel, from the last checkpoint that both sides kept. Configuration,
/// items, seed and the store in `control` are those of the run.
///
/// # Errors
/// [`PsiError`]; [`PsiError::NothingToResume`] for a protocol without checkpoints.
pub fn resume_receiver(
    protocol: Protocol,
    channel: Channel,
    config: RunConfig,
    items: ItemSet,
    seed: CommittedSeed,
    again: Resumption,
    control: &Control,
) -> Running<'_, ReceiverOutcome> {
    match protocol {
        Protocol::Ecdh | Protocol::Unbalanced => refused(PsiError::NothingToResume),
        Protocol::Rr22(security) => rr22::resume_receiver(security, channel, config, items, seed, again, control),
        Protocol::Rr22Low(security) => {
            rr22::resume_receiver(Variant::low(security), channel, config, items, seed, again, control)
        }
    }
}

/// Goes on with a run of the sender: see [`resume_receiver`].
///
/// # Errors
/// As there.
#[expect(clippy::too_many_arguments, reason = "those of a run, and what is new")]
pub fn resume_sender(
    protocol: Protocol,
    channel: Channel,
    config: RunConfig,
    items: ItemSet,
    payload: Option<Arc<dyn PayloadSource>>,
    seed: CommittedSeed,
    again: Resumption,
    control: &Control,
) -> Running<'_, SenderOutcome> {
    match protocol {
        Protocol::Ecdh | Protocol::Unbalanced => refused(PsiError::NothingToResume),
        Protocol::Rr22(security) => {
            rr22::resume_sender(security, channel, config, items, payload, seed, again, control)
        }
        Protocol::Rr22Low(security) => {
            rr22::resume_sender(Variant::low(security), channel, config, items, payload, seed, again, control)
        }
    }
}

/// A run that does not begin.
fn refused<'a, T: Send + 'a>(error: PsiError) -> Running<'a, T> {
    Box::pin(async { Err(error) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_protocol_is_found_by_its_identifier_and_nothing_else_is() {
        for protocol in Protocol::ALL {
            assert_eq!(Protocol::from_id(protocol.id()), Some(protocol));
        }
        assert_eq!(Protocol::from_id("psi.rr22-gf128/2"), None);
        assert_eq!(Protocol::from_id(""), None);
    }
}
