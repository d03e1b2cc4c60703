//! What the compiler says to mistakes (`tests/ui`, a folder for each kind), and what must compile
//! and run (`tests/pass_roots`; most of those are in `tests/pass`).
//!
//! The compiler's words change with its version, so the mistakes are compared with the one named in
//! `tests/ui/RUSTC` only; `MEMOFN_REQUIRE_UI=1` compares them with whatever is there. After a change
//! of wording, `TRYBUILD=overwrite cargo test --test ui` writes the expectations anew.

use std::env;
use std::process::Command;

const EXPECTED: &str = include_str!("ui/RUSTC");

#[test]
fn mistakes_are_explained() {
    let expected = EXPECTED.trim();
    let found = version();
    if found != expected && env::var_os("MEMOFN_REQUIRE_UI").is_none_or(|value| value != "1") {
        eprintln!(
            "skipped: tests/ui is written for rustc {expected}, and this is {found} (MEMOFN_REQUIRE_UI=1 runs it)"
        );
        return;
    }
    trybuild::TestCases::new().compile_fail("tests/ui/*/*.rs");
}

#[test]
fn correct_uses_compile_and_run() {
    trybuild::TestCases::new().pass("tests/pass_roots/*.rs");
}

/// The compiler's version as `major.minor`.
fn version() -> String {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc)
        .arg("--version")
        .output()
        .expect("rustc tells its version");
    let text = String::from_utf8_lossy(&output.stdout);
    let number = text.split_whitespace().nth(1).unwrap_or_default();
    number.splitn(3, '.').take(2).collect::<Vec<_>>().join(".")
}
