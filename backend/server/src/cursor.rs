//! Page cursors: where a page starts, tied to the filters of its list.

use backend_api::catalogue::DeskCode;
use backend_api::page::{PAGE_ROWS_DEFAULT, PAGE_ROWS_MAX, Paged};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ledger_crypto::SuiteId;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::fault::Fault;

/// The position and the digest of the filters it belongs to.
#[derive(serde::Serialize, serde::Deserialize)]
struct Envelope<T> {
    f: String,
    p: T,
}

/// One request for a page.
pub struct PageRequest<T> {
    /// Rows asked for.
    pub limit: usize,
    /// Where to start.
    pub after: Option<T>,
    filters: String,
}

impl<T: Serialize + DeserializeOwned> PageRequest<T> {
    /// Reads `cursor` and `limit`; `filters` is everything else that shapes the list.
    pub fn new(cursor: Option<&str>, limit: Option<u32>, filters: &impl Serialize) -> Result<Self, Fault> {
        let limit = limit.unwrap_or(PAGE_ROWS_DEFAULT);
        if limit == 0 || limit > PAGE_ROWS_MAX {
            return Err(Fault::field(
                DeskCode::BadRequest,
                "limit",
                (format!("1 至 {PAGE_ROWS_MAX}"), format!("1 to {PAGE_ROWS_MAX}")),
            ));
        }
        let text = serde_json::to_vec(filters).map_err(Fault::internal)?;
        let mut filters = SuiteId::Gm.hash(&[&text]).to_string();
        filters.truncate(16);
        let after = cursor.map(|c| decode::<T>(c, &filters)).transpose()?;
        Ok(Self { limit: limit as usize, after, filters })
    }

    /// One row more than asked for tells whether there is another page.
    pub fn fetch(&self) -> i64 {
        self.limit as i64 + 1
    }

    /// Cuts the extra row and makes the cursor of the next page.
    pub fn page<Row, P: Paged>(
        &self,
        mut rows: Vec<Row>,
        position: impl Fn(&Row) -> T,
        item: impl FnMut(Row) -> Result<P::Item, Fault>,
    ) -> Result<P, Fault> {
        let more = rows.len() > self.limit;
        rows.truncate(self.limit);
        let next = match rows.last() {
            Some(last) if more => Some(self.encode(position(last))?),
            _ => None,
        };
        Ok(P::of(rows.into_iter().map(item).collect::<Result<_, _>>()?, next))
    }

    fn encode(&self, p: T) -> Result<String, Fault> {
        let envelope = Envelope { f: self.filters.clone(), p };
        Ok(URL_SAFE_NO_PAD.encode(serde_json::to_vec(&envelope).map_err(Fault::internal)?))
    }
}

fn decode<T: DeserializeOwned>(cursor: &str, filters: &str) -> Result<T, Fault> {
    let bad = || Fault::from(DeskCode::BadCursor);
    let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| bad())?;
    let envelope: Envelope<T> = serde_json::from_slice(&bytes).map_err(|_| bad())?;
    if envelope.f == filters { Ok(envelope.p) } else { Err(bad()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct P(Vec<u32>, Option<String>);
    impl Paged for P {
        type Item = u32;
        fn of(items: Vec<u32>, next_cursor: Option<String>) -> Self {
            Self(items, next_cursor)
        }
    }

    #[test]
    fn a_cursor_continues_its_own_list_and_no_other() {
        let first = PageRequest::<u32>::new(None, Some(2), &"filters").expect("valid");
        assert_eq!(first.fetch(), 3);
        let P(items, next) = first.page(vec![1, 2, 3], |r| *r, Ok).expect("made");
        assert_eq!(items, [1, 2]);
        let next = next.expect("there is more");
        assert_eq!(PageRequest::<u32>::new(Some(&next), None, &"filters").expect("valid").after, Some(2));
        for (cursor, filters) in [(next.as_str(), "others"), ("x", "filters"), ("", "filters")] {
            let code = PageRequest::<u32>::new(Some(cursor), None, &filters).err().map(|f| f.code);
            assert_eq!(code.as_deref(), Some("bad_cursor"), "{cursor}");
        }
        let P(_, next) = first.page(vec![1, 2], |r| *r, Ok).expect("made");
        assert_eq!(next, None);
    }

    #[test]
    fn a_limit_outside_its_bounds_is_refused() {
        for limit in [0, 101] {
            assert!(PageRequest::<u32>::new(None, Some(limit), &()).is_err());
        }
    }
}
