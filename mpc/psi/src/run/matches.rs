//! The receiver's result.

use zeroize::Zeroize;

use super::error::PsiError;
use super::wire::Fields;

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

    /// Bytes of the rows from a number on, in the order of finding them, after their number:
    /// `from u64 ‖ count u64 ‖ (item u32 ‖ length u32)… ‖ payloads`.
    pub(crate) fn encode_from(&self, from: usize, out: &mut Vec<u8>) {
        let rows = &self.rows[from.min(self.rows.len())..];
        out.extend_from_slice(&(from as u64).to_be_bytes());
        out.extend_from_slice(&(rows.len() as u64).to_be_bytes());
        for (item, len, _) in rows {
            out.extend_from_slice(&item.to_be_bytes());
            out.extend_from_slice(&len.to_be_bytes());
        }
        if let Some((_, _, start)) = rows.first() {
            out.extend_from_slice(&self.payload[*start as usize..]);
        }
    }

    /// Adds rows that were encoded; they must come after those that are here and stand for some of `items` items.
    pub(crate) fn decode_more(&mut self, fields: &mut Fields<'_>, items: u64) -> Result<(), PsiError> {
        let malformed = || PsiError::Malformed { message: "checkpoint" };
        let (from, count) = (fields.u64()?, fields.u64()?);
        if from != self.rows.len() as u64 || count > items {
            return Err(malformed());
        }
        let (rows, rest) = fields.bytes((count * 8) as usize)?.as_chunks::<8>();
        if !rest.is_empty() {
            return Err(malformed());
        }
        let mut start = self.payload.len() as u64;
        for row in rows {
            let (item, len) = (u64::from_be_bytes(*row) >> 32, u64::from_be_bytes(*row) & 0xffff_ffff);
            if item >= items {
                return Err(malformed());
            }
            self.rows.push((item as u32, len as u32, start));
            start += len;
        }
        let payload = fields.bytes(start as usize - self.payload.len())?;
        self.payload.extend_from_slice(payload);
        Ok(())
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
