//! The receiver's result.

use zeroize::Zeroize;

/// Positions of the receiver's items that the sender holds too, in the receiver's own order, each with the
/// payload that the sender released for it (empty without payload).
#[derive(Default)]
pub struct Matches {
    // (item, where its payload starts, its length), ascending by item.
    rows: Vec<(u32, u32, u64)>,
    payload: Vec<u8>,
}

impl Matches {
    pub(crate) fn push(&mut self, item: usize, payload_len: usize) {
        let start = (self.payload.len() - payload_len) as u64;
        self.rows.push((item as u32, payload_len as u32, start));
    }

    pub(crate) fn payload_buffer(&mut self) -> &mut Vec<u8> {
        &mut self.payload
    }

    pub(crate) fn sort(&mut self) {
        // Stable, because that is quick on rows that are in order already, as a whole or in runs.
        self.rows.sort_by_key(|row| row.0);
    }

    /// How many items matched.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether none did.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Position of each matched item, ascending, with its payload.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (usize, &[u8])> {
        self.rows.iter().map(|(item, len, start)| {
            let start = *start as usize;
            (*item as usize, &self.payload[start..start + *len as usize])
        })
    }
}

impl Drop for Matches {
    fn drop(&mut self) {
        self.payload.zeroize();
    }
}

impl std::fmt::Debug for Matches {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Matches")
    }
}
