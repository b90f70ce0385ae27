//! A compiled operation: statements, where their parameters come from, and the shape of the answer.

mod page;
mod price;

use std::sync::Arc;

pub(super) use page::*;
pub(super) use price::*;

use super::answer::Coded;
use crate::store::select::ParamType;

/// A compiled operation.
#[derive(Debug)]
pub(super) struct Plan {
    /// Root fields in the order of the answer.
    pub roots: Vec<Root>,
    /// One root field after the other (mutations).
    pub serial: bool,
    /// The places that conditions name.
    pub places: Vec<Source>,
    /// Orders of the client's own over whole tables.
    pub sorts: Vec<Sort>,
    /// Whether it looks through whole tables.
    pub looks_through: bool,
    /// Personal data that the answer tells or the conditions go by: types and fields.
    pub personal: Vec<String>,
}

impl Plan {
    pub fn new(roots: Vec<Root>, serial: bool, sorts: Vec<Sort>) -> Self {
        let (places, personal) = (Vec::new(), Vec::new());
        let mut plan = Self { roots, serial, places, sorts, looks_through: false, personal };
        let (mut places, mut looks_through) = (Vec::new(), false);
        plan.fetches(|fetch| {
            fetch.places(&mut places);
            fetch.each(&mut |fetch| looks_through |= fetch.price.whole.is_some());
        });
        // A question bound by hand may count lists of which the plan does not know.
        looks_through |= plan.acts().any(|act| act.reads);
        (plan.places, plan.looks_through) = (places, looks_through);
        plan
    }

    /// Whether the executor answers a part of it.
    pub fn introspects(&self) -> bool {
        self.roots.iter().any(|root| matches!(root.field, RootField::Introspection))
    }

    /// Why it is too much for one request, where it is.
    pub fn too_many_statements(&self, most: usize) -> Option<Coded> {
        let asked: usize = self.acts().map(|act| questions(&act.fields)).sum();
        let given = (self.statements().len() + asked).saturating_sub(self.bare());
        (given > most).then(|| {
            Coded::fault(
                "TOO_MANY_STATEMENTS",
                format!("the document costs {given} statements of the database; the limit is {most}"),
                format!("truy vấn cần {given} câu lệnh cơ sở dữ liệu, tối đa {most}"),
            )
            .over("statements", Some(given), most)
        })
    }

    /// The statements of the plan, each before those that continue from it.
    pub fn statements(&self) -> Vec<Arc<str>> {
        let mut statements = Vec::new();
        self.fetches(|fetch| fetch.each(&mut |f| statements.push(Arc::clone(&f.sql))));
        statements
    }

    /// Look-ups for types of which a result's entities show nothing but that they are there; few of them are of
    /// such a type, mostly none.
    fn bare(&self) -> usize {
        let typed = self.acts().flat_map(|act| act.entities.iter().flatten());
        let bare = |out: &OutField| matches!(out.out, Out::Typename(_) | Out::Id { .. });
        typed.filter(|typed| typed.fields.iter().all(bare)).count()
    }

    /// Whether something is done, beside reading.
    pub fn does_something(&self) -> bool {
        self.acts().any(|act| !act.reads)
    }

    fn acts(&self) -> impl Iterator<Item = &Act> {
        self.roots.iter().filter_map(|root| match &root.field {
            RootField::Act(act) => Some(act),
            _ => None,
        })
    }

    fn fetches(&self, mut with: impl FnMut(&Fetch)) {
        for root in &self.roots {
            match &root.field {
                RootField::Typename(_) | RootField::Introspection => {}
                RootField::One { of, .. } | RootField::Many { of, .. } => {
                    of.iter().for_each(|t| with(&t.fetch))
                }
                RootField::Act(act) => act.entities.iter().flatten().for_each(|t| with(&t.fetch)),
                RootField::Page { fetch, extras, .. } => fetch.iter().chain(extras).for_each(&mut with),
            }
        }
    }

    /// Statements that are sent in the place of two of the others.
    pub fn joint(&self) -> impl Iterator<Item = &Arc<str>> {
        self.roots.iter().filter_map(|root| match &root.field {
            RootField::Page { counting: Some(counting), .. } => Some(&counting.sql),
            _ => None,
        })
    }
}

