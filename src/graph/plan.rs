//! A compiled operation: statements, where their parameters come from, and the shape of the answer.

use std::sync::Arc;

use crate::store::select::ParamType;

/// A compiled operation.
#[derive(Debug)]
pub(super) struct Plan {
    /// Root fields in the order of the answer.
    pub roots: Vec<Root>,
    /// One root field after the other (mutations).
    pub serial: bool,
}

impl Plan {
    /// The statements of the plan, each before those that continue from it.
    pub fn statements(&self) -> Vec<Arc<str>> {
        let mut statements = Vec::new();
        for root in &self.roots {
            match &root.field {
                RootField::Typename(_) | RootField::Introspection => {}
                RootField::One { of, .. } | RootField::Many { of, .. } => {
                    of.iter().for_each(|t| t.fetch.statements(&mut statements));
                }
                RootField::Act(act) => {
                    act.entities.iter().flatten().for_each(|t| t.fetch.statements(&mut statements));
                }
                RootField::Page { fetch, count, .. } => {
                    fetch.statements(&mut statements);
                    count.iter().for_each(|c| c.statements(&mut statements));
                }
            }
        }
        statements
    }
}

impl Fetch {
    fn statements(&self, into: &mut Vec<Arc<str>>) {
        into.push(Arc::clone(&self.sql));
        self.children.iter().for_each(|c| c.fetch.statements(into));
    }
}

/// A root field.
#[derive(Debug)]
pub(super) struct Root {
    /// Response key.
    pub key: Key,
    /// What it gives.
    pub field: RootField,
}

/// What a root field gives.
#[derive(Debug)]
pub(super) enum RootField {
    /// `__typename`.
    Typename(String),
    /// Answered by the executor (`__schema`, `__type`).
    Introspection,
    /// One object by id, of the first of these whose prefix the id has.
    One { id: Source, of: Vec<Typed> },
    /// Objects by ids.
    Many { ids: Source, of: Vec<Typed> },
    /// A page.
    Page { fetch: Fetch, count: Option<Fetch>, page: PageOut },
    /// An operation bound by hand, and what of its result is written.
    Act(Act),
}

/// An operation bound by hand.
#[derive(Debug)]
pub(super) struct Act {
    /// Field of the query or mutation type.
    pub name: String,
    /// Whether it only reads, so that anybody may ask.
    pub reads: bool,
    /// Its arguments, by name.
    pub arguments: Vec<(String, Source)>,
    /// What of its result is written.
    pub fields: Vec<MadeField>,
    /// Entities within the result, looked up once it is there; of each, the types it may be of.
    pub entities: Vec<Vec<Typed>>,
}

/// A field of a result that an operation made.
#[derive(Debug)]
pub(super) struct MadeField {
    /// Response key.
    pub key: Key,
    /// Name in the result.
    pub name: String,
    /// Its value.
    pub out: MadeOut,
    /// Whether null is possible.
    pub nullable: bool,
}

/// A value of a result.
#[derive(Debug)]
pub(super) enum MadeOut {
    /// `__typename`.
    Typename(String),
    /// A scalar, enum or JSON, or a list of them.
    Value,
    /// An object, or a list of them.
    Object(Vec<MadeField>),
    /// An entity, or a list of them, whose id stands in the result: which of the operation's look-ups brings it.
    Entity(usize),
}

/// How objects of one type are fetched and written.
#[derive(Debug)]
pub(super) struct Typed {
    /// Prefix of the ids.
    pub prefix: String,
    /// Whether an id that is not there may have been merged away.
    pub merged: bool,
    /// Statement whose first parameter is the array of ids.
    pub fetch: Fetch,
    /// Column of the row's own id.
    pub id_column: usize,
    /// The object.
    pub fields: Vec<OutField>,
}

impl Typed {
    /// Whether the statement takes the key alone and nothing continues from its rows, so that look-ups of
    /// several requests can share it.
    pub fn is_lookup(&self) -> bool {
        self.fetch.children.is_empty()
            && matches!(self.fetch.bindings.as_slice(), [only] if matches!(only.to, Conversion::Keys))
    }
}

/// A statement and the statements that continue from its rows.
#[derive(Debug)]
pub(super) struct Fetch {
    /// SQL text.
    pub sql: Arc<str>,
    /// Where `$1`, `$2`, … come from.
    pub bindings: Vec<Binding>,
    /// Whether rows begin with the number of their parent.
    pub by_parent: bool,
    /// Statements for the lists within.
    pub children: Vec<Child>,
}

