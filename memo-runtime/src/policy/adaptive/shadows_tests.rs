//! What the miniatures choose, how large they are, and what they take.

use super::*;

/// Runs sampled keys through the miniatures of a cache that is as large; gives the last choice.
fn run(shadows: &mut Shadows, keys: impl Iterator<Item = u32>, sampled: usize) -> usize {
    let mut rng = Rng::seeded(1);
    let mut best = 0;
    for (key, at) in keys.zip(1_u64..) {
        let hash = key.wrapping_mul(0x9E37_79B1) >> 1;
        best = shadows.access(hash, 1000 + at, sampled, best, &mut rng);
        for shadow in &shadows.shadows {
            assert!(shadow.queues.len() <= shadows.fits);
        }
    }
    best
}

fn common_is_right(shadows: &Shadows) -> bool {
    let hashes = |shadow: &Shadow| -> Vec<u32> {
        let ids = shadow.queues.ids().into_iter();
        ids.map(|id| shadow.few.hash(id)).collect()
    };
    let all: Vec<Vec<u32>> = shadows.shadows.iter().map(hashes).collect();
    (0..EXPERTS).all(|one| {
        (0..EXPERTS).filter(|other| *other != one).all(|other| {
            let both = all[one].iter().filter(|hash| all[other].contains(hash));
            both.count() == shadows.common[one][other] as usize
        })
    })
}

#[test]
fn a_loop_is_for_lirs_and_recency_for_lru() {
    let mut shadows = Shadows::new(32 * SIZE, 0);
    let looping = (0..SIZE as u32 + 10).cycle().take(3_000);
    let best = run(&mut shadows, looping, SIZE);
    assert_eq!(SETTINGS[best].contest, Contest::Reuse);
    assert!(common_is_right(&shadows));
    // Each key three times, 30 others apart, and never again.
    let recent = (0..).flat_map(|n: u32| [n + 20, n + 10, n]).take(6_000);
    let mut fresh = Shadows::new(32 * SIZE, 0);
    let best = run(&mut fresh, recent.map(|n| n + 10_000), SIZE);
    assert!(SETTINGS[best].window >= 40, "{:?}", SETTINGS[best]);
    assert!(common_is_right(&fresh));
}

#[test]
fn they_are_as_large_as_the_sample_in_the_real_cache() {
    let mut shadows = Shadows::new(100 * SIZE, 0);
    let most = most(shadows.size);
    assert!((SIZE..=SIZE + 100 * SIZE / PER_ENTRY).contains(&shadows.fits));
    run(&mut shadows, (0..200).cycle().take(3_000), SIZE + 10);
    let share = ((SIZE + 10) as f64 * SHARE) as usize;
    assert!(shadows.fits.abs_diff(share) <= 2);
    run(&mut shadows, (0..200).cycle().take(3_000), 20);
    assert!(shadows.fits.abs_diff(19) <= 1);
    run(&mut shadows, (0..900).cycle().take(9_000), 1000);
    assert_eq!(shadows.fits, most);
    assert!(common_is_right(&shadows));
    // Beside what it takes for an entry, the policy has less than 20 kB.
    let bytes = shadows.bytes();
    assert!(bytes < 17_000 + 100 * SIZE, "{bytes}");
    assert_eq!(size(1 << 30), LARGEST);
}

#[test]
fn a_sample_is_one_key_in_so_many() {
    for one_in in [1, 2, 7, 100] {
        let hashes = (0..100_000_u32).map(|n| n.wrapping_mul(0x9E37_79B1) >> 1);
        let sampled = hashes.filter(|hash| is_sampled(*hash, one_in)).count() as f64;
        let expected = 100_000.0 / one_in as f64;
        // Five standard deviations.
        assert!((sampled - expected).abs() <= 5.0 * expected.sqrt());
    }
}
