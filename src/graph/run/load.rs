//! Sends the statements of a plan, level by level: the keys of one level's rows are the parameters of
//! the next; statements of one level go side by side.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use futures_util::future::{BoxFuture, FutureExt, join_all};
use serde_json::Value;
use sqlx::postgres::PgRow;
use tracing::Instrument;
use uuid::Uuid;

use super::super::answer::Coded;
use super::super::limits;
use super::super::loader::LookUp;
use super::super::plan::*;
use super::Running;
use super::bind::{self, Keys};
use super::load_page::load_page;
use super::loaded::{Loaded, LoadedRoot};
use super::made::made;
use crate::store::run::{StoreError, fetch};
use crate::store::select::Param;
use crate::store::{id, redirect, row};

/// All root fields.
pub(super) async fn roots(running: &Running<'_>, plan: &Plan) -> Vec<LoadedRoot> {
    if plan.serial {
        let mut loaded = Vec::with_capacity(plan.roots.len());
        for one in &plan.roots {
            loaded.push(root(running, &one.field).await);
        }
        return loaded;
    }
    match plan.roots.as_slice() {
        [only] => vec![root(running, &only.field).await],
        roots => join_all(roots.iter().map(|r| root(running, &r.field))).await,
    }
}

async fn root(running: &Running<'_>, field: &RootField) -> LoadedRoot {
    let outcome = match field {
        RootField::Typename(_) | RootField::Introspection => Ok(LoadedRoot::Nothing),
        RootField::One { by: By::Id(id), of } => one(running, id, of).await,
        RootField::One { by: By::Key(key, day), of } => keyed(running, key, day.as_ref(), of).await,
        RootField::Many { ids, of } => many(running, ids, of).await,
        RootField::Page { fetch, extras, counting, .. } => {
            load_page(running, fetch.as_ref(), extras, counting.as_ref()).await
        }
        RootField::Act(act) => made(running, act).await,
    };
    outcome.unwrap_or_else(LoadedRoot::Failed)
}

/// One object by a natural key.
async fn keyed(
    running: &Running<'_>,
    key: &Source,
    day: Option<&Source>,
    of: &[Typed],
) -> Result<LoadedRoot, Coded> {
    let Some(typed) = of.first() else { return Ok(LoadedRoot::One(None)) };
    let mut wanted = bind::key_text(&bind::value(key, running.variables))?;
    if let Some(day) = day {
        wanted = format!("{wanted}@{}", bind::day(&bind::value(day, running.variables))?);
    }
    let loaded = if typed.is_lookup() {
        let rows = running.loader.load(&typed.fetch.sql, LookUp::Key(wanted.clone())).await?;
        running.count(1, typed.fetch.price.objects);
        Loaded { rows, ..Loaded::default() }
    } else {
        load(running, &typed.fetch, Keys::Texts(vec![wanted.clone()])).await?
    };
    let mut found = None;
    for (n, row) in loaded.rows.iter().enumerate() {
        let own = row::cell(row, 0).map_err(unreadable)?.map(|cell| cell.text()).transpose();
        if own.map_err(unreadable)? != Some(wanted.as_str()) {
            continue;
        }
        if found.is_some() {
            return Err(Coded::fault(
                "KEY_NOT_UNIQUE",
                "several have this key; ask for the list with where, or by id",
                "có nhiều đối tượng cùng mã này; hãy hỏi danh sách kèm where, hoặc theo id",
            ));
        }
        found = Some(n);
    }
    Ok(LoadedRoot::One(found.map(|row| (0, loaded, row))))
}

async fn one(running: &Running<'_>, source: &Source, of: &[Typed]) -> Result<LoadedRoot, Coded> {
    let text = match bind::value(source, running.variables) {
        Value::String(text) => text,
        other => other.to_string(),
    };
    let (prefix, uuid) = id::decode(&text).ok_or_else(|| bind::invalid_id(&text))?;
    let Some(place) = of.iter().position(|t| t.prefix == prefix) else {
        return Ok(LoadedRoot::One(None));
    };
    let typed = &of[place];
    let mut found = single(running, typed, uuid).await?;
    if found.is_none()
        && typed.merged
        && let Some(today) = moved(running, uuid).await?
    {
        found = single(running, typed, today).await?;
    }
    Ok(LoadedRoot::One(found.map(|(loaded, row)| (place, loaded, row))))
}

