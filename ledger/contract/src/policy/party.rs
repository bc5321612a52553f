//! The lines about one party of a task.

use ledger_types::id::{GrantId, OrgId, TimeMs};
use ledger_types::object::{ColumnRule, ColumnUse, Dataset, Disclosure, Grant, Grantee, Scope, Status, TaskKindName};
use ledger_types::task::{TaskKind, TaskParty, TaskSpec};

use super::column::{covers, disclosure_name, disclosures, permitted_until};
use super::line::{AllowCode, SmallestGrant, SmallestRule, VerdictLine};
use crate::{RuleCode, StateError, StateRead, read};

/// One party's part of a task at a time.
pub(super) struct Question<'a> {
    pub(super) spec: &'a TaskSpec,
    pub(super) party: &'a TaskParty,
    pub(super) now_ms: TimeMs,
    /// The task has had a run: its use of the grant is already counted.
    pub(super) use_taken: bool,
}

/// How a column is used, with the codes of the lines about it.
struct Need<'a> {
    column: &'a str,
    disclosure: Disclosure,
    granted: (AllowCode, RuleCode),
    permitted: (AllowCode, RuleCode),
}

pub(super) fn lines(
    state: &(impl StateRead + ?Sized),
    q: &Question<'_>,
    out: &mut Vec<VerdictLine>,
) -> Result<(), StateError> {
    out.push(organisation(state, &q.party.org)?);
    let dataset = read::dataset(state, &q.party.dataset)?;
    out.push(q.dataset_line(dataset.as_ref()));
    if q.spec.released_to(&q.party.org).is_none() {
        q.own_data(dataset.as_ref(), out);
        return Ok(());
    }
    let needs = q.needs();
    match &q.party.grant {
        None => out.push(q.needs_grant(RuleCode::GrantMissing)),
        Some(id) => match read::grant(state, id)? {
            None => out.push(q.needs_grant(RuleCode::GrantUnknown).with("grant", id)),
            Some(grant) => q.grant_lines(id, &grant, &needs, out),
        },
    }
    for need in &needs {
        out.push(q.policy_line(dataset.as_ref(), need));
    }
    Ok(())
}

/// Whether an organisation may take part at all.
pub(super) fn organisation(state: &(impl StateRead + ?Sized), org: &OrgId) -> Result<VerdictLine, StateError> {
    let line = match read::organisation(state, org)?.map(|o| o.status) {
        Some(Status::Active) => VerdictLine::allows(AllowCode::OrganisationActive),
        Some(Status::Frozen) => VerdictLine::forbids(RuleCode::OrganisationFrozen),
        None => VerdictLine::forbids(RuleCode::OrganisationUnknown),
    };
    Ok(line.with("org", org))
}

