//! The SQL of searching. Everything a caller gave is a parameter.

use std::fmt::Write as _;
use std::sync::{Arc, OnceLock};

use super::{Facet, Found};

/// What matches: by words, and titles that begin so. `$1` what the index is asked, `$2` whether only the types in `$3`,
/// `$4` and `$5` where titles that begin so begin and end, `$6` the whole question, `$7` titles that begin so at most.
/// With `titles` the words of titles alone count.
fn matched(titles: bool) -> String {
    let cap = Found::CAP;
    let indexed = if titles { "ts_filter(words, '{a}')" } else { "words" };
    let columns = "id, entity, title, lowered, folded, words, unit_id, group_id";
    format!(
        "by_words as materialized (
             select {columns} from search_document
             where {indexed} @@ $1::tsquery and ts_match_vq(words, $6::tsquery) and (not $2 or entity = any($3))
             limit {cap}
         ),
         begun as (
             select * from (
                 select {columns} from search_document
                 where folded >= $4 and folded < $5 and (not $2 or entity = any($3))
                 order by folded, id
                 limit $7
             ) as b
             where ts_match_vq(words, $6::tsquery) and id not in (select id from by_words)
         ),
         matched as materialized (select * from by_words union all select * from begun)"
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

/// A page of hits: how many match, id, type, title, weight. `$8` the text in small letters, `$9` and `$10` the page, `$11`
/// the words, any of them. Most counts how many of them stand in the title: whoever names goods and a place looks for such
/// goods there, and not for a paper that names both.
pub(super) fn hits(titles: bool) -> Arc<str> {
    static SQL: [OnceLock<Arc<str>>; 2] = [OnceLock::new(), OnceLock::new()];
    Arc::clone(SQL[usize::from(titles)].get_or_init(|| {
        format!(
            "with {},
             weighed as (
                 select d.id, d.entity, d.title,
                        3 * ts_rank('{{0, 0, 0, 1.0}}', d.words, $11::tsquery)::float8
                        + ts_rank_cd('{{0.05, 0.2, 0.4, 1.0}}', d.words, $6::tsquery, 1)::float8
                        + case when d.folded = $4 then 3.0 when d.folded >= $4 and d.folded < $5 then 1.0 else 0.0 end
                        + case when strpos(d.lowered, $8) > 0 then 0.5 else 0.0 end
                        as score
                 from matched d
             )
             select c.count, h.id, h.entity, h.title, h.score
             from (select count(*) from matched) as c
             left join (
                 select * from weighed order by score desc, length(title), title collate \"C\", id limit $9 offset $10
             ) as h on true
             order by h.score desc, length(h.title), h.title collate \"C\", h.id",
            matched(titles)
        )
        .into()
    }))
}

/// What matches, counted by each of these: the number of the facet, key, how many. `stars` are the tables of stars by
/// period of the types that have any.
pub(super) fn facets(facets: &[Facet], stars: &[(&str, &str)]) -> Arc<str> {
    let mut sql = format!("with {}", matched(false));
    for (n, facet) in facets.iter().enumerate() {
        let opening = if n == 0 { "" } else { " union all" };
        let (key, joins) = match facet {
            Facet::Types => ("d.entity".to_owned(), String::new()),
            Facet::Groups => ("d.group_id::text".to_owned(), String::new()),
            Facet::Provinces => {
                ("p.province_id::text".to_owned(), " join search_place p on p.unit_id = d.unit_id".to_owned())
            }
            Facet::Stars => by_stars(stars),
        };
        let _infallible = write!(
            sql,
            "{opening} (select {n}, {key}, count(*) from matched d{joins} where {key} is not null
              group by {key} order by count(*) desc, {key} limit 50)"
        );
    }
    sql.into()
}

fn by_stars(tables: &[(&str, &str)]) -> (String, String) {
    let (mut keys, mut joins) = (Vec::new(), String::new());
    for (n, (entity, periods)) in tables.iter().enumerate() {
        keys.push(format!("s{n}.value::text"));
        let _infallible = write!(
            joins,
            " left join {periods} s{n} on d.entity = '{entity}' and s{n}.id = d.id
              and s{n}.valid_from <= (now() at time zone 'Asia/Ho_Chi_Minh')::date
              and (now() at time zone 'Asia/Ho_Chi_Minh')::date < s{n}.valid_to"
        );
    }
    let key =
        if keys.is_empty() { "null::text".to_owned() } else { format!("coalesce({})", keys.join(", ")) };
    (key, joins)
}
