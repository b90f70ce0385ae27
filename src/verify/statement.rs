//! The SQL of verifying, made of the catalog. Everything a caller gave is a parameter.

use std::fmt::Write as _;

use crate::catalog::{Catalog, Column, Entity, Link, LinkKind, Personal, Verifiable, to_one};
use crate::store::select::{Alias, InForce};

/// Rows of one kind at most.
const ROWS: usize = 300;

/// A rule and the type it is of, in the order of the files.
pub(super) fn rules(catalog: &Catalog) -> Vec<(&Entity, &Verifiable)> {
    let of = |entity| -> Vec<(&Entity, &Verifiable)> {
        let entity: &Entity = entity;
        entity.verifiable.iter().map(|rule| (entity, rule)).collect()
    };
    catalog.entities.values().flat_map(of).collect()
}

/// What has the code `$1`, with slips of the eye, or a code that goes on where it ends; `$2` is the day.
pub(super) fn by_code(catalog: &Catalog) -> String {
    let all = rules(catalog);
    let coded = all.iter().enumerate().filter(|(_, (_, rule))| rule.code.is_some());
    let parts: Vec<String> = coded.map(|(n, (entity, rule))| one(catalog, n, entity, rule, false)).collect();
    parts.join(" union all ")
}

/// What has, or had, the id `$1`, by the rule of this number; `$2` is the day.
pub(super) fn by_id(catalog: &Catalog, n: usize) -> Option<String> {
    let (entity, rule) = rules(catalog).get(n).copied()?;
    Some(one(catalog, n, entity, rule, true))
}

fn one(catalog: &Catalog, n: usize, entity: &Entity, rule: &Verifiable, by_id: bool) -> String {
    let mut joins = String::new();
    let code = rule.code.as_ref().and_then(|code| entity.columns.get(code)).map(|code| shown("t0", code));
    let code = code.unwrap_or_else(|| "null::text".to_owned());
    let (exact, found) = match by_id {
        true => (
            "true".to_owned(),
            "t0.id = coalesce((select n.entity_id from address a join node n on n.id = a.node_id where a.id = $1), $1)"
                .to_owned(),
        ),
        false => (
            format!("verify_key({code}) = verify_key($1)"),
            format!(
                "verify_slip({code}) collate \"C\" >= verify_slip($1)
                 and verify_slip({code}) collate \"C\" < verify_slip($1) || '~'"
            ),
        ),
    };
    let within: Vec<String> = rule.within.iter().filter_map(|field| stored(entity, field)).collect();
    let within: String = within.iter().fold("''".to_owned(), |mut out, column| {
        let _infallible = write!(out, " || coalesce(t0.{column}::text, '') || '/'");
        out
    });
    let about = rule.about.as_ref().and_then(|about| entity.links.get(about));
    let (about, title) = match about.and_then(|link| Some((link, to_one(link)?))) {
        Some((link, column)) => {
            (format!("t0.{column}"), titled(catalog, link, column, "t0", "a0", &mut joins))
        }
        None => ("null::uuid".to_owned(), own_title(entity)),
    };
    let (holder, holder_name) = whose(catalog, entity, rule, &mut joins);
    let issuer = issuer(catalog, entity, rule, &mut joins);
    let revoked = rule.revoked.as_ref().and_then(|field| stored(entity, field));
    let revoked = revoked.map_or("null::date".to_owned(), |column| format!("t0.{column}"));
    let status = status(entity, rule);
    let [in_force, begin, stop, revoked] = force(catalog, entity, rule, revoked, &mut joins);
    format!(
        "(select {n}::int, t0.id, {code}, {within}, {title}, {about}, {holder}, {holder_name}, {issuer}, {in_force}, {begin},
                {stop}, {revoked}, {status},
                (select string_agg(distinct i.office || '/' || coalesce(i.agency_id::text, '') || '/' || i.as_of, ',')
                 from entity_member m
                 join source_record r on r.id = m.record_id
                 join import i on i.id = r.import_id
                 where m.entity_id = t0.id),
                {exact}, verify_key({code}), $2::date
         from \"{}\" t0{joins}
         where {found}
         order by verify_slip({code}) collate \"C\", t0.id limit {ROWS})",
        entity.table
    )
}

/// The status by the register, where it has one that counts.
fn status(entity: &Entity, rule: &Verifiable) -> String {
    let paused = rule.paused.as_ref().map(|(field, _)| field);
    let except = entity.validity.as_ref().and_then(|validity| validity.except.as_ref());
    let field = paused.or(except.map(|(field, _)| field));
    let column = field.and_then(|field| stored(entity, field));
    column.map_or_else(|| "null::text".to_owned(), |column| format!("t0.{column}"))
}

