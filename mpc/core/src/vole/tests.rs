use super::*;
use crate::gf128::embed;
use crate::prg::{CommittedSeed, Prg};
use crate::silent;
use crate::silent::tests::{malformed_messages_are_refused, wrong_corrections};

fn prg(label: &str) -> Prg {
    CommittedSeed::from_bytes(&[3; 64]).prg(label, b"vole")
}

/// A run through the bytes of every message.
fn run_of<F: ValueNoise>(
    len: usize,
    security: Security,
    threads: (usize, usize),
) -> (SenderChecked<F>, ReceiverChecked<F>) {
    let layout = silent::Layout::<F>::new(len, security).unwrap();
    let (mut mine, mut yours) = (prg("sender"), prg("receiver"));
    let mut wire = 0;
    let mut on_wire = |bytes: Vec<u8>| {
        wire += bytes.len();
        bytes
    };
    let (sender, opening) = silent::Sender::start(layout, [1; 32], &mut mine, threads.0);
    let opening = Opening::decode(&layout, &on_wire(opening.encode())).unwrap();
    let (receiver, setup) = silent::Receiver::start(layout, [1; 32]).setup(&opening, &mut yours, threads.1).unwrap();
    let setup = Setup::decode(&layout, &on_wire(setup.encode())).unwrap();
    let (sender, corrections) = sender.expand(&setup, &mut mine, threads.0).unwrap();
    let corrections = Corrections::decode(&layout, &on_wire(corrections.encode())).unwrap();
    let receiver = receiver.expand(&corrections, threads.1).unwrap();
    let (sender, receiver) = match security {
        Security::SemiHonest => (sender.without_check().unwrap(), receiver.without_check().unwrap()),
        Security::Malicious => {
            let (receiver, challenge) = receiver.challenge(&mut yours, threads.1).unwrap();
            let challenge = Challenge::decode(&layout, &on_wire(challenge.encode())).unwrap();
            let (sender, proof) = sender.answer(&challenge, threads.0).unwrap();
            let proof = Proof::decode(&layout, &on_wire(proof.encode())).unwrap();
            (sender, receiver.verify(&proof).unwrap())
        }
    };
    assert_eq!(wire, layout.wire_bytes());
    (sender, receiver)
}

fn run(len: usize, security: Security, threads: (usize, usize)) -> (Keys, Pairs) {
    let (sender, receiver) = run_of::<Values>(len, security, threads);
    (sender.finish(threads.0), receiver.finish(threads.1))
}

fn run_subfield(len: usize, security: Security, threads: (usize, usize)) -> (Keys, subfield::Pairs) {
    let (sender, receiver) = run_of::<Subvalues>(len, security, threads);
    (sender.finish(threads.0), receiver.finish(threads.1))
}

fn holds(keys: &Keys, a: impl Iterator<Item = Gf128>, c: &[Gf128]) -> bool {
    let all = keys.b.iter().zip(a).zip(c);
    keys.b.len() == c.len() && all.into_iter().all(|((b, a), c)| *c == (a * keys.delta) ^ *b)
}

#[test]
fn the_correlation_holds_for_every_length_and_security() {
    for security in [Security::SemiHonest, Security::Malicious] {
        for len in [1, 2, 1_000, 4_097, 1 << 16, 99_991] {
            let (keys, pairs) = run(len, security, (1, 2));
            assert_eq!(pairs.a.len(), len);
            assert!(holds(&keys, pairs.a.iter().copied(), &pairs.c), "{len} {security:?}");
            let (keys, pairs) = run_subfield(len, security, (2, 1));
            assert_eq!(pairs.a.len(), len);
            assert!(holds(&keys, pairs.a.iter().map(|a| embed(*a)), &pairs.c), "{len} {security:?}");
        }
    }
}

#[test]
fn the_number_of_threads_changes_nothing() {
    for security in [Security::SemiHonest, Security::Malicious] {
        let (keys, pairs) = run(20_011, security, (1, 1));
        for threads in [(2, 1), (1, 3), (5, 8)] {
            let (other_keys, other_pairs) = run(20_011, security, threads);
            assert!(keys.delta == other_keys.delta && keys.b == other_keys.b);
            assert!(pairs.a == other_pairs.a && pairs.c == other_pairs.c);
        }
        let (keys, pairs) = run_subfield(20_011, security, (1, 1));
        let (other_keys, other_pairs) = run_subfield(20_011, security, (3, 2));
        assert!(keys.delta == other_keys.delta && keys.b == other_keys.b);
        assert!(pairs.a == other_pairs.a && pairs.c == other_pairs.c);
    }
}

#[test]
fn the_values_look_uniform() {
    let (keys, pairs) = run(1 << 16, Security::Malicious, (2, 2));
    for column in [&pairs.a, &pairs.c, &keys.b] {
        let distinct: std::collections::BTreeSet<_> = column.iter().map(|x| x.0).collect();
        assert_eq!(distinct.len(), 1 << 16);
        // Every bit about half of the time: 32,768 expected, standard deviation 128.
        for bit in 0..128 {
            let ones = column.iter().filter(|x| x.0 >> bit & 1 == 1).count();
            assert!((32_000..33_536).contains(&ones), "bit {bit}: {ones}");
        }
    }
    let (_, of_subfield) = run_subfield(1 << 16, Security::Malicious, (2, 2));
    for bit in 0..64 {
        let ones = of_subfield.a.iter().filter(|x| **x >> bit & 1 == 1).count();
        assert!((32_000..33_536).contains(&ones), "bit {bit}: {ones}");
    }
    assert_eq!(of_subfield.a.iter().collect::<std::collections::BTreeSet<_>>().len(), 1 << 16);
    // Read as rows of bits over GF(2), A has full rank already in its first 160 values: it is in no small subspace.
    let mut basis: Vec<u128> = Vec::new();
    for a in pairs.a.iter().take(160) {
        let rest = basis.iter().fold(a.0, |rest, b| rest.min(rest ^ b));
        if rest != 0 {
            basis.push(rest);
            basis.sort_unstable_by(|x, y| y.cmp(x));
        }
    }
    assert_eq!(basis.len(), 128);
}

#[test]
fn other_sessions_and_other_seeds_give_other_correlations() {
    let (keys, _) = run(100, Security::SemiHonest, (1, 1));
    let layout = Layout::new(100, Security::SemiHonest).unwrap();
    let (sender, opening) = Sender::start(layout, [2; 32], &mut prg("sender"), 1);
    let (_, setup) = Receiver::start(layout, [2; 32]).setup(&opening, &mut prg("receiver"), 1).unwrap();
    let (sender, _) = sender.expand(&setup, &mut prg("other"), 1).unwrap();
    let others = sender.without_check().unwrap().finish(1);
    // The same first draws give the same Δ, and everything else differs.
    assert!(others.delta == keys.delta);
    assert!(others.b.iter().zip(keys.b.iter()).all(|(x, y)| x != y));
}

#[test]
fn malformed_messages_are_refused_with_their_name() {
    malformed_messages_are_refused::<Values>();
    malformed_messages_are_refused::<Subvalues>();
}

#[test]
fn a_sender_with_a_wrong_correction_anywhere_is_found_out() {
    wrong_corrections::<Values>();
    wrong_corrections::<Subvalues>();
}