impl Fetch {
    fn each(&self, with: &mut impl FnMut(&Fetch)) {
        with(self);
        self.children.iter().for_each(|c| c.fetch.each(with));
    }

    fn places(&self, into: &mut Vec<Source>) {
        self.each(&mut |fetch| {
            let named = fetch.bindings.iter().filter(|b| matches!(b.to, Conversion::Units { now: true }));
            into.extend(named.map(|b| b.source.clone()));
        });
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
    /// One object, of the first of these whose prefix the id has, or by a natural key.
    One { by: By, of: Vec<Typed> },
    /// Objects by ids.
    Many { ids: Source, of: Vec<Typed> },
    /// A page; none is fetched where only what the whole list comes to is asked for.
    Page { fetch: Option<Fetch>, extras: Vec<Fetch>, page: Box<PageOut>, counting: Option<Counting> },
    /// An operation bound by hand, and what of its result is written.
    Act(Act),
}

/// How one object is asked for.
#[derive(Debug)]
pub(super) enum By {
    /// By its id.
    Id(Source),
    /// By a natural key, and the day it is of.
    Key(Source, Option<Source>),
}

/// An operation bound by hand.
#[derive(Debug)]
pub(super) struct Act {
    /// Field of the query or mutation type.
    pub name: String,
    /// Whether it only reads: nothing is done.
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
    /// Name in the schema.
    pub name: String,
    /// Where its value stands in the result: by its name, or, where it takes something, by its response key.
    pub slot: String,
    /// What it takes.
    pub arguments: Vec<(String, Source)>,
    /// What it costs, where it asks a question of its own.
    pub weight: Option<i64>,
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
        let keys = |to: &Conversion| matches!(to, Conversion::Keys | Conversion::TextKeys);
        self.fetch.children.is_empty() && matches!(self.fetch.bindings.as_slice(), [only] if keys(&only.to))
    }
}

/// A statement and the statements that continue from its rows.
#[derive(Debug)]
pub(super) struct Fetch {
    /// SQL text.
    pub sql: Arc<str>,
    /// The same for many days at once, where there is such a statement.
    pub over: Option<Over>,
    /// Where `$1`, `$2`, … come from.
    pub bindings: Vec<Binding>,
    /// Whether rows begin with the number of their parent.
    pub by_parent: bool,
    /// What its rows cost.
    pub price: Price,
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
#[derive(Debug, Clone, PartialEq)]
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
        /// Fields to follow, and places in lists.
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
    /// Natural keys: given by the runner.
    TextKeys,
    /// A text that another is searched for.
    SearchText,
    /// The same, as a question in the language of `tsquery`.
    Words,
    /// Size of a page, and one row more to see whether there is another page.
    PageSize { most: i64, more: bool },
    /// How many groups.
    Groups { most: i64 },
    /// A number of the hub's own.
    Number(i64),
    /// The n-th value of a cursor made for this list.
    CursorTerm { list: Listing, index: usize },
    /// The id in a cursor made for this list.
    CursorId { list: Listing },
    /// What the caller is known by.
    Own(super::lower::Own),
    /// Ids of the units within the place that the client names, if that is a place of this time.
    Units { now: bool },
}

/// What a cursor is good for.
#[derive(Debug, Clone)]
pub(super) struct Listing {
    /// Hash of type and order.
    pub order: u32,
    /// What the rows were chosen by: the client's values, none for all.
    pub filter: Vec<Source>,
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
    /// The id of what a group goes by, which may be null.
    NullableId { column: usize, prefix: String },
    /// A scalar or enum.
    Leaf { column: usize, kind: LeafKind, nullable: bool },
    /// A to-one link in the same row; null when the id is.
    One { id_column: usize, nullable: bool, fields: Vec<OutField> },
    /// An object whose values stand in the same row.
    Object(Vec<OutField>),
    /// A connection.
    Page { child: Option<usize>, extras: Vec<usize>, key_column: usize, page: PageOut },
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
