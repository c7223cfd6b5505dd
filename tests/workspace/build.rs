//! Turns the Rust of the guide into a table of functions, which `tests/guide.rs` runs.
//!
//! Pages stay as they are read: a snippet needs no hidden lines. What stands around it is written here, and said in
//! `docs/guide/README.md`.

use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/guide");
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut pages: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(&folder)? {
        pages.push(entry?.path());
    }
    pages.retain(|page| page.extension().is_some_and(|extension| extension == "md"));
    pages.sort();

    let out = out_folder()?;
    let mut rows = String::new();
    for page in &pages {
        let name = page.file_stem().ok_or("a page has a name")?.to_string_lossy();
        let text = fs::read_to_string(page)?;
        let blocks = blocks(&text);
        let files = home_files(&blocks);
        for (index, block) in blocks.iter().enumerate().filter(|(_, block)| block.language == "rust") {
            let name = format!("{name}.md:{}", block.line);
            let file = out.join(name.replace(':', "_line_") + ".rs");
            fs::write(&file, body(block))?;
            let output = blocks.get(index + 1).filter(|next| next.language == "text").map(|next| &next.text);
            writeln!(
                rows,
                "Snippet {{ name: {name:?}, output: {output:?}, files: &{files:?}, run: || include!({file:?}) }},"
            )?;
        }
    }
    fs::write(out.join("guide.rs"), format!("const SNIPPETS: &[Snippet] = &[\n{rows}];\n"))?;
    Ok(())
}

/// What stands between fences.
struct Block {
    /// Where it begins, counted from 1.
    line: usize,
    language: String,
    text: String,
}

fn blocks(page: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut lines = page.lines().enumerate();
    while let Some((index, line)) = lines.next() {
        let Some(language) = line.strip_prefix("```") else { continue };
        let text = lines.by_ref().map(|(_, line)| line).take_while(|line| *line != "```");
        let text = text.fold(String::new(), |text, line| text + line + "\n");
        blocks.push(Block { line: index + 1, language: language.to_owned(), text });
    }
    blocks
}

/// The files of the home folder that a page shows: blocks whose first line is like `# ~/.aws/config`.
fn home_files(blocks: &[Block]) -> Vec<(&str, &str)> {
    let file = |block: &'_ Block| block.text.starts_with("# ~/");
    let named = blocks.iter().filter(|block| file(block)).filter_map(|block| block.text.split_once('\n'));
    named.map(|(path, text)| (path.trim_start_matches("# ~/"), text)).collect()
}

/// The body of a function that runs a snippet: a whole program, or statements between a client and `Ok`.
///
/// It stands at the same lines as on its page, so that the compiler's complaints can be found there.
fn body(block: &Block) -> String {
    let (before, after) = if block.text.contains("fn main()") {
        ("{", "main()?; Ok(()) }")
    } else {
        ("block_on(async { let client = bedrock_client::Client::from_env().await?;", "ok() })")
    };
    format!("{}{before}\n{}{after}\n", "\n".repeat(block.line - 1), block.text)
}

#[expect(clippy::disallowed_methods, reason = "cargo says by a variable where generated code belongs")]
fn out_folder() -> Result<PathBuf, Box<dyn Error>> {
    Ok(std::env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?.into())
}
