//! `orderBy` → terms of the order, and what it needs from other tables.

use sha2::{Digest, Sha256};

use super::super::answer::Coded;
use super::super::limits;
use super::super::schema::words;
use super::Lowering;
use super::argument::Given;
use super::filter::source_of;
use super::period::VALUE;
use super::rows::Rows;
use crate::catalog::{Column, Entity, LinkKind, OrderBy, Personal, Scalar};
use crate::store::pg_type::pg_type;
use crate::store::select::{Alias, Carried, Carry, Condition, Expression, ExpressionSource, OrderTerm, Term};

/// Collation of texts: Vietnamese, whatever the database was made with (migration 0050).
const VIETNAMESE: &str = "vietnamese";
/// Collation of enums: by their letters.
const PLAIN: &str = "\"C\"";

/// An order, lowered.
pub(super) struct Order {
    pub terms: Vec<OrderTerm>,
    /// Names type, fields and directions.
    pub hash: u32,
}

/// A direction of the client's.
#[derive(Clone, Copy)]
pub(super) struct Direction {
    pub descending: bool,
    pub nulls_first: bool,
}

/// The collation that values of a type are sorted by.
pub(super) fn collation(ty: &Scalar) -> Option<&'static str> {
    match ty {
        Scalar::String => Some(VIETNAMESE),
        Scalar::Enum(_) => Some(PLAIN),
        _ => None,
    }
}

/// Where a term has got to on its way over links.
struct Path {
    table: Alias,
    nullable: bool,
    words: String,
    links: usize,
}

impl<'a> Lowering<'a> {
    /// The client's order, or the list's own.
    pub(super) fn order(
        &self,
        rows: &mut Rows,
        entity: &Entity,
        own: &[OrderBy],
        given: Option<Given<'a>>,
    ) -> Result<Order, Coded> {
        let items = given.map(|given| self.items(&given)).unwrap_or_default();
        if items.is_empty() {
            return Ok(plain(entity, own));
        }
        if items.len() > limits::ORDER_TERMS {
            return Err(too_many_terms("orderBy", limits::ORDER_TERMS));
        }
        let mut hash = Sha256::new();
        hash.update(entity.name.as_bytes());
        let mut terms = Vec::new();
        for item in items.into_iter().flatten() {
            let at = Path { table: Alias::Row(0), nullable: false, words: String::new(), links: 0 };
            let (term, words) = self.term(rows, entity, at, &item, terms.len())?;
            hash.update(words.as_bytes());
            hash.update([0]);
            terms.push(term);
        }
        Ok(Order { terms, hash: short(&hash.finalize()) })
    }

    fn term(
        &self,
        rows: &mut Rows,
        entity: &Entity,
        at: Path,
        given: &Given<'a>,
        n: usize,
    ) -> Result<(OrderTerm, String), Coded> {
        let (name, value) = self.only_field(given, "orderBy")?;
        let words = format!("{}.{name}", at.words);
        if let Some(link) = self.link_of(entity, &name)?
            && let LinkKind::ToOne { column, nullable } = &link.kind
        {
            if at.links >= limits::PATH {
                return Err(too_many_links());
            }
            let target = &self.catalog.entities[&link.target];
            let table = rows.carry(&target.table, at.table, column);
            let nullable = at.nullable || *nullable;
            let at = Path { table, nullable, words, links: at.links + 1 };
            return self.term(rows, target, at, &value, n);
        }
        let direction = self.direction(&value)?;
        let words = format!("{words} {} {}", direction.descending, direction.nulls_first);
        let term = |by, cast, collation, nullable| OrderTerm {
            by,
            cast,
            collation,
            nullable,
            nulls_first: direction.nulls_first,
            descending: direction.descending,
        };
        let carried = |value: Expression| Term::Carried(Carried { value, name: format!("o{n}") });
        let own = at.table == Alias::Row(0);
        if name == "id" {
            let by = if own { Term::Own(name) } else { carried(Expression::column(at.table, "id")) };
            return Ok((term(by, "uuid", None, at.nullable), words));
        }
        if let Some(column) = self.column(entity, &name)? {
            let nullable = at.nullable || may_be_null(column);
            let by = match self.periods(rows, column) {
                Some((periods, day)) => {
                    carried(Expression::column(rows.carry_period(periods, at.table, day), VALUE))
                }
                None => match self.visible(rows, column) {
                    ExpressionSource::Column(name) if own => Term::Own(name),
                    source => carried(Expression { table: at.table, source, as_text: false }),
                },
            };
            return Ok((term(by, pg_type(&column.ty), collation(&column.ty), nullable), words));
        }
        let value = self.number_of(rows, entity, at.table, &name)?;
        Ok((term(carried(value), "int8", None, false), words))
    }

