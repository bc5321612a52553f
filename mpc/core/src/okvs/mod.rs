#![doc = include_str!("../../../../docs/protocols/okvs.md")]

mod decode;
mod dense;
mod encode;
pub(crate) mod estimate;
pub(crate) mod hash;
mod params;
mod partition;
pub(crate) mod peel;
mod residue;
mod value;

#[cfg(test)]
mod tests;

pub use decode::TableLength;
pub use dense::{Binary, Dense, DenseKind, Field};
pub use encode::EncodeError;
pub use hash::Seed;
pub use params::{ITEMS_MAX, Params, ParamsError, STATISTICAL_BITS};
pub use value::{FieldValue, Value};
