//! What a catalog holds: entity types, their columns and links, enums.

use indexmap::IndexMap;

/// Every entity type and enum of the hub, in the order of the files.
#[derive(Debug, Clone, Default)]
pub struct Catalog {
    /// Entity types by GraphQL name.
    pub entities: IndexMap<String, Entity>,
    /// Enums by GraphQL name.
    pub enums: IndexMap<String, EnumType>,
    /// What is bound by hand.
    pub operations: super::Operations,
    /// What is counted.
    pub indicators: super::indicator::Indicators,
}

/// One entity type: one SDL type, one table.
#[derive(Debug, Clone)]
pub struct Entity {
    /// GraphQL name: `AdminUnit`.
    pub name: String,
    /// Root field for one: `adminUnit`.
    pub singular: String,
    /// Root field for many: `adminUnits`.
    pub plural: String,
    /// Prefix of its ids, in snake_case: `admin_unit`.
    pub id_prefix: String,
    /// Description, English with the Vietnamese term.
    pub description: String,
    /// Table in PostgreSQL.
    pub table: String,
    /// Offices whose word counts, first first; empty: not merged from records.
    pub authority: Vec<String>,
    /// Scalar fields by GraphQL name, `id` left out.
    pub columns: IndexMap<String, Column>,
    /// Links by GraphQL name.
    pub links: IndexMap<String, Link>,
    /// Further root fields that list a part of the type.
    pub roots: Vec<RootView>,
    /// Order of the root lists; the id breaks ties.
    pub order: Vec<OrderBy>,
    /// Fields by which one can be asked for beside its id.
    pub keys: Vec<NaturalKey>,
    /// When a row is in force, where that can be said.
    pub validity: Option<Validity>,
    /// By which fields it is found; none: it is not.
    pub search: Option<super::Searchable>,
    /// By which codes it can be verified.
    pub verifiable: Vec<super::Verifiable>,
    /// Who may know of it.
    pub access: super::Access,
}

impl Catalog {
    /// Whether the type is that of the units that places are.
    pub fn is_unit(&self, entity: &Entity) -> bool {
        let leads = |link: &Link| link.place.is_some() && link.target == entity.name;
        !entity.has_place() && self.entities.values().any(|e| e.links.values().any(leads))
    }
}

impl Entity {
    /// Whether some link says where a row is.
    pub fn has_place(&self) -> bool {
        self.links.values().any(|link| link.place.is_some())
    }

    /// Whether the type is merged from source records (and has `origins`).
    pub fn is_merged(&self) -> bool {
        !self.authority.is_empty()
    }
}

/// A scalar or enum field.
#[derive(Debug, Clone)]
pub struct Column {
    /// GraphQL name.
    pub name: String,
    /// Column in the table (unused when `function` is set).
    pub column: String,
    /// Type.
    pub ty: Scalar,
    /// Scalar that clients are told of, where it says more than the type: `Money` of a decimal, `URL` of a text.
    pub told_as: Option<&'static str>,
    /// Whether null is possible.
    pub nullable: bool,
    /// Description.
    pub description: String,
    /// Role in matching.
    pub matching: Option<MatchRole>,
    /// SQL function of the row's id that computes it.
    pub function: Option<String>,
    /// SQL function of the row's id and a day: the value as of that day.
    pub function_on: Option<String>,
    /// Table of its values by period: conditions, orders and measures go by it.
    pub periods: Option<String>,
    /// Personal data, and the column shown in its place.
    pub personal: Option<Personal>,
    /// Whose word counts first, in the place of the type's.
    pub authority: Option<Authority>,
    /// Why it should not be asked for any more.
    pub deprecated: Option<String>,
    /// Who may read it.
    pub access: super::Access,
}

impl Column {
    /// Whether conditions, orders and groups may go by it: whatever everybody may see and has an order.
    pub fn is_comparable(&self) -> bool {
        self.personal != Some(Personal::Hidden) && self.ty != Scalar::Json
    }
}

/// A field by which one can be asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NaturalKey {
    /// GraphQL name.
    pub field: String,
    /// Only together with a day on which the row is in force.
    pub dated: bool,
}

/// When a row is in force, by the names of its fields.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Validity {
    /// First day: the first of these that is not null.
    pub from: Vec<String>,
    /// Year that it begins with where no day is known.
    pub year: Option<String>,
    /// First days no longer in force.
    pub to: Vec<String>,
    /// Last days in force.
    pub last: Vec<String>,
    /// Months it lasts where the first end is null.
    pub months: Option<u32>,
    /// Whether one without an end is not in force.
    pub known: bool,
    /// Field and values of rows that are not in force where they have no end.
    pub except: Option<(String, Vec<String>)>,
}

