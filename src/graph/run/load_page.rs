//! A page of a root field and what its whole list comes to; where few rows are counted, both in one statement.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use futures_util::future::{join, join_all};

use super::super::answer::Coded;
use super::super::limits;
use super::super::plan::*;
use super::Running;
use super::bind::Keys;
use super::load::{load, load_by};
use super::loaded::{Loaded, LoadedRoot};
use super::write_page::{counted, whole};

/// The page and what the whole list comes to, side by side.
pub(super) async fn load_page(
    running: &Running<'_>,
    fetch: Option<&Fetch>,
    extras: &[Fetch],
    counting: Option<&Counting>,
) -> Result<LoadedRoot, Coded> {
    let joint = counting.filter(|counting| counting.few.load(Ordering::Relaxed));
    let rows = async {
        match fetch {
            Some(fetch) => {
                let sql = joint.map_or(&fetch.sql, |counting| &counting.sql);
                load_by(running, fetch, sql, Keys::NONE).await
            }
            None => Ok(Loaded::default()),
        }
    };
    if extras.is_empty() {
        return Ok(LoadedRoot::Page { rows: rows.await?, extras: Vec::new() });
    }
    let together = joint.map(|counting| counting.extra);
    let extras = join_all(extras.iter().enumerate().map(async |(n, extra)| match together == Some(n) {
        true => Ok(Loaded::default()),
        false => load(running, extra, Keys::NONE).await,
    }));
    let (rows, mut extras) = join(rows, extras).await;
    let rows = rows?;
    if let Some(n) = together {
        // The page's rows end with the count, and no row means that there are none.
        extras[n] = Ok(Loaded { rows: Arc::clone(&rows.rows), ..Loaded::default() });
    }
    if let Some(counting) = counting
        && let Ok(count) = counted(&whole(extras[counting.extra].as_ref()))
    {
        counting.few.store(count <= limits::FEW, Ordering::Relaxed);
    }
    Ok(LoadedRoot::Page { rows, extras })
}
