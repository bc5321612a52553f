//! This node.

mod about;
mod error_codes;
mod health;
mod metrics;
mod show;

pub(super) use about::about;
pub(super) use error_codes::error_codes;
pub(super) use health::health;
pub(super) use metrics::metrics;
pub(super) use show::show;

use backend_api::catalogue::Language;
use backend_api::node::{Room, RoomName};

use crate::desk::{Desk, now_ms};

/// With work waiting and no block for this long, the ledger does not work: too few validators are up.
const LEDGER_STUCK_MS: u64 = 30_000;
/// A read model this many blocks behind is told.
const LAG_MAX: u64 = 50;

/// Health of the rooms.
fn rooms(desk: &Desk, language: Language) -> Vec<Room> {
    let zh = language == Language::ZhCn;
    let say = |zh_text: &str, en_text: &str| if zh { zh_text.to_owned() } else { en_text.to_owned() };
    let status = desk.ledger.status();
    let stuck = status.pending > 0 && now_ms().saturating_sub(status.time_ms) > LEDGER_STUCK_MS;
    let ledger = Room {
        name: RoomName::Ledger,
        healthy: !stuck,
        detail: if stuck {
            say(
                "有交易等待，但 30 秒没有出块：在线的验证节点可能不足三分之二",
                "Transactions wait, but there was no block for 30 seconds: perhaps fewer than two thirds of the validators are up",
            )
        } else {
            say("正常出块", "Blocks are made")
        },
    };
    let keys = desk.party.account_keys();
    let party = Room {
        name: RoomName::Party,
        healthy: keys.is_ok(),
        detail: match &keys {
            Ok(keys) if zh => format!("保管 {} 个签名密钥", keys.len()),
            Ok(keys) => format!("Holds {} signing keys", keys.len()),
            Err(_) => say("密钥目录不可读", "The directory of keys cannot be read"),
        },
    };
    let lag = lag(desk);
    let projected = lag <= LAG_MAX;
    let detail = if zh {
        format!("查询视图落后 {lag} 个区块")
    } else {
        format!("The read model is {lag} blocks behind")
    };
    vec![ledger, party, Room { name: RoomName::Desk, healthy: projected, detail }]
}

/// Blocks the read model is behind.
fn lag(desk: &Desk) -> u64 {
    desk.ledger.status().height.saturating_sub(*desk.projected.borrow())
}
