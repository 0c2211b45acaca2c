//! Splits PEM text into its sections and ignores the text around them.
//!
//! The TLS libraries silently skip a section if a byte order mark or a space precedes it.

use secrecy::zeroize::Zeroizing;

const BEGIN: &[u8] = b"-----BEGIN ";
const DASHES: &[u8] = b"-----";

/// One section, from its `BEGIN` line to its `END` line. It may contain a private key.
pub(crate) struct Section {
    label: String,
    text: Zeroizing<Vec<u8>>,
}

impl Section {
    pub(crate) fn text(&self) -> &[u8] {
        &self.text
    }

    pub(crate) fn is_certificate(&self) -> bool {
        self.label == "CERTIFICATE"
    }

    pub(crate) fn is_private_key(&self) -> bool {
        self.label.ends_with("PRIVATE KEY")
    }

    #[cfg(not(feature = "rustls-no-provider"))]
    pub(crate) fn is_pkcs8(&self) -> bool {
        self.label == "PRIVATE KEY"
    }

    pub(crate) fn is_encrypted(&self) -> bool {
        const HEADER: &[u8] = b"Proc-Type: 4,ENCRYPTED";
        self.label == "ENCRYPTED PRIVATE KEY" || self.text.windows(HEADER.len()).any(|text| text == HEADER)
    }
}

/// The sections as one text.
pub(crate) fn joined<'a>(sections: impl Iterator<Item = &'a Section>) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(sections.flat_map(|section| section.text.iter().copied()).collect())
}

/// The sections of a PEM text. Text outside them, byte order marks, indentation and any kind of line end are ignored,
/// and UTF-16 is decoded.
///
/// # Errors
///
/// A description of the problem, to follow the name of the setting.
pub(crate) fn sections(bytes: &[u8]) -> Result<Vec<Section>, &'static str> {
    if bytes.trim_ascii().is_empty() {
        return Err("it is empty");
    }
    // The tag and length of an ASN.1 sequence of at least 128 bytes.
    if matches!(bytes, [0x30, 0x81..=0x84, ..]) {
        return Err(
            "it is binary (DER or PKCS #12), not PEM; convert it, for example with `openssl x509 -inform der`",
        );
    }
    let decoded = from_utf16(bytes);
    let bytes = decoded.as_ref().map_or(bytes, |text| text.as_slice());

    let mut sections = Vec::new();
    let mut open: Option<Section> = None;
    for line in bytes.split(|byte| matches!(byte, b'\n' | b'\r')) {
        let mut line = trimmed(line);
        if let Some(section) = &mut open {
            let end = format!("-----END {}-----", section.label);
            let Some(rest) = line.strip_prefix(end.as_bytes()) else {
                push_line(&mut section.text, line);
                continue;
            };
            push_line(&mut section.text, end.as_bytes());
            sections.extend(open.take());
            // Files that were joined may have no line end in between.
            line = trimmed(rest);
        }
        let label = line.strip_prefix(BEGIN).and_then(|rest| rest.strip_suffix(DASHES));
        if let Some(label) = label {
            let mut section =
                Section { label: String::from_utf8_lossy(label).into_owned(), text: Zeroizing::default() };
            push_line(&mut section.text, line);
            open = Some(section);
        }
    }
    match open {
        Some(_) => Err("it is cut off: its last section has no `-----END …-----`"),
        None => Ok(sections),
    }
}

/// The line without the spaces around it and without a byte order mark.
fn trimmed(line: &[u8]) -> &[u8] {
    line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line).trim_ascii()
}

fn push_line(text: &mut Vec<u8>, line: &[u8]) {
    text.extend_from_slice(line);
    text.push(b'\n');
}

/// Decodes UTF-16, which Windows PowerShell writes to files.
fn from_utf16(bytes: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let unit = match bytes {
        [0xFF, 0xFE, ..] => u16::from_le_bytes,
        [0xFE, 0xFF, ..] => u16::from_be_bytes,
        _ => return None,
    };
    let (pairs, _) = bytes.as_chunks::<2>();
    let characters = char::decode_utf16(pairs.iter().skip(1).map(|&pair| unit(pair)));
    let text: String = characters.map(|character| character.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
    Some(Zeroizing::new(text.into_bytes()))
}
