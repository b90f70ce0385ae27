//! Where the texts of a document come from: the paths of `@searchable` as SQL.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::sync::quoted;
use crate::catalog::{Catalog, Column, Entity, Link, Path, Personal, Searchable, to_one};

/// What is known of an entity that can be found.
#[derive(Debug)]
pub(super) struct Found {
    pub id: Uuid,
    pub title: String,
    pub also: String,
    pub whose: String,
    pub unit_id: Option<Uuid>,
    pub group_id: Option<Uuid>,
}

/// A row as [`select`] gives it.
pub(super) type Row = (Uuid, String, String, String, Option<Uuid>, Option<Uuid>);

impl From<Row> for Found {
    fn from((id, title, also, whose, unit_id, group_id): Row) -> Self {
        Self { id, title, also, whose, unit_id, group_id }
    }
}

/// Documents of a type as SQL; `$1`, where asked for, names entities whose change may change them.
pub(super) fn select(catalog: &Catalog, entity: &Entity, touched: bool) -> Option<String> {
    let search = entity.search.as_ref()?;
    let mut source = Source { catalog, entity, joins: Vec::new() };
    let title = source.text(&search.title);
    let also = source.texts(&search.also);
    let whose = source.texts(&search.whose);
    let unit = source.units(&search.place);
    let group = search.group.as_ref().map_or("null::uuid".to_owned(), |path| source.key(path));
    let mut sql = format!(
        "select t.id, {title} as title, {also} as also, {whose} as whose, {unit} as unit_id, {group} as group_id
         from {} t",
        quoted(&entity.table)
    );
    for (_, join) in &source.joins {
        sql.push_str(join);
    }
    sql.push_str(&format!(" where btrim({title}) <> ''"));
    if touched {
        sql.push_str(&format!(" and (t.id = any($1){})", shown_from(catalog, entity, search)));
    }
    Some(sql)
}

/// Whether entities of a type show anything of one of these.
pub(super) fn shows(catalog: &Catalog, entity: &Entity, touched: &BTreeMap<&str, Vec<Uuid>>) -> bool {
    let is_touched = |name: &str| touched.get(name).is_some_and(|ids| !ids.is_empty());
    let links = entity.search.iter().flat_map(|search| first_links(catalog, entity, search));
    is_touched(&entity.name) || links.into_iter().any(|link| is_touched(&link.target))
}

/// The links by which a type shows something of others.
fn first_links<'c>(catalog: &'c Catalog, entity: &'c Entity, search: &Searchable) -> Vec<&'c Link> {
    let paths = [&search.title].into_iter().chain(&search.also).chain(&search.whose).chain(&search.place);
    paths.filter_map(|path| path.links(catalog, entity)?.1.first().copied()).collect()
}

/// That a row shows something of one of the entities in `$1`.
fn shown_from(catalog: &Catalog, entity: &Entity, search: &Searchable) -> String {
    let links = first_links(catalog, entity, search);
    let mut first: Vec<&str> = links.into_iter().filter_map(to_one).collect();
    first.sort_unstable();
    first.dedup();
    first.iter().map(|column| format!(" or t.{} = any($1)", quoted(column))).collect()
}

/// Where values of a type's paths come from.
struct Source<'c> {
    catalog: &'c Catalog,
    entity: &'c Entity,
    /// Joined tables: the steps that lead there, and the SQL.
    joins: Vec<(Vec<String>, String)>,
}

impl Source<'_> {
    /// The alias of the table that a path's last step is in, and its type.
    fn owner(&mut self, path: &Path) -> Option<(String, &Entity)> {
        let (owner, links) = path.links(self.catalog, self.entity)?;
        let mut alias = "t".to_owned();
        for (n, link) in links.iter().enumerate() {
            let steps = path.0[..=n].to_vec();
            let known = self.joins.iter().position(|(of, _)| *of == steps);
            let place = known.unwrap_or(self.joins.len());
            let next = format!("l{place}");
            if known.is_none() {
                let table = quoted(&self.catalog.entities.get(&link.target)?.table);
                let column = quoted(to_one(link)?);
                self.joins
                    .push((steps, format!(" left join {table} {next} on {next}.id = {alias}.{column}")));
            }
            alias = next;
        }
        Some((alias, owner))
    }

    /// A field as text.
    fn text(&mut self, path: &Path) -> String {
        let last = path.last().to_owned();
        let Some((alias, owner)) = self.owner(path) else { return "null::text".to_owned() };
        let shown = owner.columns.get(&last).and_then(public);
        shown.map_or("null::text".to_owned(), |column| format!("{alias}.{}::text", quoted(column)))
    }

    fn texts(&mut self, paths: &[Path]) -> String {
        let texts: Vec<String> = paths.iter().map(|path| self.text(path)).collect();
        format!("concat_ws(' ', ''{})", texts.iter().map(|text| format!(", {text}")).collect::<String>())
    }

    /// The id a path leads to.
    fn key(&mut self, path: &Path) -> String {
        let last = path.last().to_owned();
        let Some((alias, owner)) = self.owner(path) else { return "null::uuid".to_owned() };
        if last == "id" {
            return format!("{alias}.id");
        }
        let column = owner.links.get(&last).and_then(to_one);
        column.map_or("null::uuid".to_owned(), |column| format!("{alias}.{}", quoted(column)))
    }

    /// The unit an entity is in.
    fn units(&mut self, paths: &[Path]) -> String {
        let keys: Vec<String> = paths.iter().map(|path| self.key(path)).collect();
        format!("coalesce({}null::uuid)", keys.iter().map(|key| format!("{key}, ")).collect::<String>())
    }
}

/// The column of a field that the public sees.
fn public(column: &Column) -> Option<&str> {
    match &column.personal {
        _ if column.function.is_some() => None,
        None => Some(&column.column),
        Some(Personal::Masked(mask)) => Some(mask),
        Some(Personal::Hidden) => None,
    }
}
