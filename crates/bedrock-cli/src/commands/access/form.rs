//! The use-case form: read from a file, or asked for on a terminal.

use std::{
    io::{self, BufRead, IsTerminal},
    path::Path,
};

use bedrock_types::{control::UseCaseForm, json};

use crate::{commands::input, failure::Failure, output::Stderr};

/// Reads it as JSON with AWS's names.
pub(super) fn read(file: &Path) -> Result<UseCaseForm, Failure> {
    json::from_slice(&input::read(file)?).map_err(|error| {
        Failure::config(
            format!("{} is no use-case form: {error}", file.display()),
            "`bedrock access request --help` shows one",
        )
    })
}

/// Asks for it, question by question.
pub(super) fn ask(stderr: Stderr) -> Result<UseCaseForm, Failure> {
    if !io::stdin().is_terminal() {
        return Err(Failure::config(
            "Anthropic asks once for an account what its models are for, and there is no terminal to ask you on",
            "give the form as JSON with --form FILE; `bedrock access request --help` shows one",
        ));
    }
    stderr.note(
        "Anthropic asks once for an account what its models are for. No personal or secret things, please.",
    );
    let company = answer(stderr, "Company: ")?;
    let site = answer(stderr, "Its website: ")?;
    let users = loop {
        match answer(stderr, "Who will use it? 0: people in the company, 1: others too. 0 or 1: ")?.as_str() {
            users @ ("0" | "1") => break users.to_owned(),
            _ => stderr.note("type 0 or 1"),
        }
    };
    let industry = answer(stderr, "Industry, such as Education: ")?;
    let use_cases = answer(stderr, "What it is for, in a sentence: ")?;
    Ok(UseCaseForm::new(company, site, users, industry, use_cases))
}

/// A question that is answered with y or n; n without a terminal.
pub(super) fn confirm(stderr: Stderr, question: &str) -> Result<bool, Failure> {
    if !io::stdin().is_terminal() {
        return Ok(false);
    }
    let said = line(stderr, question)?;
    Ok(matches!(said.to_ascii_lowercase().as_str(), "y" | "yes"))
}

/// Asks until something is said.
fn answer(stderr: Stderr, question: &str) -> Result<String, Failure> {
    loop {
        let said = line(stderr, question)?;
        if !said.is_empty() {
            return Ok(said);
        }
        stderr.note("this has to be answered; Ctrl-C leaves, and nothing is sent");
    }
}

fn line(stderr: Stderr, question: &str) -> Result<String, Failure> {
    stderr.prompt(question);
    let mut line = String::new();
    let read =
        io::stdin().lock().read_line(&mut line).map_err(|error| Failure::input("the terminal", &error))?;
    if read == 0 {
        return Err(Failure::config("the form was not finished", "nothing was sent"));
    }
    Ok(line.trim().to_owned())
}

pub(super) const HELP: &str = r#"The form, asked for once for an account:
  {"companyName": "Example", "companyWebsite": "https://example.com", "intendedUsers": "0",
   "industryOption": "Education", "otherIndustryOption": "", "useCases": "Summaries of lectures"}
intendedUsers is 0 for people inside the company, 1 for people outside."#;