/// Whether it is in force on the day, its first day, the first day no longer, the day it was taken back.
fn force(
    catalog: &Catalog,
    entity: &Entity,
    rule: &Verifiable,
    revoked: String,
    joins: &mut String,
) -> [String; 4] {
    let by = rule.by.as_ref().and_then(|by| entity.links.get(by));
    let many = by.and_then(|link| match &link.kind {
        LinkKind::ToMany { column, .. } => Some((catalog.entities.get(&link.target)?, column)),
        LinkKind::ToOne { .. } => None,
    });
    let Some((target, column)) = many else {
        let Some(in_force) = in_force(entity, Alias::Row(0)) else {
            return ["null::bool".to_owned(), "null::date".to_owned(), "null::date".to_owned(), revoked];
        };
        let (begin, stop) = in_force.span();
        return [in_force.text(), begin, stop, revoked];
    };
    let Some(in_force) = in_force(target, Alias::Row(1)) else {
        return ["null::bool".to_owned(), "null::date".to_owned(), "null::date".to_owned(), revoked];
    };
    let (begin, stop) = in_force.span();
    let taken = target.verifiable.iter().find_map(|rule| stored(target, rule.revoked.as_ref()?));
    let taken = taken.map_or("null::date".to_owned(), |column| format!("t1.{column}"));
    let _infallible = write!(
        joins,
        " left join lateral (
             select {} as in_force, {begin} as begins, {stop} as stops, {taken} as revoked
             from \"{}\" t1 where t1.{column} = t0.id
             order by 1 desc, 2 desc nulls last, t1.id limit 1
         ) as v on true",
        in_force.text(),
        target.table
    );
    ["v.in_force", "v.begins", "v.stops", "v.revoked"].map(str::to_owned)
}

fn in_force(entity: &Entity, table: Alias) -> Option<InForce> {
    let rule = entity.validity.as_ref()?.named(|field| stored(entity, field));
    Some(InForce { table, rule, day: Some(1) })
}

/// Id and name of whose it is.
fn whose(catalog: &Catalog, entity: &Entity, rule: &Verifiable, joins: &mut String) -> (String, String) {
    let none = || ("null::uuid".to_owned(), "null::text".to_owned());
    let Some((path, (owner, links))) = rule.whose.as_ref().and_then(|p| Some((p, p.links(catalog, entity)?)))
    else {
        return none();
    };
    let mut table = "t0".to_owned();
    for (n, link) in links.iter().enumerate() {
        let (Some(column), Some(target)) = (to_one(link), catalog.entities.get(&link.target)) else {
            return none();
        };
        let _infallible = write!(joins, " left join \"{}\" w{n} on w{n}.id = {table}.{column}", target.table);
        table = format!("w{n}");
    }
    let Some((link, column)) = owner.links.get(path.last()).and_then(|link| Some((link, to_one(link)?)))
    else {
        return none();
    };
    let name = titled(catalog, link, column, &table, "h0", joins);
    (format!("{table}.{column}"), name)
}

fn issuer(catalog: &Catalog, entity: &Entity, rule: &Verifiable, joins: &mut String) -> String {
    let Some(issuer) = &rule.issuer else { return "null::text".to_owned() };
    match (entity.columns.get(issuer), entity.links.get(issuer)) {
        (Some(column), _) => shown("t0", column),
        (None, Some(link)) => match to_one(link) {
            Some(column) => titled(catalog, link, column, "t0", "i0", joins),
            None => "null::text".to_owned(),
        },
        (None, None) => "null::text".to_owned(),
    }
}

/// The title of what a to-one link leads to, as the public sees it.
fn titled(
    catalog: &Catalog,
    link: &Link,
    column: &str,
    from: &str,
    alias: &str,
    joins: &mut String,
) -> String {
    let target = catalog.entities.get(&link.target);
    let title = target.and_then(|t| Some((t, t.columns.get(t.search.as_ref()?.title.last())?)));
    let Some((target, title)) = title else { return "null::text".to_owned() };
    let _infallible =
        write!(joins, " left join \"{}\" {alias} on {alias}.id = {from}.{column}", target.table);
    shown(alias, title)
}

fn own_title(entity: &Entity) -> String {
    let title = entity.search.as_ref().and_then(|search| entity.columns.get(search.title.last()));
    title.map_or("null::text".to_owned(), |column| shown("t0", column))
}

/// The column as the public sees it.
fn shown(table: &str, column: &Column) -> String {
    match &column.personal {
        Some(Personal::Masked(mask)) => format!("{table}.{mask}"),
        Some(Personal::Hidden) => "null::text".to_owned(),
        None if column.function.is_some() => "null::text".to_owned(),
        None => format!("{table}.{}", column.column),
    }
}

/// The column of a field or of a to-one link.
fn stored(entity: &Entity, field: &String) -> Option<String> {
    let column = entity.columns.get(field).filter(|column| column.function.is_none());
    let column = column.map(|column| column.column.clone());
    column.or_else(|| entity.links.get(field).and_then(to_one).map(str::to_owned))
}
