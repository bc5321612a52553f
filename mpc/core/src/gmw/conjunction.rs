//! The AND of many rows of bits.

use zeroize::Zeroizing;

use super::pool::{GmwError, OpenGates, Pool, Words};

/// Shares of rows of bits, of which column by column the AND is wanted: a tree with ⌈log2 rows⌉ layers and rows − 1 gates
/// per column. For equality of two strings, row i is bit i of one at one party and its complement at the other.
pub struct Conjunction {
    width: usize,
    rows: Words,
}

impl Conjunction {
    /// Rows of `width` words each, one after the other.
    ///
    /// # Errors
    /// When `rows` is not a positive multiple of `width`.
    pub fn new(width: usize, rows: Vec<u64>) -> Result<Self, GmwError> {
        let rows = Zeroizing::new(rows);
        if width == 0 || rows.is_empty() || !rows.len().is_multiple_of(width) {
            return Err(GmwError::Inputs { left: rows.len(), right: width });
        }
        Ok(Self { width, rows })
    }

    /// Words of transfers that all layers of `rows` rows take.
    pub fn transfer_words(width: usize, rows: usize) -> usize {
        2 * width * rows.saturating_sub(1)
    }

    /// Layers that are left.
    pub fn layers(&self) -> u32 {
        (self.rows.len() / self.width).next_power_of_two().ilog2()
    }

    /// The next layer; `None` when one row is left.
    ///
    /// # Errors
    /// When too few transfers are left.
    pub fn next(&self, pool: &mut Pool) -> Result<Option<(OpenGates, Vec<u64>)>, GmwError> {
        let half = self.rows.len() / self.width / 2 * self.width;
        if half == 0 {
            return Ok(None);
        }
        pool.and(&self.rows[..half], &self.rows[half..2 * half]).map(Some)
    }

    /// Takes the other party's words of the layer.
    ///
    /// # Errors
    /// When their number is wrong.
    pub fn take(self, gates: OpenGates, theirs: &[u64]) -> Result<Self, GmwError> {
        let used = gates.expected();
        let mut rows = gates.finish(theirs)?;
        // A row without partner goes up as it is.
        rows.extend_from_slice(&self.rows[used..]);
        Ok(Self { width: self.width, rows })
    }

    /// The only row that is left. Meaningful when there are no more layers.
    pub fn finish(mut self) -> Words {
        self.rows.truncate(self.width);
        self.rows
    }
}
