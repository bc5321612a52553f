//! The published vectors of RFC 9497 appendix A.1 (ristretto255-SHA512), all three modes.

use curve25519_dalek::scalar::Scalar;

use super::*;
use crate::scalar::SecretScalar;

/// Key seed and key info of all modes.
const SEED: [u8; 32] = [0xa3; 32];
const KEY_INFO: &[u8] = b"test key";
const INFO: &[u8] = b"test info";

/// One test vector. Lists are for batches.
struct Vector {
    inputs: &'static [&'static str],
    blinds: &'static [&'static str],
    blinded: &'static [&'static str],
    evaluated: &'static [&'static str],
    outputs: &'static [&'static str],
    proof: &'static str,
    once: &'static str,
}

const OPRF_SECRET: &str = "5ebcea5ee37023ccb9fc2d2019f9d7737be85591ae8652ffa9ef0f4d37063b0e";
const OPRF: [Vector; 2] = [
    Vector {
        inputs: &["00"],
        blinds: &["64d37aed22a27f5191de1c1d69fadb899d8862b58eb4220029e036ec4c1f6706"],
        blinded: &["609a0ae68c15a3cf6903766461307e5c8bb2f95e7e6550e1ffa2dc99e412803c"],
        evaluated: &["7ec6578ae5120958eb2db1745758ff379e77cb64fe77b0b2d8cc917ea0869c7e"],
        outputs: &[
            "527759c3d9366f277d8c6020418d96bb393ba2afb20ff90df23fb7708264e2f3ab9135e3bd69955851de4b1f9fe8a0973396719b7912ba9ee8aa7d0b5e24bcf6",
        ],
        proof: "",
        once: "",
    },
    Vector {
        inputs: &["5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a"],
        blinds: &["64d37aed22a27f5191de1c1d69fadb899d8862b58eb4220029e036ec4c1f6706"],
        blinded: &["da27ef466870f5f15296299850aa088629945a17d1f5b7f5ff043f76b3c06418"],
        evaluated: &["b4cbf5a4f1eeda5a63ce7b77c7d23f461db3fcab0dd28e4e17cecb5c90d02c25"],
        outputs: &[
            "f4a74c9c592497375e796aa837e907b1a045d34306a749db9f34221f7e750cb4f2a6413a6bf6fa5e19ba6348eb673934a722a7ede2e7621306d18951e7cf2c73",
        ],
        proof: "",
        once: "",
    },
];

const VOPRF_SECRET: &str = "e6f73f344b79b379f1a0dd37e07ff62e38d9f71345ce62ae3a9bc60b04ccd909";
const VOPRF_PUBLIC: &str = "c803e2cc6b05fc15064549b5920659ca4a77b2cca6f04f6b357009335476ad4e";
const VOPRF: [Vector; 3] = [
    Vector {
        inputs: &["00"],
        blinds: &["64d37aed22a27f5191de1c1d69fadb899d8862b58eb4220029e036ec4c1f6706"],
        blinded: &["863f330cc1a1259ed5a5998a23acfd37fb4351a793a5b3c090b642ddc439b945"],
        evaluated: &["aa8fa048764d5623868679402ff6108d2521884fa138cd7f9c7669a9a014267e"],
        outputs: &[
            "b58cfbe118e0cb94d79b5fd6a6dafb98764dff49c14e1770b566e42402da1a7da4d8527693914139caee5bd03903af43a491351d23b430948dd50cde10d32b3c",
        ],
        proof: "ddef93772692e535d1a53903db24367355cc2cc78de93b3be5a8ffcc6985dd066d4346421d17bf5117a2a1ff0fcb2a759f58a539dfbe857a40bce4cf49ec600d",
        once: "222a5e897cf59db8145db8d16e597e8facb80ae7d4e26d9881aa6f61d645fc0e",
    },
    Vector {
        inputs: &["5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a"],
        blinds: &["64d37aed22a27f5191de1c1d69fadb899d8862b58eb4220029e036ec4c1f6706"],
        blinded: &["cc0b2a350101881d8a4cba4c80241d74fb7dcbfde4a61fde2f91443c2bf9ef0c"],
        evaluated: &["60a59a57208d48aca71e9e850d22674b611f752bed48b36f7a91b372bd7ad468"],
        outputs: &[
            "8a9a2f3c7f085b65933594309041fc1898d42d0858e59f90814ae90571a6df60356f4610bf816f27afdd84f47719e480906d27ecd994985890e5f539e7ea74b6",
        ],
        proof: "401a0da6264f8cf45bb2f5264bc31e109155600babb3cd4e5af7d181a2c9dc0a67154fabf031fd936051dec80b0b6ae29c9503493dde7393b722eafdf5a50b02",
        once: "222a5e897cf59db8145db8d16e597e8facb80ae7d4e26d9881aa6f61d645fc0e",
    },
    Vector {
        inputs: &["00", "5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a"],
        blinds: &[
            "64d37aed22a27f5191de1c1d69fadb899d8862b58eb4220029e036ec4c1f6706",
            "222a5e897cf59db8145db8d16e597e8facb80ae7d4e26d9881aa6f61d645fc0e",
        ],
        blinded: &[
            "863f330cc1a1259ed5a5998a23acfd37fb4351a793a5b3c090b642ddc439b945",
            "90a0145ea9da29254c3a56be4fe185465ebb3bf2a1801f7124bbbadac751e654",
        ],
        evaluated: &[
            "aa8fa048764d5623868679402ff6108d2521884fa138cd7f9c7669a9a014267e",
            "cc5ac221950a49ceaa73c8db41b82c20372a4c8d63e5dded2db920b7eee36a2a",
        ],
        outputs: &[
            "b58cfbe118e0cb94d79b5fd6a6dafb98764dff49c14e1770b566e42402da1a7da4d8527693914139caee5bd03903af43a491351d23b430948dd50cde10d32b3c",
            "8a9a2f3c7f085b65933594309041fc1898d42d0858e59f90814ae90571a6df60356f4610bf816f27afdd84f47719e480906d27ecd994985890e5f539e7ea74b6",
        ],
        proof: "cc203910175d786927eeb44ea847328047892ddf8590e723c37205cb74600b0a5ab5337c8eb4ceae0494c2cf89529dcf94572ed267473d567aeed6ab873dee08",
        once: "419c4f4f5052c53c45f3da494d2b67b220d02118e0857cdbcf037f9ea84bbe0c",
    },
];

