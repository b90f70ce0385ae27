//! What is true → what three offices write of it, each in its own way, with the truth beside it.

use unicode_normalization::UnicodeNormalization;

use super::chance::Chance;
use super::world::Organisation;

/// A row that an office wrote.
#[derive(Debug, Clone, Default)]
pub struct Row {
    pub truth: usize,
    pub name: String,
    pub code: String,
    pub phone: String,
    pub head: String,
    pub commune: String,
    pub district: String,
    pub note: String,
}

/// How an office writes.
#[derive(Debug, Clone, Copy)]
pub struct Hand {
    /// Spelling of forms: which of the list of each.
    pub forms: usize,
    /// Whether lines of business are written in full.
    pub long: bool,
    /// Whether communes are those of today.
    pub now: bool,
    /// Of a hundred names: capitals, without marks, decomposed, with a slip, with the district behind.
    pub capitals: u64,
    pub unmarked: u64,
    pub decomposed: u64,
    pub slips: u64,
    pub glued: u64,
    /// Of a hundred: without code, phone, head.
    pub no_code: u64,
    pub no_phone: u64,
    /// Whether it still knows the former name, of a hundred.
    pub late: u64,
}

fn form(form: &str, which: usize) -> &'static str {
    let spellings: [&'static str; 4] = match form {
        "HTX" => ["Hợp tác xã", "HTX", "H.T.X", "HTX."],
        "THT" => ["Tổ hợp tác", "THT", "Tổ HT", "THT"],
        "CTY" => ["Công ty TNHH", "Cty TNHH", "CTY TNHH", "Công ty TNHH MTV"],
        "HKD" => ["Hộ kinh doanh", "HKD", "Hộ KD", "HKD"],
        _ => ["Cơ sở", "CS", "Cơ sở sản xuất", "Cơ sở"],
    };
    spellings[which % 4]
}

/// A row on an organisation.
pub fn row(one: &Organisation, hand: &Hand, chance: &mut Chance) -> Row {
    let late = one.former.as_ref().filter(|_| chance.percent(hand.late));
    let (kind, core) = late.map_or((one.form, &one.core), |(form, core)| (*form, core));
    let business = if hand.long { one.business.0 } else { one.business.1 };
    let business = if chance.percent(15) { "" } else { business };
    let which = if chance.percent(80) { hand.forms } else { chance.below(4) };
    let mut name = format!("{} {business} {core}", form(kind, which)).replace("  ", " ");
    if chance.percent(hand.slips) {
        name = slip(&name, chance);
    }
    if chance.percent(hand.glued) {
        name = format!("{name} - {}", one.commune.district);
    }
    let mut row = Row { truth: one.id, name: marks(&name, hand, chance), ..Row::default() };
    if let (Some((form_then, core)), None) = (&one.former, late) {
        row.note = format!("Trước đây là {} {core}", form(form_then, hand.forms));
    }
    if one.twin {
        row.code = one.code.clone().unwrap_or_default();
        row.phone = one.phone.clone().unwrap_or_default();
        place(one, hand, &mut row, chance);
        return row;
    }
    row.code = one
        .code
        .clone()
        .filter(|_| !chance.percent(hand.no_code))
        .map(|c| typed_code(&c, chance))
        .unwrap_or_default();
    row.phone = one
        .phone
        .clone()
        .filter(|_| !chance.percent(hand.no_phone))
        .map(|p| typed_phone(&p, chance))
        .unwrap_or_default();
    row.head = one.head.clone().filter(|_| !chance.percent(hand.no_phone)).unwrap_or_default();
    place(one, hand, &mut row, chance);
    row
}

fn place(one: &Organisation, hand: &Hand, row: &mut Row, chance: &mut Chance) {
    let then = !hand.now || chance.percent(20);
    row.commune = if then { one.commune.name.clone() } else { one.commune.now.clone() };
    row.district = if then { one.commune.district.clone() } else { String::new() };
    if then && hand.now {
        row.commune = format!("{} (cũ)", row.commune);
    }
    match chance.below(40) {
        0 => (row.commune, row.district) = (String::new(), one.commune.district.clone()),
        1 => (row.commune, row.district) = (String::new(), String::new()),
        _ => {}
    }
}

fn marks(name: &str, hand: &Hand, chance: &mut Chance) -> String {
    if chance.percent(hand.unmarked) {
        let plain: String =
            name.nfd().filter(|c| !unicode_normalization::char::is_combining_mark(*c)).collect();
        return plain.replace('đ', "d").replace('Đ', "D");
    }
    if chance.percent(hand.capitals) {
        return name.to_uppercase();
    }
    if chance.percent(hand.decomposed) {
        return name.nfd().collect();
    }
    match chance.below(12) {
        0 => name.replacen(' ', "  ", 1),
        1 => name.replace("oà", "òa").replace("uý", "úy"),
        2 => name.replacen(' ', "\u{a0}", 1),
        _ => name.to_owned(),
    }
}

/// Two letters of the last long word swapped, or one typed twice.
fn slip(name: &str, chance: &mut Chance) -> String {
    let mut words: Vec<String> = name.split(' ').map(str::to_owned).collect();
    if let Some(word) = words.iter_mut().rev().find(|w| w.chars().count() > 3) {
        let mut letters: Vec<char> = word.chars().collect();
        let at = 1 + chance.below(letters.len() - 2);
        if chance.percent(50) {
            letters.swap(at, at + 1)
        } else {
            letters.insert(at, letters[at])
        }
        *word = letters.into_iter().collect();
    }
    words.join(" ")
}

fn typed_code(code: &str, chance: &mut Chance) -> String {
    match chance.below(12) {
        0 => format!("MST: {code}"),
        1 => format!("{} {} {}", &code[..4], &code[4..7], &code[7..]),
        2 if !code.starts_with("00") => format!("{code}-001"),
        // A digit mistyped: the check digit shows it.
        3 => format!("{}{}", &code[..9], (code.as_bytes()[9] - b'0' + 1) % 10),
        _ => code.to_owned(),
    }
}

fn typed_phone(phone: &str, chance: &mut Chance) -> String {
    match chance.below(6) {
        0 => format!("{}.{}.{}", &phone[..4], &phone[4..7], &phone[7..]),
        1 => format!("+84 {}", &phone[1..]),
        2 => phone[1..].to_owned(),
        _ => phone.to_owned(),
    }
}
