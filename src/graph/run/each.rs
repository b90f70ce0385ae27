//! The same plan for several days: where only the day differs, one statement for all of them; else several at once.

use std::sync::Arc;

use futures_util::future::join_all;
use futures_util::stream::{self, StreamExt};
use sqlx::postgres::PgRow;

use super::super::answer::Coded;
use super::super::plan::*;
use super::bind::{self, Keys};
use super::load::{load, store_error, unreadable};
use super::loaded::{Loaded, LoadedRoot};
use super::{Running, Written, write};
use crate::store::row;
use crate::store::run::fetch;
use crate::store::select::Param;

/// Statements of one kind that are sent at the same time.
const AT_ONCE: usize = 4;

/// The answers of the plan, in the order of `each`, which differ in their variables alone.
pub(super) async fn each(each: &[Running<'_>], plan: &Plan) -> Vec<Written> {
    let lists: Option<Vec<&[Fetch]>> = plan.roots.iter().map(whole_list).collect();
    let Some(lists) = lists else {
        let one = async |running: &Running<'_>| running.run(plan).await;
        return stream::iter(each.iter().map(one)).buffered(AT_ONCE).collect().await;
    };
    let roots = join_all(lists.into_iter().map(|extras| root(each, extras))).await;
    let mut roots: Vec<_> = roots.into_iter().map(Vec::into_iter).collect();
    let answer = |running| {
        let loaded: Vec<LoadedRoot> = roots.iter_mut().filter_map(Iterator::next).collect();
        write::answer(running, plan, &loaded)
    };
    each.iter().map(answer).collect()
}

/// The statements of a root field that shows no rows.
fn whole_list(root: &Root) -> Option<&[Fetch]> {
    match &root.field {
        RootField::Page { fetch: None, extras, .. } => Some(extras),
        _ => None,
    }
}

async fn root(each: &[Running<'_>], extras: &[Fetch]) -> Vec<LoadedRoot> {
    let loaded = join_all(extras.iter().map(|fetch| of_all(each, fetch))).await;
    let mut loaded: Vec<_> = loaded.into_iter().map(Vec::into_iter).collect();
    let one = |_| {
        let extras = loaded.iter_mut().filter_map(Iterator::next).collect();
        LoadedRoot::Page { rows: Loaded::default(), extras }
    };
    each.iter().map(one).collect()
}

async fn of_all(each: &[Running<'_>], plan: &Fetch) -> Vec<Result<Loaded, Coded>> {
    let one = async |running: &Running<'_>| load(running, plan, Keys::NONE).await;
    let params = each.iter().map(|running| bind::params(&plan.bindings, running, &Keys::NONE));
    let params: Result<Vec<_>, _> = params.collect();
    let (Some(over), Ok(params)) = (&plan.over, params) else {
        return stream::iter(each.iter().map(one)).buffered(AT_ONCE).collect().await;
    };
    let mut loaded = Vec::with_capacity(each.len());
    let mut begin = 0;
    for alike in params.chunk_by(|a, b| follows(a, b, over.day)) {
        let of = &each[begin..begin + alike.len()];
        begin += alike.len();
        match (of, alike) {
            ([only], _) => loaded.push(one(only).await),
            ([first, ..], _) => loaded.extend(together(first, over, alike).await),
            ([], _) => {}
        }
    }
    loaded
}

/// Whether two differ in the day alone, and the second is the later one.
fn follows(one: &[Param], next: &[Param], day: usize) -> bool {
    let later = matches!((&one[day], &next[day]), (Param::Date(a), Param::Date(b)) if a < b);
    let pairs = one.iter().zip(next).enumerate();
    later && pairs.filter(|(n, _)| *n != day).all(|(_, (a, b))| a == b)
}

async fn together(running: &Running<'_>, over: &Over, alike: &[Vec<Param>]) -> Vec<Result<Loaded, Coded>> {
    let days = alike.iter().filter_map(|params| match params[over.day] {
        Param::Date(day) => Some(day),
        _ => None,
    });
    let mut params = alike[0].clone();
    params[over.day] = Param::Dates(days.collect());
    let rows = fetch(running.database, &over.sql, &params).await.map_err(|error| store_error(&error));
    let split = rows.and_then(|rows| {
        running.count(rows.len(), over.objects);
        by_day(rows, over.number, alike.len())
    });
    match split {
        Ok(days) => {
            days.into_iter().map(|rows| Ok(Loaded { rows: Arc::new(rows), ..Loaded::default() })).collect()
        }
        Err(error) => alike.iter().map(|_| Err(error.clone())).collect(),
    }
}

/// The rows of each day.
fn by_day(rows: Vec<PgRow>, number: usize, days: usize) -> Result<Vec<Vec<PgRow>>, Coded> {
    let mut each: Vec<Vec<PgRow>> = (0..days).map(|_| Vec::new()).collect();
    for row in rows {
        let day = row::cell(&row, number).map_err(unreadable)?.map_or(Ok(0), |cell| cell.integer());
        let day = usize::try_from(day.map_err(unreadable)? - 1).ok();
        let of_day = day.and_then(|day| each.get_mut(day));
        of_day.ok_or_else(|| Coded::internal("a row without its day"))?.push(row);
    }
    Ok(each)
}
