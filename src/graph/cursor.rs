//! Cursors: the values a row has in its order, and its id, as opaque text. A cursor names the order and the
//! conditions it was made for and is refused by any other.

use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::answer::Coded;

/// A cursor taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cursor {
    /// Values in the order's terms; none for null.
    pub terms: Vec<Option<String>>,
    /// The row's id.
    pub id: Uuid,
}

/// The list that a cursor is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct MadeFor {
    /// Hash of type and order.
    pub order: u32,
    /// Hash of what the rows were chosen by.
    pub filter: u32,
}

const VERSION: u8 = 2;
const NULL: u32 = u32::MAX;

/// The hash of the client's conditions; the order of fields in an object says nothing.
pub(super) fn filter_hash(given: &[Value]) -> u32 {
    let mut hash = Sha256::new();
    given.iter().filter(|value| !value.is_null()).for_each(|value| add(&mut hash, value));
    let digest = hash.finalize();
    u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]])
}

fn add(hash: &mut Sha256, value: &Value) {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_unstable_by_key(|(name, _)| *name);
            hash.update(b"{");
            for (name, value) in fields {
                hash.update(name.as_bytes());
                hash.update(b":");
                add(hash, value);
            }
            hash.update(b"}");
        }
        Value::Array(items) => {
            hash.update(b"[");
            items.iter().for_each(|item| add(hash, item));
            hash.update(b"]");
        }
        plain => {
            hash.update(plain.to_string().as_bytes());
            hash.update(b",");
        }
    }
}

/// The cursor as text: version, order, filter, id, then each term with its length, in hexadecimal of base 32.
pub(super) fn encode(list: MadeFor, terms: &[Option<&str>], id: Uuid) -> String {
    let mut bytes = Vec::with_capacity(24 + terms.len() * 16);
    bytes.push(VERSION);
    bytes.extend_from_slice(&list.order.to_be_bytes());
    bytes.extend_from_slice(&list.filter.to_be_bytes());
    bytes.extend_from_slice(id.as_bytes());
    for term in terms {
        let length = term.map_or(NULL, |t| u32::try_from(t.len()).unwrap_or(NULL));
        bytes.extend_from_slice(&length.to_be_bytes());
        bytes.extend_from_slice(term.unwrap_or_default().as_bytes());
    }
    base64_url(&bytes)
}

/// Takes a cursor apart; refused when it is forged or was made for another order or filter.
pub(super) fn decode(text: &str, list: MadeFor) -> Result<Cursor, Coded> {
    let bytes = from_base64_url(text).ok_or_else(invalid)?;
    let (version, rest) = bytes.split_first().ok_or_else(invalid)?;
    let (order, rest) = rest.split_first_chunk::<4>().ok_or_else(invalid)?;
    let (filter, rest) = rest.split_first_chunk::<4>().ok_or_else(invalid)?;
    if *version != VERSION {
        return Err(invalid());
    }
    if u32::from_be_bytes(*order) != list.order {
        return Err(Coded::fault(
            "CURSOR_OF_ANOTHER_ORDER",
            "this cursor was made for another list or order; begin without a cursor",
            "con trỏ này thuộc danh sách hoặc thứ tự khác; hãy bắt đầu lại không dùng con trỏ",
        ));
    }
    if u32::from_be_bytes(*filter) != list.filter {
        return Err(Coded::fault(
            "CURSOR_OF_ANOTHER_FILTER",
            "this cursor was made under other conditions (where, asOf); begin without a cursor",
            "con trỏ này thuộc điều kiện lọc khác (where, asOf); hãy bắt đầu lại không dùng con trỏ",
        ));
    }
    let (id, mut rest) = rest.split_first_chunk::<16>().ok_or_else(invalid)?;
    let mut terms = Vec::new();
    while let Some((length, behind)) = rest.split_first_chunk::<4>() {
        let length = u32::from_be_bytes(*length);
        if length == NULL {
            terms.push(None);
            rest = behind;
        } else {
            let (term, behind) = behind.split_at_checked(length as usize).ok_or_else(invalid)?;
            terms.push(Some(String::from_utf8(term.to_vec()).map_err(|_| invalid())?));
            rest = behind;
        }
    }
    if !rest.is_empty() || terms.iter().flatten().any(|t| t.contains('\0')) {
        return Err(invalid());
    }
    Ok(Cursor { terms, id: Uuid::from_bytes(*id) })
}

/// Whether a text is a cursor of the list with these hashes, as if it had been sent.
pub fn reads_cursor(text: &str, order: u32, filter: u32) -> bool {
    decode(text, MadeFor { order, filter }).is_ok()
}

/// A text that is no cursor of ours.
pub(super) fn invalid() -> Coded {
    Coded::fault(
        "INVALID_CURSOR",
        "this is no cursor of this hub; use the value of cursor, startCursor or endCursor as it came",
        "con trỏ không hợp lệ; hãy dùng nguyên giá trị cursor, startCursor hoặc endCursor đã nhận",
    )
}

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

fn base64_url(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let word = chunk.iter().fold(0u32, |w, b| (w << 8) | u32::from(*b)) << (8 * (3 - chunk.len()));
        for i in 0..=chunk.len() {
            out.push(DIGITS[(word >> (18 - 6 * i)) as usize & 63] as char);
        }
    }
    out
}

fn from_base64_url(text: &str) -> Option<Vec<u8>> {
    if text.len() > 4096 {
        return None;
    }
    let mut out = Vec::with_capacity(text.len());
    for chunk in text.as_bytes().chunks(4) {
        if chunk.len() == 1 {
            return None;
        }
        let mut word = 0u32;
        for c in chunk {
            word = (word << 6) | DIGITS.iter().position(|d| d == c)? as u32;
        }
        word <<= 6 * (4 - chunk.len());
        out.extend_from_slice(&word.to_be_bytes()[1..chunk.len()]);
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comes_back_as_it_went() {
        let id = Uuid::from_u128(0x0199_1234_5678_7abc_8def_0123_4567_89ab);
        for terms in [vec![], vec![Some("2024-01-02"), None, Some("Mật ong")], vec![Some("")]] {
            let list = MadeFor { order: 7, filter: 8 };
            let text = encode(list, &terms, id);
            let cursor = decode(&text, list).expect("a cursor");
            assert_eq!(cursor.id, id);
            assert_eq!(cursor.terms.iter().map(Option::as_deref).collect::<Vec<_>>(), terms);
            let other = decode(&text, MadeFor { order: 8, ..list }).expect_err("another order");
            assert_eq!(other.code, "CURSOR_OF_ANOTHER_ORDER");
            let other = decode(&text, MadeFor { filter: 7, ..list }).expect_err("another filter");
            assert_eq!(other.code, "CURSOR_OF_ANOTHER_FILTER");
        }
    }

    #[test]
    fn forged_ones_are_refused() {
        for text in ["", "A", "AAAA", "AQAAAAc", "☃", "AQAAAAcBmRI0VnirvI3vASNFZ4mrAAAAEA"] {
            assert_eq!(
                decode(text, MadeFor { order: 7, filter: 0 }).expect_err(text).code,
                "INVALID_CURSOR",
                "{text}"
            );
        }
    }
}
