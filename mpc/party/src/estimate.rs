//! What a private set intersection will cost, before anybody approves it: time, memory and traffic of an algorithm from
//! the sizes of both sides, the link between them and the machine; and which algorithm to take. Pure, in whole numbers.
//!
//! The figures of an algorithm are in its descriptor ([`ledger_types::algorithm`], with their sources); this module has
//! those of a machine and a link. An estimate is an upper bound of the usual: it adds up what may overlap. Columns that
//! the sender releases are not counted, because only the sender knows how wide they are.

use ledger_types::algorithm::{CostModel, RoleCost};

/// Reading a row of the file, its canonical key and its SM3: 3 million keys/s (crypto.md §1.2) and as long again for the
/// file.
const PREPARE_ROW_NS: u64 = 700;
/// Memory of reading: 543 MB for 10 million rows (docs/protocols/ecdh-psi.md, Memory).
const PREPARE_ROW_BYTES: u64 = 55;
/// What a node needs for a run of any size: buffers of the channel and of the file.
const RUN_BYTES: u64 = 32 << 20;
/// Runs that end sooner than this are all quick enough for a person: then the fewest bytes count.
const QUICK_MS: u64 = 2_000;
/// What a run needs may use this part of the free memory, in percent; the rest is for everything else.
const MEMORY_PERCENT: u128 = 80;

/// So many times more rows at the sender pay for a set-up that is kept (crypto.md §1.4).
pub const LOPSIDED: u64 = 64;
/// With fewer rows than this at the sender every algorithm is quick.
const KEPT_ROWS_MIN: u64 = 100_000;
/// Longest first run of an algorithm that keeps its set-up: a quarter of an hour.
const KEPT_MS_MAX: u64 = 15 * 60 * 1_000;
/// Largest download of one: 2 GiB.
const KEPT_BYTES_MAX: u64 = 2 << 30;

/// A link between two nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    /// Round trip, microseconds.
    pub rtt_us: u64,
    /// Bytes per second in the slower direction.
    pub bytes_per_s: u64,
}

impl Link {
    /// What is assumed where nothing was measured: 100 Mbit/s and 20 ms, a leased line between two cities.
    pub const ASSUMED: Self = Self { rtt_us: 20_000, bytes_per_s: 12_500_000 };
}

/// Under which circumstances a task would run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Situation {
    /// Rows of the party that learns the result.
    pub receiver_rows: u64,
    /// Rows of the other party; of several, of the largest.
    pub sender_rows: u64,
    /// How many other parties bring data. The receiver runs with each of them, each of them with the receiver.
    pub senders: u64,
    /// Whether this node is the receiver's.
    pub receives: bool,
    /// The link between them.
    pub link: Link,
    /// Threads that a run computes with; the peer is taken to have as many.
    pub threads: u64,
    /// Free memory of this node; `None` when it cannot be told.
    pub memory_bytes: Option<u64>,
}

/// What an algorithm would cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Estimate {
    /// The whole run, milliseconds.
    pub time_ms: u64,
    /// Of it: computing at the slower side.
    pub compute_ms: u64,
    /// Of it: bytes on their way.
    pub transfer_ms: u64,
    /// Memory at this node.
    pub memory_bytes: u64,
    /// Memory at the peer's.
    pub peer_memory_bytes: u64,
    /// Bytes on the wire, both directions.
    pub traffic_bytes: u64,
    /// Whether this node's free memory is enough.
    pub fits: bool,
}

fn whole(n: u128) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}

