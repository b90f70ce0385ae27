//! The fields of an entity type that records fill, with all that merging needs to know of them.

use crate::catalog::{Authority, AuthorityWhen, Catalog, Column, Entity, LinkKind, MatchRole, Personal};
use crate::matching::{name::Style, style_of};
use crate::store::pg_type::pg_type;

/// A scalar field or a link to one, filled from records.
#[derive(Debug, Clone)]
pub struct Field<'c> {
    /// GraphQL name.
    pub name: &'c str,
    /// Column in the table.
    pub column: &'c str,
    /// Type in PostgreSQL.
    pub pg_type: &'static str,
    /// Where it leads, for a link.
    pub target: Option<&'c Entity>,
    /// Whether an entity cannot stand without it.
    pub required: bool,
    /// Offices whose word counts, first first.
    pub authority: &'c [String],
    /// Other offices where another field has one of some values.
    pub when: &'c [AuthorityWhen],
    /// Field whose record has the word here too.
    pub follows: Option<&'c str>,
    /// How its value is shown to the public.
    pub mask: Mask,
    /// What it is in matching.
    pub role: Option<MatchRole>,
    /// How names of its type are built.
    pub style: Style,
}

impl Field<'_> {
    /// Whether people know the entity by it.
    pub fn is_name(&self) -> bool {
        self.role == Some(MatchRole::Name)
    }
}

/// What the public sees of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mask {
    /// All of it.
    Open,
    /// Nothing.
    Hidden,
    /// A name with owners' names shortened.
    Name,
    /// A text with persons' names shortened.
    Text,
    /// A code, unless it is a person's.
    Code,
}

impl Mask {
    /// The word for it in staged rows.
    pub fn as_str(self) -> &'static str {
        match self {
            Mask::Open => "open",
            Mask::Hidden => "hidden",
            Mask::Name => "name",
            Mask::Text => "text",
            Mask::Code => "code",
        }
    }
}

/// Fields of a type: columns that are stored, then links to one.
pub fn fields<'c>(catalog: &'c Catalog, entity: &'c Entity) -> Vec<Field<'c>> {
    let own = &entity.authority;
    let style = style_of(entity);
    let columns = entity.columns.values().filter(|c| c.function.is_none()).map(|c| Field {
        name: &c.name,
        column: &c.column,
        pg_type: pg_type(&c.ty),
        target: None,
        required: !c.nullable,
        authority: offices(c.authority.as_ref(), own),
        when: c.authority.as_ref().map_or(&[], |a| &a.when),
        follows: c.authority.as_ref().and_then(|a| a.follows.as_deref()),
        mask: mask(c, style),
        role: c.matching,
        style,
    });
    let links = entity.links.values().filter_map(|l| match &l.kind {
        LinkKind::ToOne { column, nullable } => Some(Field {
            name: &l.name,
            column,
            pg_type: "uuid",
            target: catalog.entities.get(&l.target),
            required: !nullable,
            authority: offices(l.authority.as_ref(), own),
            when: l.authority.as_ref().map_or(&[], |a| &a.when),
            follows: l.authority.as_ref().and_then(|a| a.follows.as_deref()),
            mask: Mask::Open,
            role: l.matching,
            style,
        }),
        LinkKind::ToMany { .. } => None,
    });
    columns.chain(links).collect()
}

fn offices<'c>(authority: Option<&'c Authority>, own: &'c [String]) -> &'c [String] {
    authority.map(|a| a.offices.as_slice()).filter(|offices| !offices.is_empty()).unwrap_or(own)
}

fn mask(column: &Column, style: Style) -> Mask {
    match (&column.personal, column.matching) {
        (None, _) => Mask::Open,
        (Some(Personal::Hidden), _) => Mask::Hidden,
        (Some(Personal::Masked(_)), Some(MatchRole::Identifier)) => Mask::Code,
        (Some(Personal::Masked(_)), Some(MatchRole::Name)) if style != Style::Goods => Mask::Name,
        (Some(Personal::Masked(_)), _) => Mask::Text,
    }
}
