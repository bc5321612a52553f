//! Constants of RFC 9496 §4.1 in 52-bit digits.

/// A field element by its digits, the least first.
pub(super) type Digits = [u64; 5];

pub(super) const ZERO: Digits = [0; 5];
pub(super) const ONE: Digits = [1, 0, 0, 0, 0];
/// d of the curve −x² + y² = 1 + d·x²·y²: −121665/121666.
pub(super) const D: Digits =
    [0xb_4dca_1359_78a3, 0x4_d414_1d8a_b75e, 0x7_79e8_9800_700a, 0xf_e738_cc74_0797, 0x0_5203_6cee_2b6f];
/// 2·d.
pub(super) const TWO_D: Digits =
    [0x6_9b94_26b2_f159, 0x9_a828_3b15_6ebd, 0xe_f3d1_3000_e014, 0xf_ce71_98e8_0f2e, 0x0_2406_d9dc_56df];
/// √−1, the non-negative one.
pub(super) const SQRT_M1: Digits =
    [0xe_1b27_4a0e_a0b0, 0x0_6ad2_fe47_8c4e, 0xd_fbd7_a72f_4318, 0xd_f0b2_b4d0_0993, 0x0_2b83_2480_4fc1];
/// √(a·d − 1) with a = −1.
pub(super) const SQRT_AD_MINUS_ONE: Digits =
    [0x7_f6a0_497b_2e1b, 0x0_c1b7_854b_d7e9, 0x1_f5d1_fdaf_9d8e, 0x4_8ac0_f3cf_cc93, 0x0_3769_31bf_2b83];
/// 1/√(a − d).
pub(super) const INVSQRT_A_MINUS_D: Digits =
    [0x8_fdaa_805d_40ea, 0x1_75a4_172b_e99c, 0xe_01d8_409d_2f16, 0xf_ca21_6c27_b91f, 0x0_786c_8905_cfaf];
/// 1 − d².
pub(super) const ONE_MINUS_D_SQ: Digits =
    [0xc_09c1_945f_c176, 0x3_8cd5_e350_fe27, 0xe_70df_e42c_81a1, 0xe_0d79_994a_bddb, 0x0_0290_72a8_b2b3];
/// (d − 1)².
pub(super) const D_MINUS_ONE_SQ: Digits =
    [0xd_5aaa_44ed_4d20, 0x2_cb01_e199_931a, 0x2_9b4e_ebd2_9e4a, 0x2_2414_cdcd_32f5, 0x0_5968_b37a_f66c];
