use super::*;
use proptest::prelude::*;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use std::fmt::Debug;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Shape {
    Unit,
    New(i64),
    Pair(u8, String),
    Named { a: Option<u32>, b: Vec<f64> },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Record {
    id: u64,
    small: (i8, u16, char),
    name: String,
    shapes: Vec<Shape>,
    map: BTreeMap<String, i32>,
    maybe: Option<Box<Record>>,
    wide: i128,
    single: f32,
    yes: bool,
    wrapped: Wrapped,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Wrapped(u64);

fn shape() -> impl Strategy<Value = Shape> {
    prop_oneof![
        Just(Shape::Unit),
        any::<i64>().prop_map(Shape::New),
        (any::<u8>(), ".{0,40}").prop_map(|(a, b)| Shape::Pair(a, b)),
        (
            any::<Option<u32>>(),
            prop::collection::vec(-1e9..1e9, 0..20)
        )
            .prop_map(|(a, b)| Shape::Named { a, b }),
    ]
}

fn record() -> impl Strategy<Value = Record> {
    let leaf = (
        any::<(u64, (i8, u16, char), i128, f32, bool, u64)>(),
        ".{0,300}",
        prop::collection::vec(shape(), 0..20),
        prop::collection::btree_map(".{0,9}", any::<i32>(), 0..20),
    )
        .prop_map(
            |((id, small, wide, single, yes, wrapped), name, shapes, map)| Record {
                id,
                small,
                name,
                shapes,
                map,
                maybe: None,
                wide,
                single: if single.is_nan() { 0.5 } else { single },
                yes,
                wrapped: Wrapped(wrapped),
            },
        );
    leaf.prop_recursive(3, 4, 1, |inner| {
        (inner.clone(), inner).prop_map(|(mut outer, inner)| {
            outer.maybe = Some(Box::new(inner));
            outer
        })
    })
}

fn there_and_back<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: &T) -> Vec<u8> {
    let bytes = to_vec(value, Order::Given).unwrap();
    assert_eq!(from_slice::<T>(&bytes).as_ref(), Ok(value));
    assert_eq!(
        from_slice::<T>(&to_vec(value, Order::Sorted).unwrap()).as_ref(),
        Ok(value)
    );
    bytes
}

proptest! {
    #[test]
    fn values_come_back_and_rmp_serde_writes_the_same(record in record()) {
        let bytes = there_and_back(&record);
        prop_assert_eq!(&bytes, &rmp_serde::to_vec_named(&record).unwrap());
    }

    #[test]
    fn no_prefix_and_no_longer_one_is_read(record in record(), junk: u8) {
        let mut bytes = to_vec(&record, Order::Given).unwrap();
        for end in 0..bytes.len().min(200) {
            prop_assert!(from_slice::<Record>(&bytes[..end]).is_err());
        }
        bytes.push(junk);
        prop_assert!(from_slice::<Record>(&bytes).is_err());
    }

    #[test]
    fn whatever_the_bytes_are_reading_ends(bytes: Vec<u8>) {
        // What is read may be written again, and is the same then.
        if let Ok(record) = from_slice::<Record>(&bytes) {
            there_and_back(&record);
        }
        if let Ok(shape) = from_slice::<Shape>(&bytes) {
            there_and_back(&shape);
        }
        let _ = from_slice::<Loop>(&bytes);
        let _ = from_slice::<Tree>(&bytes);
        let _ = from_slice::<HashMap<String, Vec<Option<Option<()>>>>>(&bytes);
    }

    #[test]
    fn one_changed_byte_harms_nobody(record in record(), at: prop::sample::Index, byte: u8) {
        let mut bytes = to_vec(&record, Order::Given).unwrap();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        let _ = from_slice::<Record>(&bytes);
    }

    #[test]
    fn equal_maps_have_equal_bytes(entries in prop::collection::hash_map(".{0,9}", any::<u32>(), 0..40)) {
        // Each map has an order of its own.
        let again: HashMap<_, _> = entries.clone().into_iter().collect();
        let sorted = to_vec(&entries, Order::Sorted).unwrap();
        prop_assert_eq!(&sorted, &to_vec(&again, Order::Sorted).unwrap());
        let mut by_bytes: Vec<_> = entries.into_iter().collect();
        by_bytes.sort_by_key(|(key, _)| to_vec(key, Order::Given).unwrap());
        let mut expected = to_vec(&vec![(); by_bytes.len()], Order::Given).unwrap();
        let header = expected.len() - by_bytes.len();
        expected.truncate(header);
        // The header of an array of as many, as that of a map.
        match expected[0] {
            few @ 0x90..=0x9f => expected[0] = few - 0x10,
            _ => expected[0] += 2,
        }
        for (key, value) in by_bytes {
            expected.extend(to_vec(&key, Order::Given).unwrap());
            expected.extend(to_vec(&value, Order::Given).unwrap());
        }
        prop_assert_eq!(sorted, expected);
    }
}

#[test]
fn what_may_be_absent_at_several_levels_stays_what_it_is() {
    type Deep = Option<Option<Option<u8>>>;
    let all: [Deep; 4] = [None, Some(None), Some(Some(None)), Some(Some(Some(7)))];
    let bytes: Vec<_> = all.iter().map(there_and_back).collect();
    assert_eq!(bytes[0], [0xc0]);
    assert_eq!(bytes[1], [0xd4, 1, 0xc0]);
    assert_eq!(bytes[2], [0xc7, 3, 1, 0xd4, 1, 0xc0]);
    assert_eq!(bytes[3], [7]);
    assert_ne!(there_and_back(&Some(())), there_and_back(&None::<()>));
    assert_eq!(
        there_and_back(&vec![Some(()), None]),
        [0x92, 0xd4, 1, 0xc0, 0xc0]
    );
}

#[test]
fn numbers_are_their_own_kind() {
    let one = to_vec(&1_u8, Order::Given).unwrap();
    assert_eq!(from_slice::<i64>(&one), Ok(1));
    assert!(from_slice::<f64>(&one).is_err());
    assert!(from_slice::<bool>(&one).is_err());
    let minus = to_vec(&-1_i8, Order::Given).unwrap();
    assert!(from_slice::<u64>(&minus).is_err());
    let large = to_vec(&300_u16, Order::Given).unwrap();
    assert!(from_slice::<u8>(&large).is_err());
    let float = to_vec(&1.5_f64, Order::Given).unwrap();
    assert!(from_slice::<f32>(&float).is_err());
    assert!(from_slice::<u8>(&float).is_err());
    // By their bits.
    assert_ne!(to_vec(&0.0, Order::Sorted), to_vec(&-0.0, Order::Sorted));
    let nan = to_vec(&f64::NAN, Order::Given).unwrap();
    assert_eq!(
        from_slice::<f64>(&nan).map(f64::to_bits),
        Ok(f64::NAN.to_bits())
    );
}

/// Reading one takes no bytes of its own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Loop(Option<Box<Loop>>);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Tree {
    Leaf,
    Node(Box<Tree>),
    Many(Vec<Tree>),
    Named { inner: Box<Tree> },
}

