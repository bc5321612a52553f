use backend_api::Timestamp;
use backend_api::endpoint::NoQuery;
use backend_api::ledger::{Chain, DailyCount};
use backend_db::read::{block, transaction};

use crate::call::Call;
use crate::desk::{now_ms, signed, unsigned};
use crate::fault::Fault;

const DAY_MS: u64 = 24 * 60 * 60 * 1000;
/// Days of the chart.
const DAYS: u64 = 14;
/// Blocks over which the interval is taken.
const BLOCKS: i64 = 20;

pub(crate) async fn chain(call: Call, _: NoQuery, (): ()) -> Result<Chain, Fault> {
    let desk = &call.desk;
    let today = now_ms() / DAY_MS;
    let (transactions, blocks, daily) = desk
        .read("show_chain", move |c| {
            let mut daily = Vec::new();
            for day in today.saturating_sub(DAYS - 1)..=today {
                let (from, to) = (signed(day * DAY_MS), signed((day + 1) * DAY_MS));
                let label: String = Timestamp(day * DAY_MS).to_string().chars().take(10).collect();
                let transactions = unsigned(transaction::count_between(c, from, to)?);
                daily.push(DailyCount { day: label, transactions });
            }
            Ok((transaction::count(c)?, block::list(c, false, None, BLOCKS)?, daily))
        })
        .await?;
    let interval = match (blocks.first(), blocks.last()) {
        (Some(new), Some(old)) if new.height > old.height => {
            Some(unsigned(new.time_ms - old.time_ms) / unsigned(new.height - old.height))
        }
        _ => None,
    };
    let status = desk.ledger.status();
    let genesis = desk.genesis();
    Ok(Chain {
        id: genesis.chain.to_string(),
        suite: genesis.suite.as_str().to_owned(),
        genesis: genesis.hash().to_string(),
        height: status.height,
        block_hash: status.hash.to_string(),
        time: Timestamp(status.time_ms),
        state_root: status.state_root.to_string(),
        transactions: unsigned(transactions),
        block_interval_ms: interval,
        validators: genesis.validators.0.iter().map(|v| desk.org_ref(v.org.as_str(), call.language)).collect(),
        daily,
    })
}
