//! A condition's text → what a name must hold: for each word one that begins with it, and for what is written short or
//! long either form. Pure.

use super::index::ABBREVIATIONS;
use super::words::words;

/// The question in the language of `tsquery`; none where the text has no words.
pub fn wanted(text: &str) -> Option<String> {
    let words: Vec<String> = words(text).into_iter().map(|word| word.folded).collect();
    let all = conditions(&words, usize::MAX);
    (!all.is_empty()).then(|| all.join(" & "))
}

/// What each word must find; phrases as long as `longest` are taken by their parts.
fn conditions(words: &[String], longest: usize) -> Vec<String> {
    let mut rest = words;
    let mut all = Vec::new();
    while let [first, ..] = rest {
        let (length, condition) =
            longer(rest, longest).or_else(|| shorter(first)).unwrap_or_else(|| (1, begins(first)));
        all.push(condition);
        rest = &rest[length..];
    }
    all
}

/// What is written out, the longest that stands here, or any of its short forms: "công ty cổ phần" is "công ty CP" and
/// "CTCP", too.
fn longer(words: &[String], longest: usize) -> Option<(usize, String)> {
    let stands = |(_, long): &&(&str, Vec<&str>)| {
        words.len() >= long.len() && long.len() < longest && words.iter().zip(long).all(|(a, b)| a == b)
    };
    let length = ABBREVIATIONS.iter().filter(stands).map(|(_, long)| long.len()).max()?;
    let written = conditions(&words[..length], length).join(" & ");
    let short = ABBREVIATIONS.iter().filter(stands).filter(|(_, long)| long.len() == length);
    let short: String = short.map(|(short, _)| format!(" | '{short}'")).collect();
    Some((length, format!("({written}{short})")))
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
            (
                "liên hiệp hợp tác xã",
                Some("('lien':* & 'hiep':* & ('hop':* & 'tac':* & 'xa':* | 'htx') | 'lhhtx')"),
            ),
            (
                "công ty cổ phần",
                Some("(('cong':* & 'ty':* | 'ct' | 'cty') & ('co':* & 'phan':* | 'cp') | 'ctcp')"),
            ),
            (" – ", None),
        ] {
            assert_eq!(wanted(text).as_deref(), expected, "{text}");
        }
    }
}
