//! The encoding of a text file, there and back.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::ingest::read::encoding::wide;

/// How a text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    Utf8,
    Utf16Le,
    Utf16Be,
    /// One byte a letter, of a code page of before Unicode: each byte stands for itself.
    Bytes,
}

/// The text, a byte order mark kept in it.
pub(super) fn decode(bytes: &[u8]) -> (String, Encoding) {
    let utf16 = |body: &[u8], number: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = body.as_chunks::<2>().0.iter().map(|pair| number(*pair)).collect();
        String::from_utf16_lossy(&units)
    };
    match wide(bytes) {
        Some(one) if one == encoding_rs::UTF_16LE => {
            return (utf16(bytes, u16::from_le_bytes), Encoding::Utf16Le);
        }
        Some(_) => return (utf16(bytes, u16::from_be_bytes), Encoding::Utf16Be),
        None => {}
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => (text.to_owned(), Encoding::Utf8),
        Err(_) => (bytes.iter().map(|byte| char::from(*byte)).collect(), Encoding::Bytes),
    }
}

impl Encoding {
    /// Media type of delimited text; a code page of before Unicode has no name of its own.
    pub fn csv(self) -> &'static str {
        match self {
            Encoding::Utf8 => "text/csv; charset=utf-8",
            Encoding::Utf16Le => "text/csv; charset=utf-16le",
            Encoding::Utf16Be => "text/csv; charset=utf-16be",
            Encoding::Bytes => "text/csv",
        }
    }

    /// The text as bytes again.
    pub fn encode(self, text: &str) -> Vec<u8> {
        match self {
            Encoding::Utf8 => text.as_bytes().to_vec(),
            Encoding::Utf16Le => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            Encoding::Utf16Be => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
            Encoding::Bytes => text.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect(),
        }
    }

    /// Our own words as this encoding can hold them: without diacritics where it is of before Unicode.
    pub fn words(self, text: &str) -> String {
        match self {
            Encoding::Bytes => text
                .nfd()
                .filter(|c| !is_combining_mark(*c))
                .map(|c| match c {
                    'đ' => 'd',
                    'Đ' => 'D',
                    c if c.is_ascii() => c,
                    _ => '?',
                })
                .collect(),
            _ => text.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back_is_the_same() {
        let utf16 = Encoding::Utf16Le.encode("\u{feff}Tên,Đơn vị\r\n");
        // Without a mark, whatever letters it begins with.
        for text in ["Sở Nông nghiệp,,\r\nĐơn vị,Số\r\n", "Ủy ban nhân dân,,\r\nTT,Số\r\n"] {
            for encoding in [Encoding::Utf16Le, Encoding::Utf16Be] {
                assert_eq!(decode(&encoding.encode(text)), (text.to_owned(), encoding));
            }
        }
        for bytes in [
            "Tên,Đơn vị".as_bytes().to_vec(),
            "\u{feff}Tên".as_bytes().to_vec(),
            utf16,
            vec![b'T', 0xaa, b'n', b',', 0xae, b'\r', b'\n'],
        ] {
            let (text, encoding) = decode(&bytes);
            assert_eq!(encoding.encode(&text), bytes, "{encoding:?}");
        }
        assert_eq!(Encoding::Bytes.words("Đang ghi “Lỗi”"), "Dang ghi ?Loi?");
    }
}
