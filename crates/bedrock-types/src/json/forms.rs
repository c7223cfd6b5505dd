//! Values that may be written in one of two forms, like a text or a list of blocks.

use super::value::Place;

/// What JSON looks like.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Truth,
    Text,
    Items,
    Object,
}

/// What [`two_forms!`] implements beside being a value.
pub(crate) trait TwoForms {
    /// Becomes the blank value of this form and lends it, unless it has no such form.
    fn choose(&mut self, form: Form) -> Option<Place<'_>>;

    /// The forms, as an error names them.
    fn names(&self) -> &'static str;
}

/// Makes a value of an enum of two alternatives, which are told apart by their form.
macro_rules! two_forms {
    ($name:ident: $one:ident as $one_form:ident, $other:ident as $other_form:ident, $names:literal) => {
        impl $crate::json::value::WireValue for $name {
            fn blank() -> Self {
                Self::$one($crate::json::value::WireValue::blank())
            }

            fn view(&self) -> $crate::json::value::View<'_> {
                match self {
                    Self::$one(value) => $crate::json::value::WireValue::view(value),
                    Self::$other(value) => $crate::json::value::WireValue::view(value),
                }
            }

            fn place(&mut self) -> $crate::json::value::Place<'_> {
                $crate::json::value::Place::TwoForms(self)
            }
        }

        impl $crate::json::forms::TwoForms for $name {
            fn choose(&mut self, form: $crate::json::forms::Form) -> Option<$crate::json::value::Place<'_>> {
                let blank = match form {
                    $crate::json::forms::Form::$one_form => {
                        Self::$one($crate::json::value::WireValue::blank())
                    }
                    $crate::json::forms::Form::$other_form => {
                        Self::$other($crate::json::value::WireValue::blank())
                    }
                    _ => return None,
                };
                $crate::json::value::put(self, blank);
                Some(match self {
                    Self::$one(value) => $crate::json::value::WireValue::place(value),
                    Self::$other(value) => $crate::json::value::WireValue::place(value),
                })
            }

            fn names(&self) -> &'static str {
                $names
            }
        }

        $crate::json::value::serde_impls!($name);
    };
}

pub(crate) use two_forms;
