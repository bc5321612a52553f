//! The console is embedded from `frontend/dist`. A checkout without a built console still compiles: the
//! desk then answers the API and says at `/` that the console was not built in.

use std::path::Path;

fn main() {
    let dist = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../frontend/dist");
    if let Err(e) = std::fs::create_dir_all(&dist) {
        println!("cargo:warning=cannot create {}: {e}", dist.display());
    }
    println!("cargo:rerun-if-changed={}", dist.display());
}
