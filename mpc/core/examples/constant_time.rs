//! Whether products with secret scalars take the same time whatever the scalar: `cargo run -p mpc-core --example
//! constant_time [MEASUREMENTS]` prints one line per operation.

#[path = "../tests/timing/mod.rs"]
mod timing;

fn main() {
    let measurements = std::env::args().nth(1).and_then(|arg| arg.parse().ok()).unwrap_or(100_000);
    let leak = timing::of_a_leak(measurements);
    for verdict in std::iter::once(leak).chain(timing::all(measurements)) {
        let found = if verdict.t < timing::DIFFERENT { "no difference found" } else { "differs" };
        println!(
            "{:<45} {:>7} measurements  |t| = {:>8.2}  {found}",
            verdict.operation, verdict.measurements, verdict.t
        );
    }
}
