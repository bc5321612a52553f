//! Which group elements crossed the channel, to notice lists that repeat themselves or give back what the
//! other side sent. Kept as 128 leading bits of each encoding: two honest elements share them with
//! probability below 2^−60 even for lists of 2³¹.

use mpc_core::Encoded;

use crate::run::PsiError;

#[derive(Default)]
pub(crate) struct PointLog {
    ours: Vec<u128>,
    theirs: Vec<u128>,
}

impl PointLog {
    pub(crate) fn sent(&mut self, points: &[Encoded]) {
        self.ours.extend(points.iter().map(prefix));
    }

    pub(crate) fn received(&mut self, points: &[Encoded]) {
        self.theirs.extend(points.iter().map(prefix));
    }

    /// The peer's elements must be distinct and none may be one of ours.
    pub(crate) fn check(mut self, what: &'static str) -> Result<(), PsiError> {
        self.theirs.sort_unstable();
        if self.theirs.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(PsiError::DuplicatePoint { what });
        }
        self.ours.sort_unstable();
        let mut ours = self.ours.iter().peekable();
        for theirs in &self.theirs {
            while ours.next_if(|own| *own < theirs).is_some() {}
            if ours.peek() == Some(&theirs) {
                return Err(PsiError::ReflectedPoint { what });
            }
        }
        Ok(())
    }
}

fn prefix(point: &Encoded) -> u128 {
    let (head, _) = point.split_first_chunk::<16>().expect("an encoded element has 32 bytes");
    u128::from_be_bytes(*head)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(ours: &[u8], theirs: &[u8]) -> Result<(), PsiError> {
        let mut log = PointLog::default();
        log.sent(&ours.iter().map(|b| [*b; 32]).collect::<Vec<_>>());
        log.received(&theirs.iter().map(|b| [*b; 32]).collect::<Vec<_>>());
        log.check("test")
    }

    #[test]
    fn duplicates_and_reflections_are_noticed_wherever_they_stand() {
        assert!(log(&[], &[]).is_ok());
        assert!(log(&[1, 9, 5], &[2, 8, 4]).is_ok());
        assert!(log(&[1, 1], &[2]).is_ok(), "only the peer's list is judged");
        assert!(matches!(log(&[1], &[7, 3, 7]), Err(PsiError::DuplicatePoint { .. })));
        for own in [1, 4, 9] {
            assert!(matches!(log(&[own], &[9, 1, 4]), Err(PsiError::ReflectedPoint { .. })), "{own}");
        }
    }
}