#[test]
fn a_bomb_goes_off_nowhere() {
    let deep = Err(PackError(Problem::Deep));
    assert_eq!(from_slice::<Loop>(&[1]), deep.clone_for::<Loop>());
    let nodes: Vec<u8> = b"\x81\xa4Node".repeat(200_000);
    assert_eq!(from_slice::<Tree>(&nodes), deep.clone_for());
    let many: Vec<u8> = b"\x81\xa4Many\x91".repeat(200_000);
    assert_eq!(from_slice::<Tree>(&many), deep.clone_for());
    let named: Vec<u8> = b"\x81\xa5Named\x81\xa5inner".repeat(200_000);
    assert_eq!(from_slice::<Tree>(&named), deep.clone_for());
    let mut some = vec![0xc0];
    for _ in 0..1_000 {
        let len = u16::try_from(some.len()).unwrap();
        some.splice(0..0, [[0xc8].as_slice(), &len.to_be_bytes(), &[1]].concat());
    }
    assert_eq!(from_slice::<Loop>(&some), deep.clone_for());
    // A field that the type hasn't, however deep.
    let mut more = b"\x81\xa4none".to_vec();
    more.extend([0x91].repeat(200_000));
    more.push(0xc0);
    let other = Err(PackError(Problem::Other));
    assert_eq!(from_slice::<Nothing>(&more), other.clone_for());
    assert_eq!(from_slice::<Nothing>(b"\x80"), Ok(Nothing {}));
}

#[derive(Debug, PartialEq, Deserialize)]
struct Nothing {}

impl PackError {
    fn same(&self) -> Self {
        Self(match &self.0 {
            Problem::Short => Problem::Short,
            Problem::Long => Problem::Long,
            Problem::Deep => Problem::Deep,
            Problem::Other => Problem::Other,
            Problem::Text(text) => Problem::Text(text.clone()),
        })
    }
}

trait CloneFor {
    fn clone_for<T>(&self) -> Result<T, PackError>;
}

impl CloneFor for Result<(), PackError> {
    fn clone_for<T>(&self) -> Result<T, PackError> {
        Err(self.as_ref().unwrap_err().same())
    }
}

#[test]
fn what_can_be_written_can_be_read() {
    let mut tree = Tree::Leaf;
    let mut written = 0;
    while let Ok(bytes) = to_vec(&tree, Order::Given) {
        assert_eq!(from_slice::<Tree>(&bytes).as_ref(), Ok(&tree));
        tree = match written % 3 {
            0 => Tree::Node(Box::new(tree)),
            1 => Tree::Many(vec![tree]),
            _ => Tree::Named {
                inner: Box::new(tree),
            },
        };
        written += 1;
    }
    assert!((60..=128).contains(&written), "{written}");
}

#[test]
fn lengths_are_borne_out_by_bytes() {
    for hostile in [
        b"\xdd\xff\xff\xff\xff".as_slice(),
        b"\xdf\xff\xff\xff\xff",
        b"\xdb\xff\xff\xff\xff",
        b"\xc6\xff\xff\xff\xff",
        b"\xdd\x7f\xff\xff\xff\xc0\xc0",
    ] {
        let short = PackError(Problem::Short);
        assert_eq!(from_slice::<Vec<u64>>(hostile), Err(short.same()));
        assert_eq!(from_slice::<HashMap<u8, u8>>(hostile), Err(short.same()));
        assert_eq!(from_slice::<Vec<()>>(hostile), Err(short.same()));
        assert_eq!(from_slice::<String>(hostile), Err(short));
    }
}

#[test]
fn another_shape_is_not_read() {
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Old {
        a: u8,
        b: u8,
    }
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Swapped {
        b: u8,
        a: u8,
    }
    let old = to_vec(&Old { a: 1, b: 2 }, Order::Given).unwrap();
    assert_eq!(from_slice(&old), Ok(Swapped { b: 2, a: 1 }));
    assert!(from_slice::<(u8, u8)>(&old).is_err());
    let pair = to_vec(&(1, 2), Order::Given).unwrap();
    assert!(from_slice::<Old>(&pair).is_err());
    assert!(from_slice::<(u8,)>(&pair).is_err());
    assert!(from_slice::<(u8, u8, u8)>(&pair).is_err());
    assert!(
        from_slice::<Old>(b"\x82\x00\x01\x01\x02").is_err(),
        "fields by number"
    );
}
