//! Statements that are refused; statements that contradict are disputes, see `disputes.rs`.

use ledger_contract::{RuleCode, state_key};
use ledger_types::id::SessionId;
use ledger_types::task::{Attestation, ProtocolRole};

use crate::world::{World, attestation, dataset_id, digest, org, task_attest, task_fail, task_retry};
use crate::{Case, case};

fn attesting(change: impl FnOnce(&mut Attestation)) -> RuleCode {
    let (mut w, id, session) = World::ready();
    let mut a = attestation("rsj");
    change(&mut a);
    w.code("rsj/node", task_attest(id, session, a))
}

/// What is said to a third that attests a run whose result it gets.
fn attesting_as_third(change: impl FnOnce(&mut Attestation)) -> RuleCode {
    let (mut w, id, session) = World::ready();
    let mut task = w.task(id);
    task.spec.receiver = org("hospital");
    w.put(state_key::task(&id), &task);
    let (bank, rsj) = (attestation("bank"), attestation("rsj"));
    let channels = [bank.channels, rsj.channels].concat();
    let mut a = Attestation { org: org("hospital"), role: ProtocolRole::Receiver, input: None, channels, ..rsj };
    change(&mut a);
    w.code("hospital/node", task_attest(id, session, a))
}

pub(crate) fn cases() -> Vec<Case> {
    vec![
        case("a person attests", RuleCode::RoleMissing, || {
            let (mut w, id, session) = World::ready();
            w.code("rsj/owner", task_attest(id, session, attestation("rsj")))
        }),
        case("an outsider's node attests", RuleCode::NotAParty, || {
            let (mut w, id, session) = World::ready();
            w.code("hospital/node", task_attest(id, session, attestation("rsj")))
        }),
        case("a node attests for the other", RuleCode::AttestationForeign, || {
            let (mut w, id, session) = World::ready();
            w.code("bank/node", task_attest(id, session, attestation("rsj")))
        }),
        case("another run", RuleCode::SessionWrong, || {
            let (mut w, id, _) = World::ready();
            w.code("rsj/node", task_attest(id, SessionId(digest(1)), attestation("rsj")))
        }),
        case("a run before the latest", RuleCode::SessionWrong, || {
            let (mut w, id, session) = World::failed();
            w.must("bank/requester", task_retry(id));
            w.code("rsj/node", task_attest(id, session, attestation("rsj")))
        }),
        case("before any run", RuleCode::TaskStatusWrong, || {
            let (mut w, id) = World::with_task();
            w.code("rsj/node", task_attest(id, SessionId(digest(1)), attestation("rsj")))
        }),
        case("after a failure", RuleCode::TaskStatusWrong, || {
            let (mut w, id, session) = World::ready();
            w.must("bank/node", task_fail(id, session));
            w.code("rsj/node", task_attest(id, session, attestation("rsj")))
        }),
        case("twice", RuleCode::AlreadyAttested, || {
            let (mut w, id, session) = World::ready();
            w.must("rsj/node", task_attest(id, session, attestation("rsj")));
            w.code("rsj/node", task_attest(id, session, attestation("rsj")))
        }),
        case("the other's role", RuleCode::AttestationRole, || attesting(|a| a.role = ProtocolRole::Receiver)),
        case("another dataset", RuleCode::AttestationInput, || {
            attesting(|a| a.input.as_mut().unwrap().dataset = dataset_id("bank.clients"))
        }),
        case("another version", RuleCode::AttestationInput, || attesting(|a| a.input.as_mut().unwrap().version = 2)),
        case("a party that read nothing", RuleCode::AttestationInput, || attesting(|a| a.input = None)),
        case("a third that says what it read", RuleCode::AttestationInput, || {
            attesting_as_third(|a| a.input = attestation("bank").input)
        }),
        case("a third that sends", RuleCode::AttestationRole, || attesting_as_third(|a| a.role = ProtocolRole::Sender)),
        case("a third without a channel to one party", RuleCode::AttestationChannels, || {
            attesting_as_third(|a| a.channels.truncate(1))
        }),
        case("no channel", RuleCode::AttestationChannels, || attesting(|a| a.channels.clear())),
        case("a channel twice", RuleCode::AttestationChannels, || {
            attesting(|a| a.channels.push(a.channels[0].clone()))
        }),
        case("a channel to an outsider", RuleCode::AttestationChannels, || {
            attesting(|a| a.channels[0].peer = org("hospital"))
        }),
        case("an end before the start", RuleCode::AttestationTimes, || attesting(|a| a.finished_ms = a.started_ms - 1)),
        case("no software", RuleCode::TextEmpty, || attesting(|a| a.software.clear())),
        case("a long software version", RuleCode::TextTooLong, || attesting(|a| a.software = "v".repeat(65))),
    ]
}