/// One object, and which of the rows it came with it is.
async fn single(running: &Running<'_>, typed: &Typed, uuid: Uuid) -> Result<Option<(Loaded, usize)>, Coded> {
    if !typed.is_lookup() {
        let loaded = load(running, &typed.fetch, Keys::Ids(vec![uuid])).await?;
        return Ok(Some((loaded, 0)).filter(|(loaded, _)| !loaded.rows.is_empty()));
    }
    let rows = running.loader.load(&typed.fetch.sql, LookUp::Id(uuid)).await?;
    running.count(1, typed.fetch.price.objects);
    for (n, row) in rows.iter().enumerate() {
        if key(row, typed.id_column)? == Some(uuid) {
            return Ok(Some((Loaded { rows, ..Loaded::default() }, n)));
        }
    }
    Ok(None)
}

/// Where an id leads today that no entity stands under; none when it leads nowhere else.
async fn moved(running: &Running<'_>, uuid: Uuid) -> Result<Option<Uuid>, Coded> {
    let rows = running.loader.load(&redirect::statement(), LookUp::Id(uuid)).await?;
    running.count(0, 1);
    Ok(redirect::read(&rows).map_err(unreadable)?.get(&uuid).copied())
}

async fn many(running: &Running<'_>, source: &Source, of: &[Typed]) -> Result<LoadedRoot, Coded> {
    let value = bind::value(source, running.variables);
    let ids: Vec<&str> = value.as_array().into_iter().flatten().filter_map(|v| v.as_str()).collect();
    if ids.len() > limits::NODES {
        return Err(bind::too_many("nodes(ids:)", ids.len(), limits::NODES));
    }
    let wanted: Vec<_> = ids.into_iter().map(|text| (text, id::decode(text))).collect();
    let known = wanted.iter().filter_map(|(_, id)| *id).collect();
    let (found, loaded) = by_ids(running, of, known).await?;
    let mut found = found.into_iter();
    let place = |(text, id): (&str, Option<_>)| match id {
        Some(_) => Ok(found.next().flatten()),
        None => Err(bind::invalid_id(text)),
    };
    Ok(LoadedRoot::Many { places: wanted.into_iter().map(place).collect(), loaded })
}

/// Type and row of each id that an entity of these types stands under, in the order of the ids.
pub(super) async fn by_ids(
    running: &Running<'_>,
    of: &[Typed],
    mut wanted: Vec<(&str, Uuid)>,
) -> Result<(Vec<Option<(usize, usize)>>, Vec<Loaded>), Coded> {
    let mut loaded = Vec::with_capacity(of.len());
    let mut found: HashMap<(usize, Uuid), usize> = HashMap::new();
    for (n, typed) in of.iter().enumerate() {
        let keys: Vec<Uuid> = wanted.iter().filter(|(p, _)| *p == typed.prefix).map(|(_, u)| *u).collect();
        if keys.is_empty() {
            loaded.push(Loaded::default());
            continue;
        }
        let rows = load(running, &typed.fetch, Keys::Ids(keys)).await?;
        for (place, row) in rows.rows.iter().enumerate() {
            found.insert((n, key(row, typed.id_column)?.unwrap_or_default()), place);
        }
        loaded.push(rows);
    }
    follow(running, of, &mut wanted, &mut found, &mut loaded).await?;
    let place = |(prefix, uuid): &(&str, Uuid)| {
        let n = of.iter().position(|t| t.prefix == *prefix)?;
        Some((n, *found.get(&(n, *uuid))?))
    };
    let places = wanted.iter().map(place).collect();
    Ok((places, loaded))
}

/// Ids that no entity stands under are followed to where they lead today; two more statements for a type
/// that has such ids, none for the others.
async fn follow(
    running: &Running<'_>,
    of: &[Typed],
    wanted: &mut [(&str, Uuid)],
    found: &mut HashMap<(usize, Uuid), usize>,
    loaded: &mut [Loaded],
) -> Result<(), Coded> {
    for (n, typed) in of.iter().enumerate().filter(|(_, typed)| typed.merged) {
        let of_type = wanted.iter().filter(|(prefix, _)| *prefix == typed.prefix);
        let missing: Vec<Uuid> =
            of_type.map(|(_, uuid)| *uuid).filter(|uuid| !found.contains_key(&(n, *uuid))).collect();
        if missing.is_empty() {
            continue;
        }
        let rows = fetch(running.database, &redirect::statement(), &[Param::Uuids(missing)]).await;
        let rows = rows.map_err(|error| store_error(&error))?;
        running.count(rows.len(), 1);
        let leads = redirect::read(&rows).map_err(unreadable)?;
        for (_, uuid) in wanted.iter_mut().filter(|(prefix, _)| *prefix == typed.prefix) {
            *uuid = leads.get(uuid).copied().unwrap_or(*uuid);
        }
        if leads.is_empty() {
            continue;
        }
        // Together with those found before: the rows of a type stand in one place.
        let of_type = wanted.iter().filter(|(prefix, _)| *prefix == typed.prefix);
        let rows = load(running, &typed.fetch, Keys::Ids(of_type.map(|(_, uuid)| *uuid).collect())).await?;
        for (place, row) in rows.rows.iter().enumerate() {
            found.insert((n, key(row, typed.id_column)?.unwrap_or_default()), place);
        }
        loaded[n] = rows;
    }
    Ok(())
}

