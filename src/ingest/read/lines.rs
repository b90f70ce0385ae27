//! JSON Lines (NDJSON): a list without its brackets, one item a line. Told from JSON by its content.

use serde::de::IgnoredAny;

use super::refusal;
use crate::error::Fault;

/// The lines as one list; none when the text is no such file, a fault when a line of it is broken.
pub(super) fn as_list(text: &str) -> Option<Result<String, Fault>> {
    let mut lines = text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty());
    let (_, first) = lines.next()?;
    if !first.trim_start().starts_with('{') || broken(first).is_some() {
        return None;
    }
    let mut out = String::with_capacity(text.len() + 2);
    out.push('[');
    out.push_str(first);
    let mut more = false;
    for (at, line) in lines {
        if let Some(cause) = broken(line) {
            return Some(Err(refusal::json(&format!("line {}: {cause}", at + 1))));
        }
        out.push(',');
        out.push_str(line);
        more = true;
    }
    out.push(']');
    more.then_some(Ok(out))
}

fn broken(line: &str) -> Option<String> {
    serde_json::from_str::<IgnoredAny>(line).err().map(|e| e.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_lines_from_one_document() {
        let list = |text| as_list(text).map(|found| found.map_err(|f| f.en));
        assert_eq!(list("{\"a\":1}\r\n\n{\"a\":2}\n"), Some(Ok("[{\"a\":1},{\"a\":2}]".to_owned())));
        for one in ["{\"a\":1}", "{\n\"a\":1\n}", "[1]\n[2]", ""] {
            assert_eq!(list(one), None, "{one}");
        }
        let cut = list("{\"a\":1}\n{\"a\":");
        assert!(matches!(&cut, Some(Err(told)) if told.contains("line 2")), "{cut:?}");
    }
}
