//! `key = expression` takes the place of the arguments in every helper.
#![deny(warnings, unused)]
use memofn::memoize;

#[derive(Debug, Clone)]
struct Request {
    id: u32,
    noise: f64,
}

#[memoize(key = request.id)]
fn answer(request: &Request) -> f64 {
    f64::from(request.id) + request.noise
}

#[memoize(key = (name.to_lowercase(), n % 10))]
fn several(name: &str, n: u32) -> String {
    format!("{name}{n}")
}

#[memoize(key = { let id = request.id; id % 2 }, capacity = 3, ttl = "1m")]
fn block(request: Request, _unused: &str) -> u32 {
    request.id
}

#[memoize(key = name.clone())]
fn owned(name: String, _not_hash: Request) -> String {
    name
}

#[memoize(key = a + b)]
fn pattern((a, b): (u32, u32), mut c: u32) -> u32 {
    c += a * 10 + b;
    c
}

#[memoize(key = ())]
fn same_for_all(n: u32) -> u32 {
    n
}

#[memoize(key = fold(name))]
fn through_function(name: &str) -> usize {
    name.len()
}

fn fold(text: &str) -> Box<str> {
    text.to_lowercase().into()
}

#[memoize(key = list.iter().map(|request| request.id).collect::<Vec<_>>())]
fn through_closure(list: &[Request]) -> usize {
    list.len()
}

// An argument that no key could hold.
#[memoize(key = n)]
fn with_trait_object(n: u32, write: &dyn Fn(u32) -> u32) -> u32 {
    write(n)
}

#[memoize(key = query.0.to_string())]
fn borrowing(query: Query<'_>) -> usize {
    query.0.len()
}

#[derive(Clone, Copy)]
struct Query<'a>(&'a str);

// Arguments that are only named are a choice among them, and are kept as they would be without `key`.
#[memoize(key = name)]
fn chosen(name: &str, _noise: f64) -> usize {
    name.len()
}

#[memoize(key = (name, list))]
fn two_chosen(_noise: &dyn Fn(), name: &str, list: &[f64]) -> usize {
    name.len() + list.len()
}

#[memoize(key = format!("{n}{text:?}"))]
fn formatted(n: u32, text: &str) -> usize {
    n as usize + text.len()
}

struct Shape {
    sides: u32,
    noise: f64,
}

impl std::fmt::Display for Shape {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.sides)
    }
}

impl Shape {
    #[memoize(key = format!("{self} {n}"))]
    fn formatted(&self, n: u32) -> u32 {
        self.sides + n
    }

    #[memoize(key = Self::reduce(self, n))]
    fn reduced(&self, n: u32) -> u32 {
        self.sides + n
    }

    fn reduce(&self, n: u32) -> u32 {
        self.sides % 2 * 10 + n % 10
    }

    #[memoize(key = self.sides)]
    fn taken(self) -> u32 {
        self.sides + 1
    }

    #[memoize(key = (self.sides, n))]
    fn area(&self, n: u32) -> f64 {
        f64::from(self.sides * n) + self.noise
    }

    #[memoize(key = n)]
    fn associated(n: u32, _: &Self) -> Option<u32> {
        n.checked_sub(1)
    }
}

