//! The times of products with secret scalars do not tell the scalars. Not among the usual tests: it takes a minute and a
//! quiet machine. `cargo test -p mpc-core --test constant_time -- --ignored`.

mod timing;

#[test]
#[ignore = "measures time: a minute, on a quiet machine"]
fn products_with_secret_scalars_take_the_same_time_whatever_the_scalar() {
    let leak = timing::of_a_leak(20_000);
    assert!(leak.t > timing::DIFFERENT, "the test sees what there is to see: t = {:.1}", leak.t);
    for verdict in timing::all(100_000) {
        let timing::Verdict { operation, measurements, t } = verdict;
        assert!(t < timing::DIFFERENT, "{operation}: t = {t:.1} after {measurements} measurements");
    }
}
