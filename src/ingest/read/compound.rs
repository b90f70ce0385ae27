//! Compound files (.xls): the stream of the workbook, every chain of sectors followed only as far as the file
//! has sectors. A chain that bites its own tail would keep the reader of workbooks busy for ever.

use super::refusal;
use crate::error::Fault;

/// Marks of a chain's end and of sectors without one begin here.
const RESERVED: u32 = 0xffff_fffa;

struct Compound<'a> {
    bytes: &'a [u8],
    sector: usize,
    fat: Vec<u32>,
}

struct Entry {
    name: String,
    start: u32,
    length: u64,
}

/// The stream "Workbook" (or "Book", of older ones).
pub(super) fn workbook_stream(bytes: &[u8]) -> Result<Vec<u8>, Fault> {
    find(bytes).ok_or_else(refusal::truncated)?.ok_or_else(|| refusal::unknown("OLE"))
}

/// None when the file is broken; none inside when it holds no workbook.
fn find(bytes: &[u8]) -> Option<Option<Vec<u8>>> {
    let sector = match u16_at(bytes, 30)? {
        9 => 512,
        12 => 4096,
        _ => return None,
    };
    let mut file = Compound { bytes, sector, fat: Vec::new() };
    file.fat = file.table_of_sectors()?;
    let folder = file.chain(u32_at(bytes, 48)?, u64::MAX)?;
    let entries: Vec<Entry> = folder.chunks_exact(128).filter_map(|e| entry(e, sector)).collect();
    let root = entries.first()?;
    let minis = u64::from(u32_at(bytes, 64)?);
    // Read even when nothing asks for it: the reader behind us does.
    let (mini, mini_fat) = match minis {
        0 => (Vec::new(), Vec::new()),
        _ => (
            file.chain(root.start, root.length)?,
            words(&file.chain(u32_at(bytes, 60)?, minis * sector as u64)?).collect(),
        ),
    };
    let named = |name: &str| entries.iter().find(|e| e.name.eq_ignore_ascii_case(name));
    let Some(stream) = named("Workbook").or_else(|| named("Book")) else { return Some(None) };
    let found = if stream.length < 4096 {
        let small = Compound { bytes: &mini, sector: 64, fat: mini_fat };
        small.follow(stream.start, stream.length, 0)?
    } else {
        file.chain(stream.start, stream.length)?
    };
    Some(Some(found))
}

impl Compound<'_> {
    /// Sector → next sector of its chain.
    fn table_of_sectors(&self) -> Option<Vec<u32>> {
        let mut parts: Vec<u32> = words(self.bytes.get(76..512)?).collect();
        let (mut at, mut left) = (u32_at(self.bytes, 68)?, self.bytes.len() / self.sector + 1);
        while at < RESERVED {
            left = left.checked_sub(1)?;
            parts.extend(words(self.piece(at, 1)?));
            at = parts.pop()?;
        }
        let mut out = Vec::new();
        for part in parts.into_iter().filter(|p| *p < RESERVED) {
            out.extend(words(self.piece(part, 1)?));
            if out.len() > self.bytes.len() {
                return None;
            }
        }
        Some(out)
    }

    /// A sector; the last one of a file may be short.
    fn piece(&self, sector: u32, before: usize) -> Option<&[u8]> {
        let start = (sector as usize).checked_add(before)?.checked_mul(self.sector)?;
        self.bytes.get(start..self.bytes.len().min(start.checked_add(self.sector)?))
    }

    fn chain(&self, start: u32, length: u64) -> Option<Vec<u8>> {
        self.follow(start, length, 1)
    }

    fn follow(&self, start: u32, length: u64, before: usize) -> Option<Vec<u8>> {
        let mut out = Vec::new();
        let (mut at, mut left) = (start, self.bytes.len() / self.sector + 1);
        while at < RESERVED && (out.len() as u64) < length {
            left = left.checked_sub(1)?;
            let piece = self.piece(at, before)?;
            let room = usize::try_from(length - out.len() as u64).unwrap_or(usize::MAX);
            out.extend_from_slice(&piece[..piece.len().min(room)]);
            at = *self.fat.get(at as usize)?;
        }
        Some(out)
    }
}

fn entry(bytes: &[u8], sector: usize) -> Option<Entry> {
    let units: Vec<u16> = bytes[..64].chunks_exact(2).map(|c| u16::from_le_bytes([c[0], c[1]])).collect();
    let name = String::from_utf16_lossy(&units).split('\0').next().unwrap_or_default().to_owned();
    let high = if sector == 512 { 0 } else { u64::from(u32_at(bytes, 124)?) << 32 };
    Some(Entry { name, start: u32_at(bytes, 116)?, length: high | u64::from(u32_at(bytes, 120)?) })
}

fn words(bytes: &[u8]) -> impl Iterator<Item = u32> {
    bytes.chunks_exact(4).map(|c| u32::from_le_bytes([c[0], c[1], c[2], c[3]]))
}

pub(super) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at.checked_add(2)?).map(|c| u16::from_le_bytes([c[0], c[1]]))
}

pub(super) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at.checked_add(4)?).map(|c| u32::from_le_bytes([c[0], c[1], c[2], c[3]]))
}
