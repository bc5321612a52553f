use backend_api::endpoint::NoQuery;

use crate::answer::NodeFile;
use crate::call::Call;
use crate::fault::Fault;

pub(crate) async fn download(call: Call, _: NoQuery, (): ()) -> Result<NodeFile, Fault> {
    let (result, path) = super::result::find(&call)?;
    if !path.is_file() {
        return Err(Fault::with_code("result_missing"));
    }
    Ok(NodeFile { path, filename: result.filename })
}
