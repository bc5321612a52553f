//! Votes and proposals are signed with the organisation's key of the chain's suite. A vote signs exactly
//! [`ledger_types::block::Vote`], so that certificates verify without knowing of Malachite.

use std::sync::Arc;

use async_trait::async_trait;
use ledger_crypto::{KeyError, PublicKey, Signature, SigningKey, SuiteId};
use ledger_types::cbor;
use ledger_types::id::ChainId;
use ledger_types::preimage::{Tag, preimage};
use malachitebft_app_channel::app::types::core::{SignedMessage, SigningScheme, ValidatorProof, VoteExtensionScope};
use malachitebft_signing::{Error, Signer, VerificationResult, Verifier};

use super::context::{Ledger, Proposal, Vote};
use super::wire::ProposalBody;

/// SM2 or Ed25519, told apart by the length of the public key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SuiteScheme;

impl SigningScheme for SuiteScheme {
    type DecodingError = KeyError;
    type Signature = Signature;
    type PublicKey = PublicKey;
    /// Keys stay with [`OrgSigner`].
    type PrivateKey = ();

    fn decode_signature(bytes: &[u8]) -> Result<Signature, KeyError> {
        Signature::from_slice(bytes).map_err(KeyError::from)
    }

    fn encode_signature(signature: &Signature) -> Vec<u8> {
        signature.as_bytes().to_vec()
    }

    fn decode_public_key(bytes: &[u8]) -> Result<PublicKey, KeyError> {
        let suite = if bytes.len() == 32 { SuiteId::Intl } else { SuiteId::Gm };
        PublicKey::from_bytes(suite, bytes)
    }

    fn encode_public_key(key: &PublicKey) -> Vec<u8> {
        key.as_bytes().to_vec()
    }
}

fn vote_preimage(chain: &ChainId, vote: &Vote) -> Option<Vec<u8>> {
    Some(vote.to_ledger()?.preimage(chain))
}

fn proposal_preimage(chain: &ChainId, proposal: &Proposal) -> Option<Vec<u8>> {
    Some(preimage(Tag::Proposal, chain, &cbor::to_bytes(&ProposalBody::of(proposal)?)))
}

/// The bytes that a consensus message signs; `None` if nobody may sign it.
pub(crate) fn signed_bytes(
    chain: &ChainId,
    msg: &malachitebft_app_channel::app::types::SignedConsensusMsg<Ledger>,
) -> Option<Vec<u8>> {
    use malachitebft_app_channel::app::types::SignedConsensusMsg::{Proposal, Vote};
    match msg {
        Vote(v) => vote_preimage(chain, v),
        Proposal(p) => proposal_preimage(chain, p),
    }
}

/// Signs with the organisation's key.
pub(crate) struct OrgSigner {
    pub chain: ChainId,
    pub key: Arc<SigningKey>,
}

fn refuse(what: &'static str) -> Error {
    Error::from_source(what)
}

#[async_trait]
impl Signer<Ledger> for OrgSigner {
    async fn sign_vote(&self, vote: Vote) -> Result<SignedMessage<Ledger, Vote>, Error> {
        let bytes = vote_preimage(&self.chain, &vote).ok_or_else(|| refuse("a vote without a round"))?;
        Ok(SignedMessage::new(vote, self.key.sign(&bytes)))
    }

    async fn sign_proposal(&self, proposal: Proposal) -> Result<SignedMessage<Ledger, Proposal>, Error> {
        let bytes = proposal_preimage(&self.chain, &proposal).ok_or_else(|| refuse("a proposal without a round"))?;
        Ok(SignedMessage::new(proposal, self.key.sign(&bytes)))
    }

    async fn sign_vote_extension(
        &self,
        _scope: VoteExtensionScope<Ledger>,
        _extension: (),
    ) -> Result<SignedMessage<Ledger, ()>, Error> {
        Err(refuse("this ledger's votes carry no extensions"))
    }

    async fn sign_validator_proof(&self, _key: Vec<u8>, _peer: Vec<u8>) -> Result<ValidatorProof<Ledger>, Error> {
        Err(refuse("the mesh authenticates organisations; no validator proofs"))
    }
}

/// Checks signatures with cached tables of the validators' keys.
pub(crate) struct OrgVerifier {
    pub chain: ChainId,
    pub verifier: Arc<ledger_crypto::Verifier>,
}

impl OrgVerifier {
    fn check(&self, bytes: Option<Vec<u8>>, signature: &Signature, key: &PublicKey) -> VerificationResult {
        let valid = bytes.is_some_and(|b| self.verifier.verify(key, &b, signature).is_ok());
        VerificationResult::from_bool(valid)
    }
}

#[async_trait]
impl Verifier<Ledger> for OrgVerifier {
    async fn verify_signed_vote(
        &self,
        vote: &Vote,
        signature: &Signature,
        public_key: &PublicKey,
    ) -> Result<VerificationResult, Error> {
        Ok(self.check(vote_preimage(&self.chain, vote), signature, public_key))
    }

    async fn verify_signed_proposal(
        &self,
        proposal: &Proposal,
        signature: &Signature,
        public_key: &PublicKey,
    ) -> Result<VerificationResult, Error> {
        Ok(self.check(proposal_preimage(&self.chain, proposal), signature, public_key))
    }

    async fn verify_signed_vote_extension(
        &self,
        _scope: &VoteExtensionScope<Ledger>,
        _extension: &(),
        _signature: &Signature,
        _public_key: &PublicKey,
    ) -> Result<VerificationResult, Error> {
        Ok(VerificationResult::Invalid)
    }

    async fn verify_validator_proof(&self, _proof: &ValidatorProof<Ledger>) -> Result<VerificationResult, Error> {
        Ok(VerificationResult::Invalid)
    }
}
