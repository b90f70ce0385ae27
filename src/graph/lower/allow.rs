//! What the caller may read: every type, field and link that a document names is looked up here, and every
//! statement over a type is narrowed to the rows that are for them.

use super::super::answer::Coded;
use super::super::plan::{Conversion, Source};
use super::Lowering;
use super::rows::Rows;
use crate::access::{Role, allows, denied};
use crate::catalog::{Access, Column, Entity, Link, LinkKind, OwnRows, Path};
use crate::store::select::{Alias, Comparison, Condition, Expression, Inner, ParamType};

/// What of the caller rows are compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::graph) enum Own {
    /// The kind of their office.
    Office,
    /// The codes of the provinces they answer for.
    Province,
    /// Their organisation.
    Organisation,
}

impl Lowering<'_> {
    /// A scalar field that the document names, where the caller may read it.
    pub(super) fn column<'e>(&self, entity: &'e Entity, name: &str) -> Result<Option<&'e Column>, Coded> {
        let Some(column) = entity.columns.get(name) else { return Ok(None) };
        self.allow(&column.access, || format!("{}.{name}", entity.name))?;
        Ok(Some(column))
    }

    /// A link that the document names, where the caller may follow it.
    pub(super) fn link_of<'e>(&self, entity: &'e Entity, name: &str) -> Result<Option<&'e Link>, Coded> {
        let Some(link) = entity.links.get(name) else { return Ok(None) };
        self.allow(&link.access, || format!("{}.{name}", entity.name))?;
        self.enter(&self.catalog.entities[&link.target])?;
        Ok(Some(link))
    }

    /// Whether the caller may know of the type.
    pub(super) fn enter(&self, entity: &Entity) -> Result<(), Coded> {
        self.allow(&entity.access, || entity.name.clone())
    }

    /// Whether a rule lets the caller in.
    pub(super) fn allow(&self, access: &Access, what: impl FnOnce() -> String) -> Result<(), Coded> {
        if allows(access, self.viewer) {
            return Ok(());
        }
        let fault = denied(access, self.viewer, &what());
        Err(Coded::fault(fault.code, fault.en, fault.vi))
    }

    /// Narrows a statement to the rows that the caller may see.
    pub(super) fn narrow(&self, rows: &mut Rows, entity: &Entity, table: Alias) {
        let condition = self.for_them(rows, entity, table);
        rows.conditions.extend(condition);
    }

    /// What must hold of rows of the type for the caller to see them; none: nothing.
    pub(super) fn for_them(&self, rows: &mut Rows, entity: &Entity, table: Alias) -> Option<Condition> {
        let role = self.viewer.role;
        match entity.access.rows.as_ref()? {
            OwnRows::Office { office, province } if role <= Role::Agency => Some(Condition::All(vec![
                self.own(rows, entity, table, office, Own::Office),
                self.own(rows, entity, table, province, Own::Province),
            ])),
            OwnRows::Organisation(field) if role <= Role::Partner => {
                Some(self.own(rows, entity, table, field, Own::Organisation))
            }
            OwnRows::Speaking { entity: of, field } => self.speaking(table, of, field),
            OwnRows::Office { .. } | OwnRows::Organisation(_) => None,
        }
    }

    /// A field, over one link at most, is the caller's own. Of whom it is not known, nothing is.
    fn own(&self, rows: &mut Rows, entity: &Entity, table: Alias, path: &Path, own: Own) -> Condition {
        let none = Source::Literal(serde_json::Value::Null);
        let param = rows.param(none, Conversion::Own(own), ParamType::Text);
        let equal = |table, field: &str| {
            let column = Expression::column(table, field);
            Condition::Compare(column, Comparison::In(param))
        };
        let never = || Condition::Any(Vec::new());
        let (first, last) = (path.0.first(), path.last());
        let Some(link) = first.filter(|_| path.0.len() > 1).and_then(|link| entity.links.get(link)) else {
            return entity.columns.get(last).map_or_else(never, |column| equal(table, &column.column));
        };
        let target = &self.catalog.entities[&link.target];
        let (LinkKind::ToOne { column, .. }, Some(field)) = (&link.kind, target.columns.get(last)) else {
            return never();
        };
        let alias = rows.alias();
        Condition::Exists(Box::new(Inner {
            table: target.table.clone(),
            alias,
            column: "id".to_owned(),
            outer: (table, column.clone()),
            condition: equal(alias, &field.column),
        }))
    }

    /// Rows do not speak of fields that the caller may not read.
    fn speaking(&self, table: Alias, of: &Path, field: &Path) -> Option<Condition> {
        let column = |path: &Path| Expression::column(table, crate::catalog::snake_case(path.last()));
        let mut hidden = Vec::new();
        for entity in self.catalog.entities.values() {
            let is_type = || Condition::Compare(column(of), Comparison::Words(vec![entity.name.clone()]));
            if !allows(&entity.access, self.viewer) {
                hidden.push(is_type());
                continue;
            }
            let columns = entity.columns.values().map(|column| (&column.name, &column.access));
            let links = entity.links.values().map(|link| (&link.name, &link.access));
            let fields = columns.chain(links).filter(|(_, access)| !allows(access, self.viewer));
            let fields: Vec<String> = fields.map(|(name, _)| name.clone()).collect();
            if !fields.is_empty() {
                let is_field = Condition::Compare(column(field), Comparison::Words(fields));
                hidden.push(Condition::All(vec![is_type(), is_field]));
            }
        }
        (!hidden.is_empty()).then(|| Condition::Not(Box::new(Condition::Any(hidden))))
    }
}
