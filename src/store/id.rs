//! Ids: UUIDv7 shown as TypeIDs (`product_01j9…`). They are made from what they identify, never drawn by
//! chance, so that a rebuild gives the same ones.

use chrono::NaiveDate;
use sha2::{Digest, Sha256};
use uuid::Uuid;

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// The id of `identity`, first seen on `day`: a UUIDv7 whose time is that day and whose random bits are
/// a hash of `identity`.
pub fn stable(day: NaiveDate, identity: &str) -> Uuid {
    let digest = Sha256::digest(identity.as_bytes());
    let millis = day.and_time(chrono::NaiveTime::MIN).and_utc().timestamp_millis().max(0) as u64;
    let mut random = [0u8; 10];
    random.copy_from_slice(&digest[..10]);
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

/// Bytes as hexadecimal digits.
pub fn hexadecimal(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |bits: u8| char::from(DIGITS[usize::from(bits & 15)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(*byte)]).collect()
}

/// `prefix_` and 26 characters of Crockford's base 32 (TypeID, version 0.3).
pub fn encode(prefix: &str, id: Uuid) -> String {
    let mut out = String::with_capacity(prefix.len() + 27);
    out.push_str(prefix);
    out.push('_');
    encode_suffix(id, |c| out.push(c as char));
    out
}

/// Writes the 26 characters of the suffix.
pub fn encode_suffix(id: Uuid, mut push: impl FnMut(u8)) {
    let bits = id.as_u128();
    for i in (0..26).rev() {
        push(ALPHABET[((bits >> (i * 5)) & 31) as usize]);
    }
}

/// Prefix and uuid of a TypeID; none when it is not one.
pub fn decode(text: &str) -> Option<(&str, Uuid)> {
    let (prefix, suffix) = text.rsplit_once('_')?;
    if prefix.is_empty() || suffix.len() != 26 || suffix.as_bytes()[0] > b'7' {
        return None;
    }
    let mut bits: u128 = 0;
    for c in suffix.bytes() {
        let digit = ALPHABET.iter().position(|a| *a == c)? as u128;
        bits = (bits << 5) | digit;
    }
    Some((prefix, Uuid::from_u128(bits)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodes_as_the_typeid_specification_does() {
        let id: Uuid = "01890a5d-ac96-774b-bcce-b302099a8057".parse().expect("a uuid");
        assert_eq!(encode("prefix", id), "prefix_01h455vb4pex5vsknk084sn02q");
        assert_eq!(decode("prefix_01h455vb4pex5vsknk084sn02q"), Some(("prefix", id)));
    }

    #[test]
    fn refuses_what_is_no_typeid() {
        for text in [
            "",
            "product",
            "product_",
            "_01h455vb4pex5vsknk084sn02q",
            "p_81h455vb4pex5vsknk084sn02q",
            "p_01h455vb4pex5vsknk084sn02u",
        ] {
            assert_eq!(decode(text), None, "{text}");
        }
    }

    #[test]
    fn is_a_version_7_uuid_that_sorts_by_day() {
        let early = stable(NaiveDate::from_ymd_opt(2024, 1, 1).expect("a day"), "b");
        let late = stable(NaiveDate::from_ymd_opt(2024, 1, 2).expect("a day"), "a");
        assert_eq!(early.get_version_num(), 7);
        assert!(early < late);
    }
}
