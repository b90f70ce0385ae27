//! Stars: 4, "4 sao", "04 sao", ****, ⭐⭐⭐⭐, "Bốn sao", "IV sao", 4*, "4 sao (tiềm năng 5 sao)".

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use super::{Complaint, says_nothing};
use crate::ingest::cell::Cell;
use crate::ingest::fold::flat;

/// A rating as written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Stars {
    /// How many.
    pub count: Option<i64>,
    /// Put forward for five.
    pub potential: bool,
}

/// Reads a cell; none when it says nothing.
pub fn stars(cell: &Cell) -> Result<Option<Stars>, Complaint> {
    let text = match cell {
        Cell::Empty => return Ok(None),
        Cell::Number(n) if n.fract() == 0.0 => {
            return Ok(Some(Stars { count: Some(*n as i64), potential: false }));
        }
        Cell::Text(text) => text,
        _ => return Err(unreadable()),
    };
    let drawn = drawn(text);
    if says_nothing(text) && drawn == 0 {
        return Ok(None);
    }
    if is_between(text) {
        return Err(unreadable());
    }
    let folded = flat(text);
    let (own, potential) = match folded.find("tiem nang") {
        Some(at) => (folded[..at].trim(), true),
        None => (folded.as_str(), false),
    };
    let digits: String =
        own.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
    if is_several(text) {
        return Err(several());
    }
    let count = digits.parse().ok().or_else(|| word(own)).or((drawn > 0).then_some(drawn as i64));
    match count {
        Some(_) => Ok(Some(Stars { count, potential })),
        // "Tiềm năng 5 sao" alone: it holds four until the centre has ranked it.
        None if potential => Ok(Some(Stars { count: Some(4), potential })),
        None => Err(unreadable()),
    }
}

/// Stars drawn; hollow ones beside filled ones are those it has not got.
pub fn drawn(text: &str) -> usize {
    let filled =
        text.chars().filter(|c| matches!(c, '*' | '★' | '⭐' | '🌟' | '✭' | '✪' | '⭑' | '✮')).count();
    match filled {
        0 => text.chars().filter(|c| matches!(c, '☆' | '✩' | '✰' | '⚝')).count(),
        filled => filled,
    }
}

/// "4,5": no rating, though its first digit would be one.
fn is_between(text: &str) -> bool {
    let Some((whole, rest)) = text.split_once(['.', ',']) else { return false };
    let part: String = rest.chars().take_while(char::is_ascii_digit).collect();
    whole.ends_with(|c: char| c.is_ascii_digit()) && part.chars().any(|c| c != '0')
}

/// Counts that stand before the word for stars, in folded text.
static COUNTED: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(\d+|\b(?:mot|hai|ba|bon|nam)) ?sao\b").ok());
/// "3-4 sao", "3 hoặc 4", but not "4/5 sao": that is four of five.
static JOINED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)\b0?([1-9])\s*(?:sao|[*★⭐])?\s*(?:[-–—~;,&+→>]+|hoặc|và|đến|tới|lên)\s*0?([1-9])\s*(?:sao\b|[*★⭐]|$)").ok()
});

/// Whether a text names more than one count of stars: "3-4 sao", "3 sao; 4 sao"; what stands in brackets behind one
/// tells of it, and what it may become one day is not what it is.
fn is_several(text: &str) -> bool {
    let text = text.split_once('(').map_or(text, |(before, _)| before).trim_end();
    let folded = flat(text);
    let own = folded.find("tiem nang").map_or(folded.as_str(), |at| &folded[..at]);
    let counted = COUNTED.iter().flat_map(|r| r.captures_iter(own)).filter_map(|c| {
        let said = c.get(1)?.as_str();
        said.parse().ok().or_else(|| word(&format!("{said} sao")))
    });
    // The nought of "4,0 sao" counts nothing.
    let counted: BTreeSet<i64> = counted.filter(|count| *count > 0).collect();
    let joined = JOINED.iter().flat_map(|r| r.captures_iter(text)).any(|c| c[1] != c[2]);
    counted.len() > 1 || joined
}

/// What a rating of several counts is told.
fn several() -> Complaint {
    Complaint::new(
        "STARS_AMBIGUOUS",
        "one count of stars, such as \"4 sao\"; here stand several",
        "một hạng sao duy nhất, ví dụ \"4 sao\"; ở đây ghi nhiều hạng",
    )
}

/// What a rating that cannot be read is told.
pub fn unreadable() -> Complaint {
    Complaint::new("STARS_UNREADABLE", "3, 4 or 5 stars", "3, 4 hoặc 5 sao")
}

fn word(text: &str) -> Option<i64> {
    let first = text.split(' ').find(|w| !matches!(*w, "hang" | "dat" | "xep" | "loai" | "ocop" | "sao"))?;
    let known = ["mot", "hai", "ba", "bon", "nam"];
    let roman = ["i", "ii", "iii", "iv", "v"];
    let at = [known, roman].iter().find_map(|list| list.iter().position(|w| *w == first))?;
    (text.contains("sao") || text == first).then_some(at as i64 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_stars_as_offices_write_them() {
        for (text, count, potential) in [
            ("4", 4, false),
            ("4 sao", 4, false),
            ("04 sao", 4, false),
            ("****", 4, false),
            ("Bốn sao", 4, false),
            ("4*", 4, false),
            ("Năm sao", 5, false),
            ("4 sao (tiềm năng 5 sao)", 4, true),
            ("Tiềm năng 5 sao", 4, true),
            ("7 sao", 7, false),
            ("⭐⭐⭐", 3, false),
            ("⭐\u{fe0f}⭐\u{fe0f}⭐\u{fe0f}⭐\u{fe0f}", 4, false),
            ("III sao", 3, false),
            ("IV SAO", 4, false),
            ("Hạng V sao", 5, false),
            ("★★★★☆", 4, false),
            ("☆☆☆", 3, false),
            ("🌟🌟🌟🌟", 4, false),
            ("Bốn (4) sao", 4, false),
            ("bốn", 4, false),
            ("OCOP 3 sao", 3, false),
            ("Đạt 4 sao", 4, false),
            ("sao: 4", 4, false),
            ("4sao", 4, false),
            ("4/5 sao", 4, false),
            ("4.0", 4, false),
            ("4,0 sao", 4, false),
        ] {
            let read = stars(&Cell::Text(text.into()));
            assert_eq!(read, Ok(Some(Stars { count: Some(count), potential })), "{text}");
        }
        assert_eq!(stars(&Cell::Text("-".into())), Ok(None));
        for bad in ["không đạt", "4,5", "4.5 sao", "n/a"] {
            assert!(stars(&Cell::Text(bad.into())).is_err(), "{bad}");
        }
        let code = |text: &str| stars(&Cell::Text(text.into())).err().map(|c| c.code);
        for several in [
            "3-4 sao",
            "3 – 4 sao",
            "4 sao - 5 sao",
            "3 sao; 4 sao",
            "3 hoặc 4 sao",
            "3, 4",
            "3*-4*",
            "3-4",
            "ba sao hoặc bốn sao",
            "3 sao lên 4 sao",
        ] {
            assert_eq!(code(several), Some("STARS_AMBIGUOUS"), "{several}");
        }
        for one in [
            "4 sao, tiềm năng 5 sao",
            "4 sao; 4 sao",
            "4 sao (2023)",
            "4 sao (3 sao năm 2021)",
            "hạng 4 sao năm 2023",
        ] {
            assert_eq!(code(one), None, "{one}");
        }
        assert!(stars(&Cell::Number(4.5)).is_err());
        assert!(stars(&Cell::Number(1e300)).is_ok());
    }
}
