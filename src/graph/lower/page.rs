//! Connections and plain lists → a statement for the page, one for the count, and what is written.

use sha2::{Digest, Sha256};

use super::super::answer::Coded;
use super::super::limits::PageLimit;
use super::super::plan::*;
use super::Lowering;
use super::collect::Group;
use super::rows::Rows;
use crate::catalog::{Entity, OrderBy, RootView};
use crate::store::pg_type::pg_type;
use crate::store::select::{Cursor, Expression, ExpressionSource, OrderTerm, Page, ParamType, Scope};

/// A connection, lowered.
pub(super) struct LoweredPage {
    pub fetch: Fetch,
    pub count: Option<Fetch>,
    pub out: PageOut,
}

impl<'a> Lowering<'a> {
    /// A page of `entity`: of all, of the part `view`, or of the rows whose column `parent` is the parent.
    pub(super) fn page(
        &self,
        entity: &Entity,
        parent: Option<&str>,
        order: &[OrderBy],
        view: Option<&RootView>,
        group: &Group<'a>,
        limit: PageLimit,
    ) -> Result<LoweredPage, Coded> {
        let mut rows = Rows::new(&entity.table, parent.is_some(), parent.is_some());
        self.filters(&mut rows, entity, view, group.fields[0])?;
        let terms = self.terms(entity, order);
        let hash = order_hash(entity, &terms);
        let (mut out, page) = self.window(&mut rows, terms, hash, group, limit)?;
        out.fields = self.page_fields(&mut rows, entity, group)?;
        if asks_for_cursors(&out.fields) {
            out.cursor = cursor_columns(&mut rows, &page.order);
        }
        let count = match out.fields.iter().any(|(_, f)| matches!(f, PageField::TotalCount)) {
            true => Some(self.count(entity, parent, view, group)?),
            false => None,
        };
        let scope = match parent {
            Some(column) => Scope::Parents { column: column.to_owned(), keys: 0, page },
            None => Scope::All(page),
        };
        Ok(LoweredPage { fetch: rows.finish(scope), count, out })
    }

    /// A plain list: all of it, in order.
    pub(super) fn list(
        &self,
        entity: &Entity,
        parent: &str,
        order: &[OrderBy],
        group: &Group<'a>,
    ) -> Result<(Fetch, Vec<OutField>), Coded> {
        let mut rows = Rows::new(&entity.table, true, true);
        let fields = self.object(&mut rows, entity, 0, &group.selections())?;
        let page = Page { order: self.terms(entity, order), backward: false, limit: None, cursor: None };
        Ok((rows.finish(Scope::Parents { column: parent.to_owned(), keys: 0, page }), fields))
    }

    fn count(
        &self,
        entity: &Entity,
        parent: Option<&str>,
        view: Option<&RootView>,
        group: &Group<'a>,
    ) -> Result<Fetch, Coded> {
        let mut rows = Rows::new(&entity.table, parent.is_some(), parent.is_some());
        self.filters(&mut rows, entity, view, group.fields[0])?;
        Ok(rows.finish(match parent {
            Some(column) => Scope::CountParents { column: column.to_owned(), keys: 0 },
            None => Scope::Count,
        }))
    }

    /// `first`, `after`, `last`, `before` → the window.
    fn window(
        &self,
        rows: &mut Rows,
        order: Vec<OrderTerm>,
        hash: u32,
        group: &Group<'a>,
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
        let continued = cursor.is_some();
        let cursor = cursor.map(|given| {
            let source = self.source(&given);
            let mut text = |to| rows.param(source.clone(), to, ParamType::Text);
            let terms =
                (0..order.len()).map(|index| text(Conversion::CursorTerm { order: hash, index })).collect();
            let id = rows.param(source.clone(), Conversion::CursorId { order: hash }, ParamType::Uuid);
            Cursor { terms, id }
        });
        let limit = rows.param(size.clone(), Conversion::PageSize { most: limit.most }, ParamType::BigInt);
        let page = Page { order, backward, limit: Some(limit), cursor };
        let out = PageOut { fields: Vec::new(), size, backward, continued, order: hash, cursor: Vec::new() };
        Ok((out, page))
    }

    fn page_fields(
        &self,
        rows: &mut Rows,
        entity: &Entity,
        group: &Group<'a>,
    ) -> Result<Vec<(Key, PageField)>, Coded> {
        let name = format!("{}Connection", entity.name);
        let mut fields = Vec::new();
        for inner in self.collect(&name, &group.selections()) {
            let field = match inner.name() {
                "edges" => PageField::Edges(self.edge_fields(rows, entity, &inner)?),
                "nodes" => PageField::Nodes(self.object(rows, entity, 0, &inner.selections())?),
                "pageInfo" => PageField::Info(self.info_fields(&inner)),
                "totalCount" => PageField::TotalCount,
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
                "node" => EdgeField::Node(self.object(rows, entity, 0, &inner.selections())?),
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

    /// The order by what the caller sees: a place in the list, and a cursor, would tell the rest.
    fn terms(&self, entity: &Entity, order: &[OrderBy]) -> Vec<OrderTerm> {
        let known = order.iter().filter_map(|o| Some((o, entity.columns.get(&o.field)?)));
        known
            .map(|(o, column)| OrderTerm {
                column: match self.visible(column) {
                    ExpressionSource::Column(shown) => shown,
                    _ => column.column.clone(),
                },
                cast: pg_type(&column.ty),
                nullable: column.nullable,
                descending: o.descending,
            })
            .collect()
    }
}

fn asks_for_cursors(fields: &[(Key, PageField)]) -> bool {
    fields.iter().any(|(_, field)| match field {
        PageField::Edges(edges) => edges.iter().any(|(_, f)| matches!(f, EdgeField::Cursor)),
        PageField::Info(info) => info.iter().any(|(_, f)| matches!(f, InfoField::Start | InfoField::End)),
        _ => false,
    })
}

fn cursor_columns(rows: &mut Rows, order: &[OrderTerm]) -> Vec<usize> {
    let mut columns: Vec<usize> = order
        .iter()
        .map(|term| {
            let source = ExpressionSource::Column(term.column.clone());
            rows.output(Expression { table: 0, source, as_text: true })
        })
        .collect();
    columns.push(rows.output(Expression::column(0, "id")));
    columns
}

/// A cursor is good for one order of one type: this names it.
fn order_hash(entity: &Entity, terms: &[OrderTerm]) -> u32 {
    let mut hash = Sha256::new();
    hash.update(entity.name.as_bytes());
    for term in terms {
        hash.update([0, u8::from(term.descending)]);
        hash.update(term.column.as_bytes());
    }
    let digest = hash.finalize();
    u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]])
}
