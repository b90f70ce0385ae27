//! A name → its parts: legal form, lines of business, core, numerals, place. Nothing here compares.

use std::collections::BTreeSet;

use super::fold;
use super::goods;
use super::token::{Token, tokens};
use super::vocabulary::{Phrases, VOCABULARY};

/// How the names of an entity type are built.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Style {
    /// Who has a place: cooperatives, companies, villages.
    Placed,
    /// Who is known by name alone: platforms, chains.
    Known,
    /// What someone makes: compared beside the same maker's things.
    Goods,
}

/// A name taken apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Name {
    /// Legal form, as in `forms.csv`; the more exact of two.
    pub form: Option<&'static str>,
    /// Lines of business, as in `industries.csv`.
    pub industry: BTreeSet<&'static str>,
    /// What is left: the name proper.
    pub core: Vec<Token>,
    /// Words of praise in a name of goods, as in `words.csv`: offices leave them out.
    pub grade: BTreeSet<&'static str>,
    /// Numbers in it.
    pub numerals: Vec<String>,
    /// District or the like glued to it, without marks and without its level.
    pub place: Option<String>,
    /// Whether it names a branch of the whole.
    pub branch: bool,
    /// Whether it was typed without any mark although its words have some.
    pub bare: bool,
    /// Whether it was typed without any mark; perhaps it has none.
    pub unmarked: bool,
    /// Whether it stands in brackets beside the name proper.
    pub alias: bool,
    /// Whether the name of its own place was cut off its end, without anything that parts them.
    pub cut: bool,
    /// Whether it is no more than the name of its own place.
    pub of_place: bool,
}

impl Name {
    /// The core with tones, as one key.
    pub fn tone(&self) -> String {
        self.core.iter().map(|t| t.tone.as_str()).collect::<Vec<_>>().join(" ")
    }

    /// The core without marks and spaces, as one key.
    pub fn flat(&self) -> String {
        self.core.iter().map(|t| t.flat.as_str()).collect()
    }
}

/// Takes a name apart; the first is the name proper, others are names in brackets.
pub fn parse(text: &str, style: Style) -> Vec<Name> {
    let text = fold::clean(text);
    if style == Style::Goods {
        return Vec::from_iter(Some(goods::parse(&text)).filter(|n| !n.core.is_empty()));
    }
    let (outside, inside) = brackets(&text);
    let mut place = None;
    let mut names = vec![];
    let mut numbers = String::new();
    for part in &inside {
        match part_kind(part, style) {
            Part::Place(flat) => place = Some(flat),
            Part::Number => numbers = format!("{numbers} {part}"),
            Part::Name => names.push(Name { alias: true, ..organisation(part, style) }),
        }
    }
    let mut main = organisation(&format!("{outside}{numbers}"), style);
    if main.place.is_none() {
        main.place = place;
    }
    names.insert(0, main);
    names.retain(|n| !n.core.is_empty());
    names
}

fn organisation(text: &str, style: Style) -> Name {
    let mut name = Name::default();
    let text = if style == Style::Known { without_domain(text) } else { text.to_owned() };
    let text = match style {
        Style::Placed => {
            let (rest, place) = split_place(&text);
            name.place = place;
            rest
        }
        _ => text,
    };
    let unmarked = !fold::has_marks(&text);
    let mut words: Vec<Token> = tokens(&text).into_iter().flat_map(unglue).collect();
    if style == Style::Placed {
        cut_marked_place(&mut words, unmarked, &mut name);
    }
    let mut rest = words.as_slice();
    let before = rest.len();
    take_form(&mut rest, unmarked, style == Style::Known, &mut name);
    let typed_so = take_industries(rest, unmarked, &mut name);
    if style == Style::Placed {
        cut_commune(unmarked, &mut name);
    }
    let illegal = name.core.iter().any(|w| !w.number && !w.is_legal());
    name.unmarked = unmarked;
    name.bare = unmarked && (illegal || typed_so || spelled_out(&words[..before - rest.len()]));
    name
}

/// A form written in words, which would have marks: "Hop tac xa", not "C.ty".
fn spelled_out(form: &[Token]) -> bool {
    form.iter().any(|w| w.tone.contains(['a', 'e', 'o', 'u']))
}

fn take_form(rest: &mut &[Token], unmarked: bool, shops: bool, name: &mut Name) {
    while let Some((_, length)) = VOCABULARY.words.at_start(rest, unmarked, |m| m == "branch") {
        name.branch = true;
        *rest = &rest[length..];
    }
    loop {
        let found = VOCABULARY.forms.at_start(rest, unmarked, |form| shops || !VOCABULARY.is_shop(form));
        let Some((form, length)) = found.filter(|(_, length)| *length < rest.len()) else { break };
        let more_exact =
            |old: &str| old == "company" || (old == "company_limited" && form.starts_with("company_limited"));
        if name.form.is_none_or(more_exact) {
            name.form = Some(form);
        }
        *rest = &rest[length..];
    }
    if name.form == Some("household") && rest.len() > 3 && VOCABULARY.words.word(&rest[0], "honorific") {
        *rest = &rest[1..];
    }
}

