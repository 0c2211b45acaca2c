//! Secrets in all encodings, and cut off anywhere.

use std::fmt::Write as _;

use fastrand::Rng;
use serde_json::Value;

use super::{redact, redactor};

const SEEDS: u64 = 100;
/// The characters of secrets: those that no encoding changes, and those that each encoding changes.
const PLAIN: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
const SPECIAL: &[u8] = b"+/=-_.~!@#$%^&*()[]{}<>\"'\\;:,? |";

type Encoding = (&'static str, fn(&str) -> String);

const ENCODINGS: [Encoding; 13] = [
    ("as it is", str::to_owned),
    ("JSON", |text| {
        let json = Value::from(text).to_string();
        json[1..json.len() - 1].to_owned()
    }),
    ("JSON of PHP", |text| {
        let json = Value::from(text).to_string();
        json[1..json.len() - 1].replace('/', "\\/")
    }),
    ("JSON, all escaped", |text| each(text, |c| utf16(c, "\\u"))),
    ("JSON, special characters escaped", |text| {
        each_special(text, |c| utf16(c, "\\u").to_ascii_uppercase().replace("\\U", "\\u"))
    }),
    ("\\x", |text| each_special(text, |c| bytes(c, "\\x"))),
    ("percent", |text| each_special(text, |c| bytes(c, "%"))),
    ("PERCENT", |text| each_special(text, |c| bytes(c, "%").to_ascii_uppercase())),
    ("percent, all escaped", |text| each(text, |c| bytes(c, "%"))),
    ("form", |text| each_special(text, |c| if c == ' ' { "+".to_owned() } else { bytes(c, "%") })),
    ("HTML", |text| {
        let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        text.replace('"', "&quot;").replace('\'', "&#39;").replace('+', "&plus;").replace('/', "&sol;")
    }),
    ("HTML, decimal", |text| each_special(text, |c| format!("&#{};", c as u32))),
    ("HTML, hexadecimal", |text| each_special(text, |c| format!("&#x{:04X};", c as u32))),
];

fn each(text: &str, encode: fn(char) -> String) -> String {
    text.chars().map(encode).collect()
}

fn each_special(text: &str, encode: fn(char) -> String) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric();
    text.chars().map(|c| if plain(c) { c.to_string() } else { encode(c) }).collect()
}

fn bytes(c: char, marker: &str) -> String {
    hex(c.to_string().bytes().map(u32::from), marker, 2)
}

fn utf16(c: char, marker: &str) -> String {
    hex(c.to_string().encode_utf16().map(u32::from), marker, 4)
}

fn hex(numbers: impl Iterator<Item = u32>, marker: &str, digits: usize) -> String {
    numbers.fold(String::new(), |mut text, number| {
        write!(text, "{marker}{number:0digits$x}").unwrap();
        text
    })
}

/// A secret that begins and ends in a letter or digit.
fn secret(rng: &mut Rng, length: usize, special: &[u8]) -> String {
    let one = |rng: &mut Rng, of: &[u8]| char::from(of[rng.usize(..of.len())]);
    let inner: String =
        (2..length).map(|_| if rng.u8(..3) == 0 { one(rng, special) } else { one(rng, PLAIN) }).collect();
    format!("{}{inner}{}", one(rng, PLAIN), one(rng, PLAIN))
}

#[test]
fn secret_is_redacted_in_every_encoding_of_every_encoding() {
    let written = [
        "MII+/=",
        "pass\\word\"1",
        "a b+c%2Bd&amp;e",
        "grüße 😀 \u{7ff}x",
        "C:\\new\\table",
        "x%252Fy\\u0041z&#43;w",
    ];
    let mut rng = Rng::with_seed(7);
    let random = (0..SEEDS).map(|_| {
        let length = rng.usize(12..60);
        secret(&mut rng, length, SPECIAL)
    });
    let random: Vec<_> = random.collect();
    for secret in written.map(|secret| format!("{secret}-0123456789")).iter().chain(&random) {
        let redactor = redactor(&[secret]);
        for (outer, encode_again) in ENCODINGS {
            for (inner, encode) in ENCODINGS {
                let encoded = encode_again(&encode(secret));
                let text = format!("token {encoded} is wrong");
                let redacted = redactor.redact(&text);
                assert_eq!(redacted, "token *** is wrong", "{secret} in {inner} in {outer}: {text}");
            }
        }
    }
}

#[test]
fn no_prefix_of_a_secret_survives_a_cut_in_any_encoding() {
    const UNAMBIGUOUS: &[u8] = b"+/=-_~!@#$^*()[]{}<>\"',? |";
    for seed in 0..SEEDS {
        let mut rng = Rng::with_seed(seed);
        let length = rng.usize(8..60);
        let secret = secret(&mut rng, length, UNAMBIGUOUS);
        let cut = rng.usize(8..=secret.len());
        let encoded: String =
            secret[..cut].chars().map(|c| rng.choice(ENCODINGS).unwrap().1(&c.to_string())).collect();
        for mark in ["", "...", "…"] {
            let text = format!("token {encoded}{mark}");
            assert_eq!(redact(&secret, &text), format!("token ***{mark}"), "{secret}: {text}");
        }
        if cut >= 12 {
            let text = format!("token {encoded}é is wrong");
            assert_eq!(redact(&secret, &text), "token ***é is wrong", "{secret}: {text}");
        }
    }
}

#[test]
fn cut_within_any_byte_reveals_less_than_eight_characters() {
    let secret = "ab+cd/ef=gh ij\"kl<mn&op";
    for (name, encode) in ENCODINGS {
        let encoded = encode(secret);
        for end in 0..=encoded.len() {
            let redacted = redact(secret, &encoded[..end]);
            let shown = |text: &str| redacted.contains(text);
            let first_eight = encode(&secret[..8]);
            assert!(!shown(&first_eight), "{name}: {} becomes {redacted}", &encoded[..end]);
        }
    }
}

#[test]
fn unrelated_text_is_unchanged() {
    for seed in 0..SEEDS {
        let mut rng = Rng::with_seed(seed);
        let (length, secret_length) = (rng.usize(2..2000), rng.usize(2..4000));
        let text = secret(&mut rng, length, SPECIAL);
        let unrelated = secret(&mut rng, secret_length, SPECIAL);
        assert_eq!(redact(&unrelated, &text), text, "{unrelated}");
    }
}

#[test]
fn binary_body_is_redacted_without_a_panic() {
    for seed in 0..SEEDS {
        let mut rng = Rng::with_seed(seed);
        let parts: [&[u8]; 12] = [
            b"%",
            b"\\u",
            b"\\x",
            b"d83d",
            b"\\ude00",
            b"&#",
            b";",
            b"\xe2\x80\xa6",
            b"\xff\x80",
            b"\"",
            b"4",
            b"secret-0123456789",
        ];
        let body: Vec<u8> = (0..200).flat_map(|_| rng.choice(parts).unwrap().to_vec()).collect();
        let redacted = redactor(&["secret-0123456789", "4"]).redact_body(&body.into());
        let is_secret = |window: &[u8]| window == b"secret-0123456789";
        assert!(!redacted.windows(17).any(is_secret), "seed {seed}");
    }
}
