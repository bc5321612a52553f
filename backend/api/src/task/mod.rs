//! Tasks (可信计算任务).

mod detail;
mod list;
mod progress;
mod request;

pub use detail::*;
pub use list::*;
pub use progress::*;
pub use request::*;