/// Sorts what follows the form; tells whether a line of business was typed without its marks.
fn take_industries(rest: &[Token], unmarked: bool, name: &mut Name) -> bool {
    let (mut at, mut typed_so, mut after_industry) = (0, false, false);
    let mut all = Vec::new();
    while let Some(word) = rest.get(at) {
        let found = VOCABULARY.industries.at_start(&rest[at..], unmarked, |_| true);
        let leads = at == 0 || after_industry;
        if let Some((industry, length)) = found.filter(|(_, n)| *n > 1 || leads || !is_name_word(&rest[at])) {
            let abbreviated = || VOCABULARY.industry_of(name.form, word).filter(|_| length == 1);
            let industry = abbreviated().unwrap_or(industry);
            if !VOCABULARY.is_dropped(industry) {
                name.industry.insert(industry);
            }
            typed_so |= length > 1 && unmarked;
            all.extend_from_slice(&rest[at..at + length]);
            at += length;
            after_industry = true;
            continue;
        }
        let next_is_industry =
            || VOCABULARY.industries.at_start(&rest[at + 1..], unmarked, |_| true).is_some();
        let joins = word.flat == "va" && (after_industry || next_is_industry());
        let number_sign = word.flat == "so" && rest.get(at + 1).is_some_and(|w| w.number);
        if word.number {
            name.numerals.push(word.flat.clone());
        }
        if !word.number && !joins && !number_sign {
            name.core.push(word.clone());
        }
        all.push(word.clone());
        after_industry = joins;
        at += 1;
    }
    if name.core.is_empty() {
        name.core = all;
        name.industry.clear();
    }
    typed_so
}

/// Single words of the list of businesses that are also common in names stay in the name.
fn is_name_word(word: &Token) -> bool {
    word.is_legal() && !word.marked
}

/// "DVNN" → "DV", "NN".
fn unglue(word: Token) -> Vec<Token> {
    let consonants =
        |t: &str| t.len() > 2 && t.chars().all(|c| c.is_ascii_lowercase() && !"aeiouy".contains(c));
    let known = |p: &Phrases, t: &Token| p.at_start(std::slice::from_ref(t), true, |_| true).is_some();
    if !consonants(&word.tone) || known(&VOCABULARY.forms, &word) || known(&VOCABULARY.industries, &word) {
        return vec![word];
    }
    let mut parts = Vec::new();
    let mut rest = word.tone.as_str();
    while !rest.is_empty() {
        let found = (1..=rest.len().min(3)).rev().map(|n| rest.split_at(n)).find_map(|(head, tail)| {
            let token = Token::new(head);
            known(&VOCABULARY.industries, &token).then_some((token, tail))
        });
        let Some((token, tail)) = found else { return vec![word] };
        parts.push(token);
        rest = tail;
    }
    parts
}

enum Part {
    Place(String),
    Number,
    Name,
}

fn part_kind(part: &str, style: Style) -> Part {
    let words = tokens(part);
    if words.iter().any(|w| w.number) && words.len() <= 3 {
        return Part::Number;
    }
    let has_form = VOCABULARY.forms.at_start(&words, false, |_| true).is_some_and(|(_, n)| n < words.len());
    if style == Style::Placed && !has_form && words.len() <= 5 {
        Part::Place(place_key(&words))
    } else {
        Part::Name
    }
}

/// Splits "…, Đại Lộc" and "… - Huyện Ba Chẽ" when a name stands before it and no business in it.
fn split_place(text: &str) -> (String, Option<String>) {
    let cut = [", ", " - ", " -", "- ", ";", ","]
        .iter()
        .filter_map(|s| text.rfind(s).map(|at| (at, s.len())))
        .max();
    let Some((at, length)) = cut else { return (text.to_owned(), None) };
    let (head, tail) = (&text[..at], &text[at + length..]);
    let (before, after) = (tokens(head), tokens(tail));
    let names_place = VOCABULARY.words.at_start(&after, false, |m| m == "place").is_some();
    let fits = !after.is_empty() && after.len() <= 5 && has_core(&before);
    if fits && (names_place || !(0..after.len()).any(|i| starts_business(&after[i..]))) {
        let (rest, earlier) = split_place(head);
        return (rest, earlier.or(Some(place_key(&after))));
    }
    (text.to_owned(), None)
}

/// Whether a name is left when form and business are taken away; without either it takes two words.
fn has_core(words: &[Token]) -> bool {
    let mut rest = words;
    take_form(&mut rest, false, false, &mut Name::default());
    let stripped = rest.len() < words.len() || starts_business(rest);
    !rest.is_empty() && !only_business(rest) && (stripped || rest.len() > 1)
}

fn starts_business(words: &[Token]) -> bool {
    VOCABULARY.industries.at_start(words, false, |_| true).is_some()
}

fn only_business(rest: &[Token]) -> bool {
    let mut at = 0;
    while at < rest.len() {
        match VOCABULARY.industries.at_start(&rest[at..], false, |_| true) {
            Some((_, length)) => at += length,
            None if rest[at].flat == "va" => at += 1,
            None => return false,
        }
    }
    true
}

