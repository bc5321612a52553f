//! The link test: round trip and throughput between this node and one peer, over the very streams that a task would use.
//! It moves at most [`TOTAL_BYTES_MAX`], takes at most [`TIME_MAX`], and either end lets the other do it only so often.
//!
//! The opener commands, the other end obeys within its own limits; so the opener's clock measures everything. What a test
//! says is what the link gave in that second: other traffic, a task for one, takes its part.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use bytes::Bytes;
use ledger_mesh::{MeshError, MeshStream, StreamService};
use ledger_types::cbor;
use ledger_types::id::OrgId;
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

use super::run::Runner;
use crate::clock;
use crate::disk::{self, DiskError};

/// Bytes of one test, both directions together.
const TOTAL_BYTES_MAX: u64 = 16 << 20;
/// Bytes of one block.
const BLOCK_BYTES_MAX: u32 = 4 << 20;
/// First block of a direction; every further one is four times as large.
const BLOCK_BYTES_FIRST: u32 = 4 << 10;
/// A test ends after so long, with what it has measured by then.
const TIME_MAX: Duration = Duration::from_secs(2);
/// The other end gives up a little later, so that the opener decides.
const SERVE_MAX: Duration = Duration::from_secs(3);
/// Pings, and how long they may take.
const PINGS: u32 = 5;
const PING_TIME: Duration = Duration::from_millis(300);
/// A direction is measured well enough by a block that took this long, and ends after a time in any case.
const BLOCK_TIME: Duration = Duration::from_millis(200);
const DIRECTION_TIME: Duration = Duration::from_millis(600);

const ACCEPTED: u8 = 1;
const TOO_SOON: u8 = 2;
const PING: u8 = 0;
const UP: u8 = 1;
const DOWN: u8 = 2;

/// What a link test found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkTest {
    /// The other end.
    pub peer: OrgId,
    /// When, by this node's clock.
    pub measured_ms: u64,
    /// Shortest round trip.
    pub rtt_us: u64,
    /// From here to there.
    pub up_bytes_per_s: u64,
    /// From there to here.
    pub down_bytes_per_s: u64,
    /// Bytes sent for it.
    pub sent_bytes: u64,
    /// Bytes received for it.
    pub received_bytes: u64,
    /// How long it took.
    pub duration_ms: u64,
}

/// Why there is no result.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LinkTestError {
    /// No connection.
    #[error("{0} cannot be reached")]
    Unreachable(OrgId),
    /// The last one was a moment ago, or goes on.
    #[error("the link was tested a moment ago; again in {seconds} s")]
    TooSoon {
        /// How long to wait.
        seconds: u64,
    },
    /// The other end was asked too often, or does not know the test.
    #[error("{0} does not take part in a link test now")]
    Refused(OrgId),
    /// Not even the smallest block went through in time, or the connection ended.
    #[error("the link to {0} is too slow, or was lost while it was tested")]
    Failed(OrgId),
}

impl LinkTestError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreachable(_) => "peer_unreachable",
            Self::TooSoon { .. } => "link_test_too_soon",
            Self::Refused(_) => "link_test_refused",
            Self::Failed(_) => "link_test_failed",
        }
    }
}

/// Header of the stream of a test.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LinkHeader {
    /// Version of this structure, 1.
    v: u8,
    /// `link_test`.
    purpose: String,
}

fn header() -> Bytes {
    cbor::to_bytes(&LinkHeader { v: 1, purpose: "link_test".into() }).into()
}

/// Whether a stream was opened for a test.
pub(super) fn is_link_test(bytes: &[u8]) -> bool {
    bytes == header()
}

/// The last result with every peer, and who tested when.
pub(crate) struct Links {
    file: PathBuf,
    last: Mutex<BTreeMap<OrgId, LinkTest>>,
    asked: Pace,
    served: Pace,
}

impl Links {
    /// Reads the results of earlier lives.
    pub fn open(file: PathBuf, every: Duration) -> Result<Self, DiskError> {
        let last: Vec<LinkTest> = disk::read_json(&file)?.unwrap_or_default();
        let last = last.into_iter().map(|t| (t.peer.clone(), t)).collect();
        Ok(Self { file, last: Mutex::new(last), asked: Pace::new(every), served: Pace::new(every) })
    }

    fn remember(&self, test: &LinkTest) {
        let mut last = self.last.lock();
        last.insert(test.peer.clone(), test.clone());
        let all: Vec<&LinkTest> = last.values().collect();
        if let Err(error) = disk::write_json(&self.file, &all) {
            tracing::warn!(%error, "the result of a link test cannot be written");
        }
    }
}

/// How often something may happen with each peer. The peers are the members of the consortium.
struct Pace {
    every: Duration,
    last: Mutex<HashMap<OrgId, Instant>>,
}

impl Pace {
    fn new(every: Duration) -> Self {
        Self { every, last: Mutex::default() }
    }

    /// Takes the turn, or says how long to wait for it.
    fn take(&self, peer: &OrgId, now: Instant) -> Result<(), Duration> {
        let mut last = self.last.lock();
        if let Some(left) = last.get(peer).and_then(|at| self.every.checked_sub(now.duration_since(*at)))
            && !left.is_zero()
        {
            return Err(left);
        }
        last.insert(peer.clone(), now);
        Ok(())
    }
}

