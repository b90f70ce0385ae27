//! What is true: organisations with invented names in true communes, and those that are easily taken for
//! each other.

use std::collections::HashMap;

use unicode_normalization::UnicodeNormalization;

use super::chance::Chance;

/// A commune of before July 2025 with its district and what it became.
#[derive(Debug, Clone)]
pub struct Commune {
    pub name: String,
    pub district: String,
    pub now: String,
}

/// An organisation.
#[derive(Debug, Clone)]
pub struct Organisation {
    /// Its number: the truth.
    pub id: usize,
    pub form: &'static str,
    /// Words of its line of business, long and short.
    pub business: (&'static str, &'static str),
    pub core: String,
    pub commune: Commune,
    pub code: Option<String>,
    pub phone: Option<String>,
    pub head: Option<String>,
    /// Its form and core before it was renamed.
    pub former: Option<(&'static str, String)>,
    /// Whether another has its name in its commune: offices that know both write what tells them apart.
    pub twin: bool,
    /// Whether it is the second of two such.
    pub second: bool,
}

pub const FORMS: [&str; 6] = ["HTX", "HTX", "THT", "CTY", "HKD", "CS"];
const WORDS: [&[&str]; 2] = [
    &[
        "Phước", "Lâm", "Quỳnh", "Hòa", "Thuận", "Bảo", "Ngân", "Khánh", "Việt", "Trà", "Minh", "Đức", "Hải",
        "Sơn", "Tuyền", "Cẩm", "Hà", "Lộc", "Vĩnh", "Thịnh", "Xuân", "Đông", "Tây", "Giang", "Thúy",
        "Nguyên", "Hưng", "Cường", "Bình", "Diệu", "Kiều", "Oanh", "Trúc", "Mai", "Thảo", "Liên", "Ánh",
        "Nhật", "Đồng", "Tiến",
    ],
    &[
        "Ba", "Tường", "Lan", "Chi", "Phú", "Quới", "Mỹ", "Hạnh", "Tấn", "Đạt", "Hiệp", "Lợi", "Kim", "Ngọc",
        "Thanh", "Long", "Châu", "Thạnh", "An", "Cư", "Trung", "Nghĩa", "Nhơn", "Khang", "Gia", "Huy", "Tâm",
        "Sáu", "Vạn", "Hồng", "Yến", "Duy", "Quế", "Sen", "Dừa", "Rạch", "Gòn", "Tràm", "Bửu", "Triều",
    ],
];
const BUSINESS: [(&str, &str); 8] = [
    ("Nông nghiệp", "NN"),
    ("Dịch vụ nông nghiệp", "DVNN"),
    ("Sản xuất và thương mại", "SX TM"),
    ("Chăn nuôi", "chăn nuôi"),
    ("Nông sản hữu cơ", "NN hữu cơ"),
    ("Thủy sản", "TS"),
    ("Nông nghiệp tổng hợp", "NN TH"),
    ("", ""),
];
const FAMILY: [&str; 8] = ["Trương", "Đoàn", "Lương", "Tạ", "Kiều", "Châu", "Mạc", "Văn"];

/// Communes of a province (old code), out of the reference files.
pub fn communes(province: &str) -> Vec<Commune> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("schema/reference/admin");
    let rows = |name: &str| {
        let mut reader = csv::Reader::from_path(root.join(name)).unwrap();
        reader.records().map(Result::unwrap).collect::<Vec<_>>()
    };
    let names = |file: &str| -> HashMap<String, String> {
        rows(file).iter().map(|r| (r[0].to_owned(), r[1].to_owned())).collect()
    };
    let districts = names("districts_until_2025-06-30.csv");
    let now = names("communes_from_2025-07-01.csv");
    let map = rows("commune_map_2025-07-01.csv");
    let primary: HashMap<&str, &str> = map.iter().filter(|r| &r[3] == "1").map(|r| (&r[0], &r[1])).collect();
    let all = rows("communes_until_2025-06-30.csv");
    let of = all.iter().filter(|r| &r[4] == province);
    of.filter_map(|r| {
        let now = now.get(*primary.get(&r[0])?)?.clone();
        Some(Commune { name: r[1].to_owned(), district: districts.get(&r[3])?.clone(), now })
    })
    .collect()
}

/// A tax code that begins as no office's does, with its check digit.
fn code(number: usize) -> Option<String> {
    let digits = format!("99{:07}", number * 3571 % 10_000_000);
    let weights = [31, 29, 23, 19, 17, 13, 7, 5, 3];
    let sum: u32 = digits.bytes().zip(weights).map(|(b, w)| u32::from(b - b'0') * w).sum();
    (!sum.is_multiple_of(11)).then(|| format!("{digits}{}", 10 - sum % 11))
}

/// How one world differs from another.
pub struct Style {
    pub seed: u64,
    pub province: &'static str,
    /// Which words names are made of.
    pub words: usize,
    pub organisations: usize,
}

/// The organisations of a world, about one in six with a double.
pub fn organisations(style: &Style) -> Vec<Organisation> {
    let mut chance = Chance::new(style.seed);
    let communes = communes(style.province);
    let mut out: Vec<Organisation> = Vec::new();
    while out.len() < style.organisations {
        let one = fresh(out.len(), style, &communes, &mut chance);
        out.push(one.clone());
        if chance.percent(18) {
            let double = double(out.len(), &one, style, &communes, &mut chance);
            if double.twin {
                let first = out.len() - 1;
                out[first].twin = true;
                out[first].code =
                    code(first + style.organisations * 11).or(code(first + style.organisations * 11 + 1));
                out[first].phone = Some(format!("0900{:06}", 1000 + first));
                out[first].former = None;
            }
            out.push(double);
        }
    }
    share_contacts(&mut out);
    out
}

