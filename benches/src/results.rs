//! What came out: one number per work and contender, of which only ratios are shown.

use crate::contenders::{FIFO, Kind, LRU, LRU_TTL, TTL, UNBOUNDED};

/// One measured number: nanoseconds, bytes or instructions.
#[derive(Clone, Debug)]
pub(crate) struct Cell {
    pub(crate) work: &'static str,
    pub(crate) contender: &'static str,
    /// The contender of memofn's that it is compared with.
    pub(crate) reference: &'static str,
    pub(crate) value: f64,
}

#[derive(Debug, Default)]
pub(crate) struct Results {
    pub(crate) cells: Vec<Cell>,
}

impl Results {
    pub(crate) fn value(&self, work: &str, contender: &str) -> Option<f64> {
        let cell = self
            .cells
            .iter()
            .find(|cell| cell.work == work && cell.contender == contender)?;
        Some(cell.value)
    }

    /// How many times what its reference takes.
    pub(crate) fn ratio(&self, cell: &Cell) -> Option<f64> {
        Some(cell.value / self.value(cell.work, cell.reference)?)
    }

    /// The works, in the order in which they were measured.
    pub(crate) fn works(&self) -> Vec<&'static str> {
        distinct(self.cells.iter().map(|cell| cell.work))
    }

    /// The contenders, in the order in which they first took part.
    pub(crate) fn contenders(&self) -> Vec<&'static str> {
        distinct(self.cells.iter().map(|cell| cell.contender))
    }
}

fn distinct(names: impl Iterator<Item = &'static str>) -> Vec<&'static str> {
    let mut list = Vec::new();
    for name in names {
        if !list.contains(&name) {
            list.push(name);
        }
    }
    list
}

/// What of memofn's a contender is compared with: what is bounded alike. In works with misses that
/// is `lru` for all, since a policy that finds more computes less.
pub(crate) fn reference(name: &str, kind: Kind, hits: bool) -> &'static str {
    if !hits {
        return LRU;
    }
    if name.starts_with("memofn") {
        return UNBOUNDED;
    }
    match kind {
        Kind::Unbounded => UNBOUNDED,
        Kind::UnboundedTtl => TTL,
        Kind::Lru => LRU,
        Kind::LruTtl => LRU_TTL,
        Kind::Other => FIFO,
    }
}
