//! How alike two headings are: by words, rare ones counting more, and by letters.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::ingest::fold::flat;
use crate::ingest::register::mistake::likeness;
use crate::ingest::register::{Register, Registers, unit_of};

/// Words of all headings, with how rare each is, and what short and English words stand for.
pub struct Vocabulary {
    headings: BTreeSet<String>,
    count: HashMap<String, usize>,
    means: HashMap<String, String>,
    /// Pairs compared: registers share most of their headings.
    compared: RefCell<HashMap<String, HashMap<String, f64>>>,
}

impl Vocabulary {
    pub fn new(registers: &Registers) -> Self {
        let mut out = Self {
            headings: BTreeSet::new(),
            count: HashMap::new(),
            means: HashMap::new(),
            compared: RefCell::default(),
        };
        for register in registers.all() {
            for (word, meaning) in &register.model.words.means {
                out.means.insert(flat(word), flat(meaning));
            }
            out.headings
                .extend(register.model.column.values().flat_map(|c| c.headers.iter().map(|h| flat(h))));
        }
        let words: Vec<String> = out.headings.iter().flat_map(|h| tokens(h)).collect();
        for word in words {
            *out.count.entry(word).or_default() += 1;
        }
        out
    }

    /// Whether it is a heading of some register.
    pub fn has(&self, heading: &str) -> bool {
        self.headings.contains(&flat(heading)) || self.headings.contains(&bare(heading))
    }

    /// Likeness of a heading to those of a column, from 0 to 1, and which one is nearest.
    pub fn nearest<'c>(&self, heading: &str, register: &'c Register, column: &str) -> (f64, Option<&'c str>) {
        let known = register.model.column.get(column).map(|c| c.headers.as_slice()).unwrap_or_default();
        let readings = self.readings(heading);
        let rated = known.iter().map(|h| {
            let folded = flat(h);
            let rate = readings.iter().map(|r| self.alike(r, &folded)).fold(0.0, f64::max);
            (rate, h.as_str())
        });
        let best = rated.max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.len().cmp(&a.1.len())));
        best.map_or((0.0, None), |(rate, heading)| (rate, Some(heading)))
    }

    /// As it stands, without its unit, and with short and English words written out.
    fn readings(&self, heading: &str) -> Vec<String> {
        let mut out = vec![flat(heading), bare(heading)];
        let spelt: Vec<String> =
            (tokens(&out[1]).into_iter()).map(|t| self.means.get(&t).cloned().unwrap_or(t)).collect();
        out.push(spelt.join(" "));
        // English puts the noun last: "district name" is "tên huyện".
        out.push(spelt.iter().rev().cloned().collect::<Vec<_>>().join(" "));
        out.dedup();
        out
    }

    fn alike(&self, a: &str, b: &str) -> f64 {
        if let Some(known) = self.compared.borrow().get(a).and_then(|of| of.get(b)) {
            return *known;
        }
        let rate = if a == b { 1.0 } else { self.compare(a, b) };
        self.compared.borrow_mut().entry(a.to_owned()).or_default().insert(b.to_owned(), rate);
        rate
    }

    fn compare(&self, a: &str, b: &str) -> f64 {
        let (short, long) = (a.len().min(b.len()), a.len().max(b.len()));
        let letters = match short * 10 >= long * 6 {
            true => likeness(&a.replace(' ', ""), &b.replace(' ', "")) as f64 / 100.0,
            false => 0.0,
        };
        let words = self.words_alike(a, b);
        // Words that share half their letters by chance are not alike.
        let letters = if letters < 0.72 { 0.0 } else { letters * 0.92 };
        letters.max(words * 0.95)
    }

    fn words_alike(&self, a: &str, b: &str) -> f64 {
        let (a, b) = (tokens(a), tokens(b));
        // A word that no heading has may be anything.
        let weight = |t: &String| match self.count.get(t) {
            Some(times) => 1.0 / (1.0 + (1.0 + *times as f64).ln()),
            None => 0.35,
        };
        let near = |x: &String, y: &String| {
            x == y || (x.len() >= 4 && y.len() >= 4 && x.len().abs_diff(y.len()) <= 2 && likeness(x, y) >= 75)
        };
        let common = |x: &[String], y: &[String]| -> f64 {
            x.iter().filter(|t| y.iter().any(|u| near(t, u))).map(weight).sum()
        };
        let all = |x: &[String]| x.iter().map(weight).sum::<f64>();
        let total = all(&a) + all(&b);
        if total == 0.0 { 0.0 } else { (common(&a, &b) + common(&b, &a)) / total }
    }
}

fn tokens(folded: &str) -> Vec<String> {
    folded.split(' ').filter(|t| !t.is_empty()).map(str::to_owned).collect()
}

/// Without brackets and the unit behind.
fn bare(heading: &str) -> String {
    let mut out = String::new();
    let mut depth = 0;
    for c in heading.chars() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            c if depth <= 0 => out.push(c),
            _ => {}
        }
    }
    let folded = flat(&out);
    match unit_of(&out).map(|u| flat(&u)) {
        Some(unit) => folded.strip_suffix(&unit).map(|f| f.trim().to_owned()).unwrap_or(folded),
        None => folded,
    }
}

/// What remains of headings without the years in them, and the years.
pub fn without_year(heading: &str) -> Option<(String, i32)> {
    // Asked of very many texts.
    if !heading.contains("20") {
        return None;
    }
    let folded = flat(heading);
    let year = |t: &&str| t.len() == 4 && t.parse::<i32>().is_ok_and(|y| (2000..2100).contains(&y));
    let years: BTreeMap<&str, ()> = folded.split(' ').filter(year).map(|y| (y, ())).collect();
    let (first, ()) = years.first_key_value().filter(|_| years.len() == 1)?;
    let rest: Vec<&str> = folded.split(' ').filter(|t| t != first && *t != "nam").collect();
    Some((rest.join(" "), first.parse().ok()?))
}
