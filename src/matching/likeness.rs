//! How near two names are, part by part. Nothing here decides what follows from it.

use super::name::Name;
use super::token::{Token, one_edit};

/// Shortest core, in letters, in which one differing letter is more likely a slip than another name.
const LONG_CORE: usize = 7;

/// Which of two names is the poorer one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// The first.
    Left,
    /// The second.
    Right,
}

/// How near two cores are; nearest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likeness {
    /// Equal with tones.
    Exact,
    /// Equal when the marks that one of them lost are left out.
    Bare(Side),
    /// One slip makes a word of one of them that Vietnamese does not have, or stands there twice.
    Slip(Side),
    /// Equal but for marks that both of them have.
    Tones,
    /// One letter differs in a long core.
    Edit,
    /// One holds all words of the other, two or more.
    Akin,
    /// None of these.
    Unlike,
}

/// Compares the cores of two names.
pub fn likeness(a: &Name, b: &Name) -> Likeness {
    if a.core.iter().map(|t| &t.tone).eq(b.core.iter().map(|t| &t.tone)) {
        return Likeness::Exact;
    }
    let (flat_a, flat_b) = (a.flat(), b.flat());
    let slip = slip(&a.core, &b.core);
    if flat_a == flat_b {
        return match (a.bare || lost_all(a, b), b.bare || lost_all(b, a)) {
            (true, false) => Likeness::Bare(Side::Left),
            (false, true) => Likeness::Bare(Side::Right),
            _ if slip.is_some() => slip.map_or(Likeness::Tones, Likeness::Slip),
            _ if joined(&a.core) == joined(&b.core) => Likeness::Exact,
            _ => Likeness::Tones,
        };
    }
    if let Some(side) = slip {
        return Likeness::Slip(side);
    }
    let long = flat_a.len().min(flat_b.len()) >= LONG_CORE;
    if long && a.core.len() == b.core.len() && one_edit(&flat_a, &flat_b, true) {
        return Likeness::Edit;
    }
    let (few, many) = if a.core.len() < b.core.len() { (&a.core, &b.core) } else { (&b.core, &a.core) };
    if few.len() > 1 && few.iter().all(|f| many.iter().any(|m| m.tone == f.tone)) {
        return Likeness::Akin;
    }
    Likeness::Unlike
}

/// Whether a text without any mark, which may have none by right, is set against two words or more that have:
/// hardly by chance.
fn lost_all(poor: &Name, rich: &Name) -> bool {
    poor.unmarked && rich.core.iter().filter(|t| t.marked).count() > 1
}

fn joined(core: &[Token]) -> String {
    core.iter().map(|t| t.tone.as_str()).collect()
}

/// The side whose typist slipped, when one slip explains all the difference.
fn slip(a: &[Token], b: &[Token]) -> Option<Side> {
    if a.len() != b.len() {
        let once = |t: &[Token]| {
            let mut t = t.to_vec();
            t.dedup();
            t
        };
        return match (a.len() > b.len() && once(a) == b, b.len() > a.len() && once(b) == a) {
            (true, _) => Some(Side::Left),
            (_, true) => Some(Side::Right),
            _ => None,
        };
    }
    let mut odd = a.iter().zip(b).filter(|(x, y)| x.tone != y.tone);
    let (x, y) = odd.next()?;
    if odd.next().is_some() {
        return None;
    }
    if x.is_bare_of(y) || y.is_bare_of(x) {
        return Some(if x.marked { Side::Right } else { Side::Left });
    }
    if !x.is_slip_of(y) && !y.is_slip_of(x) {
        return None;
    }
    match (x.is_legal(), y.is_legal()) {
        (false, true) => Some(Side::Left),
        (true, false) => Some(Side::Right),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::name::{Style, parse};

    fn of(a: &str, b: &str) -> Likeness {
        likeness(&parse(a, Style::Placed)[0], &parse(b, Style::Placed)[0])
    }

    #[test]
    fn tells_slips_from_other_names() {
        use Likeness::*;
        for (a, b, wanted) in [
            ("HTX Tân Thành", "Hợp tác xã NN Tân Thành", Exact),
            ("HTX Tân Thành", "HTX Tân Thạnh", Tones),
            ("Hop tac xa Tan Thanh", "HTX Tân Thạnh", Bare(Side::Left)),
            ("HTX Tan Thanh", "HTX Tân Thạnh", Bare(Side::Left)),
            ("HTX Thanh Lan", "HTX Thành Lan", Tones),
            ("HTX Nông nghiệp Tan Thanh", "HTX Tân Thạnh", Tones),
            ("Công ty TNHH Kỳ Trúc", "Công ty TNHH Kỳ Túrc", Slip(Side::Right)),
            ("HTX Thắng Hue", "HTX Thắng Huệ", Slip(Side::Left)),
            ("HTX Thắng Hai", "HTX Thắng Hải", Tones),
            ("HTX Kiên Khang Khang", "HTX Kiên Khang", Slip(Side::Left)),
            ("HTX Hải Long Trâm", "HTX Hải Lông Trâm", Tones),
            ("HTX Phước Quỳnh", "HTX Phúc Quỳnh", Edit),
            ("HTX An Phú", "HTX An Phú Thuận", Akin),
            ("HTX Hải", "HTX Hùng", Unlike),
        ] {
            assert_eq!(of(a, b), wanted, "{a} / {b}");
        }
    }
}