const POPRF_SECRET: &str = "145c79c108538421ac164ecbe131942136d5570b16d8bf41a24d4337da981e07";
const POPRF_PUBLIC: &str = "c647bef38497bc6ec077c22af65b696efa43bff3b4a1975a3e8e0a1c5a79d631";
const POPRF: [Vector; 3] = [
    Vector {
        inputs: &["00"],
        blinds: &["64d37aed22a27f5191de1c1d69fadb899d8862b58eb4220029e036ec4c1f6706"],
        blinded: &["c8713aa89241d6989ac142f22dba30596db635c772cbf25021fdd8f3d461f715"],
        evaluated: &["1a4b860d808ff19624731e67b5eff20ceb2df3c3c03b906f5693e2078450d874"],
        outputs: &[
            "ca688351e88afb1d841fde4401c79efebb2eb75e7998fa9737bd5a82a152406d38bd29f680504e54fd4587eddcf2f37a2617ac2fbd2993f7bdf45442ace7d221",
        ],
        proof: "41ad1a291aa02c80b0915fbfbb0c0afa15a57e2970067a602ddb9e8fd6b7100de32e1ecff943a36f0b10e3dae6bd266cdeb8adf825d86ef27dbc6c0e30c52206",
        once: "222a5e897cf59db8145db8d16e597e8facb80ae7d4e26d9881aa6f61d645fc0e",
    },
    Vector {
        inputs: &["5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a"],
        blinds: &["64d37aed22a27f5191de1c1d69fadb899d8862b58eb4220029e036ec4c1f6706"],
        blinded: &["f0f0b209dd4d5f1844dac679acc7761b91a2e704879656cb7c201e82a99ab07d"],
        evaluated: &["8c3c9d064c334c6991e99f286ea2301d1bde170b54003fb9c44c6d7bd6fc1540"],
        outputs: &[
            "7c6557b276a137922a0bcfc2aa2b35dd78322bd500235eb6d6b6f91bc5b56a52de2d65612d503236b321f5d0bebcbc52b64b92e426f29c9b8b69f52de98ae507",
        ],
        proof: "4c39992d55ffba38232cdac88fe583af8a85441fefd7d1d4a8d0394cd1de77018bf135c174f20281b3341ab1f453fe72b0293a7398703384bed822bfdeec8908",
        once: "222a5e897cf59db8145db8d16e597e8facb80ae7d4e26d9881aa6f61d645fc0e",
    },
    Vector {
        inputs: &["00", "5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a"],
        blinds: &[
            "64d37aed22a27f5191de1c1d69fadb899d8862b58eb4220029e036ec4c1f6706",
            "222a5e897cf59db8145db8d16e597e8facb80ae7d4e26d9881aa6f61d645fc0e",
        ],
        blinded: &[
            "c8713aa89241d6989ac142f22dba30596db635c772cbf25021fdd8f3d461f715",
            "423a01c072e06eb1cce96d23acce06e1ea64a609d7ec9e9023f3049f2d64e50c",
        ],
        evaluated: &[
            "1a4b860d808ff19624731e67b5eff20ceb2df3c3c03b906f5693e2078450d874",
            "aa1f16e903841036e38075da8a46655c94fc92341887eb5819f46312adfc0504",
        ],
        outputs: &[
            "ca688351e88afb1d841fde4401c79efebb2eb75e7998fa9737bd5a82a152406d38bd29f680504e54fd4587eddcf2f37a2617ac2fbd2993f7bdf45442ace7d221",
            "7c6557b276a137922a0bcfc2aa2b35dd78322bd500235eb6d6b6f91bc5b56a52de2d65612d503236b321f5d0bebcbc52b64b92e426f29c9b8b69f52de98ae507",
        ],
        proof: "43fdb53be399cbd3561186ae480320caa2b9f36cca0e5b160c4a677b8bbf4301b28f12c36aa8e11e5a7ef551da0781e863a6dc8c0b2bf5a149c9e00621f02006",
        once: "419c4f4f5052c53c45f3da494d2b67b220d02118e0857cdbcf037f9ea84bbe0c",
    },
];

