//! Tasks with other rows than those that match, and with a result for both sides.

mod kit;

use kit::{BANK, RSJ, TaskShape, World};
use ledger_types::task::{
    AlgorithmRef, DuplicateRule, PSI_ECDH, PSI_RR22, PsiOutput, RowJoin, RowsOutput, Task, TaskStatus,
};

const BANK_ROWS: &str = "id,amount\n1,10\n2,20\n,25\n3,30\n1,40\n";
const RSJ_ROWS: &str = "id,employer\n3,z\n1,x\n1,y\n9,w\n,v\n";

fn shape(algorithm: &str, join: RowJoin, both: bool) -> TaskShape {
    TaskShape {
        rules: vec!["text/1".into()],
        duplicates: DuplicateRule::Join,
        output: PsiOutput::Rows(RowsOutput { join, both }),
        algorithm: AlgorithmRef { id: algorithm.into(), version: "1".into() },
        ..TaskShape::default()
    }
}

fn completed(task: &Task) {
    assert_eq!((task.status, &task.disputes), (TaskStatus::Completed, &vec![]), "{:?}", task.runs);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_left_join_keeps_all_rows_of_the_receiver_and_an_anti_join_the_rest() {
    let world = World::start().await;
    let bank = world.publish(BANK, "a", BANK_ROWS).await;
    let rsj = world.publish(RSJ, "b", RSJ_ROWS).await;
    let grant = world.grant(&rsj, "b").await;
    for algorithm in [PSI_ECDH, PSI_RR22] {
        let task = world.run(&bank, &rsj, &grant, &shape(algorithm, RowJoin::Left, false)).await;
        completed(&task);
        let expected = ["id,amount,employer", "1,10,x", "1,10,y", "2,20,", ",25,", "3,30,z", "1,40,x", "1,40,y"];
        assert_eq!(world.result_lines(&task.id), expected);

        // The first row of the other side, beside every own one.
        let first = TaskShape { duplicates: DuplicateRule::First, ..shape(algorithm, RowJoin::Left, false) };
        let task = world.run(&bank, &rsj, &grant, &first).await;
        completed(&task);
        let expected = ["id,amount,employer", "1,10,x", "2,20,", ",25,", "3,30,z", "1,40,x"];
        assert_eq!(world.result_lines(&task.id), expected);

        let rest = TaskShape { rsj_payload: vec![], ..shape(algorithm, RowJoin::Unmatched, false) };
        let task = world.run(&bank, &rsj, &grant, &rest).await;
        completed(&task);
        assert_eq!(world.result_lines(&task.id), ["id,amount", "2,20", ",25"]);
        assert!(world.room(RSJ).result(&task.id).is_err());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_result_for_both_gives_each_side_its_rows_with_the_others_columns_and_both_attest_it() {
    let world = World::start().await;
    let bank = world.publish(BANK, "a", BANK_ROWS).await;
    let rsj = world.publish(RSJ, "b", RSJ_ROWS).await;
    let grant = world.grant(&rsj, "b").await;
    let bank_grant = Some(world.grant_to(RSJ, &bank, "a").await);
    for algorithm in [PSI_ECDH, PSI_RR22] {
        let both = |join| TaskShape { bank_grant: bank_grant.clone(), ..shape(algorithm, join, true) };
        let task = world.run(&bank, &rsj, &grant, &both(RowJoin::Inner)).await;
        completed(&task);
        let expected = ["id,amount,employer", "1,10,x", "1,10,y", "3,30,z", "1,40,x", "1,40,y"];
        assert_eq!(world.result_lines_of(BANK, &task.id), expected);
        let expected = ["id,employer,amount", "3,z,30", "1,x,10", "1,x,40", "1,y,10", "1,y,40"];
        assert_eq!(world.result_lines_of(RSJ, &task.id), expected);
        let run = task.runs.last().unwrap();
        assert!(run.attestations.iter().all(|a| a.result.is_some() && a.canaries_ok == Some(true)));
        for org in [BANK, RSJ] {
            assert_eq!(world.room(org).result(&task.id).unwrap().matched_keys, Some(2));
            let report = world.room(org).consistency_check(task.id).await.unwrap();
            assert!(report.consistent, "{report:?}");
        }

        // Every side keeps all its rows.
        let task = world.run(&bank, &rsj, &grant, &both(RowJoin::Left)).await;
        completed(&task);
        assert_eq!(world.result_lines_of(BANK, &task.id).len(), 1 + 7);
        let expected = ["id,employer,amount", "3,z,30", "1,x,10", "1,x,40", "1,y,10", "1,y,40", "9,w,", ",v,"];
        assert_eq!(world.result_lines_of(RSJ, &task.id), expected);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_result_for_both_needs_a_grant_on_the_receivers_data_and_enough_matches() {
    let world = World::start().await;
    let bank = world.publish(BANK, "a", BANK_ROWS).await;
    let rsj = world.publish(RSJ, "b", RSJ_ROWS).await;
    let grant = world.grant(&rsj, "b").await;
    let refused = world.try_propose(&bank, &rsj, &grant, &shape(PSI_ECDH, RowJoin::Inner, true)).await.unwrap_err();
    assert!(refused.contains("grant_missing"), "{refused}");

    let bank_grant = Some(world.grant_to(RSJ, &bank, "a").await);
    // Without a second result there is nothing that the grant could be for.
    let needless = TaskShape { bank_grant: bank_grant.clone(), ..shape(PSI_ECDH, RowJoin::Inner, false) };
    let refused = world.try_propose(&bank, &rsj, &grant, &needless).await.unwrap_err();
    assert!(refused.contains("grant_on_own_data"), "{refused}");

    let few = TaskShape { bank_grant, min_matches: 3, ..shape(PSI_ECDH, RowJoin::Inner, true) };
    let task = world.run(&bank, &rsj, &grant, &few).await;
    assert_eq!(task.status, TaskStatus::Failed);
    let codes: Vec<_> = task.runs.last().unwrap().failures.iter().map(|f| f.code.as_str()).collect();
    assert!(codes.contains(&"matches_below_minimum"), "{codes:?}");
    for org in [BANK, RSJ] {
        assert!(world.room(org).result(&task.id).is_err());
    }
}
