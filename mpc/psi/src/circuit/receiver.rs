//! The receiver as a machine without input or output: its items in all three of their bins, a target for every bin.

use std::sync::Arc;

use mpc_core::cuckoo::BINS_PER_ITEM;
use mpc_core::gf128::axpy;
use mpc_core::gmw::slices::pack;
use mpc_core::{CommittedSeed, Gf128, vole};
use rand_core::RngCore;
use zeroize::Zeroizing;

use super::PROTOCOL;
use super::aggregates::Aggregates;
use super::points::{CONTROL, Points, Public, context};
use super::sizes::{Sizes, check_question};
use crate::item::{Item, ItemSet};
use crate::rr22::coin::{self, Coin};
use crate::run::{Agreement, Header, PsiError, Role, RunConfig, SessionId, canary};

/// Before the headers are exchanged.
pub(super) struct ReceiverSetup {
    config: RunConfig,
    aggregates: Aggregates,
    items: ItemSet,
    seed: CommittedSeed,
    coin: Coin,
    header: Header,
}

impl ReceiverSetup {
    pub(super) fn new(
        config: RunConfig,
        aggregates: Aggregates,
        items: ItemSet,
        seed: CommittedSeed,
    ) -> Result<Self, PsiError> {
        config.check()?;
        aggregates.check()?;
        let coin = Coin::draw(&seed, &config.session);
        let mut header = Header::own(PROTOCOL, &config, Role::Receiver, items.len() as u64, 0, seed.commitment());
        header.more = coin.header_fields(&config.session, Role::Receiver, config.bucket_items);
        header.more.extend_from_slice(&aggregates.header_fields());
        Ok(Self { config, aggregates, items, seed, coin, header })
    }

    pub(super) fn header(&self) -> &Header {
        &self.header
    }

    /// Compares the peer's header; gives the salt to send.
    pub(super) fn agree(self, theirs: &Header) -> Result<(ReceiverAgreed, [u8; 32]), PsiError> {
        self.header.check(theirs, &self.config)?;
        coin::check_bucket_items(&self.header, theirs)?;
        check_question(&self.header, theirs)?;
        let sizes = Sizes::of(self.config.bucket_items, &self.header, theirs)?;
        let agreement = Agreement::of(&self.header, theirs, sizes.bits);
        let salt = self.coin.salt();
        Ok((ReceiverAgreed { setup: self, theirs: theirs.clone(), sizes, agreement }, salt))
    }
}

/// Waits for the peer's salt.
pub(super) struct ReceiverAgreed {
    setup: ReceiverSetup,
    theirs: Header,
    sizes: Sizes,
    agreement: Agreement,
}

impl ReceiverAgreed {
    /// Takes the peer's salt.
    pub(super) fn open(self, theirs: &[u8; 32]) -> Result<ReceiverRun, PsiError> {
        let Self { setup, theirs: header, sizes, agreement } = self;
        coin::check(&header, theirs)?;
        let joint = coin::joint(&agreement.digest, &setup.coin.salt(), theirs);
        let ReceiverSetup { config, aggregates, items, seed, .. } = setup;
        let public = Public::new(joint, &config.session, &config.params, &sizes);
        let private =
            canary::private(&mut seed.prg("private canaries", &config.session.0), config.params.private_canaries);
        let session = config.session;
        Ok(ReceiverRun(Arc::new(Own { agreement, aggregates, sizes, session, seed, public, items, private })))
    }
}

/// What all steps share.
pub(super) struct Own {
    pub(super) agreement: Agreement,
    pub(super) aggregates: Aggregates,
    pub(super) sizes: Sizes,
    pub(super) session: SessionId,
    pub(super) seed: CommittedSeed,
    pub(super) public: Public,
    items: ItemSet,
    private: Vec<Item>,
}

/// Ready to compute.
#[derive(Clone)]
pub(super) struct ReceiverRun(pub(super) Arc<Own>);

/// Every point that gets a target, and the bin that it stands in.
pub(super) struct Placed {
    bins: Vec<u32>,
    points: Points,
}

impl ReceiverRun {
    /// Puts every item in its three bins. Independent of the peer.
    pub(super) fn place(&self, threads: usize) -> Result<Placed, PsiError> {
        let own = &*self.0;
        let (sizes, public) = (&own.sizes, &own.public);
        let hashed = public.hash(threads, own.items.as_slice());
        let simple = sizes.cuckoo.place_everywhere(&public.seed(b"cuckoo"), &hashed.keys).map_err(|_| {
            PsiError::Setting { name: "items", value: own.items.len() as u64, expected: "fewer are possible" }
        })?;
        let items = own.items.len();
        // Points stand function by function, each in the order of the items.
        let mut bins = vec![0u32; BINS_PER_ITEM * items];
        let mut standing = 0u64;
        for bin in 0..simple.bins() {
            for placed in simple.bin(bin) {
                bins[usize::from(placed.function) * items + placed.item] = public.bins.place(bin) as u32;
                standing += 1;
            }
        }
        let expected = (BINS_PER_ITEM * items) as u64;
        if standing != expected {
            return Err(PsiError::WrongCount { what: "items in bins", expected, got: standing });
        }
        let mut keys = Zeroizing::new(Vec::with_capacity(sizes.points));
        let mut values = Zeroizing::new(Vec::with_capacity(sizes.points));
        for function in 0..BINS_PER_ITEM {
            let named = public.points(function, &hashed);
            keys.extend_from_slice(&named.keys);
            values.extend_from_slice(&named.values);
        }
        let canaries = [&public.canaries[..], &own.private].concat();
        let controls = public.points(CONTROL, &public.hash(1, &canaries));
        bins.extend((0..canaries.len()).map(|i| public.bins.control(i) as u32));
        keys.extend_from_slice(&controls.keys);
        values.extend_from_slice(&controls.values);
        Ok(Placed { bins, points: Points { keys, values } })
    }

    /// Takes the masked table of the peer's queries; gives the target of every bin and the programmed table to send,
    /// packed.
    pub(super) fn program(
        &self,
        placed: Placed,
        mut vole: vole::Keys,
        table: &[Gf128],
        threads: usize,
    ) -> Result<(Zeroizing<Vec<u64>>, Vec<u8>), PsiError> {
        let own = &*self.0;
        let (sizes, public) = (&own.sizes, &own.public);
        let Placed { bins, points: Points { keys, values } } = placed;
        // K = B + Δ·A, which is C + Δ·P.
        axpy(&mut vole.b, vole.delta, table);
        let mut random = Zeroizing::new(sizes.table.decode(&public.seed(b"okvs queries"), &vole.b, &keys, threads)?);
        axpy(&mut random, vole.delta, &values);
        drop(values);
        public.hashes.tags(threads, &keys, &mut random);

        let mut prg = own.seed.prg("targets", &own.session.0);
        let mask = sizes.mask();
        let targets = Zeroizing::new((0..sizes.bins()).map(|_| prg.next_u64() & mask).collect::<Vec<u64>>());
        let hidden =
            bins.iter().zip(random.iter()).map(|(bin, random)| targets[*bin as usize] ^ (random.0 as u64 & mask));
        let hidden: Zeroizing<Vec<u64>> = Zeroizing::new(hidden.collect());
        drop(random);
        let mut prg = own.seed.prg("hint", &context(&own.session, 0));
        let hint = sizes.hint.encode(&public.seed(b"okvs targets"), &keys, &hidden, &mut prg, threads)?;
        Ok((targets, pack(&hint, sizes.bits as usize)))
    }
}