fn bytes<const N: usize>(text: &str) -> [u8; N] {
    hex::decode(text).expect("hex in a vector").try_into().expect("the length in a vector")
}

fn all<const N: usize>(list: &[&str]) -> Vec<[u8; N]> {
    list.iter().map(|text| bytes(text)).collect()
}

fn once(vector: &Vector) -> SecretScalar {
    SecretScalar::from_canonical_bytes(bytes(vector.once)).unwrap()
}

/// Blinds the inputs of a vector and compares what is sent.
fn client<M: Mode>(vector: &Vector) -> (Client<M>, Vec<Vec<u8>>) {
    let inputs: Vec<Vec<u8>> = vector.inputs.iter().map(|text| hex::decode(text).unwrap()).collect();
    let half = Scalar::from(2u8).invert();
    let halves = vector.blinds.iter().map(|text| Scalar::from_canonical_bytes(bytes(text)).unwrap() * half);
    let client = Client::<M>::with_halves(&inputs, halves.collect(), 2).unwrap();
    assert_eq!(client.request().elements, all::<32>(vector.blinded));
    (client, inputs)
}

fn key<M: Mode>(secret: &str) -> ServerKey<M> {
    let key = ServerKey::<M>::derive(&SEED, KEY_INFO).unwrap();
    assert_eq!(*key.to_bytes(), bytes::<32>(secret));
    key
}

#[test]
fn the_mode_without_proof_gives_the_vectors_of_a_1_1() {
    let key = key::<Oprf>(OPRF_SECRET);
    for vector in &OPRF {
        let (client, inputs) = client::<Oprf>(vector);
        let answer = key.evaluate(&client.request(), 1).unwrap();
        assert_eq!(answer.elements, all::<32>(vector.evaluated));
        assert_eq!(*client.finalize(&inputs, &answer, 1).unwrap(), all::<64>(vector.outputs));
        assert_eq!(*key.outputs(&inputs, 1).unwrap(), all::<64>(vector.outputs));
    }
}

#[test]
fn the_verifiable_mode_gives_the_vectors_of_a_1_2() {
    let key = key::<Voprf>(VOPRF_SECRET);
    assert_eq!(key.public_key().to_bytes(), bytes::<32>(VOPRF_PUBLIC));
    for vector in &VOPRF {
        let (client, inputs) = client::<Voprf>(vector);
        let answer = key.evaluate_with(&client.request(), once(vector), 2).unwrap();
        assert_eq!(answer.elements, all::<32>(vector.evaluated));
        assert_eq!(answer.proof.to_bytes(), bytes::<64>(vector.proof));
        let outputs = client.finalize(&inputs, &answer, key.public_key(), 2).unwrap();
        assert_eq!(*outputs, all::<64>(vector.outputs));
        assert_eq!(*key.outputs(&inputs, 1).unwrap(), all::<64>(vector.outputs));
    }
}

#[test]
fn the_partially_oblivious_mode_gives_the_vectors_of_a_1_3() {
    let key = key::<Poprf>(POPRF_SECRET);
    assert_eq!(key.public_key().to_bytes(), bytes::<32>(POPRF_PUBLIC));
    for vector in &POPRF {
        let (client, inputs) = client::<Poprf>(vector);
        let answer = key.evaluate_with(&client.request(), INFO, once(vector), 2).unwrap();
        assert_eq!(answer.elements, all::<32>(vector.evaluated));
        assert_eq!(answer.proof.to_bytes(), bytes::<64>(vector.proof));
        let outputs = client.finalize(&inputs, &answer, key.public_key(), INFO, 2).unwrap();
        assert_eq!(*outputs, all::<64>(vector.outputs));
        assert_eq!(*key.outputs(&inputs, INFO, 1).unwrap(), all::<64>(vector.outputs));
    }
}
