//! JSON exports: a field in each item that has errors. All else stays to the byte.

use std::collections::BTreeMap;

use serde_json::Value;
use serde_json::value::RawValue;

use super::splice::{Splices, spliced};
use super::{FIELD, Marks};
use crate::ingest::read::items::lists;

/// The text with the fields; as it is when its items are not found.
pub(super) fn mark(text: &str, marks: &Marks) -> String {
    let body = text.trim_start_matches('\u{feff}');
    let shift = text.len() - body.len();
    let items = match serde_json::from_str::<&RawValue>(body) {
        Ok(root) => items(root).unwrap_or_default(),
        // One value a line.
        Err(_) => {
            serde_json::Deserializer::from_str(body).into_iter::<&RawValue>().map_while(Result::ok).collect()
        }
    };
    let mut splices = Splices::new();
    for (no, item) in (1..).zip(&items) {
        let Some(mark) = marks.rows.get(&no) else { continue };
        let raw = item.get();
        let Some(inner) = raw.strip_suffix('}') else { continue };
        let messages = mark.messages.iter().map(|(vi, en)| serde_json::json!({ "vi": vi, "en": en }));
        let messages = Value::from_iter(messages);
        let comma = if inner.trim_end().ends_with('{') { "" } else { "," };
        let end = shift + place(body, raw) + inner.trim_end().len();
        splices.push((end..end, format!("{comma}\"{FIELD}\":{messages}")));
    }
    spliced(text, &splices)
}

/// Where a part of the text stands in it.
fn place(text: &str, part: &str) -> usize {
    (part.as_ptr() as usize).saturating_sub(text.as_ptr() as usize)
}

/// The items as the reader takes them: of one list or of several alike.
fn items(root: &RawValue) -> Option<Vec<&RawValue>> {
    if let Ok(list) = serde_json::from_str::<Vec<&RawValue>>(root.get()) {
        return Some(list);
    }
    let map: BTreeMap<String, &RawValue> = serde_json::from_str(root.get()).ok()?;
    let names = lists(&serde_json::from_str(root.get()).ok()?);
    if names.is_empty() {
        return map.values().filter(|value| value.get().starts_with('{')).find_map(|value| items(value));
    }
    let all =
        names.iter().filter_map(|name| serde_json::from_str::<Vec<&RawValue>>(map.get(name)?.get()).ok());
    Some(all.flatten().collect())
}

#[cfg(test)]
mod tests {
    use super::super::Mark;
    use super::*;

    #[test]
    fn the_field_is_added_to_the_items_that_have_errors() {
        let mark = Mark { messages: vec![("cần tên".into(), "expected a name".into())], aside: true };
        let marks = Marks { rows: BTreeMap::from([(2, mark)]), ..Marks::default() };
        let added = "\"_errors\":[{\"en\":\"expected a name\",\"vi\":\"cần tên\"}]";
        for (before, after) in [
            ("[{\"b\": 1},\n {\"b\": 2 }]", format!("[{{\"b\": 1}},\n {{\"b\": 2,{added} }}]")),
            (
                "{\"meta\":{\"n\":2}, \"data\": {\"items\":[ {}, {} ]}}",
                format!("{{\"meta\":{{\"n\":2}}, \"data\": {{\"items\":[ {{}}, {{{added}}} ]}}}}"),
            ),
            (
                "{\"Huyện B\":[{\"a\":2},{\"a\":3}],\"Huyện A\":[{\"a\":1}],\"c\":[{\"d\":1}]}",
                format!(
                    "{{\"Huyện B\":[{{\"a\":2,{added}}},{{\"a\":3}}],\"Huyện A\":[{{\"a\":1}}],\"c\":[{{\"d\":1}}]}}"
                ),
            ),
            ("{\"a\":1}\n{\"a\":2}\n", format!("{{\"a\":1}}\n{{\"a\":2,{added}}}\n")),
            ("nothing", "nothing".to_owned()),
        ] {
            assert_eq!(super::mark(before, &marks), after, "{before}");
        }
    }
}