impl<'a> Question<'a> {
    /// Who comes to see what this party releases.
    fn grantee(&self) -> &'a OrgId {
        self.spec.released_to(&self.party.org).unwrap_or(&self.spec.receiver)
    }

    fn about(&self, line: VerdictLine) -> VerdictLine {
        line.with("org", &self.party.org).with("dataset", &self.party.dataset)
    }

    pub(super) fn allows(&self, code: AllowCode) -> VerdictLine {
        self.about(VerdictLine::allows(code))
    }

    pub(super) fn forbids(&self, code: RuleCode) -> VerdictLine {
        self.about(VerdictLine::forbids(code))
    }

    /// A line that a new grant could turn.
    fn needs_grant(&self, code: RuleCode) -> VerdictLine {
        VerdictLine { smallest_grant: Some(self.smallest_grant()), ..self.forbids(code) }
            .with("grantee", self.grantee())
    }

    fn dataset_line(&self, dataset: Option<&Dataset>) -> VerdictLine {
        let Some(d) = dataset else { return self.forbids(RuleCode::DatasetUnknown) };
        let version = self.party.version;
        let line = if d.owner != self.party.org {
            self.forbids(RuleCode::DatasetNotOfParty).with("owner", &d.owner)
        } else if d.status == Status::Frozen {
            self.forbids(RuleCode::DatasetFrozen)
        } else if !d.versions.iter().any(|v| v.version == version) {
            self.forbids(RuleCode::DatasetVersionUnknown)
        } else {
            self.allows(AllowCode::DatasetActive).with("policy_version", d.policy_version)
        };
        line.with("version", version)
    }

    fn own_data(&self, dataset: Option<&Dataset>, out: &mut Vec<VerdictLine>) {
        let known = |name: &str| dataset.is_some_and(|d| d.columns.iter().any(|c| c.name == name));
        match self.party.keys.iter().chain(&self.party.payload).find(|name| !known(name)) {
            Some(name) => out.push(self.forbids(RuleCode::ColumnUnknown).with("column", name)),
            None => out.push(self.allows(AllowCode::OwnData)),
        }
    }

    fn needs(&self) -> Vec<Need<'a>> {
        let TaskKind::Psi(psi) = &self.spec.kind;
        let (of_keys, of_payload) = disclosures(&psi.output, self.spec.third().is_some());
        let key = |column: &'a String| Need {
            column,
            disclosure: of_keys,
            granted: (AllowCode::KeyGranted, RuleCode::KeyNotGranted),
            permitted: (AllowCode::KeyPermitted, RuleCode::KeyForbidden),
        };
        let payload = |column: &'a String| Need {
            column,
            disclosure: of_payload,
            granted: (AllowCode::PayloadGranted, RuleCode::PayloadNotGranted),
            permitted: (AllowCode::PayloadPermitted, RuleCode::PayloadForbidden),
        };
        self.party.keys.iter().map(key).chain(self.party.payload.iter().map(payload)).collect()
    }

    fn grant_lines(&self, id: &GrantId, grant: &Grant, needs: &[Need<'_>], out: &mut Vec<VerdictLine>) {
        let from = out.len();
        out.push(self.belongs(grant));
        out.push(self.in_force(grant));
        out.push(self.uses(grant));
        let purpose = if grant.scope.purpose == self.spec.purpose {
            self.allows(AllowCode::PurposeGranted)
        } else {
            self.needs_grant(RuleCode::PurposeNotGranted).with("granted", &grant.scope.purpose)
        };
        out.push(purpose.with("purpose", &self.spec.purpose));
        let kind = self.spec.kind.name();
        let line = if grant.scope.kinds.contains(&kind) {
            self.allows(AllowCode::KindGranted)
        } else {
            self.needs_grant(RuleCode::KindNotGranted)
        };
        out.push(line.with("kind", kind_name(kind)));
        for need in needs {
            let given =
                grant.scope.columns.iter().any(|u| u.column == need.column && covers(u.disclosure, need.disclosure));
            let line = if given { self.allows(need.granted.0) } else { self.needs_grant(need.granted.1) };
            out.push(need.describe(line));
        }
        for line in &mut out[from..] {
            line.params.insert("grant".to_owned(), id.to_string());
        }
    }

    fn belongs(&self, grant: &Grant) -> VerdictLine {
        if grant.dataset != self.party.dataset || grant.grantor != self.party.org {
            return self.needs_grant(RuleCode::GrantOtherDataset).with("granted", &grant.dataset);
        }
        if &grant.grantee != self.grantee() {
            return self.needs_grant(RuleCode::GrantOtherGrantee).with("granted", &grant.grantee);
        }
        self.allows(AllowCode::GrantGiven).with("grantee", &grant.grantee)
    }

    fn in_force(&self, grant: &Grant) -> VerdictLine {
        let line = match &grant.revoked {
            Some(r) => self.needs_grant(RuleCode::GrantRevoked).with("revoked_at_ms", r.at_ms),
            None if self.now_ms > grant.scope.not_after_ms => self.needs_grant(RuleCode::GrantExpired),
            None => self.allows(AllowCode::GrantInForce),
        };
        line.with("not_after_ms", grant.scope.not_after_ms)
    }

    fn uses(&self, grant: &Grant) -> VerdictLine {
        let line = if self.use_taken {
            self.allows(AllowCode::GrantUseTaken)
        } else if grant.used < grant.scope.uses {
            self.allows(AllowCode::GrantUsesLeft)
        } else {
            self.needs_grant(RuleCode::GrantUsedUp)
        };
        line.with("used", grant.used).with("uses", grant.scope.uses)
    }

    fn policy_line(&self, dataset: Option<&Dataset>, need: &Need<'_>) -> VerdictLine {
        let Some(column) = dataset.and_then(|d| d.columns.iter().find(|c| c.name == need.column)) else {
            return need.describe(self.forbids(RuleCode::ColumnUnknown));
        };
        let (grantee, purpose) = (self.grantee(), self.spec.purpose.as_str());
        let line = match permitted_until(column, grantee, purpose, need.disclosure, self.now_ms) {
            Some(TimeMs::MAX) => self.allows(need.permitted.0),
            Some(until_ms) => self.allows(need.permitted.0).with("not_after_ms", until_ms),
            None => {
                let rule = ColumnRule {
                    grantee: Grantee::Org(grantee.clone()),
                    purpose: Some(purpose.to_owned()),
                    allow: need.disclosure,
                    not_after_ms: Some(self.spec.not_after_ms),
                };
                let smallest =
                    SmallestRule { dataset: self.party.dataset.clone(), column: need.column.to_owned(), rule };
                VerdictLine { smallest_rule: Some(smallest), ..self.forbids(need.permitted.1) }
            }
        };
        need.describe(line).with("grantee", grantee).with("purpose", purpose)
    }

    fn smallest_grant(&self) -> SmallestGrant {
        let columns = self
            .needs()
            .into_iter()
            .map(|n| ColumnUse { column: n.column.to_owned(), disclosure: n.disclosure })
            .collect();
        SmallestGrant {
            dataset: self.party.dataset.clone(),
            grantee: self.grantee().clone(),
            scope: Scope {
                columns,
                purpose: self.spec.purpose.clone(),
                kinds: [self.spec.kind.name()].into(),
                not_after_ms: self.spec.not_after_ms,
                uses: 1,
            },
        }
    }
}

impl Need<'_> {
    fn describe(&self, line: VerdictLine) -> VerdictLine {
        line.with("column", self.column).with("needed", disclosure_name(self.disclosure))
    }
}

/// The name of a kind as it is encoded.
pub(crate) fn kind_name(kind: TaskKindName) -> &'static str {
    match kind {
        TaskKindName::Psi => "psi",
    }
}
