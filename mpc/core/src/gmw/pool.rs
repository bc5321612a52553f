//! Bits of random transfers, and layers of AND gates made from them.

use zeroize::Zeroizing;

/// Words of bits, cleared when dropped.
pub(super) type Words = Zeroizing<Vec<u64>>;

/// Which end of the transfers a party has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Party {
    /// Holds both messages.
    Offering,
    /// Holds a choice and the message that it chose.
    Choosing,
}

/// Why a layer cannot be computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum GmwError {
    /// The parts of a pool have different lengths.
    #[error("{first} words of messages and {second} words of choices")]
    Unequal {
        /// Words of one part.
        first: usize,
        /// Words of the other.
        second: usize,
    },
    /// There are not enough transfers.
    #[error("{needed} words of transfers are needed, {left} are left")]
    Exhausted {
        /// Words needed.
        needed: usize,
        /// Words left.
        left: usize,
    },
    /// The two inputs of a layer have different lengths.
    #[error("a layer with {left} and {right} words of inputs")]
    Inputs {
        /// Words on the left.
        left: usize,
        /// Words on the right.
        right: usize,
    },
    /// The other party sent another number of words.
    #[error("{got} words for a layer; {expected} were expected")]
    Reply {
        /// Words by the layer.
        expected: usize,
        /// Words that came.
        got: usize,
    },
}

/// Random transfers of single bits, 64 to a word.
pub struct Pool {
    party: Party,
    // Offering: m₀ and m₀ ⊕ m₁. Choosing: m_c and c.
    first: Words,
    second: Words,
    next: usize,
}

impl Pool {
    /// A pool of what transfers gave: `first` is m₀ or m_c, `second` is m₀ ⊕ m₁ or c.
    ///
    /// # Errors
    /// When the lengths differ.
    pub fn new(party: Party, first: Vec<u64>, second: Vec<u64>) -> Result<Self, GmwError> {
        let (first, second) = (Zeroizing::new(first), Zeroizing::new(second));
        if first.len() != second.len() {
            return Err(GmwError::Unequal { first: first.len(), second: second.len() });
        }
        Ok(Self { party, first, second, next: 0 })
    }

    /// An empty pool with room for `words`.
    pub fn with_capacity(party: Party, words: usize) -> Self {
        let room = || Zeroizing::new(Vec::with_capacity(words));
        Self { party, first: room(), second: room(), next: 0 }
    }

    /// Adds more transfers.
    ///
    /// # Errors
    /// When the lengths differ.
    pub fn extend(&mut self, first: &[u64], second: &[u64]) -> Result<(), GmwError> {
        if first.len() != second.len() {
            return Err(GmwError::Unequal { first: first.len(), second: second.len() });
        }
        self.first.extend_from_slice(first);
        self.second.extend_from_slice(second);
        Ok(())
    }

    /// Which end of the transfers this is.
    pub fn party(&self) -> Party {
        self.party
    }

    /// Words that are left.
    pub fn left(&self) -> usize {
        self.first.len() - self.next
    }

    /// A layer of AND gates of the shares `x` and `y`: gives what waits for the other party's words, and the words to send.
    /// Takes twice as many words of transfers as there are gates' words.
    ///
    /// # Errors
    /// When the inputs differ in length or too few transfers are left.
    pub fn and(&mut self, x: &[u64], y: &[u64]) -> Result<(OpenGates, Vec<u64>), GmwError> {
        let len = x.len();
        if y.len() != len {
            return Err(GmwError::Inputs { left: len, right: y.len() });
        }
        let needed = 2 * len;
        if needed > self.left() {
            return Err(GmwError::Exhausted { needed, left: self.left() });
        }
        let at = self.next;
        self.next += needed;
        let (first, second) = (&self.first[at..at + needed], &self.second[at..at + needed]);
        // Transfer 1 computes x_o·y_c, transfer 2 y_o·x_c (o: offering, c: choosing).
        let (one, two) = match self.party {
            Party::Offering => (x, y),
            Party::Choosing => (y, x),
        };
        let masked = |own: &[u64], bits: &[u64], out: &mut Vec<u64>| {
            out.extend(own.iter().zip(bits).map(|(own, bits)| own ^ bits));
        };
        let mut said = Vec::with_capacity(needed);
        masked(one, &second[..len], &mut said);
        masked(two, &second[len..], &mut said);
        // What the own party knows of the product, and what the other's word is multiplied with.
        let local: Vec<u64> = (0..len).map(|i| (x[i] & y[i]) ^ first[i] ^ first[len + i]).collect();
        let factors = match self.party {
            Party::Offering => [x, y].concat(),
            Party::Choosing => second.to_vec(),
        };
        Ok((OpenGates { local: Zeroizing::new(local), factors: Zeroizing::new(factors) }, said))
    }
}

/// A layer of AND gates that waits for the other party's words.
pub struct OpenGates {
    local: Words,
    factors: Words,
}

impl OpenGates {
    /// Words that the other party sends.
    pub fn expected(&self) -> usize {
        self.factors.len()
    }

    /// The shares of the products.
    ///
    /// With a = m₀ ⊕ m₁, δ = x_o ⊕ a (sent by the offering party), ε = y_c ⊕ c (sent by the choosing one):
    /// x_o·y_c = (m₀ ⊕ x_o·ε) ⊕ (m_c ⊕ δ·c).
    ///
    /// # Errors
    /// When there are not [`expected`](Self::expected) words.
    pub fn finish(self, theirs: &[u64]) -> Result<Words, GmwError> {
        let Self { mut local, factors } = self;
        if theirs.len() != factors.len() {
            return Err(GmwError::Reply { expected: factors.len(), got: theirs.len() });
        }
        let len = local.len();
        for (i, z) in local.iter_mut().enumerate() {
            *z ^= (factors[i] & theirs[i]) ^ (factors[len + i] & theirs[len + i]);
        }
        Ok(local)
    }
}
