//! Circuit-PSI as a whole: its results, its wire, and what it refuses.

mod against_ideal;
mod misbehaviour;
mod sides;
mod wire;
