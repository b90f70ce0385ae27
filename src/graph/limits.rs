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
/// Fields of the schema that one request is told. All of it, as explorers read it, is about half as many.
pub const INTROSPECTION_FIELDS: usize = 400_000;
/// Root fields of a mutation.
pub const MUTATIONS: usize = 20;

/// What an operator may set: how large a document, its variables and its answer may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a document.
    pub document_bytes: usize,
    /// Bytes of the variables, as JSON.
    pub variables_bytes: usize,
    /// Tokens of a document.
    pub tokens: usize,
    /// Nesting of a document, fragments spread out.
    pub depth: usize,
    /// Fields of a document, fragments spread out.
    pub fields: usize,
    /// Fields under another name, fragments spread out.
    pub aliases: usize,
    /// Fields of the query or mutation itself, fragments spread out.
    pub root_fields: usize,
    /// Directives of a document, fragments spread out.
    pub directives: usize,
    /// Operations in one document, of which one runs.
    pub operations: usize,
    /// Rows that a request may touch, by the sizes of its pages.
    pub rows: i64,
    /// Statements of a plan: root fields, lists, counts, and what joins them for each type that a node may have.
    pub statements: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            document_bytes: 256 << 10,
            variables_bytes: 512 << 10,
            tokens: 10_000,
            depth: 20,
            fields: 2_000,
            aliases: 500,
            root_fields: 200,
            directives: 500,
            operations: 50,
            rows: 200_000,
            statements: 200,
        }
    }
}

/// The limits in words, a line each: part of the published schema.
pub fn told(limits: &Limits) -> String {
    let (root, nested) = (ROOT_PAGE, NESTED_PAGE);
    let Limits { rows, statements, fields, depth, tokens, operations, .. } = limits;
    let Limits { document_bytes, variables_bytes, aliases, root_fields, directives, .. } = limits;
    let lines = [
        format!(
            "a page: {} rows when neither first nor last is given, {} at most (trang)",
            root.default, root.most
        ),
        format!("a page within an object: {}, {} at most (trang lồng trong)", nested.default, nested.most),
        format!("rows that the pages of a request may hold, multiplied out: {rows} (tổng số dòng)"),
        format!("lists, counts and root fields of a request: {statements} (số danh sách)"),
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
        format!("bytes of a document: {document_bytes}; of its variables: {variables_bytes} (dung lượng)"),
        format!(
            "aliases of a document: {aliases}; root fields: {root_fields}; directives: {directives} \
             (bí danh, trường gốc, chỉ thị)"
        ),
        format!("fields of a document, fragments spread out: {fields} (số trường)"),
        format!("levels of fields within fields: {depth} (số tầng)"),
        format!("tokens of a document: {tokens} (số ký hiệu)"),
        format!(
            "operations in a document: {operations}; root fields of a mutation: {MUTATIONS} (số thao tác)"
        ),
        format!(
            "lists of the introspection within each other: {INTROSPECTION_LISTS}; fields of the schema that one \
             request is told: {INTROSPECTION_FIELDS} (tra cứu lược đồ)"
        ),
    ];
    lines.map(|line| format!("- {line}")).join("\n")
}
