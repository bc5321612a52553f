//! The explorer.

mod block;
mod blocks;
mod chain;
mod genesis;
mod transaction;
mod transactions;

pub(super) use block::block;
pub(super) use blocks::blocks;
pub(super) use chain::chain;
pub(super) use genesis::genesis;
pub(super) use transaction::transaction;
pub(super) use transactions::transactions;
