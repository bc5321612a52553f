//! What the parties of a delegated run end with.

use zeroize::Zeroize;

use crate::run::RunReport;
pub use crate::star::PairReport;

/// The joined rows: one per key that all data parties hold, with what each of them released for it. The order of the
/// rows is that of their tags, which tells nothing. Cleared when dropped.
#[derive(Default)]
pub struct JoinedRows {
    parties: usize,
    rows: usize,
    /// Per row and party, in this order: where its payload starts and how long it is.
    spans: Vec<(u64, u32)>,
    payload: Vec<u8>,
}

impl JoinedRows {
    pub(super) fn new(parties: usize) -> Self {
        Self { parties, rows: 0, spans: Vec::new(), payload: Vec::new() }
    }

    /// Adds a row without payloads; gives its number.
    pub(super) fn push(&mut self) -> usize {
        self.rows += 1;
        self.spans.resize(self.rows * self.parties, (0, 0));
        self.rows - 1
    }

    /// Sets the payload of a party in a row to what `append` appends, when it does.
    pub(super) fn put_with(
        &mut self,
        row: usize,
        party: usize,
        append: impl FnOnce(&mut Vec<u8>) -> Option<usize>,
    ) -> Option<usize> {
        let start = self.payload.len() as u64;
        let len = append(&mut self.payload)?;
        self.spans[row * self.parties + party] = (start, len as u32);
        Some(len)
    }

    /// Takes rows out.
    pub(super) fn remove(&mut self, mut rows: Vec<usize>) {
        rows.sort_unstable_by(|a, b| b.cmp(a));
        for row in rows {
            self.spans.drain(row * self.parties..(row + 1) * self.parties);
            self.rows -= 1;
        }
    }

    pub(super) fn get(&self, row: usize) -> JoinedRow<'_> {
        JoinedRow { rows: self, row }
    }

    /// How many rows.
    pub fn len(&self) -> usize {
        self.rows
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// How many data parties there are, hence payloads of each row.
    pub fn parties(&self) -> usize {
        self.parties
    }

    /// The rows.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = JoinedRow<'_>> {
        (0..self.rows).map(|row| self.get(row))
    }
}

impl Drop for JoinedRows {
    fn drop(&mut self) {
        self.payload.zeroize();
    }
}

impl std::fmt::Debug for JoinedRows {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JoinedRows")
    }
}

/// A joined row.
#[derive(Clone, Copy)]
pub struct JoinedRow<'a> {
    rows: &'a JoinedRows,
    row: usize,
}

impl<'a> JoinedRow<'a> {
    /// What a data party released for it, by the party's place in the specification (0, 1, …); empty when that party
    /// releases nothing.
    ///
    /// # Panics
    /// When there is no such party.
    pub fn payload(&self, party: usize) -> &'a [u8] {
        assert!(party < self.rows.parties, "a data party of the run");
        let (start, len) = self.rows.spans[self.row * self.rows.parties + party];
        &self.rows.payload[start as usize..start as usize + len as usize]
    }

    /// What all data parties released, in their order.
    pub fn payloads(&self) -> impl ExactSizeIterator<Item = &'a [u8]> {
        let row = *self;
        (0..self.rows.parties).map(move |party| row.payload(party))
    }
}

impl std::fmt::Debug for JoinedRow<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JoinedRow")
    }
}

/// The third party's result.
#[derive(Debug)]
pub struct ThirdOutcome {
    /// The joined rows.
    pub rows: JoinedRows,
    /// What can be attested about the link to each data party, in the order of the channels. `agreement.digest` is the
    /// same in all of them and at every party; `matched` is the number of rows in all of them.
    pub reports: Vec<RunReport>,
}

/// A data party's report.
#[derive(Debug)]
pub struct DataPartyOutcome {
    /// What can be attested about the link to the third party. The sizes in it are the announced ones.
    pub report: RunReport,
    /// What can be attested about the links to the other data parties, in the order of their places.
    pub others: Vec<PairReport>,
}
