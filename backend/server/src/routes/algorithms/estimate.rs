use backend_api::Timestamp;
use backend_api::algorithm::{
    AlgorithmRef, EstimateOption, EstimatedLink, EstimatedParty, PsiEstimate, PsiEstimateCreate,
};
use backend_api::endpoint::NoQuery;
use ledger_contract::{RuleCode, limits, read};
use ledger_types::id::{DatasetId, OrgId};

use crate::call::{Call, parse};
use crate::estimate::{Sizes, compare};
use crate::fault::Fault;
use crate::{text, view};

pub(crate) async fn estimate(call: Call, _: NoQuery, body: PsiEstimateCreate) -> Result<PsiEstimate, Fault> {
    let (desk, language) = (&call.desk, call.language);
    let rule = |code: RuleCode| Fault::with_code(code.as_str());
    if body.parties.len() != limits::PSI_PARTIES {
        return Err(rule(RuleCode::PartiesCount)
            .with("count", body.parties.len())
            .with("expected", limits::PSI_PARTIES));
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
    if owners[0] == owners[1] {
        return Err(rule(RuleCode::PartiesRepeated).with("org", &owners[0]));
    }
    let Some(learns) = owners.iter().position(|o| *o == receiver) else {
        return Err(rule(RuleCode::ReceiverNotParty).with("receiver", &receiver));
    };
    if !owners.contains(&desk.org) {
        return Err(rule(RuleCode::NotAParty).with("org", &desk.org));
    }
    let sizes = Sizes {
        peer: owners.iter().find(|o| **o != desk.org).cloned(),
        receiver_rows: sides[learns].rows,
        sender_rows: sides[1 - learns].rows,
        receives: receiver == desk.org,
        parties: owners.len(),
    };
    let output = view::task::ledger_output(body.output.as_ref());
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
