//! Nothing but dependencies: fixes the features of crates that many others share, so that building one crate
//! of the workspace compiles DataFusion, Malachite and the like with the same features as building all of
//! them, and cargo compiles them once. See docs/adr/0002-one-profile.md.
#![forbid(unsafe_code)]
