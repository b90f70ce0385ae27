//! `search` and `suggest`: arguments → a search → a result by names of the schema.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::super::answer::Coded;
use super::{Wanted, bounded, coded, is_wanted};
use crate::catalog::{Catalog, Entity};
use crate::search::{self, Facet, Found, Hit, Wish};
use crate::store::connections::Connections;
use crate::store::id;

/// Hits at most.
const HITS: i64 = 100;
/// Hits left out at the beginning at most.
const OFFSET: i64 = 1000;
/// Suggestions at most.
const SUGGESTIONS: i64 = 20;

/// The answer to `search`.
pub(super) async fn found(
    database: &Connections,
    catalog: &Catalog,
    arguments: &Value,
    wanted: &[Wanted],
) -> Result<Value, Coded> {
    let wish = Wish {
        text: arguments["text"].as_str().unwrap_or_default().to_owned(),
        types: types(catalog, arguments),
        first: bounded(arguments, "first", HITS)?,
        offset: bounded(arguments, "offset", OFFSET)?,
        titles: false,
    };
    let found = search::find(database, &wish).await.map_err(coded)?;
    let hits: Vec<Value> = found.hits.iter().map(|hit| shown(catalog, hit)).collect();
    let corrections = found.corrections.iter();
    Ok(json!({
        "hits": hits,
        "count": found.count,
        "countedUpTo": Found::CAP,
        "corrections":
            corrections.map(|(word, instead)| json!({ "word": word, "instead": instead })).collect::<Value>(),
        "relaxed": found.relaxed,
        "facets": facets(database, catalog, &found, wanted).await?,
    }))
}

fn shown(catalog: &Catalog, hit: &Hit) -> Value {
    let parts = hit.parts.iter().map(|(text, matched)| json!({ "text": text, "matched": matched }));
    json!({
        "node": node(catalog, hit),
        "type": of_type(catalog, &hit.entity),
        "title": hit.title,
        "parts": parts.collect::<Value>(),
        "score": hit.score,
    })
}

/// Only the facets that are wanted are counted.
async fn facets(
    database: &Connections,
    catalog: &Catalog,
    found: &Found,
    wanted: &[Wanted],
) -> Result<Value, Coded> {
    let all = [
        ("types", Facet::Types),
        ("groups", Facet::Groups),
        ("provinces", Facet::Provinces),
        ("stars", Facet::Stars),
    ];
    let asked: Vec<(&str, Facet)> =
        all.into_iter().filter(|(name, _)| is_wanted(wanted, &format!("facets.{name}"))).collect();
    let periods: Vec<(&str, &str)> = catalog.entities.values().filter_map(stars).collect();
    let kinds: Vec<Facet> = asked.iter().map(|(_, facet)| *facet).collect();
    let counts = search::facets(database, found, &kinds, &periods).await.map_err(coded)?;
    let mut facets = json!({ "types": [], "stars": [], "groups": [], "provinces": [] });
    for ((name, facet), counts) in asked.into_iter().zip(counts) {
        facets[name] = counts.iter().filter_map(|count| counted(catalog, facet, count)).collect();
    }
    Ok(facets)
}

fn counted(catalog: &Catalog, facet: Facet, (key, count): &(String, i64)) -> Option<Value> {
    let target = |of: fn(&Entity) -> Option<&crate::catalog::Path>| {
        let (owner, path) = catalog.entities.values().find_map(|e| Some((e, of(e)?)))?;
        let (end, _) = path.links(catalog, owner)?;
        let id = key.parse().ok()?;
        let target =
            end.links.get(path.last()).map_or(Some(end), |link| catalog.entities.get(&link.target))?;
        Some(id::encode(&target.id_prefix, id))
    };
    match facet {
        Facet::Types => Some(json!({ "type": of_type(catalog, key), "count": count })),
        Facet::Groups => {
            let node = target(|e| e.search.as_ref()?.group.as_ref())?;
            Some(json!({ "node": node, "count": count }))
        }
        Facet::Provinces => {
            let node = target(|e| e.search.as_ref()?.place.first())?;
            Some(json!({ "node": node, "count": count }))
        }
        Facet::Stars => {
            let stars: i64 = key.parse().ok()?;
            Some(json!({ "stars": stars, "count": count }))
        }
    }
}

/// The table that holds an entity's stars by period.
fn stars(entity: &Entity) -> Option<(&str, &str)> {
    let path = entity.search.as_ref()?.stars.as_ref()?;
    let column = entity.columns.get(path.last()).filter(|_| path.0.len() == 1)?;
    Some((&entity.name, column.periods.as_deref()?))
}

/// The answer to `suggest`.
pub(super) async fn suggested(
    database: &Connections,
    catalog: &Catalog,
    arguments: &Value,
) -> Result<Value, Coded> {
    let first = bounded(arguments, "first", SUGGESTIONS)?;
    let wish = Wish {
        text: arguments["text"].as_str().unwrap_or_default().to_owned(),
        types: types(catalog, arguments),
        // Several things may have one title.
        first: first.saturating_mul(12),
        offset: 0,
        titles: true,
    };
    let found = search::find(database, &wish).await.map_err(coded)?;
    let mut seen = BTreeSet::new();
    let distinct = found.hits.iter().filter(|hit| seen.insert((hit.title.to_lowercase(), &hit.entity)));
    let one = |hit: &Hit| {
        json!({
            "title": hit.title, "type": of_type(catalog, &hit.entity), "node": node(catalog, hit),
        })
    };
    let most = usize::try_from(first).unwrap_or_default();
    Ok(distinct.take(most).map(one).collect())
}

fn node(catalog: &Catalog, hit: &Hit) -> Option<String> {
    Some(id::encode(&catalog.entities.get(&hit.entity)?.id_prefix, hit.id))
}

/// The value of the enum of searched types that names an entity type.
fn of_type(catalog: &Catalog, entity: &str) -> Option<String> {
    Some(catalog.entities.get(entity)?.id_prefix.to_uppercase())
}

/// The entity types asked for; none: all.
fn types(catalog: &Catalog, arguments: &Value) -> Option<Vec<String>> {
    let named = arguments["types"].as_array()?;
    let is_named = |entity: &&Entity| {
        let name = entity.id_prefix.to_uppercase();
        named.iter().any(|value| value.as_str() == Some(&name))
    };
    Some(catalog.entities.values().filter(is_named).map(|entity| entity.name.clone()).collect())
}