impl Runner {
    /// The last result with a peer.
    pub(crate) fn last_link_test(&self, peer: &OrgId) -> Option<LinkTest> {
        self.links.last.lock().get(peer).cloned()
    }

    /// Tests the link to a peer.
    pub(crate) async fn test_link(&self, peer: &OrgId) -> Result<LinkTest, LinkTestError> {
        if !self.mesh.is_connected(peer) {
            return Err(LinkTestError::Unreachable(peer.clone()));
        }
        let waits = |left: Duration| LinkTestError::TooSoon { seconds: left.as_secs() + 1 };
        self.links.asked.take(peer, Instant::now()).map_err(waits)?;
        let mut stream = match self.mesh.open_stream(peer, StreamService::Task, header()) {
            Ok(stream) => stream,
            Err(MeshError::NotConnected(_) | MeshError::UnknownPeer(_)) => {
                return Err(LinkTestError::Unreachable(peer.clone()));
            }
            Err(_) => return Err(LinkTestError::Refused(peer.clone())),
        };
        let start = Instant::now();
        let mut found = Found::default();
        let ended = tokio::time::timeout(TIME_MAX, measure(&mut stream, &mut found)).await;
        if matches!(ended, Ok(Err(Ended::Refused))) {
            return Err(LinkTestError::Refused(peer.clone()));
        }
        let (Some(rtt), Some(up), Some(down)) = (found.rtt, found.up, found.down) else {
            return Err(LinkTestError::Failed(peer.clone()));
        };
        let test = LinkTest {
            peer: peer.clone(),
            measured_ms: clock::now_ms(),
            rtt_us: micros(rtt).max(1),
            up_bytes_per_s: up,
            down_bytes_per_s: down,
            sent_bytes: found.sent,
            received_bytes: found.received,
            duration_ms: micros(start.elapsed()) / 1_000,
        };
        self.links.remember(&test);
        Ok(test)
    }

    /// The other end of a peer's test.
    pub(super) async fn serve_link_test(&self, from: &OrgId, mut stream: MeshStream) {
        if self.links.served.take(from, Instant::now()).is_err() {
            tracing::info!(%from, "a peer tests the link too often");
            let refusing = async {
                stream.write_u8(TOO_SOON).await?;
                stream.shutdown().await?;
                // Until the peer has read it.
                stream.read(&mut [0; 16]).await
            };
            let _ = tokio::time::timeout(SERVE_MAX, refusing).await;
            return;
        }
        let _ = tokio::time::timeout(SERVE_MAX, obey(&mut stream)).await;
    }
}

fn micros(d: Duration) -> u64 {
    u64::try_from(d.as_micros()).unwrap_or(u64::MAX)
}

#[derive(Debug, Default)]
struct Found {
    rtt: Option<Duration>,
    up: Option<u64>,
    down: Option<u64>,
    sent: u64,
    received: u64,
}

#[derive(Debug)]
enum Ended {
    Refused,
    Lost,
}

impl From<std::io::Error> for Ended {
    fn from(_: std::io::Error) -> Self {
        Self::Lost
    }
}

/// Measures step by step, so that what is found stands when time runs out.
async fn measure(stream: &mut (impl AsyncRead + AsyncWrite + Unpin), found: &mut Found) -> Result<(), Ended> {
    if stream.read_u8().await? != ACCEPTED {
        return Err(Ended::Refused);
    }
    let start = Instant::now();
    for _ in 0..PINGS {
        let sent = Instant::now();
        command(stream, PING, 0, found).await?;
        stream.read_u8().await?;
        found.received += 1;
        let rtt = sent.elapsed();
        found.rtt = Some(found.rtt.map_or(rtt, |best| best.min(rtt)));
        if start.elapsed() >= PING_TIME {
            break;
        }
    }
    let rtt = found.rtt.unwrap_or_default();
    for direction in [UP, DOWN] {
        let start = Instant::now();
        let mut block = BLOCK_BYTES_FIRST;
        loop {
            let sent = Instant::now();
            command(stream, direction, block, found).await?;
            if direction == UP {
                fill(stream, block).await?;
                found.sent += u64::from(block);
                stream.read_u8().await?;
                found.received += 1;
            } else {
                drain(stream, block).await?;
                found.received += u64::from(block);
            }
            let took = sent.elapsed();
            // A block that fits into one round trip says little; a tenth of it keeps the figure finite.
            let moving = took.saturating_sub(rtt).max(took / 10).max(Duration::from_micros(1));
            let rate = u128::from(block) * 1_000_000 / u128::from(micros(moving).max(1));
            let rate = Some(u64::try_from(rate).unwrap_or(u64::MAX).max(1));
            *(if direction == UP { &mut found.up } else { &mut found.down }) = rate;
            let next = block.saturating_mul(4);
            if took >= BLOCK_TIME || start.elapsed() >= DIRECTION_TIME || next > BLOCK_BYTES_MAX {
                break;
            }
            block = next;
        }
    }
    stream.shutdown().await?;
    Ok(())
}

