use proptest::prelude::*;

use super::*;
use crate::group::{PointError, PointErrorAt, encode};
use crate::hash_to_group::HashDomain;
use crate::prg::{CommittedSeed, Prg};

fn prg(label: &str) -> Prg {
    CommittedSeed::from_bytes(&[21; 64]).prg(label, b"voprf")
}

fn inputs(n: usize) -> Vec<[u8; 16]> {
    (0..n as u128).map(u128::to_be_bytes).collect()
}

/// A question, its honest answer, and the key.
fn exchange(n: usize) -> (ServerKey<Voprf>, Client<Voprf>, Proven) {
    let key = ServerKey::<Voprf>::random(&mut prg("key"));
    let client = Client::<Voprf>::blind(&inputs(n), &mut prg("blind"), 2).unwrap();
    let answer = key.evaluate(&client.request(), &mut prg("proof"), 2).unwrap();
    (key, client, answer)
}

#[test]
fn all_modes_and_numbers_of_threads_agree_with_the_function_itself() {
    let inputs = inputs(600);
    let oprf = ServerKey::<Oprf>::random(&mut prg("key"));
    let voprf = ServerKey::<Voprf>::random(&mut prg("key"));
    let poprf = ServerKey::<Poprf>::random(&mut prg("key"));
    let expected = (
        oprf.outputs(&inputs, 1).unwrap(),
        voprf.outputs(&inputs, 1).unwrap(),
        poprf.outputs(&inputs, b"epoch 7", 1).unwrap(),
    );
    // The same secret, but other functions.
    assert_ne!(expected.0[0], expected.1[0]);
    assert_ne!(expected.2[0], poprf.outputs(&inputs[..1], b"epoch 8", 1).unwrap()[0]);
    for threads in [1, 2, 5] {
        let client = Client::<Oprf>::blind(&inputs, &mut prg("blind"), threads).unwrap();
        let answer = oprf.evaluate(&client.request(), threads).unwrap();
        assert_eq!(client.finalize(&inputs, &answer, threads).unwrap(), expected.0);

        let client = Client::<Voprf>::blind(&inputs, &mut prg("blind"), threads).unwrap();
        let answer = voprf.evaluate(&client.request(), &mut prg("proof"), threads).unwrap();
        assert_eq!(client.finalize(&inputs, &answer, voprf.public_key(), threads).unwrap(), expected.1);

        let client = Client::<Poprf>::blind(&inputs, &mut prg("blind"), threads).unwrap();
        let answer = poprf.evaluate(&client.request(), b"epoch 7", &mut prg("proof"), threads).unwrap();
        let outputs = client.finalize(&inputs, &answer, poprf.public_key(), b"epoch 7", threads).unwrap();
        assert_eq!(outputs, expected.2);
    }
}

#[test]
fn proofs_over_more_than_one_block_hold_and_do_not_depend_on_threads() {
    // The composite is summed in blocks of 4,096; elements may repeat.
    let key = ServerKey::<Voprf>::random(&mut prg("key"));
    let few = Client::<Voprf>::blind(&inputs(64), &mut prg("blind"), 2).unwrap().request().elements;
    let request = Request { elements: few.iter().cycle().take(5_000).copied().collect() };
    let one = key.evaluate(&request, &mut prg("proof"), 1).unwrap();
    let two = key.evaluate(&request, &mut prg("proof"), 2).unwrap();
    assert_eq!(one, two);
    let suite = suite::Suite::of::<Voprf>();
    let statement =
        |to| dleq::Statement { suite: &suite, public: key.public_key().point(), from: &request.elements, to };
    assert!(statement(&one.elements).holds(&one.proof, 2).unwrap());
    let mut swapped = one.elements.clone();
    swapped.swap(0, 4_999);
    assert!(!statement(&swapped).holds(&one.proof, 2).unwrap());
}

#[test]
fn an_answer_under_another_key_is_refused() {
    let (_, client, answer) = exchange(3);
    let other = ServerKey::<Voprf>::random(&mut prg("other"));
    let refused = client.finalize(&inputs(3), &answer, other.public_key(), 1).unwrap_err();
    assert_eq!(refused, VoprfError::Proof);
    // An honest proof of another key for the same question.
    let (key, client, _) = exchange(3);
    let answer = other.evaluate(&client.request(), &mut prg("proof"), 1).unwrap();
    assert_eq!(client.finalize(&inputs(3), &answer, key.public_key(), 1).unwrap_err(), VoprfError::Proof);
}

