//! Tests of the store against a plain model, through crashes and damage.

mod crash;
mod evidence;
mod misuse;
mod model;
mod prune;
mod support;