async fn command(
    stream: &mut (impl AsyncWrite + Unpin),
    what: u8,
    bytes: u32,
    found: &mut Found,
) -> std::io::Result<()> {
    let mut frame = [what, 0, 0, 0, 0];
    frame[1..].copy_from_slice(&bytes.to_be_bytes());
    stream.write_all(&frame).await?;
    found.sent += 5;
    stream.flush().await
}

/// Does what the opener asks, as long as it stays within the bounds.
async fn obey(stream: &mut (impl AsyncRead + AsyncWrite + Unpin)) -> std::io::Result<()> {
    stream.write_u8(ACCEPTED).await?;
    stream.flush().await?;
    let mut total = 0;
    loop {
        let what = match stream.read_u8().await {
            Ok(what) => what,
            Err(e) if e.kind() == std::io::ErrorKind::UnexpectedEof => return Ok(()),
            Err(e) => return Err(e),
        };
        let bytes = stream.read_u32().await?;
        // A ping of no bytes is not free either.
        total += u64::from(bytes) + 64;
        if bytes > BLOCK_BYTES_MAX || total > TOTAL_BYTES_MAX {
            return Err(std::io::Error::other("more than a link test may move"));
        }
        match what {
            PING if bytes == 0 => stream.write_u8(ACCEPTED).await?,
            UP => {
                drain(stream, bytes).await?;
                stream.write_u8(ACCEPTED).await?;
            }
            DOWN => fill(stream, bytes).await?,
            _ => return Err(std::io::Error::other("no command of a link test")),
        }
        stream.flush().await?;
    }
}

static ZEROES: [u8; 32 << 10] = [0; 32 << 10];

async fn fill(stream: &mut (impl AsyncWrite + Unpin), mut bytes: u32) -> std::io::Result<()> {
    while bytes > 0 {
        let part = (bytes as usize).min(ZEROES.len());
        stream.write_all(&ZEROES[..part]).await?;
        bytes -= part as u32;
    }
    stream.flush().await
}

async fn drain(stream: &mut (impl AsyncRead + Unpin), mut bytes: u32) -> std::io::Result<()> {
    let mut buffer = vec![0; 32 << 10];
    while bytes > 0 {
        let part = (bytes as usize).min(buffer.len());
        let n = stream.read(&mut buffer[..part]).await?;
        if n == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        bytes -= n as u32;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn both_directions_are_measured_within_the_bounds() {
        let (mut here, mut there) = tokio::io::duplex(1 << 20);
        let mut found = Found::default();
        let (measured, obeyed) = tokio::join!(measure(&mut here, &mut found), obey(&mut there));
        measured.expect("measured");
        obeyed.expect("an orderly end");
        assert!(found.rtt.is_some() && found.up.is_some_and(|r| r > 0) && found.down.is_some_and(|r| r > 0));
        assert!(found.sent + found.received <= TOTAL_BYTES_MAX, "{found:?}");
        assert!(found.sent > u64::from(BLOCK_BYTES_FIRST) && found.received > u64::from(BLOCK_BYTES_FIRST));
    }

    #[tokio::test]
    async fn a_peer_cannot_have_more_moved_than_a_test_may() {
        for script in [vec![(UP, BLOCK_BYTES_MAX + 1)], vec![(DOWN, BLOCK_BYTES_MAX); 5], vec![(9, 1)], vec![(PING, 1)]]
        {
            let (mut here, mut there) = tokio::io::duplex(64 << 20);
            for (what, bytes) in script {
                command(&mut here, what, bytes, &mut Found::default()).await.expect("a wide pipe");
            }
            let obeyed = obey(&mut there).await;
            assert!(obeyed.is_err());
        }
    }

    #[tokio::test]
    async fn a_refusal_and_a_lost_connection_are_told_apart() {
        let (mut here, mut there) = tokio::io::duplex(64);
        there.write_u8(TOO_SOON).await.expect("written");
        assert!(matches!(measure(&mut here, &mut Found::default()).await, Err(Ended::Refused)));
        drop(there);
        assert!(matches!(measure(&mut here, &mut Found::default()).await, Err(Ended::Lost)));
    }

    #[test]
    fn every_peer_has_a_pace_of_its_own() {
        let pace = Pace::new(Duration::from_secs(10));
        let (bank, rsj) = (OrgId::new("bank").expect("a slug"), OrgId::new("rsj").expect("a slug"));
        let start = Instant::now();
        assert_eq!(pace.take(&bank, start), Ok(()));
        assert_eq!(pace.take(&bank, start + Duration::from_secs(4)), Err(Duration::from_secs(6)));
        assert_eq!(pace.take(&rsj, start + Duration::from_secs(4)), Ok(()));
        assert_eq!(pace.take(&bank, start + Duration::from_secs(10)), Ok(()));
    }

    #[test]
    fn a_test_is_known_by_its_header_only() {
        assert!(is_link_test(&header()));
        assert!(!is_link_test(b"") && !is_link_test(b"\xa0"));
        assert!(super::super::wire::RunHeader::from_bytes(&header()).is_none());
    }
}
