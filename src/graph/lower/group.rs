//! What groups go by: fields of the rows and of what their to-one links lead to, and parts of days.

use super::super::answer::Coded;
use super::super::limits;
use super::super::plan::*;
use super::super::schema::{names, words};
use super::Lowering;
use super::argument::Given;
use super::collect::Group;
use super::order::{Direction, collation, too_many_links, too_many_terms};
use super::rows::Rows;
use crate::catalog::{Entity, LinkKind, Scalar};
use crate::store::select::{Alias, Expression, ExpressionSource, GroupOrder, Part};

/// One value that the rows of a group agree in.
pub(super) struct GroupTerm {
    /// Links and field, in words: `producer.communeNow.NAME`.
    pub path: String,
    /// How it is computed.
    pub value: Expression,
    /// Sorted by this collation.
    pub collation: Option<&'static str>,
}

impl<'a> Lowering<'a> {
    /// The terms of `by`.
    pub(super) fn grouped_by(
        &self,
        rows: &mut Rows,
        entity: &Entity,
        given: Option<Given<'a>>,
    ) -> Result<Vec<GroupTerm>, Coded> {
        let items = given.map(|given| self.items(&given)).unwrap_or_default();
        if items.len() > limits::GROUP_TERMS {
            return Err(too_many_terms("by", limits::GROUP_TERMS));
        }
        let mut terms: Vec<GroupTerm> = Vec::new();
        for item in items.into_iter().flatten() {
            let term = self.dimension(rows, entity, Alias::Row(0), "", &item, 0)?;
            if terms.iter().all(|known| known.path != term.path) {
                terms.push(term);
            }
        }
        Ok(terms)
    }

    fn dimension(
        &self,
        rows: &mut Rows,
        entity: &Entity,
        table: Alias,
        path: &str,
        given: &Given<'a>,
        links: usize,
    ) -> Result<GroupTerm, Coded> {
        let (name, value) = self.only_field(given, "by")?;
        if name == names::FIELD {
            let word = self.now(&value);
            return self.grouped(rows, entity, table, path, word.as_str().unwrap_or_default());
        }
        let Some(link) = self.link_of(entity, &name)? else {
            return Err(Coded::internal(format!("no link {name} of {}", entity.name)));
        };
        let LinkKind::ToOne { column, .. } = &link.kind else {
            return Err(Coded::internal(format!("{name} leads to many")));
        };
        if links >= limits::PATH {
            return Err(too_many_links());
        }
        let target = &self.catalog.entities[&link.target];
        let joined = rows.join(&target.table, table, column);
        self.dimension(rows, target, joined, &format!("{path}{name}."), &value, links + 1)
    }

    /// A value of the enum of an entity's fields.
    fn grouped(
        &self,
        rows: &mut Rows,
        entity: &Entity,
        table: Alias,
        path: &str,
        word: &str,
    ) -> Result<GroupTerm, Coded> {
        let path = format!("{path}{word}");
        if word == names::ID_WORD {
            return Ok(GroupTerm { path, value: Expression::column(table, "id"), collation: None });
        }
        for column in entity.columns.values().filter(|c| c.is_comparable()) {
            let own = words::screaming(&column.name);
            let Some(rest) = word.strip_prefix(&own) else { continue };
            let part = match rest {
                "" => None,
                rest => match part(rest, &column.ty) {
                    Some(part) => Some(part),
                    None => continue,
                },
            };
            self.column(entity, &column.name)?;
            let value = self.value(rows, table, column);
            let collation = if part.is_none() { collation(&column.ty) } else { None };
            let source = match part {
                Some(part) => ExpressionSource::Part(part, Box::new(value.source)),
                None => value.source,
            };
            let value = Expression { source, ..value };
            return Ok(GroupTerm { path, value, collation });
        }
        Err(Coded::internal(format!("no field {word} of {}", entity.name)))
    }

    /// What of a group's key is written. A field counts when it is in `by`, or when the id of its object is.
    pub(super) fn group_key(
        &self,
        rows: &mut Rows,
        entity: &Entity,
        table: Alias,
        path: &str,
        group: &Group<'a>,
        by: &mut Vec<GroupTerm>,
    ) -> Result<Vec<OutField>, Coded> {
        let name = names::key(entity);
        let mut fields = Vec::new();
        for inner in self.collect(&name, &group.selections()) {
            let field = inner.name();
            let out = match self.link_of(entity, field)?.map(|link| (link, &link.kind)) {
                _ if field == "__typename" => Out::Typename(name.clone()),
                Some((link, LinkKind::ToOne { column, .. })) => {
                    let target = &self.catalog.entities[&link.target];
                    let joined = rows.join(&target.table, table, column);
                    let path = format!("{path}{field}.");
                    Out::Object(self.group_key(rows, target, joined, &path, &inner, by)?)
                }
                _ => self.key_leaf(rows, entity, table, path, field, by)?,
            };
            fields.push(OutField { key: Key::new(inner.key), out });
        }
        Ok(fields)
    }

