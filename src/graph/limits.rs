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
