//! Pages of JSON: the items of one, where the next is, the newest value seen; pure.

use std::cmp::Ordering;

use serde_json::Value;

use super::source::Source;

/// The items of a page, at `path`, or in the longest list nearest to the root.
pub(super) fn items<'v>(page: &'v Value, path: Option<&str>) -> Option<&'v Vec<Value>> {
    match path {
        Some(path) => at(page, path)?.as_array(),
        None => longest(page),
    }
}

/// The value at a dotted path.
pub(super) fn at<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    path.split('.').filter(|part| !part.is_empty()).try_fold(value, |at, part| at.get(part))
}

/// The address in `Link: <…>; rel="next"`.
pub(super) fn next_link(header: &str) -> Option<&str> {
    header.split(',').find_map(|one| {
        let (address, rest) = one.trim().strip_prefix('<')?.split_once('>')?;
        let next = rest.split(';').any(|part| matches!(part.trim(), "rel=\"next\"" | "rel=next"));
        next.then_some(address)
    })
}

/// The newest of `before` and the items' values at `path`.
pub(super) fn newest(before: Option<String>, items: &[Value], path: &str) -> Option<String> {
    let seen = items.iter().filter_map(|item| at(item, path)?.as_str().map(str::to_owned));
    before.into_iter().chain(seen).max_by(|one, other| compare(one, other))
}

/// Moments and days by time, whatever their offsets and forms; other texts as they are.
fn compare(one: &str, other: &str) -> Ordering {
    match (Source::moment(one), Source::moment(other)) {
        (Some(one), Some(other)) => one.cmp(&other),
        _ => one.cmp(other),
    }
}

fn longest(value: &Value) -> Option<&Vec<Value>> {
    if let Some(list) = value.as_array() {
        return Some(list);
    }
    let map = value.as_object()?;
    let lists = map.values().filter_map(Value::as_array);
    lists.max_by_key(|list| list.len()).or_else(|| map.values().find_map(longest))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn items_and_the_next_page_are_found() {
        let page =
            json!({ "meta": { "next": "/p2", "tags": [] }, "data": { "list": [{ "a": 1 }, { "a": 2 }] } });
        assert_eq!(items(&page, Some("data.list")).map(Vec::len), Some(2));
        assert_eq!(items(&page, Some("data.none")), None);
        assert_eq!(at(&page, "meta.next"), Some(&json!("/p2")));
        assert_eq!(items(&json!({ "x": { "y": [1, 2, 3] } }), None).map(Vec::len), Some(3));
        let header = "<https://a.example/?page=1>; rel=\"prev\", <https://a.example/?page=3>; rel=\"next\"";
        assert_eq!(next_link(header), Some("https://a.example/?page=3"));
        assert_eq!(next_link("<x>; rel=\"last\""), None);
    }

    #[test]
    fn the_newest_is_newest_by_time() {
        let items = [
            json!({ "at": "2025-09-30T10:00:00+07:00" }),
            json!({ "at": "2025-09-30T04:00:00Z" }),
            json!({}),
        ];
        assert_eq!(newest(None, &items, "at").as_deref(), Some("2025-09-30T04:00:00Z"));
        let days = [json!({ "at": "28/01/2025 08:00" }), json!({ "at": "01/02/2025 07:00" })];
        assert_eq!(newest(None, &days, "at").as_deref(), Some("01/02/2025 07:00"));
        let before = Some("2026-01-01T00:00:00Z".to_owned());
        assert_eq!(newest(before.clone(), &items, "at"), before);
    }
}
