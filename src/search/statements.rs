//! The SQL of searching. Everything a caller gave is a parameter.

use std::fmt::Write as _;
use std::sync::{Arc, OnceLock};

use super::{Facet, Found};

/// What matches, as ids: by words, and titles that begin so; `$1` the question, `$2` whether only the types in `$3`,
/// `$4` and `$5` where titles that begin so begin and end.
fn matched() -> String {
    let cap = Found::CAP;
    format!(
        "matched as materialized (
             (select id from search_document
              where words @@ $1::tsquery and (not $2 or entity = any($3))
              limit {cap})
             union
             (select id from search_document
              where folded >= $4 and folded < $5 and words @@ $1::tsquery and (not $2 or entity = any($3))
              order by folded, id
              limit 200)
         )"
    )
}

/// Places in `$1` of words that no title has, nor one that ends before the end in `$2`.
pub(super) fn unknown() -> Arc<str> {
    static SQL: OnceLock<Arc<str>> = OnceLock::new();
    Arc::clone(SQL.get_or_init(|| {
        "select w.at
         from unnest($1::text[], $2::text[]) with ordinality as w (word, until, at)
         where not exists (
             select from search_slip s
             where s.slip collate \"C\" >= w.word and s.slip collate \"C\" <= w.until and s.word = s.slip
         )"
        .into()
    }))
}

/// Words that share one of the slips in `$1`.
pub(super) fn slips() -> Arc<str> {
    static SQL: OnceLock<Arc<str>> = OnceLock::new();
    Arc::clone(SQL.get_or_init(|| {
        "select distinct word from search_slip where slip = any($1) order by word limit 2000".into()
    }))
}

/// A page of hits: how many match, id, type, title, weight. `$6` the text in small letters, `$7` and `$8` the page.
pub(super) fn hits() -> Arc<str> {
    static SQL: OnceLock<Arc<str>> = OnceLock::new();
    Arc::clone(SQL.get_or_init(|| {
        format!(
            "with {},
             weighed as (
                 select d.id, d.entity, d.title,
                        ts_rank_cd('{{0.05, 0.2, 0.4, 1.0}}', d.words, $1::tsquery, 1)::float8
                        + case when d.folded = $4 then 3.0 when d.folded >= $4 and d.folded < $5 then 1.0 else 0.0 end
                        + case when strpos(d.lowered, $6) > 0 then 0.5 else 0.0 end
                        as score
                 from matched m
                 join search_document d on d.id = m.id
             )
             select c.count, h.id, h.entity, h.title, h.score
             from (select count(*) from matched) as c
             left join (
                 select * from weighed order by score desc, length(title), title collate \"C\", id limit $7 offset $8
             ) as h on true
             order by h.score desc, length(h.title), h.title collate \"C\", h.id",
            matched()
        )
        .into()
    }))
}

/// What matches, counted.
pub(super) fn facet(facet: Facet) -> Arc<str> {
    let (key, from) = match facet {
        Facet::Types => ("d.entity", ""),
        Facet::Groups => ("d.group_id", ""),
        Facet::Provinces => ("p.province_id", " join search_place p on p.unit_id = d.unit_id"),
    };
    counts(key, from)
}

/// What matches, counted by stars.
pub(super) fn stars(functions: &[(&str, &str)]) -> Arc<str> {
    let mut key = "case d.entity".to_owned();
    for (entity, function) in functions {
        let _infallible = write!(key, " when '{entity}' then {function}(d.id)");
    }
    key.push_str(" end");
    counts(&key, "")
}

fn counts(key: &str, from: &str) -> Arc<str> {
    format!(
        "with {}, keyed as (select {key} as key from matched m join search_document d on d.id = m.id{from})
         select key::text, count(*) from keyed where key is not null
         group by key order by count(*) desc, key limit 50",
        matched()
    )
    .into()
}
