//! How large everything is. Follows from the headers alone, so that no size tells anything of an item.

use mpc_core::okvs::{self, Binary, Field};
use mpc_core::vole::{self, Security};

use super::program::value_bytes;
use crate::parties::Roster;
use crate::rr22::sizes::{capacity, ceil_log2};
use crate::run::PsiError;

/// Sizes of a run, equal at all parties.
#[derive(Debug, Clone)]
pub(super) struct Sizes {
    /// How many buckets.
    pub(super) buckets: u32,
    /// Entries of the leader that a bucket takes.
    pub(super) leader_max: usize,
    /// Entries of each sender that a bucket takes.
    pub(super) sender_max: Vec<usize>,
    /// The leader's table of every bucket.
    pub(super) table: okvs::Params<Field>,
    /// The VOLE of every bucket and link.
    pub(super) vole: vole::Layout,
    /// Each sender's table of every bucket.
    pub(super) programs: Vec<okvs::Params<Binary>>,
    /// Whether tests have a second part of 128 bits.
    pub(super) wide: bool,
    /// Senders that release columns.
    pub(super) paying: Vec<bool>,
}

impl Sizes {
    pub(super) fn of(bucket_items: u32, roster: &Roster) -> Result<Self, PsiError> {
        let (leader, members) = (&roster.center, &roster.members);
        let most = members.iter().map(|member| member.total()).max().unwrap_or(0).max(leader.total());
        let buckets = most.div_ceil(u64::from(bucket_items)).max(1);
        let too_large = || PsiError::Setting {
            name: "bucket_items",
            value: u64::from(bucket_items),
            expected: "fewer are possible",
        };
        let leader_max = capacity(leader.total(), buckets) as usize;
        let sender_max: Vec<usize> = members.iter().map(|member| capacity(member.total(), buckets) as usize).collect();
        let table = okvs::Params::for_items(leader_max).map_err(|_| too_large())?;
        let vole = vole::Layout::new(table.table_len(), Security::Malicious).map_err(|_| too_large())?;
        let program = |items: &usize| okvs::Params::binary_for_items(*items).map_err(|_| too_large());
        let programs = sender_max.iter().map(program).collect::<Result<_, _>>()?;
        // Each of the leader's entries is accepted wrongly with probability 2^−bits: the leader asks about its own
        // entries only, so their number counts and not the number of pairs.
        let bits = leader.params.statistical_bits + ceil_log2(leader.total(), 1, 1);
        let paying = (0..members.len()).map(|place| roster.payload(place).is_some()).collect();
        let buckets = u32::try_from(buckets).map_err(|_| too_large())?;
        Ok(Self { buckets, leader_max, sender_max, table, vole, programs, wide: bits > 64, paying })
    }

    /// Senders other than `place` whose payloads need a share of its.
    pub(super) fn shares(&self, place: usize) -> impl Iterator<Item = usize> {
        self.paying
            .iter()
            .enumerate()
            .filter(move |(other, paying)| **paying && *other != place)
            .map(|(other, _)| other)
    }

    /// Bytes of a value that a sender programs.
    pub(super) fn value_bytes(&self, place: usize) -> usize {
        value_bytes(self.shares(place).count() + usize::from(self.wide))
    }

    /// Values that go over a link, both ways, in all.
    pub(super) fn values(&self, place: usize) -> u64 {
        let each = self.table.table_len() + self.programs[place].table_len();
        each as u64 * u64::from(self.buckets)
    }
}
