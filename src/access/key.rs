//! The text of a key: `lt_` with a readable prefix, a secret, a check sum. Pure; what a key is for is not said in it.

/// Where randomness comes from: fills the bytes.
pub type Random = fn(&mut [u8]) -> anyhow::Result<()>;

/// Begins every key, so that scanners find leaked ones.
const MARK: &str = "lt_";
/// Letters of the prefix.
const PREFIX: usize = 8;
/// Letters of the secret: 190 bits.
const SECRET: usize = 32;
/// Letters of the check sum.
const CHECK: usize = 6;

/// Letters of prefixes: none of them is read as another.
const PLAIN: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
/// Letters of the rest.
const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// A text of the form of a key. Whether it is one, is not known yet.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct KeyText<'a> {
    /// What names the key in logs and journals: `lt_` and eight letters.
    pub prefix: &'a str,
    /// All of it.
    pub whole: &'a str,
}

impl std::fmt::Debug for KeyText<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("KeyText").field(&self.prefix).finish()
    }
}

impl<'a> KeyText<'a> {
    /// The text as a key, when it has the form of one and its check sum fits.
    pub fn read(text: &'a str) -> Option<Self> {
        let (named, check) = text.rsplit_once('_')?;
        let (prefix, secret) = named.rsplit_once('_')?;
        let of = |text: &str, letters: &[u8]| text.bytes().all(|letter| letters.contains(&letter));
        let letters = prefix.strip_prefix(MARK)?;
        let formed = letters.len() == PREFIX && secret.len() == SECRET;
        (formed && of(letters, PLAIN) && of(secret, BASE62) && check_sum(named) == check)
            .then_some(Self { prefix, whole: text })
    }

    /// Whether a text means to be a key of this hub.
    pub fn is_meant(text: &str) -> bool {
        text.starts_with(MARK)
    }
}

/// A new key.
pub fn draw(random: Random) -> anyhow::Result<String> {
    let mut text = String::from(MARK);
    letters(&mut text, PLAIN, PREFIX, random)?;
    text.push('_');
    letters(&mut text, BASE62, SECRET, random)?;
    let check = check_sum(&text);
    text.push('_');
    text.push_str(&check);
    Ok(text)
}

/// The system's randomness.
pub fn system_random(bytes: &mut [u8]) -> anyhow::Result<()> {
    use ring::rand::SecureRandom;
    let filled = ring::rand::SystemRandom::new().fill(bytes);
    filled.map_err(|_| anyhow::anyhow!("the system gives no randomness"))
}

fn letters(out: &mut String, alphabet: &[u8], count: usize, random: Random) -> anyhow::Result<()> {
    // Bytes above the last whole round of the alphabet would make its first letters likelier.
    let fair = 256 - 256 % alphabet.len();
    let end = out.len() + count;
    while out.len() < end {
        let mut bytes = [0u8; 64];
        random(&mut bytes)?;
        let drawn = bytes.into_iter().map(usize::from).filter(|byte| *byte < fair);
        out.extend(drawn.take(end - out.len()).map(|byte| char::from(alphabet[byte % alphabet.len()])));
    }
    Ok(())
}

/// CRC-32 of the rest, in base 62.
fn check_sum(text: &str) -> String {
    let mut rest = crc32fast::hash(text.as_bytes()) as usize;
    let mut out = [b'0'; CHECK];
    for letter in out.iter_mut().rev() {
        *letter = BASE62[rest % BASE62.len()];
        rest /= BASE62.len();
    }
    out.into_iter().map(char::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counting(bytes: &mut [u8]) -> anyhow::Result<()> {
        bytes.iter_mut().zip(0..).for_each(|(byte, at)| *byte = at);
        Ok(())
    }

    fn high(bytes: &mut [u8]) -> anyhow::Result<()> {
        bytes.iter_mut().zip(240..=255).for_each(|(byte, at)| *byte = at);
        Ok(())
    }

    #[test]
    fn a_key_has_its_form_and_is_read_again() {
        let key = draw(counting).unwrap();
        assert!(key.starts_with("lt_abcdefgh_0123456789ABCDEFGHIJKLMNOPQRSTUV_"), "{key}");
        assert_eq!(key.len(), 3 + 8 + 1 + 32 + 1 + 6);
        let read = KeyText::read(&key).unwrap();
        assert_eq!((read.prefix, read.whole), ("lt_abcdefgh", key.as_str()));
        assert!(!format!("{read:?}").contains("0123"), "a secret is never printed");
    }

    #[test]
    fn letters_are_equally_likely() {
        // 248 to 255 would begin the alphabet a fifth time.
        let key = draw(high).unwrap();
        assert_eq!(key.split('_').nth(2), Some(format!("stuvwxyz{:0<24}", "").as_str()), "{key}");
        let drawn: std::collections::HashSet<String> =
            (0..100).map(|_| draw(system_random).unwrap()).collect();
        assert_eq!(drawn.len(), 100);
    }

    #[test]
    fn a_slip_anywhere_is_seen_without_a_look_up() {
        let key = draw(counting).unwrap();
        for at in 3..key.len() {
            let mut slip = key.clone().into_bytes();
            slip[at] = if slip[at] == b'b' { b'c' } else { b'b' };
            assert_eq!(KeyText::read(&String::from_utf8(slip).unwrap()), None, "{at}");
        }
        for text in ["", "lt_", "lt___", &key[1..], &key[..50], "lt_abcdefgh_ü_000000", &format!("{key}0")] {
            assert_eq!(KeyText::read(text), None, "{text}");
        }
    }
}