/// What an algorithm would cost; `vectorised`: with its vector kernels.
pub fn estimate(cost: &CostModel, vectorised: bool, s: &Situation) -> Estimate {
    let (receiver, sender) = (u128::from(s.receiver_rows), u128::from(s.sender_rows));
    let senders = u128::from(s.senders.max(1));
    let threads = u128::from(s.threads.max(1));
    let compute_ns = |role: &RoleCost, own: u128, peer: u128, links: u128| {
        let (own_ns, peer_ns) = if vectorised {
            (role.own_item_ns, role.peer_item_ns)
        } else {
            (role.own_item_portable_ns, role.peer_item_portable_ns)
        };
        let items = links * (own * u128::from(own_ns) + peer * u128::from(peer_ns));
        // A file is read by one thread.
        items.div_ceil(threads) + own * u128::from(PREPARE_ROW_NS)
    };
    let slower =
        compute_ns(&cost.receiver, receiver, sender, senders).max(compute_ns(&cost.sender, sender, receiver, 1));
    let compute_ms = slower.div_ceil(1_000_000) + u128::from(cost.fixed_ms);
    let bits = receiver * u128::from(cost.receiver_item_bits) + sender * u128::from(cost.sender_item_bits);
    let traffic = senders * (bits.div_ceil(8) + u128::from(cost.fixed_bytes));
    let transfer_ms = (traffic * 1_000).div_ceil(u128::from(s.link.bytes_per_s.max(1)));
    let wait_ms = (u128::from(s.link.rtt_us) * u128::from(cost.rounds)).div_ceil(1_000);
    let memory = |role: &RoleCost, own: u128, peer: u128, links: u128| {
        let items = own * u128::from(role.own_item_memory_bytes) + peer * u128::from(role.peer_item_memory_bytes);
        links * items + own * u128::from(PREPARE_ROW_BYTES) + u128::from(RUN_BYTES)
    };
    let at_receiver = memory(&cost.receiver, receiver, sender, senders);
    let at_sender = memory(&cost.sender, sender, receiver, 1);
    let (own, peer) = if s.receives { (at_receiver, at_sender) } else { (at_sender, at_receiver) };
    Estimate {
        time_ms: whole(compute_ms + transfer_ms + wait_ms),
        compute_ms: whole(compute_ms),
        transfer_ms: whole(transfer_ms),
        memory_bytes: whole(own),
        peer_memory_bytes: whole(peer),
        traffic_bytes: whole(traffic),
        fits: s.memory_bytes.is_none_or(|free| own * 100 <= u128::from(free) * MEMORY_PERCENT),
    }
}

/// Why an algorithm is recommended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// No other can be used on this node.
    OnlyUsable,
    /// No other fits into this node's memory.
    OnlyFits,
    /// None fits; this one needs the least.
    LeastMemory,
    /// It is done within seconds, and of those that are it moves the fewest bytes.
    SmallAndQuick,
    /// It is done first.
    Fastest,
    /// The sender has far more rows than the receiver, and this one keeps what it computes from them.
    FewAgainstMany,
}

impl Reason {
    /// Stable name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OnlyUsable => "only_usable",
            Self::OnlyFits => "only_fits",
            Self::LeastMemory => "least_memory",
            Self::SmallAndQuick => "small_and_quick",
            Self::Fastest => "fastest",
            Self::FewAgainstMany => "few_against_many",
        }
    }
}

/// Which of the algorithms to take, by its place in the list, and why; `None` when none can be used. The second of each
/// pair says whether this node can use it.
pub fn recommend(choices: &[(Estimate, bool)]) -> Option<(usize, Reason)> {
    let usable: Vec<(usize, &Estimate)> =
        choices.iter().enumerate().filter(|(_, (_, usable))| *usable).map(|(i, (e, _))| (i, e)).collect();
    if let [(only, _)] = usable.as_slice() {
        return Some((*only, Reason::OnlyUsable));
    }
    let fitting: Vec<(usize, &Estimate)> = usable.iter().copied().filter(|(_, e)| e.fits).collect();
    match fitting.as_slice() {
        [] => usable.into_iter().min_by_key(|(i, e)| (e.memory_bytes, *i)).map(|(i, _)| (i, Reason::LeastMemory)),
        [(only, _)] => Some((*only, Reason::OnlyFits)),
        several => {
            let quick = several.iter().filter(|(_, e)| e.time_ms <= QUICK_MS);
            let lightest = quick.min_by_key(|(i, e)| (e.traffic_bytes, *i)).map(|(i, _)| (*i, Reason::SmallAndQuick));
            let fastest = several.iter().min_by_key(|(i, e)| (e.time_ms, *i)).map(|(i, _)| (*i, Reason::Fastest));
            lightest.or(fastest)
        }
    }
}

