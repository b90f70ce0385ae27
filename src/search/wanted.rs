//! A condition's text → what a name must hold: for each word one that begins with it, and for what is written short or
//! long either form. Pure.

use super::index::ABBREVIATIONS;
use super::words::words;

/// The question in the language of `tsquery`; none where the text has no words.
pub fn wanted(text: &str) -> Option<String> {
    let words: Vec<String> = words(text).into_iter().map(|word| word.folded).collect();
    let mut rest = words.as_slice();
    let mut all = Vec::new();
    while let [first, ..] = rest {
        let (length, condition) =
            longer(rest).or_else(|| shorter(first)).unwrap_or_else(|| (1, begins(first)));
        all.push(condition);
        rest = &rest[length..];
    }
    (!all.is_empty()).then(|| all.join(" & "))
}

/// What is written out, the longest that stands here, or its short form.
fn longer(words: &[String]) -> Option<(usize, String)> {
    let stands = |(_, long): &&(&str, Vec<&str>)| {
        words.len() >= long.len() && words.iter().zip(long).all(|(a, b)| a == b)
    };
    let (short, long) = ABBREVIATIONS.iter().filter(stands).max_by_key(|(_, long)| long.len())?;
    let written: Vec<String> = long.iter().map(|word| begins(word)).collect();
    Some((long.len(), format!("({} | '{short}')", written.join(" & "))))
}

/// What is written short, or written out.
fn shorter(word: &str) -> Option<(usize, String)> {
    let (short, long) = ABBREVIATIONS.iter().find(|(short, _)| *short == word)?;
    let written: Vec<String> = long.iter().map(|word| format!("'{word}'")).collect();
    Some((1, format!("({} | {})", begins(short), written.join(" & "))))
}

fn begins(word: &str) -> String {
    format!("'{word}':*")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn either_form_finds_the_other() {
        for (text, expected) in [
            ("Sen Việt", Some("'sen':* & 'viet':*")),
            ("HTX Sen", Some("('htx':* | 'hop' & 'tac' & 'xa') & 'sen':*")),
            ("hợp tác xã sen", Some("('hop':* & 'tac':* & 'xa':* | 'htx') & 'sen':*")),
            ("Hợp tác", Some("'hop':* & 'tac':*")),
            ("liên hiệp hợp tác xã", Some("('lien':* & 'hiep':* & 'hop':* & 'tac':* & 'xa':* | 'lhhtx')")),
            (" – ", None),
        ] {
            assert_eq!(wanted(text).as_deref(), expected, "{text}");
        }
    }
}
