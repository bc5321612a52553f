//! Triangulation of a bin by peeling: an equation that alone has some column gives that column its value; without the
//! equation others become alone in a column. What remains (the 2-core, nearly always nothing) goes to `residue`.

/// A column's state: number of equations left in the upper half, exclusive or of their indices in the lower.
type Cell = u64;
const ONE: Cell = 1 << 32;
/// A column that belongs to an equation.
const PIVOT: Cell = u64::MAX;

/// Working memory of a bin, reused from bin to bin.
#[derive(Default)]
pub(crate) struct Peeler {
    /// Columns of each equation.
    pub(crate) rows: Vec<[u32; 3]>,
    cells: Vec<Cell>,
    queue: Vec<u32>,
    /// Equation and its column, in the order of peeling.
    pub(crate) order: Vec<(u32, u32)>,
}

impl Peeler {
    /// Peels the equations with the given columns, of `columns` columns in all.
    pub(crate) fn peel(&mut self, rows: impl Iterator<Item = [u32; 3]>, columns: usize) {
        self.rows.clear();
        self.cells.clear();
        self.cells.resize(columns, 0);
        // Every column enters the queue at most once: when it has one equation at first or comes down to one. One slot
        // more, as a store goes beyond the end before it is known not to count.
        self.queue.resize(columns + 1, 0);
        self.order.clear();

        let cells = self.cells.as_mut_slice();
        self.rows.extend(rows.zip(0u64..).map(|(row, i)| {
            for column in row {
                let cell = &mut cells[column as usize];
                *cell = (*cell ^ i).wrapping_add(ONE);
            }
            row
        }));
        self.order.reserve(self.rows.len());

        let queue = self.queue.as_mut_slice();
        let mut queued = 0;
        for (cell, column) in cells.iter().zip(0u32..) {
            queue[queued] = column;
            queued += usize::from(cell >> 32 == 1);
        }
        let mut next = 0;
        while next < queued {
            let column = queue[next];
            next += 1;
            let cell = cells[column as usize];
            // Its equation may have gone by way of another of its columns.
            if cell >> 32 != 1 {
                continue;
            }
            let row = cell as u32;
            self.order.push((row, column));
            for other in self.rows[row as usize] {
                let cell = &mut cells[other as usize];
                *cell = (*cell ^ u64::from(row)).wrapping_sub(ONE);
                queue[queued] = other;
                queued += usize::from(*cell >> 32 == 1);
            }
            cells[column as usize] = PIVOT;
        }
    }

    /// The equations that were not peeled.
    pub(crate) fn core(&self) -> Vec<u32> {
        if self.order.len() == self.rows.len() {
            return Vec::new();
        }
        let mut left = vec![true; self.rows.len()];
        self.order.iter().for_each(|(row, _)| left[*row as usize] = false);
        (0..self.rows.len() as u32).filter(|row| left[*row as usize]).collect()
    }

    /// Gives a column to an equation of the core.
    pub(crate) fn take(&mut self, column: u32) {
        self.cells[column as usize] = PIVOT;
    }

    /// Whether each column is free of an equation, in order.
    pub(crate) fn free(&self) -> impl Iterator<Item = bool> {
        self.cells.iter().map(|cell| *cell != PIVOT)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Scattered columns, by a multiplicative hash.
    fn row(i: u64, columns: u64) -> [u32; 3] {
        let mut x = i.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        std::array::from_fn(|j| {
            x = (x ^ x >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            // A third of the columns for each.
            (x >> 32) as u32 % (columns as u32 / 3) + j as u32 * (columns as u32 / 3)
        })
    }

    #[test]
    fn a_peeled_equation_has_no_column_of_an_equation_peeled_before_as_pivot_of_that_one() {
        let mut peeler = Peeler::default();
        for sparse in [1000, 700, 650] {
            peeler.peel((0..500).map(|i| row(i, sparse)), sparse as usize);
            let core = peeler.core();
            assert_eq!(core.len() + peeler.order.len(), 500);
            // A pivot occurs in no equation that was peeled later, nor in the core.
            let mut taken = vec![false; sparse as usize];
            for (row, pivot) in &peeler.order {
                let columns = peeler.rows[*row as usize];
                assert!(columns.contains(pivot));
                assert!(columns.iter().all(|c| !taken[*c as usize]));
                taken[*pivot as usize] = true;
            }
            assert!(core.iter().all(|row| peeler.rows[*row as usize].iter().all(|c| !taken[*c as usize])));
            assert!(peeler.free().zip(taken).all(|(free, taken)| free != taken));
        }
    }

    #[test]
    fn equations_with_the_same_columns_are_left_as_core() {
        let mut peeler = Peeler::default();
        peeler.peel([1, 2, 1].map(|i| row(i, 1000)).into_iter(), 1000);
        assert_eq!(peeler.core(), [0, 2]);
    }
}
