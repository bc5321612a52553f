//! What both sides do alike before they compute: headers, salts, canaries.

use mpc_core::CommittedSeed;

use super::PROTOCOL;
use super::aggregates::{Aggregates, Column, check_columns};
use super::points::{CONTROL, Points, Public};
use super::sizes::{Sizes, check_question};
use crate::item::{Item, ItemSet};
use crate::rr22::coin::{self, Coin};
use crate::run::{Agreement, Header, PsiError, Role, RunConfig, SessionId, canary};

/// A side before the headers are exchanged.
pub(super) struct Party {
    config: RunConfig,
    aggregates: Aggregates,
    items: ItemSet,
    seed: CommittedSeed,
    coin: Coin,
    header: Header,
}

impl Party {
    pub(super) fn new(
        role: Role,
        config: RunConfig,
        aggregates: Aggregates,
        items: ItemSet,
        seed: CommittedSeed,
    ) -> Result<Self, PsiError> {
        config.check()?;
        aggregates.check()?;
        let coin = Coin::draw(&seed, &config.session);
        let mut header = Header::own(PROTOCOL, &config, role, items.len() as u64, 0, seed.commitment());
        header.more = coin.header_fields(&config.session, role, config.bucket_items);
        header.more.extend_from_slice(&aggregates.header_fields());
        Ok(Self { config, aggregates, items, seed, coin, header })
    }

    /// A sender's columns fit the question, and no subset of rows overflows.
    pub(super) fn check_columns(&self, columns: &[Column]) -> Result<(), PsiError> {
        Ok(check_columns(&self.aggregates, columns, self.items.len())?)
    }

    pub(super) fn header(&self) -> &Header {
        &self.header
    }

    /// Compares the peer's header; gives the salt to send.
    pub(super) fn agree(self, theirs: &Header) -> Result<(Agreed, [u8; 32]), PsiError> {
        self.header.check(theirs, &self.config)?;
        coin::check_bucket_items(&self.header, theirs)?;
        check_question(&self.header, theirs)?;
        let (receiver, sender) = match self.header.role {
            Role::Receiver => (&self.header, theirs),
            Role::Sender => (theirs, &self.header),
        };
        let sizes = Sizes::of(self.config.bucket_items, receiver, sender)?;
        let agreement = Agreement::of(receiver, sender, sizes.bits);
        let salt = self.coin.salt();
        Ok((Agreed { party: self, theirs: theirs.clone(), sizes, agreement }, salt))
    }
}

/// A side that waits for the peer's salt.
pub(super) struct Agreed {
    party: Party,
    theirs: Header,
    sizes: Sizes,
    agreement: Agreement,
}

impl Agreed {
    /// Takes the peer's salt.
    pub(super) fn open(self, theirs: &[u8; 32]) -> Result<Own, PsiError> {
        let Self { party, theirs: header, sizes, agreement } = self;
        coin::check(&header, theirs)?;
        let ours = party.coin.salt();
        let joint = match party.header.role {
            Role::Receiver => coin::joint(&agreement.digest, &ours, theirs),
            Role::Sender => coin::joint(&agreement.digest, theirs, &ours),
        };
        let Party { config, aggregates, items, seed, .. } = party;
        let public = Public::new(joint, &config.session, &config.params, &sizes);
        let private =
            canary::private(&mut seed.prg("private canaries", &config.session.0), config.params.private_canaries);
        Ok(Own { agreement, aggregates, sizes, session: config.session, seed, public, items, private })
    }
}

/// What all steps of a side share.
pub(super) struct Own {
    pub(super) agreement: Agreement,
    pub(super) aggregates: Aggregates,
    pub(super) sizes: Sizes,
    pub(super) session: SessionId,
    pub(super) seed: CommittedSeed,
    pub(super) public: Public,
    pub(super) items: ItemSet,
    private: Vec<Item>,
}

impl Own {
    /// Appends the canaries, joint ones first: their bins and their points.
    pub(super) fn stand_canaries(&self, bins: &mut Vec<u32>, points: &mut Points) {
        let canaries = [&self.public.canaries[..], &self.private].concat();
        let controls = self.public.points(CONTROL, &self.public.hash(1, &canaries));
        bins.extend((0..canaries.len()).map(|i| self.public.bins.control(i) as u32));
        points.keys.extend_from_slice(&controls.keys);
        points.values.extend_from_slice(&controls.values);
    }
}
