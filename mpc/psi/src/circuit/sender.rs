//! The sender as a machine without input or output: its items in a cuckoo table, its columns beside them.

use std::sync::Arc;

use mpc_core::cuckoo::CuckooError;
use mpc_core::{CommittedSeed, Gf128, vole};
use rand_core::RngCore;
use zeroize::Zeroizing;

use super::PROTOCOL;
use super::aggregates::{Aggregates, Column, check_columns};
use super::points::{CONTROL, Points, Public, context};
use super::sizes::{Sizes, check_question};
use crate::item::{Item, ItemSet};
use crate::rr22::coin::{self, Coin};
use crate::run::{Agreement, Header, PsiError, Role, RunConfig, SessionId, canary};

/// Number of the entry that an empty bin has instead of an item.
const EMPTY: u32 = u32::MAX;

/// Before the headers are exchanged.
pub(super) struct SenderSetup {
    config: RunConfig,
    aggregates: Aggregates,
    items: ItemSet,
    columns: Arc<Vec<Column>>,
    seed: CommittedSeed,
    coin: Coin,
    header: Header,
}

impl SenderSetup {
    pub(super) fn new(
        config: RunConfig,
        aggregates: Aggregates,
        items: ItemSet,
        columns: Arc<Vec<Column>>,
        seed: CommittedSeed,
    ) -> Result<Self, PsiError> {
        config.check()?;
        aggregates.check()?;
        check_columns(&aggregates, &columns, items.len())?;
        let coin = Coin::draw(&seed, &config.session);
        let mut header = Header::own(PROTOCOL, &config, Role::Sender, items.len() as u64, 0, seed.commitment());
        header.more = coin.header_fields(&config.session, Role::Sender, config.bucket_items);
        header.more.extend_from_slice(&aggregates.header_fields());
        Ok(Self { config, aggregates, items, columns, seed, coin, header })
    }

    pub(super) fn header(&self) -> &Header {
        &self.header
    }

    /// Compares the peer's header; gives the salt to send.
    pub(super) fn agree(self, theirs: &Header) -> Result<(SenderAgreed, [u8; 32]), PsiError> {
        self.header.check(theirs, &self.config)?;
        coin::check_bucket_items(&self.header, theirs)?;
        check_question(&self.header, theirs)?;
        let sizes = Sizes::of(self.config.bucket_items, theirs, &self.header)?;
        let agreement = Agreement::of(theirs, &self.header, sizes.bits);
        let salt = self.coin.salt();
        Ok((SenderAgreed { setup: self, theirs: theirs.clone(), sizes, agreement }, salt))
    }
}

/// Waits for the peer's salt.
pub(super) struct SenderAgreed {
    setup: SenderSetup,
    theirs: Header,
    sizes: Sizes,
    agreement: Agreement,
}

impl SenderAgreed {
    /// Takes the peer's salt.
    pub(super) fn open(self, theirs: &[u8; 32]) -> Result<SenderRun, PsiError> {
        let Self { setup, theirs: header, sizes, agreement } = self;
        coin::check(&header, theirs)?;
        let joint = coin::joint(&agreement.digest, theirs, &setup.coin.salt());
        let SenderSetup { config, aggregates, items, columns, seed, .. } = setup;
        let public = Public::new(joint, &config.session, &config.params, &sizes);
        let private =
            canary::private(&mut seed.prg("private canaries", &config.session.0), config.params.private_canaries);
        let session = config.session;
        Ok(SenderRun(Arc::new(Own { agreement, aggregates, sizes, session, seed, public, items, columns, private })))
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
    columns: Arc<Vec<Column>>,
    private: Vec<Item>,
}

/// Ready to compute.
#[derive(Clone)]
pub(super) struct SenderRun(pub(super) Arc<Own>);

/// The own items in their bins, and the table of their queries.
pub(super) struct Placed {
    /// The own item of each bin; canaries and empty bins have none.
    pub(super) items: Vec<u32>,
    /// The bin of each query.
    bins: Vec<u32>,
    points: Points,
    table: Zeroizing<Vec<Gf128>>,
}

impl SenderRun {
    /// Places every item in one of its bins and encodes the queries. Independent of the peer.
    pub(super) fn place(&self, threads: usize) -> Result<Placed, PsiError> {
        let own = &*self.0;
        let (sizes, public) = (&own.sizes, &own.public);
        let hashed = public.hash(threads, own.items.as_slice());
        let cuckoo = sizes.cuckoo.place(&public.seed(b"cuckoo"), &hashed.keys).map_err(place_error)?;
        // The names of an item in each of its bins; one is used.
        let named: [Points; 3] = std::array::from_fn(|function| public.points(function, &hashed));
        let mut items = vec![EMPTY; sizes.bins()];
        let mut bins = Vec::with_capacity(sizes.queries);
        let (mut keys, mut values) =
            (Zeroizing::new(Vec::with_capacity(sizes.queries)), Zeroizing::new(Vec::with_capacity(sizes.queries)));
        for (bin, placed) in cuckoo.iter().enumerate() {
            let Some(placed) = placed else { continue };
            let at = public.bins.place(bin);
            items[at] = placed.item as u32;
            bins.push(at as u32);
            let named = &named[usize::from(placed.function)];
            keys.push(named.keys[placed.item]);
            values.push(named.values[placed.item]);
        }
        if bins.len() != own.items.len() {
            return Err(PsiError::WrongCount {
                what: "items in bins",
                expected: own.items.len() as u64,
                got: bins.len() as u64,
            });
        }
        let canaries = [&public.canaries[..], &own.private].concat();
        let controls = public.points(CONTROL, &public.hash(1, &canaries));
        bins.extend((0..canaries.len()).map(|i| public.bins.control(i) as u32));
        keys.extend_from_slice(&controls.keys);
        values.extend_from_slice(&controls.values);
        let mut prg = own.seed.prg("table", &context(&own.session, 0));
        let table = sizes.table.encode(&public.seed(b"okvs queries"), &keys, &values, &mut prg, threads)?;
        Ok(Placed { items, bins, points: Points { keys, values }, table: Zeroizing::new(table) })
    }

