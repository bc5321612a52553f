//! `shuzheng`: one organisation's node, and the tools around it.

#![forbid(unsafe_code)]

use std::process::ExitCode;

use clap::Parser;
use shuzheng::command::Cli;

fn main() -> ExitCode {
    match Cli::parse().run() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("shuzheng: {error}");
            let mut cause = error.source();
            while let Some(inner) = cause {
                eprintln!("  because: {inner}");
                cause = inner.source();
            }
            ExitCode::FAILURE
        }
    }
}
