//! Cells that hold a list: parted at semicolons and new lines; where there are none, at commas outside brackets.

use crate::ingest::fold::tidy;

/// The parts that say something, each once; `whole`: commas belong to them.
pub fn parts(text: &str, whole: bool) -> Vec<String> {
    let strong = |c: char| matches!(c, ';' | '\n' | '\r' | '|');
    let listed = text.contains(strong);
    let (mut pieces, mut depth) = (vec![String::new()], 0_usize);
    for c in text.chars() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if strong(c) || (c == ',' && !listed && !whole && depth == 0) {
            pieces.push(String::new());
        } else if let Some(last) = pieces.last_mut() {
            last.push(c);
        }
    }
    let mut out: Vec<String> = Vec::new();
    for piece in pieces {
        let piece = tidy(&piece);
        let piece = piece.trim_start_matches(['-', '–', '+', '•', '*', ' ']).trim();
        if piece.chars().any(char::is_alphanumeric) && !out.iter().any(|o| o == piece) {
            out.push(piece.to_owned());
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_lists() {
        assert_eq!(parts("Bột sắn (Hằng); Nấm sấy (Xanh)", false), ["Bột sắn (Hằng)", "Nấm sấy (Xanh)"]);
        assert_eq!(parts("Trà, cà phê (An); Mật ong (Bình)", false), ["Trà, cà phê (An)", "Mật ong (Bình)"]);
        assert_eq!(parts("VN-A-1, VN-A-2,VN-A-1", false), ["VN-A-1", "VN-A-2"]);
        assert_eq!(parts("- Nem\n- Tré (HTX Một, xã Hai)", false), ["Nem", "Tré (HTX Một, xã Hai)"]);
        assert_eq!(parts("Nem (HTX Một, xã Hai), Tré", false), ["Nem (HTX Một, xã Hai)", "Tré"]);
        assert_eq!(parts("Nem (chưa đóng, ngoặc", false), ["Nem (chưa đóng, ngoặc"]);
        assert_eq!(parts("Nhà văn hóa, huyện Một; Chợ", true), ["Nhà văn hóa, huyện Một", "Chợ"]);
        assert!(parts(" - ", false).is_empty());
    }
}