/// A statement for a list within the rows of another.
#[derive(Debug)]
pub(super) struct Child {
    /// Column of the parent's rows that holds the id the list belongs to.
    pub key_column: usize,
    /// The statement.
    pub fetch: Fetch,
}

/// Where a parameter comes from.
#[derive(Debug, Clone)]
pub(super) struct Binding {
    /// The client's value.
    pub source: Source,
    /// What becomes of it.
    pub to: Conversion,
}

/// The client's value: written in the document, or at a path in a variable.
#[derive(Debug, Clone)]
pub(super) enum Source {
    /// In the document, or a default.
    Literal(serde_json::Value),
    /// A list in the document that holds variables.
    List(Vec<Source>),
    /// An object in the document that holds variables.
    Object(Vec<(String, Source)>),
    /// In a variable.
    Variable {
        /// Its name.
        name: String,
        /// Fields to follow.
        path: Vec<String>,
    },
}

/// What becomes of a client's value.
#[derive(Debug, Clone)]
pub(super) enum Conversion {
    /// A value of this type.
    Value(ParamType),
    /// An array of this type.
    Array(ParamType),
    /// An id with this prefix; another prefix matches nothing.
    Id(String),
    /// An array of them.
    Ids(String),
    /// The keys of the parents, or the ids asked for: given by the runner.
    Keys,
    /// Size of a page, and one row more to see whether there is another page.
    PageSize { most: i64 },
    /// The n-th value of a cursor made for this order.
    CursorTerm { order: u32, index: usize },
    /// The id in a cursor made for this order.
    CursorId { order: u32 },
}

/// A response key, ready to be written: `"name":`.
#[derive(Debug, Clone)]
pub(super) struct Key {
    /// The name.
    pub name: Arc<str>,
    /// `"name":`
    pub json: Arc<[u8]>,
}

impl Key {
    pub fn new(name: &str) -> Self {
        Self { name: name.into(), json: format!("\"{name}\":").into_bytes().into() }
    }
}

/// A field of an object in the answer.
#[derive(Debug)]
pub(super) struct OutField {
    /// Response key.
    pub key: Key,
    /// Its value.
    pub out: Out,
}

/// A value in the answer.
#[derive(Debug)]
pub(super) enum Out {
    /// `__typename`.
    Typename(String),
    /// An id.
    Id { column: usize, prefix: String },
    /// A scalar or enum.
    Leaf { column: usize, kind: LeafKind, nullable: bool },
    /// A to-one link in the same row; null when the id is.
    One { id_column: usize, nullable: bool, fields: Vec<OutField> },
    /// A connection.
    Page { child: usize, count: Option<usize>, key_column: usize, page: PageOut },
    /// A plain list.
    List { child: usize, key_column: usize, fields: Vec<OutField> },
}

/// How a scalar is read and written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum LeafKind {
    /// Text, written as a string.
    Text,
    /// Text that is JSON already.
    Json,
    /// 32-bit integer.
    Int,
    /// Double.
    Float,
    /// Boolean.
    Boolean,
    /// Day.
    Date,
    /// Moment.
    DateTime,
    /// Text that must be one of the enum's values.
    Enum(Arc<[String]>),
}

/// What of a connection is written.
#[derive(Debug)]
pub(super) struct PageOut {
    /// Its fields.
    pub fields: Vec<(Key, PageField)>,
    /// Size of the page.
    pub size: Source,
    /// From the end.
    pub backward: bool,
    /// Whether the page continues behind a cursor.
    pub continued: bool,
    /// Hash of the order, for cursors.
    pub order: u32,
    /// Columns of the cursor's terms (as text), then of the id; empty when no cursor is asked for.
    pub cursor: Vec<usize>,
}

/// A field of a connection.
#[derive(Debug)]
pub(super) enum PageField {
    /// `__typename`.
    Typename(String),
    /// `edges`.
    Edges(Vec<(Key, EdgeField)>),
    /// `nodes`.
    Nodes(Vec<OutField>),
    /// `pageInfo`.
    Info(Vec<(Key, InfoField)>),
    /// `totalCount`.
    TotalCount,
}

/// A field of an edge.
#[derive(Debug)]
pub(super) enum EdgeField {
    /// `__typename`.
    Typename(String),
    /// `node`.
    Node(Vec<OutField>),
    /// `cursor`.
    Cursor,
}

/// A field of `PageInfo`.
#[derive(Debug)]
pub(super) enum InfoField {
    /// `__typename`.
    Typename(String),
    /// `hasNextPage`.
    HasNext,
    /// `hasPreviousPage`.
    HasPrevious,
    /// `startCursor`.
    Start,
    /// `endCursor`.
    End,
}