#[test]
fn every_change_of_an_answer_is_refused() {
    type Change = fn(&mut Proven);
    let changes: [(Change, VoprfError); 9] = [
        (|a| a.elements.swap(0, 1), VoprfError::Proof),
        (|a| a.elements[2] = a.elements[1], VoprfError::Proof),
        (|a| a.elements[2] = encode(&HashDomain::new(b"x").hash(b"y")), VoprfError::Proof),
        (|a| a.elements[1] = [0; 32], PointErrorAt { index: 1, cause: PointError::Identity }.into()),
        (|a| a.elements[2] = [0xff; 32], PointErrorAt { index: 2, cause: PointError::NonCanonical }.into()),
        (|a| a.elements.truncate(2), VoprfError::Count { expected: 3, got: 2 }),
        (|a| a.elements.push(a.elements[0]), VoprfError::Count { expected: 3, got: 4 }),
        (|a| a.proof = flipped(&a.proof, 0), VoprfError::Proof),
        (|a| a.proof = flipped(&a.proof, 32), VoprfError::Proof),
    ];
    for (change, expected) in changes {
        let (key, client, mut answer) = exchange(3);
        change(&mut answer);
        assert_eq!(client.finalize(&inputs(3), &answer, key.public_key(), 2).unwrap_err(), expected);
    }
    // Untouched it is accepted.
    let (key, client, answer) = exchange(3);
    assert!(client.finalize(&inputs(3), &answer, key.public_key(), 2).is_ok());
}

fn flipped(proof: &Proof, byte: usize) -> Proof {
    let mut bytes = proof.to_bytes();
    bytes[byte] ^= 1;
    Proof::from_bytes(&bytes).unwrap()
}

#[test]
fn another_info_than_the_servers_is_refused() {
    let key = ServerKey::<Poprf>::random(&mut prg("key"));
    let client = Client::<Poprf>::blind(&inputs(2), &mut prg("blind"), 1).unwrap();
    let answer = key.evaluate(&client.request(), b"a", &mut prg("proof"), 1).unwrap();
    assert_eq!(client.finalize(&inputs(2), &answer, key.public_key(), b"b", 1).unwrap_err(), VoprfError::Proof);
}

#[test]
fn the_info_that_cancels_the_key_is_refused_on_both_sides() {
    let suite = suite::Suite::of::<Poprf>();
    let cancelling = -server::info_scalar(&suite, b"bad").unwrap();
    let key = ServerKey::<Poprf>::from_bytes(&cancelling.to_bytes()).unwrap();
    let client = Client::<Poprf>::blind(&inputs(1), &mut prg("blind"), 1).unwrap();
    assert_eq!(key.evaluate(&client.request(), b"bad", &mut prg("proof"), 1).unwrap_err(), VoprfError::Info);
    assert_eq!(key.outputs(&inputs(1), b"bad", 1).unwrap_err(), VoprfError::Info);
    let answer = key.evaluate(&client.request(), b"good", &mut prg("proof"), 1).unwrap();
    let refused = client.finalize(&inputs(1), &answer, key.public_key(), b"bad", 1).unwrap_err();
    assert_eq!(refused, VoprfError::Info);
}

#[test]
fn a_malicious_question_is_refused() {
    let key = ServerKey::<Voprf>::random(&mut prg("key"));
    let good = Client::<Voprf>::blind(&inputs(2), &mut prg("blind"), 1).unwrap().request().elements;
    for (bad, cause) in [([0u8; 32], PointError::Identity), ([0xff; 32], PointError::NonCanonical)] {
        let request = Request { elements: vec![good[0], bad, good[1]] };
        let refused = key.evaluate(&request, &mut prg("proof"), 2).unwrap_err();
        assert_eq!(refused, VoprfError::Point(PointErrorAt { index: 1, cause }));
    }
    for count in [0, BATCH_MAX + 1] {
        let request = Request { elements: vec![good[0]; count] };
        assert_eq!(key.evaluate(&request, &mut prg("proof"), 1).unwrap_err(), VoprfError::BatchSize(count));
    }
}

#[test]
fn a_client_without_inputs_or_with_too_long_ones_does_not_ask() {
    let none: [[u8; 1]; 0] = [];
    assert_eq!(Client::<Oprf>::blind(&none, &mut prg("blind"), 1).unwrap_err(), VoprfError::BatchSize(0));
    let long = vec![0u8; 65_536];
    assert!(matches!(Client::<Oprf>::blind(&[&long], &mut prg("blind"), 1), Err(VoprfError::InputTooLong(_))));
    assert!(Client::<Oprf>::blind(&[&long[1..]], &mut prg("blind"), 1).is_ok());
    let (key, client, answer) = exchange(2);
    let refused = client.finalize(&inputs(1), &answer, key.public_key(), 1).unwrap_err();
    assert_eq!(refused, VoprfError::Count { expected: 2, got: 1 });
}

