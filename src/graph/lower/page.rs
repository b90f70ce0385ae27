//! Connections and plain lists → a statement for the page, further ones for what the whole list comes to, and
//! what is written.

use std::sync::atomic::AtomicBool;

use super::super::answer::Coded;
use super::super::limits::PageLimit;
use super::super::plan::*;
use super::super::schema::words;
use super::Lowering;
use super::collect::Group;
use super::order::{Order, plain};
use super::rows::Rows;
use crate::catalog::{Entity, OrderBy, RootView};
use crate::store::select::{
    Alias, Cursor, Expression, ExpressionSource, OrderTerm, Page, ParamType, Parents, Scope, Term,
};

/// A connection, lowered.
pub(super) struct LoweredPage {
    pub fetch: Option<Fetch>,
    pub extras: Vec<Fetch>,
    pub out: PageOut,
    pub counting: Option<Counting>,
}

/// Which list a connection is over.
#[derive(Clone, Copy)]
pub(super) struct Over<'e> {
    pub entity: &'e Entity,
    /// The column of each row that points to the parent.
    pub parent: Option<&'e str>,
    /// The part of the type.
    pub view: Option<&'e RootView>,
    /// Its own order.
    pub order: &'e [OrderBy],
}

impl Over<'_> {
    /// Whose rows, for a statement whose first parameter is the array of parents.
    pub fn parents(&self) -> Option<Parents> {
        self.parent.map(|column| Parents { column: column.to_owned(), keys: 0 })
    }
}

impl<'a> Lowering<'a> {
    /// A connection over a list.
    pub(super) fn page(
        &self,
        over: Over<'_>,
        group: &Group<'a>,
        limit: PageLimit,
    ) -> Result<LoweredPage, Coded> {
        let (entity, field) = (over.entity, group.fields[0]);
        let mut rows = Rows::of(&entity.table, over.parent.is_some());
        self.conditions(&mut rows, entity, over.view, field)?;
        let order = self.order(&mut rows, entity, over.order, self.argument(field, words::ORDER_BY))?;
        if over.parent.is_none() && over.view.is_none() && rows.conditions.is_empty() {
            rows.sort = sort_of(entity, &order);
            // The list's own order is the hub's to have an index for.
            let chosen = rows.sort.clone().filter(|_| self.argument(field, words::ORDER_BY).is_some());
            self.sorts.borrow_mut().extend(chosen);
        }
        let (mut out, mut page) = self.window(&mut rows, order, (entity, group), limit)?;
        let mut extras = Vec::new();
        out.fields = self.page_fields(&mut rows, &mut extras, over, group)?;
        if asks_for_cursors(&out.fields) {
            out.cursor = cursor_columns(&mut rows, &page.order);
        }
        page.carries = std::mem::take(&mut rows.carries);
        let shows = out.fields.iter().any(|(_, field)| {
            matches!(field, PageField::Edges(_) | PageField::Nodes(_) | PageField::Info(_))
        });
        let counted = exact_count(&out.fields).filter(|_| {
            shows && over.parent.is_none() && page.cursor.is_none() && !rows.conditions.is_empty()
        });
        let counting = counted.map(|extra| {
            let page = Page { counted: true, ..page.clone() };
            Counting { sql: rows.text(Scope::Page(None, page)), extra, few: AtomicBool::new(false) }
        });
        let fetch = shows.then(|| rows.finish(Scope::Page(over.parents(), page)));
        Ok(LoweredPage { fetch, extras, out, counting })
    }

    /// A plain list: all of it, in order.
    pub(super) fn list(
        &self,
        entity: &Entity,
        parent: &str,
        order: &[OrderBy],
        group: &Group<'a>,
    ) -> Result<(Fetch, Vec<OutField>), Coded> {
        let mut rows = Rows::of(&entity.table, true);
        self.conditions(&mut rows, entity, None, group.fields[0])?;
        let fields = self.object(&mut rows, entity, Alias::Row(0), &group.selections())?;
        let order = plain(entity, order).terms;
        let page =
            Page { order, carries: Vec::new(), backward: false, limit: None, cursor: None, counted: false };
        let parents = Parents { column: parent.to_owned(), keys: 0 };
        Ok((rows.finish(Scope::Page(Some(parents), page)), fields))
    }

