//! What an attribute costs while one builds: its crates once, its expansion at every rebuild.
//!
//! Crates are generated in a temporary folder, with this workspace's lock file, and built offline.

use crate::contenders::UNBOUNDED;
use crate::figures::{digits, median};
use crate::measure::progress;
use crate::results::{Cell, Results};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;
use std::{env, fs, io};

pub(crate) const COLD: &str = "cold debug build";
pub(crate) const REBUILD: &str = "rebuild, 100 functions";
/// The contender without any attribute.
pub(crate) const PLAIN: &str = "no attribute";

const FUNCTIONS: usize = 100;
/// A quick run has as many: of one build alone, a busy machine makes anything.
const COLD_ROUNDS: usize = 3;
const REBUILD_ROUNDS: usize = 5;
const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// A crate whose functions bear an attribute.
struct Variant {
    /// As in the other works.
    contender: &'static str,
    /// Its package, and what Cargo.toml says about it.
    package: Option<(&'static str, String)>,
    attribute: &'static str,
    /// The type of the first parameter: `memoize` takes no references.
    text: &'static str,
}

fn variants() -> [Variant; 4] {
    let variant = |contender, package, attribute, text| Variant {
        contender,
        package,
        attribute,
        text,
    };
    let own = format!("{{ path = {ROOT:?} }}");
    let locked = |name| Some((name, format!("\"={}\"", crate::figures::version(name))));
    [
        variant(
            UNBOUNDED,
            Some(("memofn", own)),
            "#[memofn::memoize]",
            "&str",
        ),
        variant(
            "#[cached]",
            locked("cached"),
            "#[cached::macros::cached]",
            "&str",
        ),
        variant(
            "memoize",
            locked("memoize"),
            "#[memoize::memoize]",
            "String",
        ),
        variant(PLAIN, None, "", "&str"),
    ]
}

/// Times both; takes minutes.
pub(crate) fn measure(results: &mut Results) {
    let folder = env::temp_dir().join(format!("memofn-benches-{}", std::process::id()));
    let outcome = timed(&folder, results);
    let _ = fs::remove_dir_all(&folder);
    if let Err(error) = outcome {
        println!("  builds could not be timed: {error}");
    }
}

fn timed(folder: &Path, results: &mut Results) -> io::Result<()> {
    let variants = variants();
    let projects = variants
        .iter()
        .map(|variant| generate(folder, variant))
        .collect::<io::Result<Vec<_>>>()?;

    println!("{COLD}");
    let packages: Vec<_> = variants
        .iter()
        .zip(&projects)
        .filter_map(|(variant, project)| Some((variant, project, variant.package.as_ref()?.0)))
        .collect();
    let mut times = vec![Vec::new(); packages.len()];
    for round in 0..COLD_ROUNDS {
        for (times, (_, project, package)) in times.iter_mut().zip(&packages) {
            progress(&format!("  round {}/{COLD_ROUNDS}: {package}", round + 1));
            let _ = fs::remove_dir_all(project.join("target"));
            times.push(build(project, Some(package))?);
        }
    }
    let names = packages.iter().map(|(variant, ..)| variant.contender);
    report(COLD, names, times, results);

    println!("{REBUILD}");
    for project in &projects {
        progress("  first builds");
        build(project, None)?;
    }
    let mut times = vec![Vec::new(); projects.len()];
    for round in 0..REBUILD_ROUNDS {
        progress(&format!("  round {}/{REBUILD_ROUNDS}", round + 1));
        for (times, project) in times.iter_mut().zip(&projects) {
            let source = project.join("src/lib.rs");
            let text = fs::read(&source)?;
            fs::write(&source, text)?;
            times.push(build(project, None)?);
        }
    }
    let names = variants.iter().map(|variant| variant.contender);
    report(REBUILD, names, times, results);
    Ok(())
}

/// Writes the crate of a variant and gives its folder.
fn generate(folder: &Path, variant: &Variant) -> io::Result<PathBuf> {
    let name = variant.package.as_ref().map_or("plain", |(name, _)| name);
    let project = folder.join(format!("of-{name}"));
    fs::create_dir_all(project.join("src"))?;
    let dependency = match &variant.package {
        Some((name, wanted)) => format!("{name} = {wanted}\n"),
        None => String::new(),
    };
    let manifest = format!(
        "[workspace]\n\n[package]\nname = \"of-{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
         [dependencies]\n{dependency}"
    );
    fs::write(project.join("Cargo.toml"), manifest)?;
    fs::copy(
        Path::new(ROOT).join("Cargo.lock"),
        project.join("Cargo.lock"),
    )?;
    let mut source = String::new();
    for n in 0..FUNCTIONS {
        let Variant {
            attribute, text, ..
        } = variant;
        let _ = writeln!(
            source,
            "{attribute}\npub fn f{n}(a: {text}, b: u64) -> u64 {{\n    a.len() as u64 * {n} + b\n}}"
        );
    }
    fs::write(project.join("src/lib.rs"), source)?;
    Ok(project)
}

/// Builds a project, or one package of it only, and gives the milliseconds.
fn build(project: &Path, package: Option<&str>) -> io::Result<f64> {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command
        .args(["build", "--offline", "--quiet"])
        .current_dir(project)
        .env("CARGO_TARGET_DIR", project.join("target"))
        .stderr(Stdio::piped());
    if let Some(package) = package {
        command.args(["-p", package]);
    }
    let start = Instant::now();
    let output = command.output()?;
    let elapsed = start.elapsed();
    if !output.status.success() {
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        return Err(io::Error::other(text));
    }
    Ok(elapsed.as_secs_f64() * 1000.0)
}

fn report(
    work: &'static str,
    names: impl Iterator<Item = &'static str>,
    times: Vec<Vec<f64>>,
    results: &mut Results,
) {
    progress("");
    let first = results.cells.len();
    results
        .cells
        .extend(names.zip(times).map(|(name, times)| Cell {
            work,
            contender: name,
            reference: UNBOUNDED,
            value: median(times),
        }));
    for cell in &results.cells[first..] {
        let ratio = results.ratio(cell).map(digits).unwrap_or_default();
        println!(
            "  {:42} {:9.0} ms  {ratio:>6} ×",
            cell.contender, cell.value
        );
    }
}
