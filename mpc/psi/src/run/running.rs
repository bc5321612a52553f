//! Runs as boxed futures.

use std::pin::Pin;

use mpc_net::Channel;

use super::error::PsiError;
use super::link::Link;
use super::progress::Control;

/// A side of a run: goes on while it is polled, stops when it is dropped.
///
/// Boxed, so that the state machine of a protocol is compiled once, here. The body of an `async fn` is compiled in every
/// crate that awaits it, which took half a minute for each test.
pub type Running<'a, T> = Pin<Box<dyn Future<Output = Result<T, PsiError>> + Send + 'a>>;

/// Runs a side of two over their channel to its end, and leaves the channel with a reason.
pub(crate) fn over<'a, T, F>(channel: Channel, control: &'a Control, run: F) -> Running<'a, T>
where
    T: Send + 'a,
    F: for<'l> FnOnce(&'l mut Link<'a>) -> Running<'l, T> + Send + 'a,
{
    Box::pin(async move {
        let mut link = Link::new(channel, control);
        let done = control.unless_cancelled(run(&mut link)).await;
        link.leave(done).await
    })
}
