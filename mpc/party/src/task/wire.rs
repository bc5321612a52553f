//! What two party rooms say to each other about a run, apart from the protocol itself. Canonical CBOR; every
//! message has a limit.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use ledger_mesh::MeshStream;
use ledger_types::cbor;
use ledger_types::id::{Height, OrgId, SessionId, TaskId};
use ledger_types::task::ProtocolRole;
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

use super::error::{RunError, is_code};
use super::progress::Lane;

/// How long a peer is given to take the reason for a failure.
const FAREWELL_PATIENCE: Duration = Duration::from_secs(5);
/// Longest answer on a stream.
const ANSWER_BYTES_MAX: u32 = 4_096;

/// Header of the stream on which a run takes place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RunHeader {
    /// Version of this structure, 1.
    pub v: u8,
    pub task: TaskId,
    pub session: SessionId,
    pub attempt: u8,
    /// Who opens; must be the mesh peer itself.
    pub org: OrgId,
    /// The opener's role.
    pub role: ProtocolRole,
    /// A height at which the opener's replica had the task ready.
    pub height: Height,
    /// The run was cut off and is to go on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resume: Option<ResumeCall>,
}

/// Where one side stands in a run that was cut off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ResumeCall {
    /// The how many-th resumption it is, by its own count.
    pub number: u32,
    /// Its last checkpoint, 0 for none.
    pub checkpoint: u32,
    /// Whether tags left it: at the sender, what forbids to start over.
    pub tags_left: bool,
}

impl RunHeader {
    pub fn to_bytes(&self) -> Bytes {
        cbor::to_bytes(self).into()
    }

    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        cbor::from_bytes(bytes).ok().filter(|h: &Self| h.v == 1)
    }
}

/// What either side writes before the protocol starts: first whether it takes part, later that its input is
/// ready, or why it is not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Answer {
    /// Takes part; reads its input now.
    Accepted,
    /// Goes on with a run that was cut off; reads its input now.
    Resumes(ResumeCall),
    /// Does not take part.
    Refused { code: String },
    /// Input is read; the protocol may start.
    Prepared,
    /// Input cannot be used, or the run was stopped; `by`: at another member, which is why this one stops too.
    Failed {
        code: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<OrgId>,
    },
    /// The protocol is over on this side and its outcome is stored.
    Finished,
}

impl Answer {
    /// Why this side stops.
    pub fn failed(error: &RunError) -> Self {
        match error {
            RunError::PeerFailed { org, code } | RunError::PeerRefused { org, code } => {
                Self::Failed { code: code.clone(), by: Some(org.clone()) }
            }
            // Whom it is about; the others may not have noticed yet.
            RunError::PeerLost(org) | RunError::PeerStalled(org) | RunError::PeerUnreachable(org) => {
                Self::Failed { code: error.code().to_owned(), by: Some(org.clone()) }
            }
            other => Self::Failed { code: other.code().to_owned(), by: None },
        }
    }
}

/// Writes an answer.
pub(super) async fn write_answer(stream: &mut (impl AsyncWrite + Unpin), answer: &Answer) -> std::io::Result<()> {
    let bytes = cbor::to_bytes(answer);
    let mut frame = Vec::with_capacity(4 + bytes.len());
    frame.extend_from_slice(&u32::try_from(bytes.len()).map_err(std::io::Error::other)?.to_be_bytes());
    frame.extend_from_slice(&bytes);
    stream.write_all(&frame).await?;
    stream.flush().await
}

/// Says on every stream why this side stops.
pub(super) async fn farewell(streams: BTreeMap<OrgId, MeshStream>, error: &RunError) {
    let answer = Answer::failed(error);
    let saying = streams.into_values().map(|mut stream| {
        let answer = &answer;
        async move {
            // The peer need not wait for its own time-out.
            let said = async {
                write_answer(&mut stream, answer).await?;
                // A stream that is dropped unfinished takes with it what the peer has not read yet.
                stream.shutdown().await
            };
            let _ = tokio::time::timeout(FAREWELL_PATIENCE, said).await;
        }
    });
    futures::future::join_all(saying).await;
}

/// Reads an answer. A code that is no code is replaced, so that a peer cannot write into our log.
pub(super) async fn read_answer(stream: &mut (impl AsyncRead + Unpin), peer: &OrgId) -> Result<Answer, RunError> {
    let lost = |_| RunError::PeerLost(peer.clone());
    let malformed = || RunError::Protocol { code: "answer_malformed".into() };
    let len = stream.read_u32().await.map_err(lost)?;
    if len > ANSWER_BYTES_MAX {
        return Err(malformed());
    }
    let mut bytes = vec![0; len as usize];
    stream.read_exact(&mut bytes).await.map_err(lost)?;
    match cbor::from_bytes(&bytes).map_err(|_| malformed())? {
        Answer::Refused { code } => Ok(Answer::Refused { code: checked(code) }),
        Answer::Failed { code, by } => Ok(Answer::Failed { code: checked(code), by }),
        answer => Ok(answer),
    }
}

fn checked(code: String) -> String {
    if is_code(&code) { code } else { "unreadable".into() }
}

/// A one-way message between party rooms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum TaskMessage {
    /// How far the sender is; also its heartbeat.
    Lane {
        /// Which task.
        task: TaskId,
        /// Which run.
        session: SessionId,
        /// How far.
        lane: Lane,
    },
    /// A person paused the run at the sender's node.
    Paused {
        /// Which task.
        task: TaskId,
        /// Which run.
        session: SessionId,
    },
}

impl TaskMessage {
    pub fn to_bytes(&self) -> Bytes {
        cbor::to_bytes(self).into()
    }

    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        if bytes.len() > ANSWER_BYTES_MAX as usize { None } else { cbor::from_bytes(bytes).ok() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ledger_types::Digest;

    #[tokio::test]
    async fn answers_pass_and_a_peers_words_never_reach_the_log() {
        let peer = OrgId::new("bank").unwrap();
        let (mut a, mut b) = tokio::io::duplex(9_000);
        write_answer(&mut a, &Answer::Accepted).await.unwrap();
        write_answer(&mut a, &Answer::Refused { code: "13800138000 张三".into() }).await.unwrap();
        a.write_all(&[0, 1, 0, 0]).await.unwrap();
        assert_eq!(read_answer(&mut b, &peer).await.unwrap(), Answer::Accepted);
        assert_eq!(read_answer(&mut b, &peer).await.unwrap(), Answer::Refused { code: "unreadable".into() });
        assert!(matches!(read_answer(&mut b, &peer).await, Err(RunError::Protocol { .. })));
        drop(a);
        assert!(matches!(read_answer(&mut b, &peer).await, Err(RunError::PeerLost(_))));
    }

    #[test]
    fn a_header_of_another_version_or_form_is_refused() {
        let header = RunHeader {
            v: 1,
            task: TaskId(Digest([1; 32])),
            session: SessionId(Digest([2; 32])),
            attempt: 1,
            org: OrgId::new("bank").unwrap(),
            role: ProtocolRole::Sender,
            height: 7,
            resume: None,
        };
        assert_eq!(RunHeader::from_bytes(&header.to_bytes()), Some(header.clone()));
        let again =
            RunHeader { resume: Some(ResumeCall { number: 1, checkpoint: 2, tags_left: true }), ..header.clone() };
        assert_eq!(RunHeader::from_bytes(&again.to_bytes()), Some(again));
        assert_eq!(RunHeader::from_bytes(&RunHeader { v: 2, ..header }.to_bytes()), None);
        assert_eq!(RunHeader::from_bytes(b"\xa0"), None);
    }
}