/// One statement and what continues from its rows.
pub(super) fn load<'a>(
    running: &'a Running<'_>,
    plan: &'a Fetch,
    keys: Keys,
) -> BoxFuture<'a, Result<Loaded, Coded>> {
    load_by(running, plan, &plan.sql, keys)
}

/// The same with another text of the statement.
pub(super) fn load_by<'a>(
    running: &'a Running<'_>,
    plan: &'a Fetch,
    sql: &'a Arc<str>,
    keys: Keys,
) -> BoxFuture<'a, Result<Loaded, Coded>> {
    async move {
        let params = bind::params(&plan.bindings, running, &keys)?;
        let span = tracing::debug_span!("store.select", rows = tracing::field::Empty);
        let rows = fetch(running.database, sql, &params).instrument(span.clone()).await;
        let rows = rows.map_err(|error| store_error(&error))?;
        span.record("rows", rows.len());
        running.count(rows.len(), plan.price.objects);
        let mut loaded = Loaded { rows: Arc::new(rows), ..Loaded::default() };
        if plan.by_parent {
            let keys = keys.ids();
            loaded.groups = groups(&loaded.rows, keys.len())?;
            loaded.places = keys.iter().copied().enumerate().map(|(n, k)| (k, n)).collect();
        }
        loaded.children = children(running, plan, &loaded.rows).await;
        Ok(loaded)
    }
    .boxed()
}

async fn children(running: &Running<'_>, plan: &Fetch, rows: &[PgRow]) -> Vec<Result<Loaded, Coded>> {
    let child = async |child: &Child| {
        let keys = distinct_keys(rows, child.key_column)?;
        if keys.is_empty() {
            return Ok(Loaded::default());
        }
        load(running, &child.fetch, Keys::Ids(keys)).await
    };
    match plan.children.as_slice() {
        [] => Vec::new(),
        [only] => vec![child(only).await],
        many => join_all(many.iter().map(child)).await,
    }
}

fn distinct_keys(rows: &[PgRow], column: usize) -> Result<Vec<Uuid>, Coded> {
    let mut keys = Vec::with_capacity(rows.len());
    let mut seen = std::collections::HashSet::with_capacity(rows.len());
    for row in rows {
        if let Some(key) = key(row, column)?
            && seen.insert(key)
        {
            keys.push(key);
        }
    }
    Ok(keys)
}

pub(super) fn key(row: &PgRow, column: usize) -> Result<Option<Uuid>, Coded> {
    let cell = row::cell(row, column).map_err(unreadable)?;
    cell.map(|c| c.uuid()).transpose().map_err(unreadable)
}

/// Rows come in the order of their parents, whose number is their first value.
fn groups(rows: &[PgRow], parents: usize) -> Result<Vec<Range<usize>>, Coded> {
    let mut groups = vec![0..0; parents];
    for (n, row) in rows.iter().enumerate() {
        let cell = row::cell(row, 0).map_err(unreadable)?;
        let parent = cell.map_or(Ok(0), |c| c.integer()).map_err(unreadable)?;
        let group = usize::try_from(parent - 1).ok().and_then(|p| groups.get_mut(p));
        let group = group.ok_or_else(|| Coded::internal("a row without its parent"))?;
        if group.start == group.end {
            *group = n..n;
        }
        group.end = n + 1;
    }
    Ok(groups)
}

pub(super) fn unreadable(error: row::Unreadable) -> Coded {
    Coded::internal(error.to_string())
}

/// What the caller may know of a statement that failed.
pub(in crate::graph) fn store_error(error: &StoreError) -> Coded {
    let source = std::error::Error::source(error).map(|s| s.to_string()).unwrap_or_default();
    let mut coded = match error {
        StoreError::Timeout(_) => Coded::fault(
            "DEADLINE_EXCEEDED",
            "the database took longer than a request may; ask for less",
            "cơ sở dữ liệu trả lời quá lâu; hãy hỏi ít hơn",
        ),
        StoreError::Unavailable(_) => Coded::unavailable(),
        StoreError::Failed(_) => Coded::internal(""),
    };
    coded.cause = Some(format!("{error}: {source}"));
    coded
}
