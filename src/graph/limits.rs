//! What one request may ask for. Each limit is part of the schema's documentation.

/// Default and greatest size of a page.
#[derive(Debug, Clone, Copy)]
pub struct PageLimit {
    /// When neither `first` nor `last` is given.
    pub default: i64,
    /// At most.
    pub most: i64,
}

/// Pages of root fields.
pub const ROOT_PAGE: PageLimit = PageLimit { default: 20, most: 1000 };
/// Pages within an object.
pub const NESTED_PAGE: PageLimit = PageLimit { default: 20, most: 100 };
/// Ids in `nodes`.
pub const NODES: usize = 100;
/// Values in an `in` list.
pub const LIST_VALUES: usize = 1000;
/// Tokens of a document.
pub const TOKENS: usize = 10_000;
/// Nesting of a document, fragments spread out.
pub const DEPTH: usize = 20;
/// Fields of a document, fragments spread out.
pub const FIELDS: usize = 2_000;
/// Rows that a request may touch, by the sizes of its pages.
pub const ROWS: i64 = 200_000;
/// Lists of the introspection (`fields`, `interfaces`, `possibleTypes`, `inputFields`) within each other.
pub const INTROSPECTION_LISTS: usize = 2;
