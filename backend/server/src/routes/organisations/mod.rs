//! Members of the consortium.

mod list;
mod show;
mod test_link;

pub(super) use list::list;
pub(super) use show::show;
pub(super) use test_link::test_link;

use std::collections::BTreeMap;

use backend_api::Timestamp;
use backend_api::catalogue::Language;
use backend_api::organisation::{LinkTest, Organisation};
use backend_db::read::{account, dataset, organisation};
use ledger_crypto::PublicKey;

use crate::desk::{Desk, unsigned};
use crate::fault::Fault;

/// Every member, this node's own first.
async fn all(desk: &Desk, language: Language) -> Result<Vec<Organisation>, Fault> {
    let (rows, accounts, datasets) = desk
        .read("list_organisations", |c| Ok((organisation::all(c)?, account::counts(c)?, dataset::counts(c)?)))
        .await?;
    let (accounts, datasets): (BTreeMap<_, _>, BTreeMap<_, _>) =
        (accounts.into_iter().collect(), datasets.into_iter().collect());
    let peers = desk.peers.peers();
    let suite = desk.ledger.suite();
    let mut out: Vec<Organisation> = rows
        .into_iter()
        .map(|o| {
            let is_self = o.id == desk.org.as_str();
            let peer = peers.iter().find(|p| p.org.as_str() == o.id);
            let key = hex::decode(&o.node_key).ok().and_then(|k| PublicKey::from_bytes(suite, &k).ok());
            Organisation {
                name: desk.org_name(&o.id, language),
                is_self,
                validator: o.validator,
                key_fingerprint: key.map(|k| k.fingerprint(suite).to_string()).unwrap_or_default(),
                public_key: o.node_key,
                address: peer.map(|p| p.address.clone()).unwrap_or_default(),
                connected: is_self || peer.is_some_and(|p| p.connected),
                rtt_ms: peer.and_then(|p| p.rtt_ms),
                accounts: accounts.get(&o.id).map_or(0, |n| unsigned(*n)),
                datasets: datasets.get(&o.id).map_or(0, |n| unsigned(*n)),
                joined_at: Timestamp(unsigned(o.joined_ms)),
                link_test: peer.and_then(|p| desk.party.last_link_test(&p.org)).map(|t| link_test(desk, language, &t)),
                id: o.id,
            }
        })
        .collect();
    out.sort_by_key(|o| !o.is_self);
    Ok(out)
}

/// A link test.
fn link_test(desk: &Desk, language: Language, t: &mpc_party::task::LinkTest) -> LinkTest {
    LinkTest {
        organisation: desk.org_ref(t.peer.as_str(), language),
        measured_at: Timestamp(t.measured_ms),
        rtt_us: t.rtt_us,
        up_bytes_per_s: t.up_bytes_per_s,
        down_bytes_per_s: t.down_bytes_per_s,
        sent_bytes: t.sent_bytes,
        received_bytes: t.received_bytes,
        duration_ms: t.duration_ms,
    }
}