    /// How many rows a link leads to, by the name of its count.
    fn number_of(
        &self,
        rows: &mut Rows,
        entity: &Entity,
        table: Alias,
        name: &str,
    ) -> Result<Expression, Coded> {
        let link = name.strip_suffix(words::COUNT_OF).map(|link| self.link_of(entity, link));
        let link = link.transpose()?.flatten();
        let Some((link, LinkKind::ToMany { column, .. })) = link.map(|link| (link, &link.kind)) else {
            return Err(Coded::internal(format!("no order by {name} of {}", entity.name)));
        };
        let target = &self.catalog.entities[&link.target];
        let (alias, number) = (rows.alias(), rows.alias());
        let inner = self.inner(rows, table, target, alias, column, Condition::All(Vec::new()));
        rows.carries.push(Carry::Number(inner, number));
        Ok(Expression { table: number, source: source_of("n"), as_text: false })
    }

    /// ASC, DESC, and with nulls first.
    pub(super) fn direction(&self, given: &Given<'a>) -> Result<Direction, Coded> {
        let now = self.now(given);
        let word = now.as_str().unwrap_or_default();
        Ok(Direction {
            descending: word.starts_with(words::DESCENDING),
            nulls_first: word.ends_with(words::NULLS_FIRST),
        })
    }
}

/// Whether a column's visible value may be null.
pub(super) fn may_be_null(column: &Column) -> bool {
    column.nullable || column.personal.is_some() || column.function.is_some()
}

/// The order that the schema gives a list.
pub(super) fn plain(entity: &Entity, order: &[OrderBy]) -> Order {
    let mut hash = Sha256::new();
    hash.update(entity.name.as_bytes());
    let known = order.iter().filter_map(|o| Some((o, entity.columns.get(&o.field)?)));
    let terms = known.map(|(o, column)| {
        hash.update([0, u8::from(o.descending)]);
        // What the public sees orders for all: a place in the list, and a cursor, would tell the rest.
        let shown = match &column.personal {
            Some(Personal::Masked(mask)) => mask,
            _ => &column.column,
        };
        hash.update(shown.as_bytes());
        OrderTerm {
            by: Term::Own(shown.clone()),
            cast: pg_type(&column.ty),
            collation: None,
            nullable: column.nullable,
            nulls_first: false,
            descending: o.descending,
        }
    });
    let terms = terms.collect();
    Order { terms, hash: short(&hash.finalize()) }
}

fn short(digest: &[u8]) -> u32 {
    digest.iter().take(4).fold(0, |word, byte| (word << 8) | u32::from(*byte))
}

pub(super) fn too_many_terms(what: &str, most: usize) -> Coded {
    Coded::fault(
        "TOO_MANY_TERMS",
        format!("{what} takes {most} terms at most"),
        format!("{what} nhận tối đa {most} thành phần"),
    )
}

pub(super) fn too_many_links() -> Coded {
    let most = limits::PATH;
    Coded::fault(
        "PATH_TOO_LONG",
        format!("a term may follow {most} links at most"),
        format!("một thành phần chỉ đi qua tối đa {most} liên kết"),
    )
}
