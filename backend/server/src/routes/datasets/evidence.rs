use backend_api::catalogue::DeskCode;
use backend_api::endpoint::NoQuery;
use backend_api::evidence::EvidenceTimeline;
use backend_db::read::dataset;
use ledger_types::id::DatasetId;

use crate::call::Call;
use crate::fault::Fault;
use crate::routes::evidence::timeline;
use crate::text;

pub(crate) async fn evidence(call: Call, _: NoQuery, (): ()) -> Result<EvidenceTimeline, Fault> {
    let id: DatasetId = call.id()?;
    let name = id.to_string();
    if call.desk.read("find_dataset", move |c| dataset::find(c, &name)).await?.is_none() {
        return Err(DeskCode::NotFound.into());
    }
    Ok(EvidenceTimeline {
        subject: id.to_string(),
        items: timeline(&call, vec![("dataset".to_owned(), id.to_string())]).await?,
        proved: text::evidence::dataset_proved(call.language),
        not_proved: text::evidence::not_proved(call.language),
    })
}