    /// Masks the table: what is sent. Gives the queries that wait for the peer's targets.
    pub(super) fn mask(&self, placed: Placed, pairs: vole::Pairs) -> (Queries, Vec<u8>) {
        let Placed { items, bins, points, table } = placed;
        let mut out = Vec::with_capacity(table.len() * Gf128::BYTES);
        for (value, a) in table.iter().zip(pairs.a.iter()) {
            out.extend_from_slice(&(*value ^ *a).to_bytes());
        }
        (Queries { items, bins, keys: points.keys, c: pairs.c }, out)
    }

    /// The values of all bins, which equal the peer's targets where keys match.
    pub(super) fn values(&self, queries: Queries, hint: &[u64], threads: usize) -> Result<BinValues, PsiError> {
        let own = &*self.0;
        let (sizes, public) = (&own.sizes, &own.public);
        let Queries { items, bins, keys, c } = queries;
        let decoded = sizes.table.decode(&public.seed(b"okvs queries"), &c, &keys, threads)?;
        let mut random = Zeroizing::new(decoded);
        public.hashes.tags(threads, &keys, &mut random);
        let programmed = Zeroizing::new(sizes.hint.decode(&public.seed(b"okvs targets"), hint, &keys, threads)?);
        // An empty bin gets a value that meets its target by chance alone.
        let mut prg = own.seed.prg("empty bins", &own.session.0);
        let mut values = Zeroizing::new((0..sizes.bins()).map(|_| prg.next_u64()).collect::<Vec<u64>>());
        for ((bin, random), programmed) in bins.iter().zip(random.iter()).zip(programmed.iter()) {
            values[*bin as usize] = random.0 as u64 ^ programmed;
        }
        values.iter_mut().for_each(|value| *value &= sizes.mask());
        Ok(BinValues { values, items })
    }

    /// The numbers of a bin: 1, then each function's value (and whether it is there); of a canary what both sides know.
    pub(super) fn row(&self, items: &[u32], controls: &[Option<u32>], bin: usize, row: &mut [u64]) {
        let own = &*self.0;
        if let Some(control) = controls[bin] {
            for (column, number) in row.iter_mut().enumerate() {
                *number = own.public.control_value(control as usize, column);
            }
            return;
        }
        row.fill(0);
        if items[bin] == EMPTY {
            return;
        }
        let item = items[bin] as usize;
        row[0] = 1;
        let mut at = 1;
        for function in &own.aggregates.functions {
            let column = &own.columns[function.column];
            row[at] = column.value(item);
            at += 1;
            if own.aggregates.counts_nulls(function) {
                row[at] = column.count(item);
                at += 1;
            }
        }
    }
}

/// Queries that wait for the peer's targets.
pub(super) struct Queries {
    items: Vec<u32>,
    bins: Vec<u32>,
    keys: Zeroizing<Vec<Gf128>>,
    c: Zeroizing<Vec<Gf128>>,
}

/// One value per bin.
pub(super) struct BinValues {
    pub(super) values: Zeroizing<Vec<u64>>,
    pub(super) items: Vec<u32>,
}

fn place_error(error: CuckooError) -> PsiError {
    PsiError::Place(error)
}
