//! One measurement.

use serde::Serialize;

/// A row of docs/benchmarks.md.
#[derive(Debug, Clone, Serialize)]
pub struct Row {
    /// Which measurement.
    pub name: String,
    /// Size.
    pub n: u64,
    /// Wall time in seconds.
    pub wall_s: f64,
    /// Processor time in seconds, all processes of the measurement.
    pub cpu_s: f64,
    /// Bytes between the parties, both directions.
    pub bytes_on_wire: Option<u64>,
    /// Largest resident set of one process.
    pub peak_rss_bytes: Option<u64>,
    /// The figure itself.
    pub rate: f64,
    /// Its unit.
    pub unit: &'static str,
    /// What was aimed at, in the same unit.
    pub target: Option<f64>,
    /// Whether it was reached.
    pub met: Option<bool>,
    /// Processor and number of cores.
    pub machine: String,
}

impl Row {
    /// A measurement of `n` things in `wall_s` seconds: the rate follows.
    pub fn per_second(name: impl Into<String>, n: u64, wall_s: f64, cpu_s: f64) -> Self {
        Self {
            name: name.into(),
            n,
            wall_s,
            cpu_s,
            bytes_on_wire: None,
            peak_rss_bytes: None,
            rate: n as f64 / wall_s,
            unit: "1/s",
            target: None,
            met: None,
            machine: machine(),
        }
    }

    /// At least this is wanted.
    pub fn at_least(mut self, target: f64) -> Self {
        self.target = Some(target);
        self.met = Some(self.rate >= target);
        self
    }

    /// At most this is wanted.
    pub fn at_most(mut self, target: f64) -> Self {
        self.target = Some(target);
        self.met = Some(self.rate <= target);
        self
    }

    /// Prints it.
    pub fn print(&self, json: bool) {
        if json {
            println!("{}", serde_json::to_string(self).expect("a row is plain data"));
            return;
        }
        let met = match self.met {
            Some(true) => "met",
            Some(false) => "MISSED",
            None => "",
        };
        let target = self.target.map(|t| format!("target {t}")).unwrap_or_default();
        let wire = self.bytes_on_wire.map(|b| format!("{b} B on the wire")).unwrap_or_default();
        let rss = self.peak_rss_bytes.map(|b| format!("{} MiB peak", b >> 20)).unwrap_or_default();
        println!(
            "{:<34} n={:<9} {:>9.3} s wall {:>9.3} s cpu  {:>12.1} {:<6} {target} {met} {wire} {rss}",
            self.name, self.n, self.wall_s, self.cpu_s, self.rate, self.unit
        );
    }
}

/// Processor time of this process so far, children that ended included, in seconds (`/proc/self/stat`).
pub fn cpu_seconds() -> f64 {
    // Fields 14 to 17: utime, stime, cutime, cstime in clock ticks of 10 ms (USER_HZ is 100 on Linux).
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks: u64 = after.split_whitespace().skip(11).take(4).filter_map(|f| f.parse::<u64>().ok()).sum();
    ticks as f64 / 100.0
}

fn machine() -> String {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info
        .lines()
        .find_map(|l| l.strip_prefix("model name"))
        .map_or("unknown", |l| l.trim_start_matches([' ', '\t', ':']));
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    format!("{model}, {cores} cores")
}
