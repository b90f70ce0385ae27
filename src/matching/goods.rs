//! Names of goods: fillers, packing and the maker's brand taken off. What is left is compared beside the
//! same maker's goods only.

use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::LazyLock;

use regex::Regex;

use super::fold;
use super::name::Name;
use super::token::{Token, one_edit, tokens};
use super::vocabulary::VOCABULARY;

/// "500g", "1,5 lít", "5kg/thùng", "10 cây": a number and what it counts.
static QUANTITY: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^(?:x|×)?\d+(?:[.,]\d+)?(?:[xX×*]\d+(?:[.,]\d+)?)?(\p{L}*\d?)$").ok());

/// Takes a name of goods apart, brand still in it.
pub fn parse(text: &str) -> Name {
    let unmarked = !fold::has_marks(text);
    let words = without_packing(text);
    let mut rest = words.as_slice();
    let (mut core, mut grade) = (Vec::new(), BTreeSet::new());
    while let Some(word) = rest.first() {
        match VOCABULARY.words.at_start(rest, unmarked, |m| m == "goods_filler" || is_grade(m)) {
            Some((meaning, length)) => {
                grade.extend(Some(meaning).filter(|m| is_grade(m)));
                rest = &rest[length..];
            }
            None => {
                core.push(word.clone());
                rest = &rest[1..];
            }
        }
    }
    if core.is_empty() {
        (core, grade) = (words, BTreeSet::new());
    }
    let bare = unmarked && core.len() > 1;
    Name { core, grade, bare, unmarked, ..Name::default() }
}

fn is_grade(meaning: &str) -> bool {
    meaning.starts_with("grade_")
}

/// What a maker's goods may carry of its name: the core with its numbers, and without.
pub fn brands(maker: &[Rc<Name>]) -> Vec<Vec<Token>> {
    let with_numbers = |n: &Name| {
        let numbers = n.numerals.iter().map(|n| Token::new(n));
        n.core.iter().cloned().chain(numbers).collect::<Vec<_>>()
    };
    maker.iter().flat_map(|n| [with_numbers(n), n.core.clone()]).collect()
}

/// Names of a maker's goods by which it is known: without its own name, marks and packing, and of two words at
/// least, since half the makers of a commune may have "gạo".
pub fn of_maker<'a>(maker: &[Rc<Name>], said: impl Iterator<Item = &'a str>) -> Vec<String> {
    let brands = brands(maker);
    let names = said.map(|text| without_brand(&parse(text), &brands)).filter(|name| name.core.len() > 1);
    let flat: BTreeSet<String> = names.map(|name| name.flat()).collect();
    flat.into_iter().collect()
}

/// The name without the maker's own name, where something is left; its numbers go to the numerals.
pub fn without_brand(name: &Name, brands: &[Vec<Token>]) -> Name {
    let mut name = name.clone();
    for brand in brands {
        let found = (0..name.core.len()).rev().find(|&at| {
            let window = name.core.get(at..at + brand.len());
            brand.len() < name.core.len() && window.is_some_and(|w| is_brand(w, brand))
        });
        if let Some(at) = found {
            name.core.drain(at..at + brand.len());
            break;
        }
    }
    let numbers: Vec<String> = name.core.iter().filter(|t| t.number).map(|t| t.flat.clone()).collect();
    if numbers.len() < name.core.len() {
        name.core.retain(|t| !t.number);
        name.numerals = numbers;
    }
    name
}

/// A brand may be typed without marks or with one slip: beside its own maker it is known all the same.
fn is_brand(window: &[Token], brand: &[Token]) -> bool {
    let join = |t: &[Token]| t.iter().map(|t| t.flat.as_str()).collect::<String>();
    let (a, b) = (join(window), join(brand));
    !brand.is_empty() && (a == b || (b.len() >= 7 && one_edit(&a, &b, false)))
}

/// Words without quantities and what they are packed in.
fn without_packing(text: &str) -> Vec<Token> {
    let spaced: String = text.chars().map(|c| if "()[]/-+;".contains(c) { ' ' } else { c }).collect();
    let raw: Vec<&str> = spaced.split([' ', '\u{a0}']).filter(|w| !w.is_empty()).collect();
    let bracketed = |container: &str| {
        text.split('(')
            .skip(1)
            .any(|p| p.trim_end_matches([' ', ')']).trim_start().eq_ignore_ascii_case(container))
    };
    let mut kept = vec![true; raw.len()];
    for at in 0..raw.len() {
        let Some(unit) = quantity(raw[at]) else { continue };
        let next = raw.get(at + 1).filter(|w| unit.is_empty() && (is(w, "unit") || is(w, "container")));
        let counted = !unit.is_empty() && (is(&unit, "unit") || is(&unit, "container"));
        if !counted && next.is_none() {
            continue;
        }
        kept[at] = false;
        let mut end = at;
        if next.is_some() {
            end += 1;
            kept[end] = false;
        }
        if raw.get(end + 1).is_some_and(|w| is(w, "container")) {
            kept[end + 1] = false;
        }
        if at > 0 && is(raw[at - 1], "container") {
            kept[at - 1] = false;
        }
    }
    for at in 1..raw.len() {
        if is(raw[at], "container") && bracketed(raw[at]) {
            kept[at] = false;
        }
    }
    // "Chiếu lác đôi": what it is sold by, without a number, in the place of the brand.
    if let Some(last) = raw.len().checked_sub(1).filter(|last| *last > 1 && is(raw[*last], "container")) {
        kept[last] = false;
    }
    raw.iter().zip(kept).filter(|(_, keep)| *keep).flat_map(|(w, _)| tokens(w)).collect()
}

/// The unit written behind a number, empty when none is; none when the word is no number.
fn quantity(word: &str) -> Option<String> {
    let found = QUANTITY.as_ref()?.captures(word.trim_end_matches(['.', ',']))?;
    Some(found.get(1).map(|m| m.as_str().to_owned()).unwrap_or_default())
}

fn is(word: &str, role: &str) -> bool {
    VOCABULARY.words.word(&Token::new(word.trim_matches(['.', ','])), role)
}
