//! What the `shuzheng` binary is made of. A library so that the whole-system tests in `tests/e2e` can found
//! consortia and tell the demo's story with the same code.

#![forbid(unsafe_code)]

pub mod bench;
pub mod command;
pub mod config;
pub mod demo;
pub mod doctor;
pub mod init;
pub mod node;
pub mod sample;
pub mod try_psi;
pub mod verify;
