//! Evidence.

use backend_api::Timestamp;
use backend_api::catalogue::Language;
use backend_api::evidence::EvidenceItem;
use backend_db::read::transaction::{Topic, Transaction};

use crate::desk::{Desk, unsigned};
use crate::text;

/// A transaction as evidence, with what it is about.
pub fn item(desk: &Desk, language: Language, tx: &Transaction, topics: &[Topic]) -> EvidenceItem {
    let of = |kind: &str| -> Vec<String> {
        topics.iter().filter(|t| t.seq == tx.seq && t.kind == kind).map(|t| t.topic.clone()).collect()
    };
    let (tasks, datasets, grants, applications) = (of("task"), of("dataset"), of("grant"), of("application"));
    let subject = match tx.action.split('_').next() {
        Some("task") => tasks.first().map(|t| t.chars().take(12).collect()),
        Some("dataset") => datasets.first().cloned(),
        Some("application") => applications.first().cloned(),
        Some("grant") => grants.first().cloned(),
        Some("account") => of("account").first().cloned(),
        _ => None,
    };
    let who = format!("{} {}", desk.org_name(&tx.org, language), tx.actor);
    let sentence = text::evidence::sentence(
        language,
        &tx.action,
        &who,
        subject.as_deref().unwrap_or_default(),
        tx.code.as_deref(),
    );
    EvidenceItem {
        transaction: tx.id.clone(),
        height: unsigned(tx.height),
        index: u32::try_from(tx.idx).unwrap_or(0),
        time: Timestamp(unsigned(tx.time_ms)),
        action: tx.action.clone(),
        organisation: desk.org_ref(&tx.org, language),
        actor: tx.actor.clone(),
        sentence,
        digest: tx.id.clone(),
        accepted: tx.accepted,
        code: tx.code.clone(),
        tasks,
        datasets,
        grants,
        applications,
    }
}
