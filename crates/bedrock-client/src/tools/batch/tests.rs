//! Calls of one turn: bound, order, approval, panics, and what is left of one that is dropped.

use std::{
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use bedrock_types::{CustomTool, RawJson};

use super::*;
use crate::{FnTool, StopHandle};

#[derive(serde::Deserialize)]
struct Wait {
    ms: u64,
}

fn definition(name: &str) -> CustomTool {
    CustomTool::new(name, RawJson::parse(r#"{"type":"object"}"#).expect("JSON"))
}

fn calls(inputs: &[&str]) -> Vec<ToolUseBlock> {
    let call = |(index, input): (usize, &&str)| {
        ToolUseBlock::new(format!("toolu_{index}"), "wait", ToolInput::from_text((*input).to_owned()))
    };
    inputs.iter().enumerate().map(call).collect()
}

fn batch(tool: FnTool, calls: &[ToolUseBlock], approve: Option<Approve>, max_parallel: usize) -> Batch {
    let mut tools = Toolbox::default();
    tools.add(Arc::new(tool));
    let terms =
        Terms { approve, max_parallel, cancellation: StopHandle::new().cancellation(), content: false };
    Batch::new(calls.iter().enumerate(), &tools, &terms)
}

/// Runs it to its end; what the model would be told, by call.
async fn results(mut batch: Batch) -> Vec<(String, bool)> {
    let mut results = std::collections::BTreeMap::new();
    while let Some(event) = batch.next().await {
        if let BatchEvent::Finished { call, result } = event {
            let Some(Content::Text(text)) = result.content else { panic!("a text") };
            let before = results.insert(call, (text, result.is_error == Some(true)));
            assert!(before.is_none(), "call {call} has two results");
        }
    }
    results.into_values().collect()
}

#[tokio::test(start_paused = true)]
async fn as_many_run_as_are_allowed_and_no_more() {
    for (max_parallel, expected) in [(0, 1), (1, 1), (3, 3), (100, 5)] {
        let (running, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let tool = FnTool::new(definition("wait"), {
            let (running, most) = (running.clone(), most.clone());
            move |input: Wait, _call| {
                let (running, most) = (running.clone(), most.clone());
                async move {
                    most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    tokio::time::sleep(Duration::from_millis(input.ms)).await;
                    running.fetch_sub(1, Ordering::SeqCst);
                    Ok(input.ms.to_string())
                }
            }
        });
        let inputs = [r#"{"ms":50}"#, r#"{"ms":10}"#, r#"{"ms":40}"#, r#"{"ms":20}"#, r#"{"ms":30}"#];
        let told = results(batch(tool, &calls(&inputs), None, max_parallel)).await;
        let texts: Vec<_> = told.iter().map(|(text, _)| text.as_str()).collect();
        assert_eq!(texts, ["50", "10", "40", "20", "30"]);
        assert_eq!(most.load(Ordering::SeqCst), expected, "of {max_parallel}");
    }
}

#[tokio::test]
async fn each_way_to_fail_is_told_to_the_model() {
    let tool = FnTool::new(definition("wait"), |input: Wait, _call| async move {
        match input.ms {
            0 => Err(ToolError::new("no time")),
            1 => panic!("a secret"),
            _ => Ok("fine"),
        }
    });
    let mut calls = calls(&[r#"{"ms":0}"#, r#"{"ms":1}"#, r#"{"ms":2}"#, r#"{"ms":"x"}"#, r#"{"ms":"#]);
    calls.push(ToolUseBlock::new("toolu_5", "weight", RawJson::parse("{}").expect("JSON")));
    let told = results(batch(tool, &calls, None, 8)).await;
    let expected = [
        ("no time", true),
        ("The tool crashed.", true),
        ("fine", false),
        ("The input does not fit the tool's schema: ms: invalid type: string …, expected u64", true),
        ("The input is not JSON", true),
        (r#"There is no tool "weight". The tools are: wait."#, true),
    ];
    for ((text, failed), (start, expected)) in told.iter().zip(expected) {
        assert!(text.starts_with(start), "{text}");
        assert_eq!(*failed, expected, "{text}");
    }
    assert_eq!(told.len(), expected.len());
}

#[tokio::test(start_paused = true)]
async fn one_call_at_a_time_is_asked_about_in_their_order() {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let approve: Approve = {
        let asked = asked.clone();
        Arc::new(move |call: ToolCall| {
            let asked = asked.clone();
            Box::pin(async move {
                asked.lock().expect("no panic").push(format!("? {}", call.id()));
                tokio::time::sleep(Duration::from_secs(1)).await;
                asked.lock().expect("no panic").push(format!("! {}", call.id()));
                match call.id() {
                    "toolu_0" => Approval::Allow,
                    "toolu_1" => Approval::Deny("not now".to_owned()),
                    "toolu_2" => Approval::Change(RawJson::parse(r#"{"ms":7}"#).expect("JSON")),
                    _ => panic!("whoever is asked can fail too"),
                }
            })
        })
    };
    let calls = calls(&[r#"{"ms":1}"#; 4]);
    for max_parallel in [1, 2, 8] {
        let tool =
            FnTool::new(definition("wait"), |input: Wait, _call| async move { Ok(input.ms.to_string()) });
        let told = results(batch(tool, &calls, Some(approve.clone()), max_parallel)).await;
        let told: Vec<_> = told.iter().map(|(text, failed)| (text.as_str(), *failed)).collect();
        assert_eq!(
            told,
            [
                ("1", false),
                ("The call was denied: not now", true),
                ("7", false),
                ("The call was denied.", true)
            ]
        );
        let asked = std::mem::take(&mut *asked.lock().expect("no panic")).join(" ");
        assert_eq!(asked, "? toolu_0 ! toolu_0 ? toolu_1 ! toolu_1 ? toolu_2 ! toolu_2 ? toolu_3 ! toolu_3");
    }
}

#[tokio::test]
async fn what_a_tool_says_comes_before_its_result() {
    let tool = FnTool::new(definition("wait"), |input: Wait, call: ToolCall| async move {
        for step in 0..input.ms {
            call.progress(format!("step {step}")).await;
        }
        Ok("done")
    });
    // More than wait to be read at a time.
    let steps = REPORTS * 3;
    let mut batch = batch(tool, &calls(&[&format!(r#"{{"ms":{steps}}}"#)]), None, 8);
    let mut seen = Vec::new();
    while let Some(event) = batch.next().await {
        seen.push(match event {
            BatchEvent::Report(Report::Started { name, .. }) => name,
            BatchEvent::Report(Report::Progress { text, .. }) => text,
            BatchEvent::Finished { .. } => "finished".to_owned(),
        });
    }
    let mut expected = vec!["wait".to_owned()];
    expected.extend((0..steps).map(|step| format!("step {step}")));
    expected.push("finished".to_owned());
    assert_eq!(seen, expected);
}
