//! What both sides do alike before the buckets: headers, salts, entries into buckets.

use std::sync::Arc;

use mpc_core::CommittedSeed;

use super::coin::{self, Coin, LegSecrets};
use super::form::Variant;
use super::groups::Groups;
use super::hashes::Hashes;
use super::message::Message;
use super::sizes::Sizes;
use crate::item::ItemSet;
use crate::run::entries::Entries;
use crate::run::{Agreement, Header, PayloadSource, PsiError, Role, RunConfig, SessionId};

/// A side before the headers are exchanged.
pub struct Party {
    variant: Variant,
    config: RunConfig,
    items: ItemSet,
    /// What this side releases, when the parameters say so.
    payload: Option<Arc<dyn PayloadSource>>,
    seed: CommittedSeed,
    coin: Coin,
    header: Header,
}

impl Party {
    /// A side of the given items, with columns that it releases or gives back when the parameters say so.
    ///
    /// # Errors
    /// When a setting makes no sense or the columns do not fit the parameters.
    pub fn new(
        variant: Variant,
        role: Role,
        config: RunConfig,
        items: ItemSet,
        payload: Option<Arc<dyn PayloadSource>>,
        seed: CommittedSeed,
    ) -> Result<Self, PsiError> {
        config.check()?;
        let width = config.released_width(role, payload.as_deref())?;
        let coin = Coin::draw(&seed, &config.session);
        let mut header = Header::own(variant.id(), &config, role, items.len() as u64, width, seed.commitment());
        header.more = coin.header_fields(&config.session, role, config.bucket_items);
        Ok(Self { variant, config, items, payload, seed, coin, header })
    }

    /// The header to send.
    pub fn header(&self) -> &Header {
        &self.header
    }

    pub(super) fn config(&self) -> &RunConfig {
        &self.config
    }

    pub(super) fn seed(&self) -> &CommittedSeed {
        &self.seed
    }

    /// Compares the peer's header; what comes next on the wire is the salt.
    ///
    /// # Errors
    /// What differs.
    pub fn agree(self, theirs: &Header) -> Result<(Agreed, Message), PsiError> {
        self.header.check(theirs, &self.config)?;
        coin::check_bucket_items(&self.header, theirs)?;
        let (receiver, sender) = match self.header.role {
            Role::Receiver => (&self.header, theirs),
            Role::Sender => (theirs, &self.header),
        };
        let sizes = Sizes::of(self.variant, self.config.bucket_items, receiver, sender)?;
        let agreement = Agreement::of(receiver, sender, sizes.tag_bits);
        let salt = Message::Salt(self.coin.salt());
        Ok((Agreed { party: self, theirs: theirs.clone(), sizes, agreement }, salt))
    }
}

/// A side that waits for the peer's salt.
pub struct Agreed {
    party: Party,
    theirs: Header,
    sizes: Sizes,
    agreement: Agreement,
}

impl Agreed {
    /// What was agreed.
    pub fn agreement(&self) -> &Agreement {
        &self.agreement
    }

    /// Takes the peer's salt and puts the entries into their buckets.
    ///
    /// # Errors
    /// When the salt is not the one that the peer committed to; when a bucket overflows (probability below 2^−40).
    pub fn open(self, theirs: &[u8; 32], threads: usize) -> Result<Arc<Own>, PsiError> {
        self.open_leg(theirs, None, threads)
    }

    /// The same for a leg of the run: entries and their buckets as at first, the rest from the leg's seed.
    pub(super) fn open_leg(
        self,
        theirs: &[u8; 32],
        leg: Option<LegSecrets>,
        threads: usize,
    ) -> Result<Arc<Own>, PsiError> {
        let Self { party, theirs: header, sizes, agreement } = self;
        coin::check(&header, theirs)?;
        let (ours, session) = (party.coin.salt(), party.config.session);
        let (joint, most) = match party.header.role {
            Role::Receiver => (coin::joint(&agreement.digest, &ours, theirs), sizes.receiver_max),
            Role::Sender => (coin::joint(&agreement.digest, theirs, &ours), sizes.sender_max),
        };
        let mut hashes = Hashes::new(joint);
        let entries = Entries::new(party.items, &party.config.params, &session, &party.seed)?;
        let groups = Groups::new(&hashes, &entries, sizes.buckets, most, threads)?;
        let (mut seed, payload) = (party.seed, party.payload);
        if let Some(leg) = leg {
            hashes = hashes.on_leg(leg.joint(&joint));
            seed = leg.seed;
        }
        Ok(Arc::new(Own { agreement, sizes, session, seed, hashes, entries, groups, payload }))
    }
}

/// What all buckets of a side share.
pub struct Own {
    pub(super) agreement: Agreement,
    pub(super) sizes: Sizes,
    pub(super) session: SessionId,
    /// Of the leg.
    pub(super) seed: CommittedSeed,
    pub(super) hashes: Hashes,
    pub(super) entries: Entries,
    pub(super) groups: Groups,
    /// What this side releases.
    pub(super) payload: Option<Arc<dyn PayloadSource>>,
}
