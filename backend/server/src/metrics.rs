//! Plain counters in the Prometheus text format. Labels are operation ids and status classes: no names, no data.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use parking_lot::Mutex;

#[derive(Debug, Default, Clone, Copy)]
struct Count {
    requests: u64,
    micros: u64,
}

/// Counters of the desk.
#[derive(Debug, Default)]
pub struct Metrics {
    requests: Mutex<BTreeMap<(&'static str, u16), Count>>,
}

impl Metrics {
    /// Counts a request.
    pub fn request(&self, operation: &'static str, status: u16, took: Duration) {
        let mut counts = self.requests.lock();
        let count = counts.entry((operation, status / 100)).or_default();
        count.requests += 1;
        count.micros += u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
    }

    /// The text.
    pub fn render(&self, gauges: &[(&str, &str, u64)]) -> String {
        let mut out = String::new();
        for (name, help, value) in gauges {
            // Writing to a String cannot fail.
            let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} gauge\n{name} {value}");
        }
        out.push_str(
            "# HELP shuzheng_desk_requests_total Requests answered.\n# TYPE shuzheng_desk_requests_total counter\n",
        );
        let counts = self.requests.lock();
        for ((operation, class), count) in counts.iter() {
            let _ = writeln!(
                out,
                "shuzheng_desk_requests_total{{operation=\"{operation}\",status=\"{class}xx\"}} {}",
                count.requests
            );
        }
        out.push_str(
            "# HELP shuzheng_desk_request_microseconds_total Time spent on requests.\n\
             # TYPE shuzheng_desk_request_microseconds_total counter\n",
        );
        for ((operation, class), count) in counts.iter() {
            let _ = writeln!(
                out,
                "shuzheng_desk_request_microseconds_total{{operation=\"{operation}\",status=\"{class}xx\"}} {}",
                count.micros
            );
        }
        out
    }
}