/// As [`recommend`], where the algorithm at `keeps` computes from the sender's rows once for many runs: it is taken when the
/// sender has so many more rows that this pays, its first run is affordable, and it can be used and fits.
pub fn recommend_keeping(choices: &[(Estimate, bool)], keeps: Option<usize>, s: &Situation) -> Option<(usize, Reason)> {
    let few = s.receiver_rows.saturating_mul(LOPSIDED) <= s.sender_rows && s.sender_rows >= KEPT_ROWS_MIN;
    let kept = keeps.and_then(|i| choices.get(i).map(|choice| (i, choice))).filter(|(_, (first, usable))| {
        *usable && first.fits && first.time_ms <= KEPT_MS_MAX && first.traffic_bytes <= KEPT_BYTES_MAX
    });
    if let Some((i, _)) = kept.filter(|_| few) {
        return Some((i, Reason::FewAgainstMany));
    }
    // Where keeping does not pay, it is not taken for the few bytes that it may save, but rather than nothing.
    let mut others = choices.to_vec();
    if let Some(choice) = keeps.and_then(|i| others.get_mut(i)) {
        choice.1 = false;
    }
    recommend(&others).or_else(|| recommend(choices))
}

/// Memory that a new process could take on this machine without swapping; `None` where the system does not say.
pub fn free_memory() -> Option<u64> {
    let read = |path: &str| std::fs::read_to_string(path).ok();
    let machine = read("/proc/meminfo").and_then(|text| available(&text));
    let number = |path: &str| read(path)?.trim().parse::<u64>().ok();
    // Of a container; "max" is no number.
    let group = number("/sys/fs/cgroup/memory.max")
        .map(|max| max.saturating_sub(number("/sys/fs/cgroup/memory.current").unwrap_or(0)));
    machine.into_iter().chain(group).min()
}

