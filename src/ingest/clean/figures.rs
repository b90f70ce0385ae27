//! Long numbers in texts, as people write phones and personal codes: in digits of any form, with blanks, dots, dashes,
//! brackets, commas or strokes between their parts, with an o for the nought.

use std::iter::once;

use unicode_normalization::UnicodeNormalization as _;

/// Digits of a number that may be a person's at least.
pub const LONG: usize = 9;

/// Whether a text holds a number that may be a phone or a personal code.
pub fn holds_long_number(text: &str) -> bool {
    let letters: Vec<char> = text.chars().collect();
    (0..letters.len()).any(|at| run(&letters, at).1.len() >= LONG)
}

/// The number that begins at a letter: how many letters it takes, and its digits; none where none begins.
pub fn run(letters: &[char], at: usize) -> (usize, String) {
    let mut digits = String::new();
    let mut length = 0;
    for next in at..letters.len() {
        match figure(letters, next) {
            Some(digit) => digits.push(digit),
            None if !digits.is_empty() && joins(letters, next) => {}
            None => break,
        }
        length = next + 1 - at;
    }
    (length, digits)
}

/// The digit that a letter stands for.
fn figure(letters: &[char], at: usize) -> Option<char> {
    let letter = *letters.get(at)?;
    if let 'o' | 'O' = letter {
        let before = at.checked_sub(1).and_then(|before| letters.get(before));
        let apart = before.is_none_or(|c| !c.is_alphabetic());
        let next = letters.get(at + 1).copied().and_then(digit);
        let after_blank = letters.get(at + 1).is_some_and(|c| matches!(c, ' ' | '.' | '-' | 'o' | 'O'))
            && letters.get(at + 2).copied().and_then(digit).is_some();
        return (apart && (next.is_some() || after_blank)).then_some('0');
    }
    digit(letter)
}

/// A digit in any of its forms: full width, raised, mathematical, Arabic.
fn digit(letter: char) -> Option<char> {
    if letter.is_ascii() {
        return letter.is_ascii_digit().then_some(letter);
    }
    let mut plain = once(letter).nfkc();
    let (first, more) = (plain.next()?, plain.next());
    let arabic = |zero: u32| (first as u32).checked_sub(zero).and_then(|value| char::from_digit(value, 10));
    match first.is_ascii_digit() && more.is_none() {
        true => Some(first),
        false => arabic(0x660).or_else(|| arabic(0x6f0)),
    }
}

/// Whether a letter may stand within a number; commas and strokes only between parts of three digits, for lists of
/// months and dates are no numbers.
fn joins(letters: &[char], at: usize) -> bool {
    let all = |range: std::ops::Range<usize>| {
        letters.get(range).is_some_and(|part| part.iter().all(|c| digit(*c).is_some()))
    };
    match letters[at] {
        ' ' | '.' | '-' | '(' | ')' | '+' | '\u{a0}' | '\u{2009}' | '\u{202f}' | '–' => true,
        ',' | '/' | '，' | '／' => at >= 3 && all(at - 3..at) && all(at + 1..at + 4),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phones_are_seen_however_they_are_written() {
        for text in [
            "gọi ０９８７６５４３２１",
            "0987,654,321",
            "098/7654/321",
            "o987654321",
            "O987 654 321",
            "0987 o54 321",
            "(84)987654321",
            "+84 987 654 321",
            "𝟎𝟗𝟖𝟕𝟔𝟓𝟒𝟑𝟐𝟏",
            "0987\u{a0}654\u{a0}321",
            "079190654922",
        ] {
            assert!(holds_long_number(text), "{text}");
        }
    }

    #[test]
    fn dates_months_and_amounts_are_no_phones() {
        for text in [
            "30/2/2018",
            "01/02/2024",
            "1,2,3,4,5,6,7,8,9,10,11,12",
            "12, 34, 56, 78, 90",
            "CO2",
            "kho 12 o 5",
            "10,5 tấn",
            "2024/05/06",
        ] {
            assert!(!holds_long_number(text), "{text}");
        }
    }
}
