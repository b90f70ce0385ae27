//! The draft as a register file: an extension of the register it resembles, comments where it is unsure.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::{FileColumn, FileSheet, Guess, Meaning, Suggestion};

/// The text of the file.
pub fn toml(draft: &Suggestion<'_>, file: &str) -> String {
    let model = &draft.register.model;
    let mut out = String::new();
    let _ = writeln!(out, "# Drafted from {}. Lines with a question mark want a look.", one_line(file));
    let _ = writeln!(out, "# Check it: lienthong register check THIS.toml {}", one_line(file));
    let _ = writeln!(out, "\n# {} / {}\nextends = {}", model.title.vi, model.title.en, quoted(&model.code));
    let foreign: Vec<&String> = draft.sheets.iter().flat_map(|s| &s.foreign).collect();
    if !foreign.is_empty() {
        let words: Vec<String> = foreign.iter().map(|w| quoted(w)).collect();
        let _ = writeln!(
            out,
            "# ? Headings with {} mark another kind of list.\n# If this is {} all the same:\nreplace = [\"foreign\"]",
            words.join(", "),
            model.title.en
        );
    }
    columns(&mut out, draft);
    for (table, why) in &draft.shapes {
        let _ = write!(out, "\n# ? {why}.\n{table}");
    }
    vocabularies(&mut out, draft);
    rest(&mut out, draft);
    out
}

/// Headings that are new, by column.
fn columns(out: &mut String, draft: &Suggestion<'_>) {
    let mut by_column: BTreeMap<&str, Vec<(&FileColumn, &Guess)>> = BTreeMap::new();
    for column in draft.sheets.iter().flat_map(|s| &s.columns) {
        let Meaning::Column(name) = &column.meaning else { continue };
        let Some(guess) = column.guesses.iter().find(|g| g.column == *name) else { continue };
        let known = by_column.entry(name).or_default();
        if !guess.is_known()
            && !known.iter().any(|(c, _)| c.heading == column.heading)
            && !column.heading.is_empty()
        {
            known.push((column, guess));
        }
    }
    for (name, list) in by_column.iter().filter(|(_, list)| !list.is_empty()) {
        let _ = writeln!(out, "\n[column.{name}]\nheaders = [");
        for (column, guess) in list {
            let percent = (guess.confidence * 100.0).round();
            let mark = if guess.is_sure() { String::new() } else { "? ".to_owned() };
            let _ = writeln!(out, "  {}, # {mark}{percent} %: {}", quoted(&column.heading), why(guess));
        }
        let _ = writeln!(out, "]");
    }
}

/// Why a guess is one, in words.
pub(super) fn why(guess: &Guess) -> String {
    let mut parts = Vec::new();
    match &guess.nearest {
        Some(near) if guess.by_heading >= 0.45 => {
            parts.push(format!("heading like \"{near}\" ({} %)", (guess.by_heading * 100.0).round()));
        }
        _ => parts.push("by its values alone".to_owned()),
    }
    match guess.by_looks {
        Some(fit) => parts.push(format!("values fit ({} %)", (fit * 100.0).round())),
        None => parts.push("too few values to judge by".to_owned()),
    }
    one_line(&parts.join(", "))
}

fn vocabularies(out: &mut String, draft: &Suggestion<'_>) {
    for (name, words) in &draft.words {
        let known: Vec<&str> = draft
            .register
            .model
            .vocabulary
            .get(name)
            .into_iter()
            .flatten()
            .map(|(v, _)| v.as_str())
            .collect();
        let mut near: BTreeMap<&str, Vec<(&str, usize)>> = BTreeMap::new();
        let mut unknown: Vec<(&str, usize)> = Vec::new();
        for (word, (times, value)) in words {
            match value {
                Some(value) => near.entry(value).or_default().push((word, *times)),
                None => unknown.push((word, *times)),
            }
        }
        if near.is_empty() {
            let _ = writeln!(out, "\n# [vocabulary.{name}]");
        } else {
            let _ = writeln!(out, "\n[vocabulary.{name}]");
        }
        for (value, words) in near {
            let list: Vec<String> = words.iter().map(|(w, _)| quoted(w)).collect();
            let _ = writeln!(out, "{} = [{}] # ? nearest", key(value), list.join(", "));
        }
        unknown.sort_by_key(|(word, times)| (std::cmp::Reverse(*times), *word));
        for (word, times) in unknown.iter().take(30) {
            let _ = writeln!(out, "# ? {} × {times}: one of {}?", quoted(word), known.join(", "));
        }
    }
}

fn rest(out: &mut String, draft: &Suggestion<'_>) {
    let lost: Vec<(&FileSheet, &FileColumn)> = (draft.sheets.iter())
        .flat_map(|s| s.columns.iter().map(move |c| (s, c)))
        .filter(|(_, c)| c.meaning == Meaning::Unknown && c.looks.filled > 0 && !c.heading.is_empty())
        .collect();
    if !lost.is_empty() {
        let _ = writeln!(
            out,
            "\n# Not understood. To read one, put its heading under a column: [column.…] headers = [\"…\"]"
        );
    }
    let mut told = Vec::new();
    for (_, column) in lost {
        if told.contains(&column.heading) {
            continue;
        }
        told.push(column.heading.clone());
        let guesses: Vec<String> = column
            .guesses
            .iter()
            .take(3)
            .map(|g| format!("{} {} %", g.column, (g.confidence * 100.0).round()))
            .collect();
        let guesses =
            if guesses.is_empty() { String::new() } else { format!(": perhaps {}", guesses.join(", ")) };
        let _ = writeln!(out, "# ? {}{guesses}", quoted(&column.heading));
    }
    for sheet in draft.sheets.iter().filter(|s| !s.missing.is_empty() && s.rows > 0) {
        let _ = writeln!(out, "# ? Sheet {} lacks: {}", quoted(&sheet.name), sheet.missing.join("; "));
    }
}

/// A text as TOML has it.
pub(super) fn quoted(text: &str) -> String {
    toml::Value::String(one_line(text)).to_string()
}

fn key(text: &str) -> String {
    let bare = !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if bare { text.to_owned() } else { quoted(text) }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