/// Cuts "… Huyện Lai Vung" off the end when a name is left before it.
fn cut_marked_place(words: &mut Vec<Token>, unmarked: bool, name: &mut Name) {
    let found = (2..words.len()).rev().find_map(|at| {
        let (_, length) = VOCABULARY.words.at_start(&words[at..], unmarked, |m| m == "place")?;
        (at + length < words.len() && words.len() - at - length <= 4).then_some(at)
    });
    let Some(at) = found else { return };
    let mut rest = &words[..at];
    take_form(&mut rest, unmarked, false, &mut Name::default());
    if rest.is_empty() || only_business(rest) || VOCABULARY.forms.at_start(rest, unmarked, |_| true).is_some()
    {
        return;
    }
    let place = place_key(&words[at..]);
    name.place.get_or_insert(place);
    words.truncate(at);
}

/// Takes "xã" off the front of a core, and "… xã Tân Hưng" off the end of one.
fn cut_commune(unmarked: bool, name: &mut Name) {
    let level = |words: &[Token]| {
        let found = VOCABULARY.words.at_start(words, unmarked, |m| m == "named_level");
        found.map(|(_, length)| length).filter(|length| *length < words.len())
    };
    if let Some(length) = level(&name.core) {
        name.core.drain(..length);
    }
    let found = (1..name.core.len()).find_map(|at| Some((at, at + level(&name.core[at..])?)));
    if let Some((at, behind)) = found.filter(|(_, behind)| name.core.len() - behind <= 4) {
        name.place.get_or_insert(place_key(&name.core[behind..]));
        name.core.truncate(at);
    }
}

/// A place without marks, without the word for its level.
fn place_key(words: &[Token]) -> String {
    let mut rest = words;
    let level = |m: &str| matches!(m, "place" | "commune" | "short_place");
    while let Some((_, length)) =
        VOCABULARY.words.at_start(rest, true, level).filter(|(_, n)| *n < rest.len())
    {
        rest = &rest[length..];
    }
    rest.iter().map(|w| w.flat.as_str()).filter(|w| *w != "cu").collect::<Vec<_>>().join(" ")
}

/// Text outside brackets, and what stands in each pair; a bracket never closed closes at the end.
fn brackets(text: &str) -> (String, Vec<String>) {
    let (mut outside, mut inside) = (String::new(), Vec::new());
    let mut rest = text;
    while let Some((head, tail)) = rest.split_once('(') {
        outside.push_str(head);
        let (part, after) = tail.split_once(')').unwrap_or((tail, ""));
        inside.push(part.trim().to_owned());
        rest = after;
    }
    outside.push_str(rest);
    inside.retain(|p| !p.is_empty());
    (outside, inside)
}

/// "https://www.postmart.vn/x" → "postmart".
fn without_domain(text: &str) -> String {
    let ends = [".com.vn", ".net.vn", ".org.vn", ".gov.vn", ".vn", ".com", ".net", ".org", ".asia", ".shop"];
    let words = text.split(' ').map(|word| {
        let lower = word.to_lowercase();
        let host = lower.trim_start_matches("https://").trim_start_matches("http://");
        let host = host.trim_start_matches("www.").split('/').next().unwrap_or_default();
        let bare = ends.iter().find_map(|end| host.strip_suffix(end));
        bare.map(str::to_owned).filter(|b| !b.is_empty()).unwrap_or_else(|| word.to_owned())
    });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_names_apart_as_the_golden_cases_do() {
        let mut wrong = Vec::new();
        let cases = include_bytes!("../../tests/cases/matching/names.csv");
        for case in csv::Reader::from_reader(&cases[..]).records() {
            let case = case.expect("a row");
            let style = match &case[1] {
                "placed" => Style::Placed,
                "known" => Style::Known,
                _ => Style::Goods,
            };
            let name = parse(&case[0], style).into_iter().next().unwrap_or_default();
            let seen = [
                name.form.unwrap_or_default().to_owned(),
                Vec::from_iter(name.industry.iter().copied()).join(" "),
                name.tone(),
                name.numerals.join(" "),
                name.place.clone().unwrap_or_default(),
            ];
            let wanted = [&case[2], &case[3], &fold::tone_key(&case[4]), &case[5], &case[6]];
            if seen.iter().zip(wanted).any(|(a, b)| a != b) {
                wrong.push(format!("{}: {seen:?}", &case[0]));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn keeps_what_stands_in_brackets() {
        let names = parse("buudien.vn (Postmart)", Style::Known);
        assert_eq!(names.iter().map(Name::flat).collect::<Vec<_>>(), ["budien", "postmart"]);
        assert!(names[1].alias);
    }

    #[test]
    fn bare_is_what_lost_its_marks() {
        let bare = |t| parse(t, Style::Placed)[0].bare;
        assert!(bare("Hop tac xa Lan Van") && bare("Cty co phan Dai Cuong") && bare("HTX Huu Phuoc"));
        assert!(!bare("HTX Thanh Lan") && !bare("HTX Lan Vân"));
    }
}
