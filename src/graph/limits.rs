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
/// Comparisons in one `where`.
pub const CONDITIONS: usize = 100;
/// Links and lists of conditions within each other in one `where`.
pub const CONDITION_DEPTH: usize = 10;
/// Characters of a text that another is searched for.
pub const SEARCH_TEXT: usize = 200;
/// Terms of `orderBy`.
pub const ORDER_TERMS: usize = 5;
/// Links that a term of `orderBy` or `by` may follow.
pub const PATH: usize = 4;
/// Terms of `groups(by:)`.
pub const GROUP_TERMS: usize = 5;
/// Groups of a list.
pub const GROUPS: PageLimit = PageLimit { default: 100, most: 1000 };
/// Where `count(mode: CAPPED)` stops.
pub const COUNTED: i64 = 10_000;
/// Statements that one request may cost.
pub const STATEMENTS: usize = 100;
/// Rows that a page may sort without an index or conditions.
pub const SORTED: i64 = 1_000_000;