impl Validity {
    /// The same by other names, such as those of columns; what has none falls away.
    pub fn named(&self, name: impl Fn(&String) -> Option<String>) -> Self {
        let names = |fields: &[String]| fields.iter().filter_map(&name).collect();
        let except = self.except.as_ref();
        Self {
            from: names(&self.from),
            year: self.year.as_ref().and_then(&name),
            to: names(&self.to),
            last: names(&self.last),
            except: except.and_then(|(field, values)| Some((name(field)?, values.clone()))),
            ..*self
        }
    }

    /// Every field it names.
    pub fn fields(&self) -> impl Iterator<Item = &String> {
        let except = self.except.iter().map(|(field, _)| field);
        self.from.iter().chain(&self.year).chain(&self.to).chain(&self.last).chain(except)
    }
}

/// Time that the unit behind a link is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Era {
    /// Before July 2025.
    Then,
    /// From July 2025 on.
    Now,
    /// Either.
    Any,
}

/// Whose word counts first for one field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Authority {
    /// Offices, first first; empty: the type's.
    pub offices: Vec<String>,
    /// Other offices where another field has one of some values.
    pub when: Vec<AuthorityWhen>,
    /// Field whose record has the word: the two say one thing together.
    pub follows: Option<String>,
}

/// Offices whose word counts first where a field has one of these values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthorityWhen {
    /// Field of the same type.
    pub field: String,
    /// Its values.
    pub values: Vec<String>,
    /// Offices, first first.
    pub offices: Vec<String>,
}

/// What stands in the place of a personal value for those who may not see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Personal {
    /// Null.
    Hidden,
    /// Another column, already shortened.
    Masked(String),
}

/// Scalar types the hub speaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scalar {
    /// `text`
    String,
    /// `int4`
    Int,
    /// `float8`
    Float,
    /// `bool`
    Boolean,
    /// `date`, ISO 8601
    Date,
    /// `timestamptz`, RFC 3339
    DateTime,
    /// `numeric`, a string in JSON
    Decimal,
    /// `jsonb`
    Json,
    /// `text` with a check, named in [`Catalog::enums`]
    Enum(String),
}

/// A field that leads to another entity type.
#[derive(Debug, Clone)]
pub struct Link {
    /// GraphQL name.
    pub name: String,
    /// GraphQL name of the entity type it leads to.
    pub target: String,
    /// How.
    pub kind: LinkKind,
    /// Description.
    pub description: String,
    /// Role in matching.
    pub matching: Option<MatchRole>,
    /// Whose word counts first, in the place of the type's.
    pub authority: Option<Authority>,
    /// Whether it says where the row is, and of what time the unit behind it is.
    pub place: Option<Era>,
    /// Who may follow it.
    pub access: super::Access,
}

/// Direction of a link.
#[derive(Debug, Clone)]
pub enum LinkKind {
    /// This table's column holds the other's id.
    ToOne {
        /// Column in this table.
        column: String,
        /// Whether null is possible.
        nullable: bool,
    },
    /// The other table's column holds this id.
    ToMany {
        /// Column in the other table.
        column: String,
        /// Order within the parent; the id breaks ties.
        order: Vec<OrderBy>,
        /// A plain list in the place of a connection.
        list: bool,
    },
}

/// One term of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderBy {
    /// GraphQL name of a scalar field.
    pub field: String,
    /// Descending; nulls come last either way.
    pub descending: bool,
}

/// A root field that lists a part of an entity type.
#[derive(Debug, Clone)]
pub struct RootView {
    /// Root field: `cooperatives`.
    pub field: String,
    /// GraphQL name of the field that decides.
    pub filter: String,
    /// Its values.
    pub values: Vec<String>,
}

/// How a field counts in matching.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MatchRole {
    /// Equal means same, different means different.
    Identifier,
    /// Compared by its parts.
    Name,
    /// A phone or a person: equal speaks for it, different hardly against.
    Contact,
    /// Compared as sets of today's communes.
    Place,
    /// The same only within the same parent.
    Scope,
    /// Records with equal keys are one entity.
    Key,
}

/// An enum.
#[derive(Debug, Clone)]
pub struct EnumType {
    /// GraphQL name.
    pub name: String,
    /// Description.
    pub description: String,
    /// Values with their descriptions.
    pub values: IndexMap<String, String>,
}
