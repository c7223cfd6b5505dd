//! Numbers within their bounds.

use serde_json::{Map, Number, Value};

/// An integer: what was said if it fits, or the one next to 1, and other ones for other items.
pub(super) fn integer(schema: &Map<String, Value>, hint: Option<&str>, nth: usize) -> Value {
    let bounds = Bounds::of(schema);
    if let Some(said) =
        hint.and_then(|hint| hint.parse::<i64>().ok()).filter(|said| nth == 0 && bounds.fit(as_float(*said)))
    {
        return said.into();
    }
    let step = if bounds.step.fract() == 0.0 { bounds.step } else { 1.0 };
    let least = bounds.least.ceil() + if bounds.above && bounds.least.fract() == 0.0 { 1.0 } else { 0.0 };
    let most = bounds.most.floor() - if bounds.below && bounds.most.fract() == 0.0 { 1.0 } else { 0.0 };
    let first = next_to_one(least, most, step);
    let value = first + step * as_float(i64::try_from(nth).unwrap_or(0));
    // A cast of a float ends at the bounds of the type, which is as near as can be.
    #[expect(clippy::cast_possible_truncation, reason = "see above")]
    let whole = (if value <= most { value } else { first }) as i64;
    whole.into()
}

/// A number, whole if there is a whole one.
pub(super) fn number(schema: &Map<String, Value>, hint: Option<&str>, nth: usize) -> Value {
    let bounds = Bounds::of(schema);
    let float = |value: f64| Number::from_f64(value).map_or(Value::from(0), Value::Number);
    if let Some(said) =
        hint.and_then(|hint| hint.parse::<f64>().ok()).filter(|said| nth == 0 && bounds.fit(*said))
    {
        return if said.fract() == 0.0 { whole(said) } else { float(said) };
    }
    let start = next_to_one(bounds.least, bounds.most, bounds.step)
        + bounds.step * as_float(i64::try_from(nth).unwrap_or(0));
    let between = f64::midpoint(bounds.least, bounds.most);
    let candidates = [start, start + bounds.step, start - bounds.step, between, bounds.least, bounds.most];
    let value = candidates.into_iter().find(|value| bounds.hold(*value)).unwrap_or(start);
    if value.fract() == 0.0 { whole(value) } else { float(value) }
}

/// The multiple of `step` that is nearest to 1 within the bounds.
fn next_to_one(least: f64, most: f64, step: f64) -> f64 {
    if least > 1.0 {
        (least / step).ceil() * step
    } else if most < 1.0 {
        (most / step).floor() * step
    } else if step <= 1.0 && (1.0 / step).fract() == 0.0 {
        1.0
    } else if step <= most {
        step
    } else {
        0.0
    }
}

struct Bounds {
    least: f64,
    /// Whether it must be more than `least`.
    above: bool,
    most: f64,
    /// Whether it must be less than `most`.
    below: bool,
    step: f64,
    /// Whether it must be a multiple of `step`.
    stepped: bool,
}

impl Bounds {
    fn of(schema: &Map<String, Value>) -> Self {
        let get = |keyword| schema.get(keyword).and_then(Value::as_f64);
        let (least, above) = tighter(get("minimum"), get("exclusiveMinimum"), |one, other| one > other);
        let (most, below) = tighter(get("maximum"), get("exclusiveMaximum"), |one, other| one < other);
        let step = get("multipleOf").filter(|step| *step > 0.0);
        let (stepped, step) = (step.is_some(), step.unwrap_or(1.0));
        Self { least: least.unwrap_or(-FAR), above, most: most.unwrap_or(FAR), below, step, stepped }
    }

    fn fit(&self, value: f64) -> bool {
        self.hold(value) && (!self.stepped || (value / self.step).fract() == 0.0)
    }

    fn hold(&self, value: f64) -> bool {
        let from = if self.above { value > self.least } else { value >= self.least };
        from && if self.below { value < self.most } else { value <= self.most }
    }
}

/// The bound that says more, and whether it is the exclusive one.
fn tighter(
    bound: Option<f64>,
    exclusive: Option<f64>,
    says_more: fn(f64, f64) -> bool,
) -> (Option<f64>, bool) {
    match (bound, exclusive) {
        (Some(bound), Some(exclusive)) if says_more(bound, exclusive) => (Some(bound), false),
        (_, Some(exclusive)) => (Some(exclusive), true),
        (bound, None) => (bound, false),
    }
}

#[expect(clippy::cast_precision_loss, reason = "numbers of prompts and indices of items are small")]
fn as_float(value: i64) -> f64 {
    value as f64
}

/// Written without a point.
fn whole(value: f64) -> Value {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "ends at the bounds of the type, and these are within"
    )]
    let whole = value as i64;
    whole.into()
}

/// What is not bounded goes so far: every integer up to it has a float of its own.
const FAR: f64 = 9_007_199_254_740_992.0;
