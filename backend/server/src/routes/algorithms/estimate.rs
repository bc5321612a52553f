use std::collections::BTreeSet;

use backend_api::Timestamp;
use backend_api::algorithm::{
    AlgorithmRef, EstimateOption, EstimatedLink, EstimatedParty, PsiEstimate, PsiEstimateCreate,
};
use backend_api::endpoint::NoQuery;
use ledger_contract::{RuleCode, limits, read};
use ledger_types::id::{DatasetId, OrgId};
use ledger_types::task::{PsiOutput, RowJoin, RowsOutput};

use crate::call::{Call, parse};
use crate::estimate::{Sizes, compare};
use crate::fault::Fault;
use crate::{text, view};

pub(crate) async fn estimate(call: Call, _: NoQuery, body: PsiEstimateCreate) -> Result<PsiEstimate, Fault> {
    let (desk, language) = (&call.desk, call.language);
    let rule = |code: RuleCode| Fault::with_code(code.as_str());
    if !limits::PSI_PARTIES.contains(&body.parties.len()) {
        return Err(rule(RuleCode::PartiesCount)
            .with("count", body.parties.len())
            .with("count_min", limits::PSI_PARTIES.start())
            .with("count_max", limits::PSI_PARTIES.end()));
    }
    let receiver: OrgId = parse("/receiver", &body.receiver)?;
    let view = desk.ledger.view();
    let (mut sides, mut owners) = (Vec::new(), Vec::new());
    for (i, p) in body.parties.iter().enumerate() {
        let id: DatasetId = parse(&format!("/parties/{i}/dataset"), &p.dataset)?;
        let dataset = read::dataset(view.as_ref(), &id)?;
        let dataset = dataset.ok_or_else(|| rule(RuleCode::DatasetUnknown).with("dataset", &id))?;
        let version = match p.version {
            None => dataset.versions.last(),
            Some(n) => dataset.versions.iter().find(|v| v.version == n),
        };
        let version = version.ok_or_else(|| rule(RuleCode::DatasetVersionUnknown).with("dataset", &id))?;
        sides.push(EstimatedParty {
            organisation: desk.org_ref(dataset.owner.as_str(), language),
            dataset: id.to_string(),
            version: version.version,
            rows: version.commitment.rows,
            receives: dataset.owner == receiver,
        });
        owners.push(dataset.owner);
    }
    let mut distinct = BTreeSet::new();
    if let Some(twice) = owners.iter().find(|o| !distinct.insert(*o)) {
        return Err(rule(RuleCode::PartiesRepeated).with("org", twice));
    }
    let third = !owners.contains(&receiver);
    if third && read::organisation(view.as_ref(), &receiver)?.is_none() {
        return Err(rule(RuleCode::OrganisationUnknown).with("org", &receiver));
    }
    if !owners.contains(&desk.org) && receiver != desk.org {
        return Err(rule(RuleCode::NotAParty).with("org", &desk.org));
    }
    let output = view::task::ledger_output(body.output.as_ref());
    if third && output != (PsiOutput::Rows(RowsOutput { join: RowJoin::Inner, both: false })) {
        return Err(rule(RuleCode::ReceiverNotParty).with("receiver", &receiver));
    }
    let sizes = Sizes {
        receiver_rows: sides.iter().find(|s| s.receives).map(|s| s.rows),
        sender_rows: sides.iter().filter(|s| !s.receives).map(|s| s.rows).collect(),
        receives: receiver == desk.org,
        peers: owners.into_iter().chain([receiver]).filter(|o| *o != desk.org).collect(),
    };
    let comparison = compare(desk, &sizes, &output, body.memory_bytes)?;
    let chosen = comparison.recommended.map(|(i, _)| i);
    let option = |(i, (standing, e)): (usize, &(_, mpc_party::estimate::Estimate))| EstimateOption {
        algorithm: view::algorithm::algorithm(language, standing),
        recommended: chosen == Some(i),
        time_ms: e.time_ms,
        compute_ms: e.compute_ms,
        transfer_ms: e.transfer_ms,
        memory_bytes: e.memory_bytes,
        peer_memory_bytes: e.peer_memory_bytes,
        traffic_bytes: e.traffic_bytes,
        fits: e.fits,
    };
    let s = &comparison.situation;
    let recommended = comparison.recommendation();
    Ok(PsiEstimate {
        parties: sides,
        link: EstimatedLink {
            measured_at: comparison.measured.as_ref().map(|t| Timestamp(t.measured_ms)),
            rtt_us: s.link.rtt_us,
            bytes_per_s: s.link.bytes_per_s,
        },
        threads: u32::try_from(s.threads).unwrap_or(u32::MAX),
        memory_bytes: s.memory_bytes,
        options: comparison.options.iter().enumerate().map(option).collect(),
        recommended: recommended.map(|a| AlgorithmRef { id: a.id.clone(), version: a.version.clone() }),
        reason: comparison.recommended.map(|(_, r)| r.as_str().to_owned()),
        reason_text: comparison.recommended.map(|(_, r)| text::algorithm::reason(language, r)),
    })
}
