//! Cursor pages.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Rows on a page when the caller does not say.
pub const PAGE_ROWS_DEFAULT: u32 = 20;
/// Most rows on one page.
pub const PAGE_ROWS_MAX: u32 = 100;

/// Declares a page type for one item type.
macro_rules! page {
    ($(#[$doc:meta])* $name:ident of $item:ty) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
        pub struct $name {
            /// This page's items.
            pub items: Vec<$item>,
            /// Pass as `cursor` for the next page; null on the last one.
            #[schema(required)]
            pub next_cursor: Option<String>,
        }
        impl $crate::page::Paged for $name {
            type Item = $item;
            fn of(items: Vec<$item>, next_cursor: Option<String>) -> Self {
                Self { items, next_cursor }
            }
        }
    };
}
pub(crate) use page;

/// A page type and its item.
pub trait Paged {
    /// What the page holds.
    type Item;
    /// Builds the page.
    fn of(items: Vec<Self::Item>, next_cursor: Option<String>) -> Self;
}

/// Where a page starts and how long it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams, ToSchema)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// `next_cursor` of the page before.
    #[serde(default)]
    pub cursor: Option<String>,
    /// 1 to 100, 20 by default.
    #[serde(default)]
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
}
