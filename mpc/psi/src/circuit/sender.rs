//! The sender as a machine without input or output: its items in a cuckoo table, its columns beside them.

use std::sync::Arc;

use mpc_core::cuckoo::CuckooError;
use mpc_core::{Gf128, vole};
use rand_core::RngCore;
use zeroize::Zeroizing;

use super::aggregates::Column;
use super::party::Own;
use super::points::{Points, context};
use crate::run::PsiError;

/// Number of the entry that an empty bin has instead of an item.
const EMPTY: u32 = u32::MAX;

/// Ready to compute.
#[derive(Clone)]
pub(super) struct SenderRun {
    pub(super) own: Arc<Own>,
    columns: Arc<Vec<Column>>,
}

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
    /// With columns that fit the question (`check_columns`).
    pub(super) fn new(own: Own, columns: Arc<Vec<Column>>) -> Self {
        Self { own: Arc::new(own), columns }
    }

    /// Places every item in one of its bins and encodes the queries. Independent of the peer.
    pub(super) fn place(&self, threads: usize) -> Result<Placed, PsiError> {
        let own = &*self.own;
        let (sizes, public) = (&own.sizes, &own.public);
        let hashed = public.hash(threads, own.items.as_slice());
        let cuckoo = sizes.cuckoo.place(&public.seed(b"cuckoo"), &hashed.keys).map_err(place_error)?;
        // The names of an item in each of its bins; one is used.
        let named: [Points; 3] = std::array::from_fn(|function| public.points(function, &hashed));
        let mut items = vec![EMPTY; sizes.bins()];
        let mut bins = Vec::with_capacity(sizes.queries);
        let mut points = Points::with_capacity(sizes.queries);
        for (bin, placed) in cuckoo.iter().enumerate() {
            let Some(placed) = placed else { continue };
            let at = public.bins.place(bin);
            items[at] = placed.item as u32;
            bins.push(at as u32);
            let named = &named[usize::from(placed.function)];
            points.keys.push(named.keys[placed.item]);
            points.values.push(named.values[placed.item]);
        }
        if bins.len() != own.items.len() {
            return Err(PsiError::WrongCount {
                what: "items in bins",
                expected: own.items.len() as u64,
                got: bins.len() as u64,
            });
        }
        own.stand_canaries(&mut bins, &mut points);
        let mut prg = own.seed.prg("table", &context(&own.session, 0));
        let seed = public.seed(b"okvs queries");
        let table = Zeroizing::new(sizes.table.encode(&seed, &points.keys, &points.values, &mut prg, threads)?);
        Ok(Placed { items, bins, points, table })
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
        let own = &*self.own;
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
        let own = &*self.own;
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
            let column = &self.columns[function.column];
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
