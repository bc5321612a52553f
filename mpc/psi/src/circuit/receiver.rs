//! The receiver as a machine without input or output: its items in all three of their bins, a target for every bin.

use std::sync::Arc;

use mpc_core::cuckoo::BINS_PER_ITEM;
use mpc_core::gf128::axpy;
use mpc_core::gmw::slices::pack;
use mpc_core::{Gf128, vole};
use rand_core::RngCore;
use zeroize::Zeroizing;

use super::party::Own;
use super::points::{Points, context};
use crate::run::PsiError;

/// Ready to compute.
#[derive(Clone)]
pub(super) struct ReceiverRun {
    pub(super) own: Arc<Own>,
}

/// Every point that gets a target, and the bin that it stands in.
pub(super) struct Placed {
    bins: Vec<u32>,
    points: Points,
}

impl ReceiverRun {
    pub(super) fn new(own: Own) -> Self {
        Self { own: Arc::new(own) }
    }

    /// Puts every item in its three bins. Independent of the peer.
    pub(super) fn place(&self, threads: usize) -> Result<Placed, PsiError> {
        let own = &*self.own;
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
        let mut points = Points::with_capacity(sizes.points);
        for function in 0..BINS_PER_ITEM {
            let named = public.points(function, &hashed);
            points.keys.extend_from_slice(&named.keys);
            points.values.extend_from_slice(&named.values);
        }
        own.stand_canaries(&mut bins, &mut points);
        Ok(Placed { bins, points })
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
        let own = &*self.own;
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