#[test]
fn keys_come_back_from_their_bytes_and_bad_ones_are_refused() {
    let key = ServerKey::<Voprf>::random(&mut prg("key"));
    let again = ServerKey::<Voprf>::from_bytes(&key.to_bytes()).unwrap();
    assert_eq!(again.public_key(), key.public_key());
    let public = key.public_key().to_bytes();
    assert_eq!(PublicKey::<Voprf>::from_bytes(&public).unwrap(), *key.public_key());
    for bad in [[0u8; 32], [0xff; 32]] {
        assert_eq!(ServerKey::<Voprf>::from_bytes(&bad).unwrap_err(), VoprfError::SecretKey);
        assert!(matches!(PublicKey::<Voprf>::from_bytes(&bad), Err(VoprfError::PublicKey(_))));
    }
    assert_eq!(format!("{key:?}"), "ServerKey");
    assert!(ServerKey::<Voprf>::derive(&[0; 32], &vec![0; 65_536]).is_err());
}

#[test]
fn messages_come_back_from_their_bytes_and_malformed_ones_are_refused() {
    let (_, client, answer) = exchange(3);
    let request = client.request();
    assert_eq!(Request::from_bytes(&request.to_bytes()), Ok(request.clone()));
    assert_eq!(Proven::from_bytes(&answer.to_bytes()), Ok(answer.clone()));
    let evaluated = Evaluated { elements: answer.elements.clone() };
    assert_eq!(Evaluated::from_bytes(&evaluated.to_bytes()), Ok(evaluated));

    let (asked, answered) = (request.to_bytes(), answer.to_bytes());
    for len in 0..asked.len() {
        assert!(matches!(Request::from_bytes(&asked[..len]), Err(VoprfError::Malformed { .. })), "{len}");
    }
    for len in 0..answered.len() {
        assert!(matches!(Proven::from_bytes(&answered[..len]), Err(VoprfError::Malformed { .. })), "{len}");
    }
    assert!(Request::from_bytes(&[&asked[..], &[0]].concat()).is_err());
    assert!(Proven::from_bytes(&[&answered[..], &[0]].concat()).is_err());
    // Scalars of the proof that are not canonical.
    for half in [32, 64] {
        let mut bytes = answered.clone();
        let end = bytes.len() - 64 + half;
        bytes[end - 1] = 0xff;
        assert_eq!(Proven::from_bytes(&bytes), Err(VoprfError::Malformed { message: "proven evaluation" }));
    }
    for count in [0u32, BATCH_MAX as u32 + 1, u32::MAX] {
        let mut bytes = asked.clone();
        bytes[..4].copy_from_slice(&count.to_be_bytes());
        assert_eq!(Request::from_bytes(&bytes), Err(VoprfError::BatchSize(count as usize)));
    }
}

#[test]
fn two_blindings_of_one_input_have_nothing_in_common() {
    let mut rng = prg("blind");
    let request = Client::<Voprf>::blind(&[b"same", b"same"], &mut rng, 1).unwrap().request();
    let again = Client::<Voprf>::blind(&[b"same", b"same"], &mut rng, 1).unwrap().request();
    let mut all = [request.elements, again.elements].concat();
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), 4);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20))]

    #[test]
    fn it_is_a_function_of_key_and_input(
        inputs in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 1..6),
        seed: [u8; 32],
        threads in 1usize..4,
    ) {
        let key = ServerKey::<Voprf>::derive(&seed, b"").unwrap();
        let client = Client::<Voprf>::blind(&inputs, &mut prg("property"), threads).unwrap();
        let request = Request::from_bytes(&client.request().to_bytes()).unwrap();
        let answer = key.evaluate(&request, &mut prg("proof"), threads).unwrap();
        let answer = Proven::from_bytes(&answer.to_bytes()).unwrap();
        let outputs = client.finalize(&inputs, &answer, key.public_key(), threads).unwrap();
        prop_assert_eq!(outputs, key.outputs(&inputs, 1).unwrap());
    }

    #[test]
    fn arbitrary_bytes_are_no_messages_and_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = Request::from_bytes(&bytes);
        let _ = Evaluated::from_bytes(&bytes);
        let _ = Proven::from_bytes(&bytes);
    }
}
