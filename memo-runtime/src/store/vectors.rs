//! Examples of keys and values, byte by byte, for whoever reads a store in another language:
//! `vectors.json`, which `tests/store_format.py` checks from its side. If the format were to change by
//! accident, this says so. `MEMOFN_WRITE_VECTORS=1` writes the file.

use super::codec::{AllWritten, CodecBy, StorableBy, written};
use super::envelope::{Header, Seal};
use super::key::{Names, Site};
use crate::outcome::{OnlyOk, Outcome, Plain};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt::Write as _;

const FILE: &str = include_str!("vectors.json");

#[derive(Clone, Serialize, Deserialize)]
struct Offer {
    price: f64,
    name: String,
    tags: Vec<String>,
    until: Option<u32>,
    by: Kind,
}

#[derive(Clone, Serialize, Deserialize)]
enum Kind {
    Nobody,
    Shop(u8),
    Person { id: i64 },
}

struct Vector<K, V> {
    site: Site,
    /// As JSON, and as the function has them.
    arguments: (&'static str, K),
    result: (&'static str, V),
    header: Header,
    secret: Option<&'static [u8]>,
}

fn site(name: &'static str, signature: &'static str) -> Site {
    Site {
        name,
        signature,
        instance: String::new(),
        version: 0,
        number: 0,
    }
}

const HEADER: Header = Header {
    created: 1_790_000_000_123,
    cost: 42,
    ttl: 300_000,
    epoch: 0x0123_4567_89ab_cdef,
    negative: false,
};

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl<K, V> Vector<K, V> {
    fn json<O: Outcome<V>>(&self, written: impl AllWritten<K>, outcome: O) -> String
    where
        V: StorableBy<O>,
    {
        let codec = CodecBy(outcome).codec::<V>();
        let names = Names::new("memo", &self.site, codec.form);
        let arguments = written.write(&self.arguments.1).unwrap();
        let address = names.address(&arguments);
        let payload = (codec.encode)(&self.result.1).unwrap();
        let seal = Seal {
            fingerprint: names.fingerprint,
            secret: self.secret,
        };
        let value = seal.value(&address, &self.header, &payload);
        let claim = seal.claim(&address, &self.header, *b"sixteen bytes it");
        let Site {
            name,
            signature,
            instance,
            version,
            ..
        } = &self.site;
        let Header {
            created,
            cost,
            ttl,
            epoch,
            negative,
        } = self.header;
        let secret = self
            .secret
            .map_or("null".into(), |secret| format!("\"{}\"", hex(secret)));
        let mut json = String::from("  {\n");
        for (field, value) in [
            ("name", format!("\"{name}\"")),
            ("signature", format!("\"{signature}\"")),
            ("instance", format!("\"{instance}\"")),
            ("version", version.to_string()),
            ("form", format!("\"{}\"", codec.form)),
            ("arguments", self.arguments.0.to_owned()),
            ("arguments_bytes", format!("\"{}\"", hex(&arguments))),
            ("key", format!("\"{}\"", address.key)),
            ("secret", secret),
            ("created", created.to_string()),
            ("cost", cost.to_string()),
            ("ttl", ttl.to_string()),
            ("epoch", format!("\"{epoch:016x}\"")),
            ("negative", negative.to_string()),
            ("result", self.result.0.to_owned()),
            ("value_bytes", format!("\"{}\"", hex(&value))),
            ("claim_bytes", format!("\"{}\"", hex(&claim))),
        ] {
            let _ = writeln!(json, "    \"{field}\": {value},");
        }
        json.truncate(json.len() - 2);
        json + "\n  }"
    }
}

fn all() -> String {
    let price = Vector {
        site: site("shop::prices::price", "( item : & str , day : u32 ) -> f64"),
        arguments: (r#"["tea", 7]"#, ("tea".to_owned(), 7_u32)),
        result: ("2.5", 2.5_f64),
        header: HEADER,
        secret: None,
    };
    let price = price.json((written::<String>(), written::<u32>()), Plain);
    let users = Vector {
        site: Site {
            version: 3,
            ..site(
                "users",
                "( id : u64 ) -> io :: Result < Option < String > >",
            )
        },
        arguments: ("[18446744073709551615]", u64::MAX),
        result: ("null", Ok::<Option<String>, std::io::Error>(None)),
        header: Header {
            negative: true,
            ttl: 0,
            ..HEADER
        },
        secret: Some(b"a key of 16 byte"),
    };
    let users = users.json(written::<u64>(), OnlyOk);
    let offer = |by| Offer {
        price: -0.25,
        name: "Grüner Tee".repeat(4),
        tags: vec!["a".into(); 17],
        until: Some(70_000),
        by,
    };
    let offers = vec![
        offer(Kind::Nobody),
        offer(Kind::Shop(200)),
        offer(Kind::Person { id: -3_000_000_000 }),
    ];
    let json = |by: &str| {
        let tags = vec![r#""a""#; 17].join(", ");
        format!(
            r#"{{"price": -0.25, "name": "{}", "tags": [{tags}], "until": 70000, "by": {by}}}"#,
            "Grüner Tee".repeat(4)
        )
    };
    let result = format!(
        "[{}, {}, {}]",
        json(r#""Nobody""#),
        json(r#"{"Shop": 200}"#),
        json(r#"{"Person": {"id": -3000000000}}"#)
    );
    let names: BTreeMap<String, i32> = [("b", 1), ("a", -1), ("aa", -129), ("", 128)]
        .map(|(name, n)| (name.into(), n))
        .into();
    let list = Vector {
        site: Site {
            instance: "shop::Shop u8".to_owned(),
            ..site(
                "offers",
                "( & self , names : BTreeMap < String , i32 > , all : bool ) -> Vec < Offer >",
            )
        },
        arguments: (
            r#"[null, {"b": 1, "a": -1, "aa": -129, "": 128}, true]"#,
            ((), names, true),
        ),
        result: (Box::leak(result.into_boxed_str()), offers),
        header: HEADER,
        secret: None,
    };
    let parts = (
        written::<()>(),
        written::<BTreeMap<String, i32>>(),
        written::<bool>(),
    );
    let list = list.json(parts, Plain);
    let nothing = Vector {
        site: site("now", "( ) -> ( )"),
        arguments: ("[]", ()),
        result: ("null", ()),
        header: HEADER,
        secret: None,
    };
    let nothing = nothing.json((), Plain);
    format!("[\n{price},\n{users},\n{list},\n{nothing}\n]\n")
}

#[test]
fn the_format_is_what_it_was() {
    let now = all();
    if std::env::var_os("MEMOFN_WRITE_VECTORS").is_some() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/src/store/vectors.json");
        std::fs::write(file, now).unwrap();
        return;
    }
    assert_eq!(now, FILE);
}