    fn key_leaf(
        &self,
        rows: &mut Rows,
        entity: &Entity,
        table: Alias,
        path: &str,
        field: &str,
        by: &mut Vec<GroupTerm>,
    ) -> Result<Out, Coded> {
        let word = words::screaming(field);
        let term = self.grouped(rows, entity, table, path, &word)?;
        if by.iter().all(|known| known.path != term.path) {
            if !depends(path, by) {
                return Err(not_grouped(path, field, &word));
            }
            by.push(GroupTerm { path: term.path, value: term.value.clone(), collation: term.collation });
        }
        if field == "id" {
            let column = rows.output(term.value);
            return Ok(Out::NullableId { column, prefix: format!("\"{}_", entity.id_prefix) });
        }
        let part = matches!(term.value.source, ExpressionSource::Part(..));
        let (kind, as_text) = match entity.columns.get(field) {
            Some(column) if !part => self.leaf_kind(&column.ty),
            _ => (LeafKind::Int, false),
        };
        // Compared as it is, written as text where JSON has no such number.
        let column = rows.output(Expression { as_text, ..term.value });
        Ok(Out::Leaf { column, kind, nullable: true })
    }

    /// The order of groups; the values they go by break ties.
    pub(super) fn group_order(
        &self,
        rows: &mut Rows,
        entity: &Entity,
        by: &[GroupTerm],
        given: Option<Given<'a>>,
    ) -> Result<Vec<GroupOrder>, Coded> {
        let keys = || by.iter().map(|term| (term.value.clone(), term.collation)).collect::<Vec<_>>();
        let mut order = Vec::new();
        let items = given.map(|given| self.items(&given)).unwrap_or_default();
        if items.len() > limits::ORDER_TERMS {
            return Err(too_many_terms("orderBy", limits::ORDER_TERMS));
        }
        for item in items.into_iter().flatten() {
            let (name, value) = self.only_field(&item, "orderBy")?;
            let (values, value) = match name.as_str() {
                "count" => {
                    let count =
                        Expression { table: Alias::Row(0), source: ExpressionSource::Count, as_text: false };
                    (vec![(count, None)], value)
                }
                "key" => (keys(), value),
                measure => {
                    let (field, value) = self.only_field(&value, "orderBy")?;
                    let (mut left, _) = self.measure(rows, entity, measure, &field)?;
                    left.as_text = false;
                    (vec![(left, None)], value)
                }
            };
            let direction = self.direction(&value)?;
            order.extend(values.into_iter().map(|value| term(value, direction)));
        }
        let upwards = Direction { descending: false, nulls_first: false };
        order.extend(keys().into_iter().map(|value| term(value, upwards)));
        Ok(order)
    }
}

fn term((by, collation): (Expression, Option<&'static str>), direction: Direction) -> GroupOrder {
    GroupOrder { by, collation, nulls_first: direction.nulls_first, descending: direction.descending }
}

/// Whether an object on the way to `path` stands whole in the key: its id is among the terms.
fn depends(path: &str, by: &[GroupTerm]) -> bool {
    let ids = by.iter().filter_map(|term| term.path.strip_suffix(names::ID_WORD));
    let mut ids = ids.filter(|of| of.is_empty() || of.ends_with('.'));
    ids.any(|of| path.starts_with(of))
}

fn part(rest: &str, ty: &Scalar) -> Option<Part> {
    let moment = match ty {
        Scalar::Date => false,
        Scalar::DateTime => true,
        _ => return None,
    };
    match rest {
        "_YEAR" => Some(Part::Year { moment }),
        "_QUARTER" => Some(Part::Quarter { moment }),
        "_MONTH" => Some(Part::Month { moment }),
        _ => None,
    }
}

fn not_grouped(path: &str, field: &str, word: &str) -> Coded {
    Coded::fault(
        "KEY_NOT_GROUPED",
        format!("key.{path}{field} is not what the groups go by: add {word} (or ID of its object) to by"),
        format!(
            "key.{path}{field} không thuộc tiêu chí nhóm: hãy thêm {word} (hoặc ID của đối tượng) vào by"
        ),
    )
}
