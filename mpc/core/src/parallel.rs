//! Splitting a batch over threads.
//!
//! `std::thread::scope` and not a pool: a batch here is thousands of curve operations of tens of
//! microseconds each, a thread costs about as much as one of them, and the number of threads stays exactly
//! what the caller's settings allow.

/// Maps blocks of `input` with `f` on up to `threads` threads and concatenates what it returns, in order.
/// `f` is given the index of the first element of its block; blocks hold at most `block` elements.
/// The error of the smallest block index wins, so that a failure is reported the same way however many
/// threads there are.
pub fn map_blocks<T, U, E, F>(threads: usize, block: usize, input: &[T], f: F) -> Result<Vec<U>, E>
where
    T: Sync,
    U: Send,
    E: Send,
    F: Fn(usize, &[T]) -> Result<Vec<U>, E> + Sync,
{
    let block = block.max(1);
    let run = |offset: usize, part: &[T]| -> Result<Vec<U>, E> {
        let mut out = Vec::with_capacity(part.len());
        for (i, chunk) in part.chunks(block).enumerate() {
            out.extend(f(offset + i * block, chunk)?);
        }
        Ok(out)
    };
    let threads = threads.clamp(1, input.len().div_ceil(block).max(1));
    if threads == 1 {
        return run(0, input);
    }
    // Whole blocks, so that the blocks are the same for every number of threads.
    let part = input.len().div_ceil(block).div_ceil(threads) * block;
    std::thread::scope(|scope| {
        let run = &run;
        let mut parts = input.chunks(part).enumerate();
        let first = parts.next();
        let workers: Vec<_> = parts.map(|(i, rows)| scope.spawn(move || run(i * part, rows))).collect();
        // The calling thread takes the first part itself.
        let mut out = match first {
            Some((_, rows)) => run(0, rows)?,
            None => Vec::new(),
        };
        out.reserve(input.len().saturating_sub(out.len()));
        for worker in workers {
            match worker.join() {
                Ok(rows) => out.extend(rows?),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        Ok(out)
    })
}

/// Runs `f` on consecutive parts of `out`, one per thread. `f` is given the index of the first element of its part, a
/// multiple of `step`.
pub fn for_each_part<T, F>(threads: usize, step: usize, out: &mut [T], f: F)
where
    T: Send,
    F: Fn(usize, &mut [T]) + Sync,
{
    let step = step.max(1);
    let steps = out.len().div_ceil(step);
    let threads = threads.clamp(1, steps.max(1));
    let part = steps.div_ceil(threads) * step;
    if threads == 1 {
        return f(0, out);
    }
    std::thread::scope(|scope| {
        let f = &f;
        let mut parts = out.chunks_mut(part).enumerate();
        let first = parts.next();
        for (i, part_of_it) in parts {
            scope.spawn(move || f(i * part, part_of_it));
        }
        // The calling thread takes the first part itself. A panic of another one comes out of the scope.
        if let Some((_, part_of_it)) = first {
            f(0, part_of_it);
        }
    });
}

/// Runs `f` on matching chunks of two slices: `a` in chunks of `a_len`, `b` in chunks of `b_len`. `f` is given the number
/// of the chunk.
///
/// # Panics
/// When the slices have not the same number of whole chunks.
pub fn for_each_pair<A, B, F>(threads: usize, a: &mut [A], a_len: usize, b: &mut [B], b_len: usize, f: F)
where
    A: Send,
    B: Send,
    F: Fn(usize, &mut [A], &mut [B]) + Sync,
{
    let chunks = a.len() / a_len;
    assert!(a.len() == chunks * a_len && b.len() == chunks * b_len, "the slices have matching chunks");
    let each = chunks.div_ceil(threads.max(1)).max(1);
    let run = |first: usize, a: &mut [A], b: &mut [B]| {
        for (i, (a, b)) in a.chunks_mut(a_len).zip(b.chunks_mut(b_len)).enumerate() {
            f(first + i, a, b);
        }
    };
    if each >= chunks {
        return run(0, a, b);
    }
    std::thread::scope(|scope| {
        let run = &run;
        let mut parts = a.chunks_mut(each * a_len).zip(b.chunks_mut(each * b_len)).enumerate();
        let first = parts.next();
        for (i, (a, b)) in parts {
            scope.spawn(move || run(i * each, a, b));
        }
        if let Some((_, (a, b))) = first {
            run(0, a, b);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_and_offsets_do_not_depend_on_the_number_of_threads() {
        let input: Vec<u64> = (0..1_003).collect();
        for threads in [1, 2, 3, 8, 5_000] {
            let out: Vec<u64> = map_blocks::<_, _, (), _>(threads, 7, &input, |offset, block| {
                assert!(block.len() <= 7);
                assert_eq!(block[0], offset as u64);
                Ok(block.iter().map(|x| x * 2).collect())
            })
            .unwrap();
            assert_eq!(out, input.iter().map(|x| x * 2).collect::<Vec<_>>());
        }
    }

    #[test]
    fn parts_start_at_steps_and_cover_everything_once() {
        for threads in [1, 2, 3, 9] {
            for len in [0, 1, 7, 8, 100, 101] {
                let mut out = vec![0usize; len];
                for_each_part(threads, 8, &mut out, |first, part| {
                    assert_eq!(first % 8, 0);
                    for (i, x) in part.iter_mut().enumerate() {
                        *x += first + i + 1;
                    }
                });
                assert_eq!(out, (1..=len).collect::<Vec<_>>());
            }
        }
    }

    #[test]
    fn pairs_of_chunks_go_together_for_every_number_of_threads() {
        for threads in [1, 2, 3, 20] {
            let (mut a, mut b) = ([0usize; 24], [0usize; 16]);
            for_each_pair(threads, &mut a, 3, &mut b, 2, |i, a, b| {
                a.fill(i);
                b.fill(i);
            });
            assert!((0..8).all(|i| a[3 * i..][..3] == [i; 3] && b[2 * i..][..2] == [i; 2]));
        }
    }

    #[test]
    fn the_first_error_wins_however_many_threads_run() {
        let input: Vec<u64> = (0..100).collect();
        for threads in [1, 2, 4] {
            let failed = map_blocks::<_, u64, usize, _>(threads, 10, &input, |offset, block| {
                if offset >= 30 { Err(offset) } else { Ok(block.to_vec()) }
            });
            assert_eq!(failed.unwrap_err(), 30);
        }
    }

    #[test]
    fn an_empty_batch_gives_nothing() {
        let out: Vec<u8> = map_blocks::<u8, u8, (), _>(4, 16, &[], |_, b| Ok(b.to_vec())).unwrap();
        assert!(out.is_empty());
    }
}
