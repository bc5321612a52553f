//! The table that the demo prints: what happened, its evidence, how long it took.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

/// One line of the story.
#[derive(Debug, Clone)]
pub struct Step {
    /// Who did it.
    pub who: String,
    /// What was done, in both languages.
    pub what: String,
    /// Transaction or task id, height, counts: what to look up.
    pub evidence: String,
    /// How long it took.
    pub took: Duration,
}

/// Collects steps and prints them as they happen.
#[derive(Debug, Default)]
pub struct Report {
    /// Lines so far.
    pub steps: Vec<Step>,
    /// Lines go to standard error, because standard output is somebody else's.
    aside: bool,
}

impl Report {
    /// A report that leaves standard output alone.
    pub fn to_stderr() -> Self {
        Self { aside: true, ..Self::default() }
    }

    /// Runs a step; its evidence goes into the table.
    pub fn step<T, E>(&mut self, who: &str, what: &str, run: impl FnOnce() -> Result<(T, String), E>) -> Result<T, E> {
        let started = Instant::now();
        let (value, evidence) = run()?;
        let step = Step { who: who.into(), what: what.into(), evidence, took: started.elapsed() };
        let text = line(self.steps.len() + 1, &step);
        if self.aside {
            eprintln!("{text}");
        } else {
            println!("{text}");
        }
        self.steps.push(step);
        Ok(value)
    }
}

fn line(number: usize, step: &Step) -> String {
    let mut text = String::new();
    // Chinese characters take two columns on a terminal.
    let pad = |s: &str, width: usize| {
        let columns: usize = s.chars().map(|c| if (c as u32) < 0x2e80 { 1 } else { 2 }).sum();
        format!("{s}{}", " ".repeat(width.saturating_sub(columns)))
    };
    let seconds = step.took.as_secs_f64();
    write!(text, "{number:>3}  {}  {}  {seconds:>7.2} s  {}", pad(&step.who, 8), pad(&step.what, 66), step.evidence)
        .expect("writing to a string does not fail");
    text
}

/// `a1b2c3d4…f9e8`.
pub fn short(id: &str) -> String {
    if id.len() <= 16 { id.to_owned() } else { format!("{}…{}", &id[..8], &id[id.len() - 4..]) }
}
