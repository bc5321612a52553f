//! Anti-replay: which nonces of an account are used up. Several transactions of one account may be in
//! flight and arrive in any order, so a window below the highest nonce is kept instead of a counter.

use ledger_types::object::{NONCE_AHEAD_MAX, NONCE_WINDOW, NonceWindow};

use crate::{Rejection, RuleCode};

/// Whether the nonce may be used.
pub(crate) fn check(window: &NonceWindow, nonce: u64) -> Result<(), Rejection> {
    let reject = |code| Err(Rejection::new(code).with("nonce", nonce).with("highest", window.high));
    if nonce > window.high {
        return if nonce - window.high > NONCE_AHEAD_MAX { reject(RuleCode::NonceTooFarAhead) } else { Ok(()) };
    }
    let back = window.high - nonce;
    if nonce == 0 || back >= NONCE_WINDOW {
        return reject(RuleCode::NonceStale);
    }
    let used = window.seen.get((back / 64) as usize).is_some_and(|word| word >> (back % 64) & 1 == 1);
    if used { reject(RuleCode::NonceUsed) } else { Ok(()) }
}

/// The window after the nonce was used. [`check`] must have let it through.
pub(crate) fn mark(mut window: NonceWindow, nonce: u64) -> NonceWindow {
    if nonce > window.high {
        let by = nonce - window.high;
        window.seen = shifted(&window.seen, by);
        window.high = nonce;
    }
    let back = window.high - nonce;
    let word = (back / 64) as usize;
    if window.seen.len() <= word {
        window.seen.resize(word + 1, 0);
    }
    window.seen[word] |= 1 << (back % 64);
    while window.seen.last() == Some(&0) {
        window.seen.pop();
    }
    window
}

// Moves every bit `by` places up and drops what leaves the window.
fn shifted(seen: &[u64], by: u64) -> Vec<u64> {
    if by >= NONCE_WINDOW {
        return Vec::new();
    }
    let (words, bits) = ((by / 64) as usize, (by % 64) as u32);
    let size = (NONCE_WINDOW / 64) as usize;
    let mut out = vec![0u64; (seen.len() + words + 1).min(size)];
    for (i, word) in seen.iter().enumerate() {
        if let Some(low) = out.get_mut(i + words) {
            *low |= word << bits;
        }
        if bits > 0
            && let Some(high) = out.get_mut(i + words + 1)
        {
            *high |= word >> (64 - bits);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn code(window: &NonceWindow, nonce: u64) -> Option<RuleCode> {
        check(window, nonce).err().map(|r| r.code)
    }

    #[test]
    fn the_first_nonce_is_one_and_each_is_used_once() {
        let w = NonceWindow::default();
        assert_eq!(code(&w, 0), Some(RuleCode::NonceStale));
        assert_eq!(code(&w, 1), None);
        let w = mark(w, 1);
        assert_eq!(code(&w, 1), Some(RuleCode::NonceUsed));
        assert_eq!(code(&w, 2), None);
    }

    #[test]
    fn the_window_ends_where_it_says() {
        let w = mark(NonceWindow::default(), 10_000);
        assert_eq!(code(&w, 10_000 - NONCE_WINDOW + 1), None);
        assert_eq!(code(&w, 10_000 - NONCE_WINDOW), Some(RuleCode::NonceStale));
        assert_eq!(code(&w, 10_000 + NONCE_AHEAD_MAX), None);
        assert_eq!(code(&w, 10_000 + NONCE_AHEAD_MAX + 1), Some(RuleCode::NonceTooFarAhead));
        assert_eq!(code(&w, u64::MAX), Some(RuleCode::NonceTooFarAhead));
    }

    proptest! {
        // Against the plain definition: a set of all nonces ever used.
        #[test]
        fn the_window_agrees_with_a_set(steps in prop::collection::vec((any::<bool>(), 0u64..9000), 1..60)) {
            let (mut w, mut used) = (NonceWindow::default(), BTreeSet::new());
            for (forward, by) in steps {
                let nonce = if forward { w.high + by } else { w.high.saturating_sub(by) };
                let expected = if nonce == 0 || nonce + NONCE_WINDOW <= w.high {
                    Some(RuleCode::NonceStale)
                } else if used.contains(&nonce) {
                    Some(RuleCode::NonceUsed)
                } else {
                    None
                };
                prop_assert_eq!(code(&w, nonce), expected, "{} of {}", nonce, w.high);
                if expected.is_none() {
                    w = mark(w, nonce);
                    used.insert(nonce);
                    prop_assert!(w.seen.len() as u64 <= NONCE_WINDOW / 64);
                    prop_assert_ne!(w.seen.last(), Some(&0));
                }
            }
        }
    }
}