pub(crate) fn main() {
    let request = |id, noise| Request { id, noise };
    assert_eq!(answer(&request(1, 0.5)), 1.5);
    assert_eq!(answer(&request(1, 0.7)), 1.5);
    assert_eq!(
        (answer_cache_info().hits, answer_cache_info().misses),
        (1, 1)
    );
    assert_eq!(answer_uncached(&request(1, 0.25)), 1.25);
    assert_eq!(answer_cache_get(&request(1, 0.1)), Some(1.5));
    assert_eq!(answer_cache_get(&request(2, 0.5)), None);
    assert_eq!(answer_cache_insert(&request(1, 0.1), 7.0), Some(1.5));
    assert_eq!(answer(&request(1, 0.9)), 7.0);
    assert_eq!(answer_cache_refresh(&request(1, 0.75)), 1.75);
    assert_eq!(answer_cache_remove(&request(1, 0.0)), Some(1.75));
    assert!(answer_cache().is_empty());
    answer(&request(5, 0.5));
    let (key, value) = answer_cache().iter().next().unwrap();
    assert_eq!((value, answer_cache().get(&key)), (5.5, Some(5.5)));
    assert_eq!(answer_cache_parameters().capacity, None);
    answer_cache_clear();
    assert_eq!(answer_cache_info().hits, 0);

    assert_eq!(
        (several("A", 1), several("a", 11)),
        ("A1".to_string(), "A1".to_string())
    );
    assert_eq!((several_cache_info().hits, several_cache().len()), (1, 1));
    assert_eq!(
        (
            block(request(1, 0.0), "a"),
            block(request(3, 0.0), "b"),
            block(request(2, 0.0), "c")
        ),
        (1, 1, 2)
    );
    assert_eq!(
        (
            owned("a".to_string(), request(1, 0.0)),
            owned("a".to_string(), request(2, 0.0))
        ),
        ("a".into(), "a".into())
    );
    assert_eq!(owned_cache_info().hits, 1);
    assert_eq!((pattern((1, 2), 0), pattern((2, 1), 5)), (12, 12));
    assert_eq!((same_for_all(1), same_for_all(2)), (1, 1));
    assert_eq!((through_function("ab"), through_function("AB")), (2, 2));
    assert_eq!(through_function_cache_info().hits, 1);
    assert_eq!(
        (
            through_closure(&[request(1, 0.5)]),
            through_closure(&[request(1, 0.6)])
        ),
        (1, 1)
    );
    assert_eq!(through_closure_cache_info().hits, 1);
    assert_eq!(
        (
            with_trait_object(1, &|n| n + 1),
            with_trait_object(1, &|n| n + 2)
        ),
        (2, 2)
    );
    assert_eq!(
        (borrowing(Query(&"ab".to_string())), borrowing(Query("ab"))),
        (2, 2)
    );
    assert_eq!(borrowing_cache_info().hits, 1);

    for text in ["ab".to_string(), "ab".to_string()] {
        assert_eq!(
            (chosen(&text, 0.5), two_chosen(&|| (), &text, &[0.5])),
            (2, 3)
        );
    }
    assert_eq!(
        (chosen_cache_info().hits, two_chosen_cache_info().hits),
        (1, 1)
    );
    assert_eq!(two_chosen_cache_get(&|| (), "ab", &[-0.5]), None);

    let shape = |sides, noise| Shape { sides, noise };
    assert_eq!(
        (
            formatted(1, "a"),
            formatted(1, "a"),
            formatted_cache_info().hits
        ),
        (2, 2, 1)
    );
    assert_eq!(
        (shape(3, 0.5).formatted(1), shape(3, 0.7).formatted(1)),
        (4, 4)
    );
    assert_eq!(Shape::formatted_cache_info().hits, 1);
    assert_eq!(
        (
            shape(3, 0.5).reduced(1),
            shape(5, 0.5).reduced(11),
            shape(4, 0.5).reduced(1)
        ),
        (4, 4, 5)
    );
    assert_eq!(
        (
            shape(3, 0.5).taken(),
            shape(3, 0.7).taken(),
            Shape::taken_cache_info().hits
        ),
        (4, 4, 1)
    );
    assert_eq!(
        (
            shape(3, 0.5).area(2),
            shape(3, 0.7).area(2),
            shape(4, 0.5).area(2)
        ),
        (6.5, 6.5, 8.5)
    );
    assert_eq!(shape(3, 0.0).area_cache_get(2), Some(6.5));
    assert_eq!(shape(3, 0.0).area_cache_insert(2, 1.0), Some(6.5));
    assert_eq!(shape(3, 0.0).area_cache_refresh(2), 6.0);
    assert_eq!(shape(3, 0.0).area_cache_remove(2), Some(6.0));
    assert_eq!(
        (
            Shape::associated(1, &shape(1, 0.0)),
            Shape::associated(1, &shape(2, 0.0))
        ),
        (Some(0), Some(0))
    );
    assert_eq!(Shape::associated_cache_info().hits, 1);
}