fn fresh(id: usize, style: &Style, communes: &[Commune], chance: &mut Chance) -> Organisation {
    let words = WORDS[style.words];
    let mut core = format!("{} {}", chance.pick(words), chance.pick(words));
    if chance.percent(25) {
        core = format!("{core} {}", chance.pick(words));
    }
    if chance.percent(8) {
        core = format!("{core} {}", chance.below(3) + 1);
    }
    let form = FORMS[chance.below(FORMS.len())];
    let has = |percent, chance: &mut Chance| chance.percent(percent);
    let mut one = Organisation {
        id,
        form,
        business: if form == "HKD" || form == "CS" {
            ("", "")
        } else {
            BUSINESS[chance.below(BUSINESS.len())]
        },
        core,
        commune: communes[chance.below(communes.len())].clone(),
        code: code(id + style.organisations * 7).filter(|_| has(75, chance)),
        phone: Some(format!("0900{:06}", 1000 + id)).filter(|_| has(80, chance)),
        head: Some(head(words, chance)).filter(|_| has(80, chance)),
        former: None,
        twin: false,
        second: false,
    };
    if chance.percent(4) {
        one.former = Some((one.form, format!("{} {}", chance.pick(words), chance.pick(words))));
    } else if one.form == "HTX" && chance.percent(8) {
        one.former = Some(("THT", one.core.clone()));
    }
    one
}

fn head(words: &[&str], chance: &mut Chance) -> String {
    format!("{} {} {}", chance.pick(&FAMILY), chance.pick(words), chance.pick(words))
}

/// Another organisation that is easily taken for the first.
fn double(
    id: usize,
    one: &Organisation,
    style: &Style,
    communes: &[Commune],
    chance: &mut Chance,
) -> Organisation {
    let mut two = fresh(id, style, communes, chance);
    two.former = None;
    (two.core, two.form, two.business) = (one.core.clone(), one.form, one.business);
    let here = one.commune.clone();
    match chance.below(6) {
        // The same name in another commune, and not one that became the same.
        0 => {
            while two.commune.now == one.commune.now {
                two.commune = communes[chance.below(communes.len())].clone();
            }
        }
        // Another tone.
        1 => {
            if let Some(core) = other_tone(&one.core) {
                (two.core, two.commune) = (core, here);
            }
        }
        // A word more.
        2 => {
            (two.core, two.commune) = (format!("{} {}", one.core, WORDS[style.words][chance.below(40)]), here)
        }
        // Another number.
        3 => {
            (two.core, two.commune) = (
                format!("{} {}", one.core.trim_end_matches(char::is_numeric).trim(), chance.below(3) + 4),
                here,
            )
        }
        // Another form.
        4 => {
            two.form = if one.form == "CTY" { "HTX" } else { "CTY" };
            two.commune = here;
        }
        // The same name in the same commune: only codes, phones and people tell.
        _ => {
            two.code = code(id + style.organisations * 7 + 1).or(code(id + style.organisations * 7 + 2));
            two.commune = here;
            (two.twin, two.second) = (true, true);
            two.phone = Some(format!("0900{:06}", 1000 + id));
            two.head = Some(head(WORDS[style.words], chance));
        }
    }
    two
}

/// The last word that has a tone with another one, as Vietnamese allows it; none has one: nothing changes.
fn other_tone(core: &str) -> Option<String> {
    let turn = |c: char| match c {
        '\u{300}' => Some('\u{323}'),
        '\u{301}' => Some('\u{323}'),
        '\u{303}' | '\u{309}' | '\u{323}' => Some('\u{301}'),
        _ => None,
    };
    let mut words: Vec<String> = core.split(' ').map(|w| w.nfd().collect()).collect();
    let word = words.iter_mut().rev().find(|w| w.chars().any(|c| turn(c).is_some()))?;
    // The tone behind the letter's other mark, as in composed letters.
    let turned: Vec<char> = word.chars().map(|c| turn(c).unwrap_or(c)).collect();
    *word = turned.iter().enumerate().fold(String::new(), |mut out, (at, c)| {
        let is_tone = |c: &char| matches!(c, '\u{301}' | '\u{323}');
        let quality =
            turned.get(at + 1).filter(|n| is_tone(c) && matches!(n, '\u{302}' | '\u{306}' | '\u{31b}'));
        let before = at > 0 && is_tone(&turned[at - 1]) && matches!(c, '\u{302}' | '\u{306}' | '\u{31b}');
        match (quality, before) {
            (Some(quality), _) => out.extend([*quality, *c]),
            (None, true) => {}
            (None, false) => out.push(*c),
        }
        out
    });
    Some(words.join(" ").nfc().collect())
}

/// One accountant's phone over many, one code typed over many.
fn share_contacts(all: &mut [Organisation]) {
    let n = all.len();
    let twins: Vec<bool> = all.iter().map(|one| one.twin).collect();
    for at in (0..n).step_by(23).filter(|at| !twins[*at]) {
        all[at].phone = Some("0900009999".into());
    }
    for at in (5..n).step_by(41).filter(|at| !twins[*at]) {
        all[at].code = Some("0000000000".into());
    }
    for at in (7..n).step_by(53).filter(|at| !twins[*at]) {
        all[at].code = Some("9912345679".into());
    }
}
