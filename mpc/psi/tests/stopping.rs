//! Runs that are watched, cancelled, dropped or disturbed.

mod side;
mod tamper;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use mpc_net::fault::{Fault, FaultyStream};
use mpc_net::{Channel, ChannelConfig, memory};
use mpc_psi::run::{Control, Phase, Progress, PsiError, Role, RunConfig};
use mpc_psi::{Protocol, run_receiver, run_sender};
use proptest::prelude::*;
use side::{FOR_ANY_SIZE, arena, seed};
use tamper::{keys, settings};

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_run_ends_on_both_sides_and_a_dropped_one_too() {
    for protocol in FOR_ANY_SIZE {
        cancelled_and_dropped(protocol).await;
    }
}

async fn cancelled_and_dropped(protocol: Protocol) {
    for cancelled in [Role::Receiver, Role::Sender] {
        let (a, b) = memory::channels(ChannelConfig::default());
        let token = Control::new().cancel;
        // Cancel in the middle of the exchange.
        let watched = Control::with_cancel(token.clone()).on_progress(move |progress| {
            if progress.phase == Phase::Exchange && progress.done > 0 {
                token.cancel();
            }
        });
        let (for_receiver, for_sender) = match cancelled {
            Role::Receiver => (watched, Control::new()),
            Role::Sender => (Control::new(), watched),
        };
        let sets = (keys(0..2_000), keys(0..2_000));
        let (receiver, sender) = tokio::join!(
            run_receiver(protocol, a, settings(), sets.0, seed(1), &for_receiver),
            run_sender(protocol, b, settings(), sets.1, arena([""; 2_000]), seed(2), &for_sender),
        );
        let (receiver, sender) = (receiver.unwrap_err(), sender.unwrap_err());
        let (own, other) = if cancelled == Role::Receiver { (receiver, sender) } else { (sender, receiver) };
        assert!(matches!(own, PsiError::Cancelled));
        assert!(
            matches!(other.code(), "peer_aborted" | "peer_lost" | "channel_truncated" | "channel_closed"),
            "{other}"
        );
    }

    let (a, b) = memory::channels(ChannelConfig::default());
    let begun = Arc::new(tokio::sync::Notify::new());
    let notice = begun.clone();
    let control = Control::new().on_progress(move |progress| {
        if progress.phase == Phase::Exchange && progress.done > 0 {
            notice.notify_one();
        }
    });
    let sending = tokio::spawn(async move {
        let payloads = arena([""; 2_000]);
        run_sender(protocol, b, settings(), keys(0..2_000), payloads, seed(2), &Control::new()).await
    });
    tokio::select! {
        _ = run_receiver(protocol, a, settings(), keys(0..2_000), seed(1), &control) => {
            panic!("dropped before its end")
        }
        () = begun.notified() => {}
    }
    let error = sending.await.unwrap().unwrap_err();
    assert!(matches!(error.code(), "peer_lost" | "channel_closed" | "channel_truncated"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn progress_grows_to_its_total_in_every_phase_and_over_all_buckets() {
    for protocol in FOR_ANY_SIZE {
        let seen = Arc::new(Mutex::new(Vec::<Progress>::new()));
        let log = seen.clone();
        let control = Control::new().on_progress(move |progress| log.lock().unwrap().push(progress));
        let (a, b) = memory::channels(ChannelConfig::default());
        let other = Control::new();
        let config = RunConfig { bucket_items: 40, ..settings() };
        let (receiver, sender) = tokio::join!(
            run_receiver(protocol, a, config.clone(), keys(0..100), seed(1), &control),
            run_sender(protocol, b, config, keys(0..100), arena([""; 100]), seed(2), &other),
        );
        receiver.unwrap();
        sender.unwrap();
        let seen = seen.lock().unwrap();
        let mut steps = 0;
        for phase in [Phase::Exchange, Phase::Match] {
            let of_phase: Vec<_> = seen.iter().filter(|p| p.phase == phase && p.total > 0).collect();
            assert!(of_phase.windows(2).all(|pair| pair[0].done < pair[1].done && pair[0].total == pair[1].total));
            assert_eq!(of_phase.last().map(|p| p.done), of_phase.last().map(|p| p.total), "{protocol:?} {phase}");
            steps += of_phase.len();
        }
        assert!(steps >= 14, "{protocol:?}: {steps}");
        assert!(seen.windows(2).all(|pair| pair[0].phase <= pair[1].phase));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn a_flipped_bit_anywhere_never_gives_a_result(
        protocol in prop::sample::select(FOR_ANY_SIZE.to_vec()),
        at in 0.0f64..1.0,
        bit in 0u32..8,
        towards_receiver: bool,
    ) {
        // What each direction carries in the run below, from the reports of an undisturbed one.
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        runtime.block_on(async {
            let impatient = ChannelConfig {
                read_stall: Duration::from_millis(800),
                write_stall: Duration::from_millis(800),
                ..ChannelConfig::default()
            };
            let disturbed = |receiver_faults: Vec<Fault>, sender_faults: Vec<Fault>, limits: ChannelConfig| async move {
                let (a, b) = memory::streams(64 << 10);
                let a = Channel::new(FaultyStream::new(a, receiver_faults), limits);
                let b = Channel::new(FaultyStream::new(b, sender_faults), limits);
                let (ours, theirs) = (Control::new(), Control::new());
                tokio::join!(
                    run_receiver(protocol, a, settings(), keys(0..10), seed(1), &ours),
                    run_sender(protocol, b, settings(), keys(5..15), arena(["column"; 10]), seed(2), &theirs),
                )
            };
            let (receiver, sender) = disturbed(vec![], vec![], ChannelConfig::default()).await;
            let traffic = receiver.unwrap().report.traffic;
            sender.unwrap();
            let bytes = if towards_receiver { traffic.received_bytes } else { traffic.sent_bytes };
            let fault = vec![Fault::Flip { at: (at * bytes as f64) as u64, mask: 1 << bit }];
            let (receiver, sender) = if towards_receiver {
                disturbed(vec![], fault, impatient).await
            } else {
                disturbed(fault, vec![], impatient).await
            };
            assert!(receiver.is_err(), "the receiver took a disturbed run for good");
            // The sender's own last message is the only one whose loss it cannot see.
            let last = towards_receiver && (at * bytes as f64) as u64 >= bytes - (6 + 88);
            assert!(sender.is_err() || last, "the sender took a disturbed run for good");
        });
    }
}