    /// `first`, `after`, `last`, `before` → the window.
    fn window(
        &self,
        rows: &mut Rows,
        order: Order,
        (entity, group): (&Entity, &Group<'a>),
        limit: PageLimit,
    ) -> Result<(PageOut, Page), Coded> {
        let field = group.fields[0];
        let (first, last) = (self.argument(field, "first"), self.argument(field, "last"));
        let (after, before) = (self.argument(field, "after"), self.argument(field, "before"));
        let backward = last.is_some();
        let (size, cursor, other) = if backward { (last, before, after) } else { (first, after, before) };
        if (backward && self.argument(field, "first").is_some()) || other.is_some() {
            return Err(Coded::page_arguments());
        }
        let size = match &size {
            Some(given) => self.source(given),
            None => Source::Literal(limit.default.into()),
        };
        let chosen = self.argument(field, words::WHERE).map(|given| self.source(&given));
        let filter = chosen.into_iter().chain(self.as_of()).collect();
        let list = Listing { order: order.hash, filter };
        let continued = cursor.is_some();
        let cursor = cursor.map(|given| {
            let source = self.source(&given);
            let mut text = |to| rows.param(source.clone(), to, ParamType::Text);
            let term = |index| text(Conversion::CursorTerm { list: list.clone(), index });
            let terms = (0..order.terms.len()).map(term).collect();
            let id = rows.param(source.clone(), Conversion::CursorId { list: list.clone() }, ParamType::Uuid);
            Cursor { terms, id }
        });
        let size_of = Conversion::PageSize { most: limit.most, more: self.tells_more(entity, group) };
        let limit = rows.param(size.clone(), size_of, ParamType::BigInt);
        let (order, limit) = (order.terms, Some(limit));
        let page = Page { order, carries: Vec::new(), backward, limit, cursor, counted: false };
        let out = PageOut { fields: Vec::new(), size, backward, continued, list, cursor: Vec::new() };
        Ok((out, page))
    }

    /// Whether a row behind the page's last says anything of what is asked for: that there are more, or any at all.
    fn tells_more(&self, entity: &Entity, group: &Group<'a>) -> bool {
        let name = format!("{}Connection", entity.name);
        let fields = self.collect(&name, &group.selections());
        fields.iter().any(|inner| matches!(inner.name(), "pageInfo" | "totalCount" | "count"))
    }

    fn page_fields(
        &self,
        rows: &mut Rows,
        extras: &mut Vec<Fetch>,
        over: Over<'_>,
        group: &Group<'a>,
    ) -> Result<Vec<(Key, PageField)>, Coded> {
        let name = format!("{}Connection", over.entity.name);
        let own = Alias::Row(0);
        let mut fields = Vec::new();
        for inner in self.collect(&name, &group.selections()) {
            let field = match inner.name() {
                "edges" => PageField::Edges(self.edge_fields(rows, over.entity, &inner)?),
                "nodes" => PageField::Nodes(self.object(rows, over.entity, own, &inner.selections())?),
                "pageInfo" => PageField::Info(self.info_fields(&inner)),
                "totalCount" => PageField::TotalCount(self.total(extras, over, group, None)?),
                "count" => PageField::Count(self.count(extras, over, group, &inner)?),
                "aggregate" => self.aggregate(extras, over, group, &inner).map_err(self.at(&inner))?,
                "groups" => self.groups(extras, over, group, &inner).map_err(self.at(&inner))?,
                _ => PageField::Typename(name.clone()),
            };
            fields.push((Key::new(inner.key), field));
        }
        Ok(fields)
    }

    fn edge_fields(
        &self,
        rows: &mut Rows,
        entity: &Entity,
        group: &Group<'a>,
    ) -> Result<Vec<(Key, EdgeField)>, Coded> {
        let name = format!("{}Edge", entity.name);
        let mut fields = Vec::new();
        for inner in self.collect(&name, &group.selections()) {
            let field = match inner.name() {
                "node" => EdgeField::Node(self.object(rows, entity, Alias::Row(0), &inner.selections())?),
                "cursor" => EdgeField::Cursor,
                _ => EdgeField::Typename(name.clone()),
            };
            fields.push((Key::new(inner.key), field));
        }
        Ok(fields)
    }

    fn info_fields(&self, group: &Group<'a>) -> Vec<(Key, InfoField)> {
        let groups = self.collect("PageInfo", &group.selections());
        let field = |name: &str| match name {
            "hasNextPage" => InfoField::HasNext,
            "hasPreviousPage" => InfoField::HasPrevious,
            "startCursor" => InfoField::Start,
            "endCursor" => InfoField::End,
            _ => InfoField::Typename("PageInfo".to_owned()),
        };
        groups.iter().map(|inner| (Key::new(inner.key), field(inner.name()))).collect()
    }
}

/// An order over all rows, which an index must give when there are very many.
fn sort_of(entity: &Entity, order: &Order) -> Option<Sort> {
    let first = order.terms.first()?;
    let column = match &first.by {
        Term::Own(column) => Some(column.clone()),
        Term::Carried(_) => None,
    };
    let collation = first.collation.unwrap_or_default().to_owned();
    let (nullable, descending, nulls_first) = (first.nullable, first.descending, first.nulls_first);
    let table = entity.table.clone();
    Some(Sort { table, column, collation, nullable, descending, nulls_first })
}

/// The further statement that counts all rows exactly.
fn exact_count(fields: &[(Key, PageField)]) -> Option<usize> {
    fields.iter().find_map(|(_, field)| match field {
        PageField::TotalCount(extra) => Some(*extra),
        PageField::Count(count) if count.most.is_none() => Some(count.count),
        _ => None,
    })
}

fn asks_for_cursors(fields: &[(Key, PageField)]) -> bool {
    fields.iter().any(|(_, field)| match field {
        PageField::Edges(edges) => edges.iter().any(|(_, f)| matches!(f, EdgeField::Cursor)),
        PageField::Info(info) => info.iter().any(|(_, f)| matches!(f, InfoField::Start | InfoField::End)),
        _ => false,
    })
}

fn cursor_columns(rows: &mut Rows, order: &[OrderTerm]) -> Vec<usize> {
    let table = Alias::Row(0);
    let column = |term: &OrderTerm| {
        let name = match &term.by {
            Term::Own(column) => column.clone(),
            Term::Carried(carried) => carried.name.clone(),
        };
        Expression { table, source: ExpressionSource::Column(name), as_text: true }
    };
    let mut columns: Vec<usize> = order.iter().map(|term| rows.output(column(term))).collect();
    columns.push(rows.output(Expression::column(table, "id")));
    columns
}
