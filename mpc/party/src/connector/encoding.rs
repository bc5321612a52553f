//! Is this text UTF-8, and if not, what is it? One pass over the bytes before any parser sees them, so that a
//! person is told the line and the remedy instead of finding question marks in the result.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use super::error::{ConnectorError, EncodingGuess};

const CHUNK_BYTES: usize = 1 << 20;

pub(super) fn not_readable(path: &Path) -> impl Fn(std::io::Error) -> ConnectorError + '_ {
    // The kind alone: the operating system's words differ from host to host.
    move |e| ConnectorError::NotReadable { path: path.to_owned(), reason: e.kind().to_string() }
}

/// Reads the whole file and checks that it is UTF-8 without zero bytes.
pub fn check_utf8(path: &Path) -> Result<(), ConnectorError> {
    let mut file = File::open(path).map_err(not_readable(path))?;
    let mut buffer = vec![0; CHUNK_BYTES + 4];
    // Bytes of a character that continues in the next chunk (at most 3).
    let mut carried = 0;
    let mut offset = 0u64;
    loop {
        let read = file.read(&mut buffer[carried..CHUNK_BYTES]).map_err(not_readable(path))?;
        let held = carried + read;
        let bytes = &buffer[..held];
        let valid = match std::str::from_utf8(bytes) {
            Ok(_) => held,
            Err(e) if e.error_len().is_none() && read > 0 => e.valid_up_to(),
            Err(e) => return Err(bad(path, bytes, e.valid_up_to(), offset)?),
        };
        // This search is quick, that for the place is not.
        if bytes[..valid].contains(&0) {
            let zero = bytes[..valid].iter().position(|b| *b == 0).unwrap_or(0);
            return Err(bad(path, bytes, zero, offset)?);
        }
        offset += valid as u64;
        if read == 0 {
            return Ok(());
        }
        carried = held - valid;
        buffer.copy_within(valid..held, 0);
    }
}

fn bad(path: &Path, bytes: &[u8], at: usize, offset: u64) -> Result<ConnectorError, ConnectorError> {
    let offset = offset + at as u64;
    let guess = guess(bytes, at, offset);
    Ok(ConnectorError::Encoding { line: line_of(path, offset)?, byte: offset, guess })
}

/// The line of a byte, from 1. The file is read again for it: lines of good files are not worth counting.
fn line_of(path: &Path, offset: u64) -> Result<u64, ConnectorError> {
    let mut before = File::open(path).map_err(not_readable(path))?.take(offset);
    let mut buffer = vec![0; CHUNK_BYTES];
    let mut line = 1;
    loop {
        let read = before.read(&mut buffer).map_err(not_readable(path))?;
        if read == 0 {
            return Ok(line);
        }
        line += buffer[..read].iter().filter(|b| **b == b'\n').count() as u64;
    }
}

fn guess(bytes: &[u8], at: usize, offset: u64) -> EncodingGuess {
    if offset < 2 && (bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff])) {
        return EncodingGuess::Utf16;
    }
    let tail = &bytes[at..bytes.len().min(at + 4096)];
    let zeros = tail.iter().filter(|b| **b == 0).count();
    if zeros * 4 > tail.len() && tail.iter().any(|b| b.is_ascii_alphanumeric()) {
        return EncodingGuess::Utf16;
    }
    if zeros > 0 {
        return EncodingGuess::Binary;
    }
    if is_gb18030(tail) { EncodingGuess::Gb18030 } else { EncodingGuess::Unknown }
}

/// Whether the bytes are well-formed GB 18030 (GB 18030-2022 §4: one byte; two bytes 81–FE, 40–FE without 7F;
/// four bytes 81–FE, 30–39, 81–FE, 30–39), the last character possibly cut.
fn is_gb18030(bytes: &[u8]) -> bool {
    let mut rest = bytes;
    while let Some((&first, after)) = rest.split_first() {
        rest = match first {
            0..=0x7f => after,
            0x81..=0xfe => match after {
                [] => return true,
                [0x40..=0x7e | 0x80..=0xfe, tail @ ..] => tail,
                [0x30..=0x39, 0x81..=0xfe, 0x30..=0x39, tail @ ..] => tail,
                [0x30..=0x39] | [0x30..=0x39, 0x81..=0xfe] => return true,
                _ => return false,
            },
            _ => return false,
        };
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8]) -> Result<(), ConnectorError> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), bytes).unwrap();
        check_utf8(file.path())
    }

    #[test]
    fn utf8_is_accepted_even_when_a_character_lies_across_two_chunks() {
        assert_eq!(check("姓名,电话\n李伟,13800138000\n".as_bytes()), Ok(()));
        let mut long = vec![b'a'; CHUNK_BYTES - 1];
        long.extend_from_slice("李".as_bytes());
        long.extend(vec![b'b'; CHUNK_BYTES]);
        assert_eq!(check(&long), Ok(()));
        assert_eq!(check(b""), Ok(()));
    }

    #[test]
    fn gbk_is_recognised_and_its_line_named() {
        // 姓名 and 李伟 in GBK.
        let text = [b"id,name\n1,ok\n2,".as_slice(), &[0xc0, 0xee, 0xce, 0xb0], b"\n"].concat();
        let expected = ConnectorError::Encoding { line: 3, byte: 15, guess: EncodingGuess::Gb18030 };
        assert_eq!(check(&text), Err(expected));
    }

    #[test]
    fn utf16_and_binary_files_are_recognised() {
        let utf16: Vec<u8> = "\u{feff}id,name\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert!(matches!(check(&utf16), Err(ConnectorError::Encoding { guess: EncodingGuess::Utf16, .. })));
        let zip = [b"PK\x03\x04".as_slice(), &[0, 0, 1, 200, 0xff, 3, 0, 9, 8, 7, 6, 5, 4, 3, 2, 1]].concat();
        assert!(matches!(check(&zip), Err(ConnectorError::Encoding { guess: EncodingGuess::Binary, .. })));
    }

    #[test]
    fn a_file_that_ends_within_a_character_is_refused() {
        assert!(matches!(check(&[b'a', 0xe6, 0x9d]), Err(ConnectorError::Encoding { line: 1, byte: 1, .. })));
    }
}
