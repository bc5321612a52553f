use std::path::Path;

use backend_api::catalogue::DeskCode;
use backend_api::source::{Upload, UploadQuery};

use crate::call::{Call, Spooled};
use crate::fault::Fault;

pub(crate) async fn upload(call: Call, query: UploadQuery, body: Spooled) -> Result<Upload, Fault> {
    let name = Path::new(&query.filename);
    let extension = name.extension().and_then(|e| e.to_str()).map(str::to_ascii_lowercase);
    let Some(extension) = extension.filter(|e| matches!(e.as_str(), "csv" | "parquet")) else {
        return Err(Fault::field(
            DeskCode::InvalidValue,
            "filename",
            ("须以 .csv 或 .parquet 结尾", "must end in .csv or .parquet"),
        ));
    };
    if body.bytes == 0 {
        return Err(Fault::field(DeskCode::InvalidValue, "body", ("文件为空", "the file is empty")));
    }
    // What the person called the file is shown, never used as a path.
    let id = format!("{}.{extension}", uuid::Uuid::now_v7().simple());
    tokio::fs::rename(&body.path, call.desk.party.upload_dir().join(&id)).await.map_err(Fault::internal)?;
    let filename = name.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    Ok(Upload { id, filename, bytes: body.bytes })
}
