//! The comparisons of a result report, said as what holds.

use backend_api::catalogue::Text;
use ledger_contract::dispute::DisputeCode;

use super::t;

/// What holds when the dispute of this code is not there.
pub fn cross_check(code: DisputeCode) -> Text {
    match code {
        DisputeCode::AttestationMissing => t("每一方的节点都作出了声明", "Every party's node attested"),
        DisputeCode::AlgorithmDiffers => t("运行的是任务书写明的算法和版本", "The algorithm and version agreed on ran"),
        DisputeCode::ParametersDiffer => t("双方的协议参数相同", "Both ends negotiated the same parameters"),
        DisputeCode::TranscriptDiffers => {
            t("一方发出的每一帧就是另一方收到的", "Every frame that one end sent is what the other received")
        }
        DisputeCode::BytesDiffer => t("双方统计的字节数相同", "Both ends counted the same bytes"),
        DisputeCode::ItemsDiffer => t("宣布的键数就是声明使用的键数", "The keys announced are those stated as used"),
        DisputeCode::SeedCommitmentDiffers => {
            t("运行前交换的随机种子承诺一致", "The seed commitments exchanged before the run agree")
        }
        DisputeCode::InputCommitmentDiffers => {
            t("重新推导的数据承诺就是已发布的版本", "The commitments re-derived are those of the published versions")
        }
        DisputeCode::RowCountDiffers => t("读取的行数就是已发布的行数", "The rows read are as many as were published"),
        DisputeCode::CanaryFailed => {
            t("哨兵行该找到的都找到，不该找到的都没有", "Every canary was found, or not found, as it must be")
        }
        DisputeCode::CanaryMissing => t("接收方报告了哨兵行", "The receiver reported on the canaries"),
        DisputeCode::ResultMissing => t("接收方对结果作出了承诺", "The receiver committed to its result"),
        DisputeCode::ResultUnexpected => t("只有接收方持有结果", "Nobody but the receiver has a result"),
    }
}
