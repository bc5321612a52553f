//! The sign of an additively shared number: carry of an adder by parallel prefix.

use super::pool::{GmwError, OpenGates, Party, Pool, Words};

/// Layers: the products of the bits, then prefixes of 2, 4, 8, 16 and 32.
const LAYERS: u32 = 6;

/// Bit 31 of a + b mod 2³², a at the offering, b at the choosing party: after Kogge and Stone, with generated carries g and
/// propagated ones p, (g, p) ∘ (g', p') = (g ⊕ p·g', p·p').
pub struct SignBit {
    done: u32,
    /// Bit 31 of p before any layer.
    top: u64,
    p: u64,
    g: u64,
    own: u64,
    party: Party,
}

impl SignBit {
    /// Words of transfers that all layers take.
    pub const TRANSFER_WORDS: usize = 2 + (LAYERS as usize - 1) * 4;

    /// With the own summand.
    pub fn new(party: Party, own: u32) -> Self {
        let own = u64::from(own);
        Self { done: 0, top: own >> 31, p: own, g: 0, own, party }
    }

    /// The next layer; `None` after the last.
    ///
    /// # Errors
    /// When too few transfers are left.
    pub fn next(&self, pool: &mut Pool) -> Result<Option<(OpenGates, Vec<u64>)>, GmwError> {
        match self.done {
            // g = a·b: each factor is known to one party, the other's share of it is 0.
            0 => match self.party {
                Party::Offering => pool.and(&[self.own], &[0]).map(Some),
                Party::Choosing => pool.and(&[0], &[self.own]).map(Some),
            },
            layer if layer < LAYERS => {
                let by = 1 << (layer - 1);
                pool.and(&[self.p, self.p], &[self.g << by, self.p << by]).map(Some)
            }
            _ => Ok(None),
        }
    }

    /// Takes the other party's words of the layer.
    ///
    /// # Errors
    /// When their number is wrong.
    pub fn take(mut self, gates: OpenGates, theirs: &[u64]) -> Result<Self, GmwError> {
        let products: Words = gates.finish(theirs)?;
        if self.done == 0 {
            self.g = products[0];
        } else {
            self.g ^= products[0];
            self.p = products[1];
        }
        // Carries go up only: what is above bit 31 has no influence and is cut off.
        self.g &= u64::from(u32::MAX);
        self.p &= u64::from(u32::MAX);
        self.done += 1;
        Ok(self)
    }

    /// The share of the sign, 0 or 1. Meaningful when there are no more layers.
    pub fn finish(self) -> u64 {
        (self.top ^ (self.g >> 30)) & 1
    }
}
