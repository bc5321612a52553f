//! Several links of one party at the same time.

use std::future::poll_fn;
use std::task::Poll;

use mpc_net::Channel;

use crate::run::link::Link;
use crate::run::{Control, PsiError, Running};

/// Runs all of them at the same time, to their end or to the first failure.
pub(crate) async fn all<'f, T, F>(futures: impl IntoIterator<Item = F>) -> Result<Vec<T>, PsiError>
where
    F: Future<Output = Result<T, PsiError>> + Send + 'f,
{
    let mut running: Vec<Option<Running<'f, T>>> =
        futures.into_iter().map(|future| Some(Box::pin(future) as Running<'f, T>)).collect();
    let mut done: Vec<Option<T>> = running.iter().map(|_| None).collect();
    poll_fn(|context| {
        for (future, done) in running.iter_mut().zip(&mut done) {
            if let Some(Poll::Ready(value)) = future.as_mut().map(|future| future.as_mut().poll(context)) {
                *future = None;
                match value {
                    Ok(value) => *done = Some(value),
                    Err(error) => return Poll::Ready(Err(error)),
                }
            }
        }
        if running.iter().all(Option::is_none) { Poll::Ready(Ok(())) } else { Poll::Pending }
    })
    .await?;
    Ok(done.into_iter().flatten().collect())
}

/// The links of one party, each with the place of the party at its other end.
pub(crate) struct Links<'a>(Vec<(Option<usize>, Link<'a>)>);

impl<'a> Links<'a> {
    pub(crate) fn new(channels: impl IntoIterator<Item = (Option<usize>, Channel)>, control: &'a Control) -> Self {
        Self(channels.into_iter().map(|(place, channel)| (place, Link::new(channel, control))).collect())
    }

    /// The links in their order, with the places.
    pub(crate) fn each(&mut self) -> impl ExactSizeIterator<Item = (Option<usize>, &mut Link<'a>)> {
        self.0.iter_mut().map(|(place, link)| (*place, link))
    }

    /// The first link, and the others with their places.
    pub(crate) fn center_and_others(&mut self) -> Option<(&mut Link<'a>, &mut [(Option<usize>, Link<'a>)])> {
        self.0.split_first_mut().map(|((_, center), others)| (center, others))
    }

    /// Ends the run on all links: closes them, or tells every peer why there is nothing more to say.
    pub(crate) async fn leave<T>(&mut self, done: Result<T, PsiError>) -> Result<T, PsiError> {
        let error = match done {
            Ok(value) => {
                for (_, link) in &mut self.0 {
                    link.close().await;
                }
                return Ok(value);
            }
            Err(error) => error,
        };
        // A link that could not be written to may say why.
        let about = error.place();
        let mut source = match error {
            PsiError::AtParty { source, .. } => *source,
            other => other,
        };
        if let Some((_, link)) = self.0.iter_mut().find(|(place, _)| *place == about) {
            source = link.peer_reason(source).await;
        }
        let told = matches!(source, PsiError::PeerAborted { .. });
        let aborts = self.0.iter_mut().filter(|(place, _)| !(told && *place == about));
        let code = source.code();
        let _ = all(aborts.map(|(_, link)| async move {
            link.abort(code).await;
            Ok(())
        }))
        .await;
        Err(at(about, source))
    }
}

/// Names the party that an error is about.
pub(super) fn at(place: Option<usize>, error: PsiError) -> PsiError {
    match (place, error) {
        // Nobody's doing, or named already.
        (_, error @ (PsiError::Cancelled | PsiError::WorkerLost | PsiError::AtParty { .. })) => error,
        (Some(place), error) => PsiError::AtParty { place, source: Box::new(error) },
        (None, error) => error,
    }
}

/// What `run` gives; an error is about the party at `place`.
pub(crate) async fn about<T>(
    place: Option<usize>,
    run: impl Future<Output = Result<T, PsiError>>,
) -> Result<T, PsiError> {
    run.await.map_err(|error| at(place, error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn all_values_come_in_order_and_the_first_failure_ends_the_rest() {
        let slow = |n: u64| async move {
            tokio::time::sleep(std::time::Duration::from_millis(20 - 5 * n)).await;
            Ok(n)
        };
        assert_eq!(all((0..4).map(slow)).await.unwrap(), [0, 1, 2, 3]);
        assert_eq!(all((0..0).map(slow)).await.unwrap(), [0u64; 0]);
        let failing = |n: u64| async move {
            if n == 2 {
                return Err(at(Some(2), PsiError::DuplicateTag));
            }
            std::future::pending::<Result<u64, PsiError>>().await
        };
        let error = all((0..4).map(failing)).await.unwrap_err();
        assert_eq!((error.place(), error.code()), (Some(2), "duplicate_tag"));
        assert_eq!(error.to_string(), "party 2: the peer's tags contain a duplicate");
    }
}