fn available(meminfo: &str) -> Option<u64> {
    let line = meminfo.lines().find_map(|l| l.strip_prefix("MemAvailable:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()?.checked_mul(1_024)
}

#[cfg(test)]
mod tests {
    use ledger_types::algorithm::builtin;
    use proptest::prelude::*;

    use super::*;

    const FAST: Link = Link { rtt_us: 200, bytes_per_s: 1_000_000_000 };

    fn cost(id: &str) -> CostModel {
        builtin().into_iter().find(|d| d.id == id).expect("built in").cost
    }

    fn ecdh() -> CostModel {
        cost("psi.ecdh-ristretto255")
    }

    fn rr22() -> CostModel {
        cost("psi.rr22-gf128")
    }

    fn situation(rows: u64, link: Link) -> Situation {
        let (receives, threads, memory_bytes) = (true, 1, None);
        Situation { receiver_rows: rows, sender_rows: rows, senders: 1, receives, link, threads, memory_bytes }
    }

    fn both(s: &Situation) -> [(Estimate, bool); 2] {
        [(estimate(&ecdh(), true, s), true), (estimate(&rr22(), true, s), true)]
    }

    #[test]
    fn the_figures_are_those_of_the_sources() {
        let n = 1 << 20;
        let scalar = estimate(&ecdh(), false, &situation(n, FAST));
        // 79.4 s measured for 2^20 with one thread (docs/benchmarks.md).
        assert!((79_000..83_000).contains(&scalar.time_ms), "{scalar:?}");
        let kernel = estimate(&ecdh(), true, &situation(n, FAST));
        assert!((14_500..16_500).contains(&kernel.time_ms), "{kernel:?}");
        // 76 bytes per item; at 100 Mbit/s 6.4 s (crypto.md §1.2).
        assert!(kernel.traffic_bytes - 76 * n < 10_000, "{kernel:?}");
        let slow = estimate(&ecdh(), true, &situation(n, Link::ASSUMED));
        assert!((6_300..6_500).contains(&slow.transfer_ms), "{slow:?}");
        let rr22 = estimate(&rr22(), true, &situation(n, FAST));
        assert!(rr22.traffic_bytes.abs_diff(305 * n / 8 + 100_000) < 8, "{rr22:?}");
        assert!(rr22.time_ms < 1_500, "{rr22:?}");
        // 306 bytes per pair of items of both sides together with payload; less without.
        assert!(scalar.memory_bytes + scalar.peer_memory_bytes < 450 * n, "{scalar:?}");
    }

    #[test]
    fn a_larger_sender_costs_the_sender_and_not_the_receivers_uplink() {
        let unbalanced = Situation { receiver_rows: 1_000, sender_rows: 1_000_000, ..situation(0, FAST) };
        let mirrored = Situation { receiver_rows: 1_000_000, sender_rows: 1_000, ..unbalanced };
        let (a, b) = (estimate(&ecdh(), false, &unbalanced), estimate(&ecdh(), false, &mirrored));
        assert!(a.traffic_bytes < b.traffic_bytes, "{a:?} {b:?}");
        let seen_from_there = estimate(&ecdh(), false, &Situation { receives: false, ..unbalanced });
        assert_eq!(
            (a.memory_bytes, a.peer_memory_bytes),
            (seen_from_there.peer_memory_bytes, seen_from_there.memory_bytes)
        );
    }

    #[test]
    fn every_further_sender_costs_the_receiver_another_link_and_the_others_nothing() {
        let star = cost("psi.star-opprf");
        let of = |senders, receives| {
            estimate(&star, true, &Situation { senders, receives, memory_bytes: None, ..situation(1 << 20, FAST) })
        };
        let (two, four) = (of(2, true), of(4, true));
        assert_eq!(four.traffic_bytes, 2 * two.traffic_bytes);
        assert!(four.time_ms > two.time_ms && four.time_ms < 3 * two.time_ms, "{two:?} {four:?}");
        assert_eq!(of(2, false).memory_bytes, of(4, false).memory_bytes);
        let third = Situation { receiver_rows: 0, senders: 2, ..situation(1 << 20, FAST) };
        let third = estimate(&cost("psi.delegated-prf"), true, &third);
        assert!(third.time_ms < of(2, true).time_ms && third.traffic_bytes < two.traffic_bytes, "{third:?}");
    }

    #[test]
    fn few_rows_take_the_fewest_bytes_and_many_the_fastest() {
        assert_eq!(recommend(&both(&situation(1_000, FAST))), Some((0, Reason::SmallAndQuick)));
        assert_eq!(recommend(&both(&situation(1 << 16, FAST))), Some((1, Reason::SmallAndQuick)));
        assert_eq!(recommend(&both(&situation(100_000_000, FAST))), Some((1, Reason::Fastest)));
    }

    #[test]
    fn few_rows_against_many_take_what_keeps_its_set_up_when_the_first_run_is_affordable() {
        let s = Situation { receiver_rows: 1_000, sender_rows: 10_000_000, ..situation(0, FAST) };
        let choices = |s: &Situation| {
            let kept = estimate(&cost("psi.unbalanced-voprf"), true, s);
            let [ecdh, rr22] = both(s);
            [ecdh, rr22, (kept, true)]
        };
        let take = |s: &Situation| recommend_keeping(&choices(s), Some(2), s).map(|(i, reason)| (i, reason.as_str()));
        assert_eq!(take(&s), Some((2, "few_against_many")));
        // 9 bytes per row of the sender and 65 s of one core, as in docs/protocols/unbalanced-psi.md.
        let first = choices(&s)[2].0;
        assert!((90_000_000..93_000_000).contains(&first.traffic_bytes), "{first:?}");
        assert!((65_000..75_000).contains(&first.time_ms), "{first:?}");
        // The sides are alike, or the sender's rows are few or too many, or it cannot be used.
        for other in [
            Situation { receiver_rows: 200_000, ..s },
            Situation { receiver_rows: 100, sender_rows: 50_000, ..s },
            Situation { sender_rows: 1_000_000_000, ..s },
            Situation { memory_bytes: Some(1 << 30), receives: false, ..s },
        ] {
            assert!(take(&other).is_some_and(|(_, reason)| reason != "few_against_many"), "{other:?}");
        }
        let mut unusable = choices(&s);
        unusable[2].1 = false;
        assert_eq!(recommend_keeping(&unusable, Some(2), &s), recommend(&unusable));
        assert_eq!(recommend_keeping(&choices(&s), None, &s), recommend(&choices(&s)));
        // Alone it is better than nothing.
        let equal = situation(1_000, FAST);
        assert_eq!(take(&equal), Some((0, "small_and_quick")));
        let mut alone = choices(&equal);
        (alone[0].1, alone[1].1) = (false, false);
        assert_eq!(recommend_keeping(&alone, Some(2), &equal), Some((2, Reason::OnlyUsable)));
    }

    #[test]
    fn only_what_can_be_used_and_fits_is_recommended() {
        let s = Situation { memory_bytes: Some(1 << 40), ..situation(10_000_000, FAST) };
        let [ecdh, rr22] = both(&s);
        assert_eq!(recommend(&[ecdh, (rr22.0, false)]), Some((0, Reason::OnlyUsable)));
        assert_eq!(recommend(&[(ecdh.0, false), (rr22.0, false)]), None);
        assert_eq!(recommend(&[]), None);
        let between = (ecdh.0.memory_bytes + rr22.0.memory_bytes) / 2 * 100 / 80;
        let tight = both(&Situation { memory_bytes: Some(between), ..s });
        assert_eq!(recommend(&tight), Some((0, Reason::OnlyFits)));
        let none = both(&Situation { memory_bytes: Some(1 << 20), ..s });
        assert_eq!(recommend(&none), Some((0, Reason::LeastMemory)));
        // One that can be used is told even when it does not fit; that it does not is told beside it.
        assert_eq!(recommend(&[none[1], (none[0].0, false)]), Some((0, Reason::OnlyUsable)));
    }

    #[test]
    fn the_free_memory_is_read_from_the_systems_words() {
        assert_eq!(available("MemTotal: 9 kB\nMemAvailable:   2048 kB\n"), Some(2 << 20));
        assert_eq!(available("MemTotal: 9 kB\n"), None);
        assert_eq!(available("MemAvailable: many kB\n"), None);
    }

    proptest! {
        #[test]
        fn more_rows_cost_no_less_and_better_machines_cost_no_more(
            rows in any::<(u32, u32)>(), more in any::<(u32, u32)>(), threads in 1u64..256,
            rtt_us in 0u64..10_000_000, bytes_per_s in 1u64..10_000_000_000, vectorised: bool, receives: bool,
        ) {
            for cost in [ecdh(), rr22()] {
                let s = Situation {
                    receiver_rows: rows.0.into(), sender_rows: rows.1.into(), senders: 1, receives,
                    link: Link { rtt_us, bytes_per_s }, threads, memory_bytes: None,
                };
                let base = estimate(&cost, vectorised, &s);
                let larger = estimate(&cost, vectorised, &Situation {
                    receiver_rows: s.receiver_rows + u64::from(more.0), sender_rows: s.sender_rows + u64::from(more.1), ..s
                });
                prop_assert!(larger.time_ms >= base.time_ms && larger.memory_bytes >= base.memory_bytes);
                prop_assert!(larger.traffic_bytes >= base.traffic_bytes);
                let better = [
                    estimate(&cost, true, &s),
                    estimate(&cost, vectorised, &Situation { threads: threads + 1, ..s }),
                    estimate(&cost, vectorised, &Situation { link: Link { rtt_us: rtt_us / 2, ..s.link }, ..s }),
                    estimate(&cost, vectorised, &Situation { link: Link { bytes_per_s: bytes_per_s * 2, ..s.link }, ..s }),
                ];
                for b in better {
                    prop_assert!(b.time_ms <= base.time_ms && b.traffic_bytes == base.traffic_bytes);
                }
                prop_assert!(base.time_ms >= base.compute_ms && base.time_ms >= base.transfer_ms);
            }
        }

        #[test]
        fn no_number_overflows(n in any::<[u64; 6]>(), vectorised: bool, receives: bool) {
            let [receiver_rows, sender_rows, threads, rtt_us, bytes_per_s, memory] = n;
            let link = Link { rtt_us, bytes_per_s };
            let (senders, memory_bytes) = (threads % 8, Some(memory));
            let s = Situation { receiver_rows, sender_rows, senders, receives, link, threads, memory_bytes };
            for cost in [ecdh(), rr22(), cost("psi.star-opprf"), cost("psi.delegated-prf")] {
                estimate(&cost, vectorised, &s);
            }
        }

        #[test]
        fn what_is_recommended_can_be_used_and_fits_if_any_does(
            rows in any::<(u32, u32)>(), memory in any::<u64>(), usable in any::<[bool; 2]>(), vectorised: bool,
        ) {
            let s = Situation {
                receiver_rows: rows.0.into(), sender_rows: rows.1.into(), senders: 1, receives: true,
                link: Link::ASSUMED, threads: 2, memory_bytes: Some(memory),
            };
            let choices = [(estimate(&ecdh(), vectorised, &s), usable[0]), (estimate(&rr22(), vectorised, &s), usable[1])];
            match recommend(&choices) {
                None => prop_assert_eq!(usable, [false, false]),
                Some((i, _)) => {
                    prop_assert!(choices[i].1);
                    let any_fits = choices.iter().any(|(e, usable)| *usable && e.fits);
                    prop_assert!(choices[i].0.fits || !any_fits);
                }
            }
        }
    }
}
