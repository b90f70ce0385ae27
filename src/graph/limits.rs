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
/// Rows that are counted together with their page.
pub const FEW: i64 = 5_000;
/// Rows that a page may sort without an index or conditions.
pub const SORTED: i64 = 1_000_000;
/// Lists of the introspection (`fields`, `interfaces`, `possibleTypes`, `inputFields`) within each other.
pub const INTROSPECTION_LISTS: usize = 2;
/// Operations in one document, of which one runs.
pub const OPERATIONS: usize = 50;
/// Root fields of a mutation.
pub const MUTATIONS: usize = 20;
/// Statements of a plan: root fields, lists, counts, and what joins them for each type that a node may have.
pub const STATEMENTS: usize = 200;

/// The limits in words, a line each: part of the published schema.
pub fn told() -> String {
    let (root, nested) = (ROOT_PAGE, NESTED_PAGE);
    let lines = [
        format!(
            "a page: {} rows when neither first nor last is given, {} at most (trang)",
            root.default, root.most
        ),
        format!("a page within an object: {}, {} at most (trang lồng trong)", nested.default, nested.most),
        format!("rows that the pages of a request may hold, multiplied out: {ROWS} (tổng số dòng)"),
        format!("lists, counts and root fields of a request: {STATEMENTS} (số danh sách)"),
        format!("ids in nodes: {NODES} (số mã)"),
        format!("values in a list of a condition: {LIST_VALUES} (số giá trị trong danh sách)"),
        format!(
            "comparisons in one where: {CONDITIONS}, nested {CONDITION_DEPTH} deep at most (số điều kiện)"
        ),
        format!("characters of a text that another is searched for: {SEARCH_TEXT} (độ dài từ tìm)"),
        format!("terms of orderBy: {ORDER_TERMS}, over {PATH} links at most (số tiêu chí sắp xếp)"),
        format!("rows that a page sorts without an index or conditions: {SORTED} (số dòng phải sắp)"),
        format!(
            "groups: by {GROUP_TERMS} terms; {} when first is not given, {} at most (số nhóm)",
            GROUPS.default, GROUPS.most
        ),
        format!("a capped count stops at {COUNTED} (giới hạn đếm)"),
        format!("fields of a document, fragments spread out: {FIELDS} (số trường)"),
        format!("levels of fields within fields: {DEPTH} (số tầng)"),
        format!("tokens of a document: {TOKENS} (số ký hiệu)"),
        format!(
            "operations in a document: {OPERATIONS}; root fields of a mutation: {MUTATIONS} (số thao tác)"
        ),
        format!("lists of the introspection within each other: {INTROSPECTION_LISTS} (tra cứu lược đồ)"),
    ];
    lines.map(|line| format!("- {line}")).join("\n")
}
