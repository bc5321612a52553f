use std::sync::Arc;

use backend_api::catalogue::DeskCode;
use backend_api::endpoint::NoQuery;
use futures::StreamExt as _;
use futures::stream::BoxStream;
use ledger_types::id::TaskId;
use tokio::sync::broadcast::error::RecvError;

use crate::answer::{Event, EventStream};
use crate::call::Call;
use crate::desk::{Desk, now_ms};
use crate::fault::Fault;
use crate::view;

/// Streams one account may have open.
const STREAMS_MAX: usize = 16;

/// Counts a stream of an account while it is open.
struct Slot {
    desk: Arc<Desk>,
    username: String,
}

impl Slot {
    fn take(desk: &Arc<Desk>, username: &str) -> Result<Self, Fault> {
        let mut streams = desk.streams.lock();
        let open = streams.entry(username.to_owned()).or_default();
        if *open >= STREAMS_MAX {
            return Err(Fault { retry_after_s: Some(5), ..DeskCode::TooManyStreams.into() });
        }
        *open += 1;
        Ok(Self { desk: desk.clone(), username: username.to_owned() })
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut streams = self.desk.streams.lock();
        if let Some(open) = streams.get_mut(&self.username) {
            *open = open.saturating_sub(1);
            if *open == 0 {
                streams.remove(&self.username);
            }
        }
    }
}

/// A snapshot, then every change, until nothing more happens by itself. Every event is a whole snapshot, so that
/// a reader who missed some has missed nothing; the last event a reader names only keeps the numbers rising.
pub(crate) async fn events(call: Call, _: NoQuery, (): ()) -> Result<EventStream, Fault> {
    let id: TaskId = call.id()?;
    super::on_ledger(&call.desk, &id)?;
    let slot = Slot::take(&call.desk, &call.caller()?.username)?;
    let desk = call.desk.clone();
    let (language, mut number) = (call.language, call.last_event_id.unwrap_or(0));
    let stream: BoxStream<'static, Event> = async_stream::stream! {
        let _slot = slot;
        let mut board = desk.party.subscribe_progress();
        let mut projected = desk.projected.clone();
        let mut closing = desk.closing.clone();
        let mut told = String::new();
        while let Ok(task) = super::on_ledger(&desk, &id) {
            let over = super::is_over(&task);
            let mut now = view::party::progress(&desk, language, &task, desk.party.progress(&id).as_ref());
            now.sequence = 0;
            let said = serde_json::to_string(&now).unwrap_or_default();
            if said != told {
                told = said;
                number = now_ms().max(number + 1);
                now.sequence = number;
                let Ok(data) = serde_json::to_string(&now) else { break };
                yield Event { id: number, data };
            }
            if over {
                break;
            }
            // A change on the ledger, or on the board of this task.
            loop {
                tokio::select! {
                    _ = closing.wait_for(|c| *c) => return,
                    changed = projected.changed() => match changed {
                        Ok(()) => break,
                        Err(_) => return,
                    },
                    seen = board.recv() => match seen {
                        Ok(p) if p.task == id => break,
                        Ok(_) => {}
                        Err(RecvError::Lagged(_)) => break,
                        Err(RecvError::Closed) => return,
                    },
                }
            }
        }
    }
    .boxed();
    Ok(EventStream(stream))
}
