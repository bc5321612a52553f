//! Whole nodes: alone, four in one process, and four processes that get killed.

mod bench;
mod consortium;
mod kill;
mod replica;
mod solo;
mod support;
