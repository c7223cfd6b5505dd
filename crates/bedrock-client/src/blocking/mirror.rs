//! How a handle becomes one whose calls wait: the same names, one line for each.
//!
//! ```text
//! mirror! {
//!     /// What it is, and an example.
//!     #[derive(Debug, Clone, Copy)]
//!     InvocationLogging {
//!         get() -> Response<ModelInvocationLoggingConfiguration>,
//!     }
//! }
//! ```
//!
//! Options of the handle, which take it and give it back, stand in brackets before its calls. What is not here: handles that lend
//! nothing of a client, such as messages and streams, which are written out.

/// Makes `blocking::Name` of [`crate`]'s handle `Name`.
macro_rules! mirror {
    (
        $(#[$attribute:meta])*
        $name:ident $( [ $( $option:ident ( $($value:ident : $kind:ty),* ), )* ] )? {
            $( $method:ident ( $($argument:ident : $taken:ty),* ) -> $answer:ty, )*
        }
    ) => {
        $(#[$attribute])*
        pub struct $name<'a> {
            handle: crate::$name<'a>,
            driver: &'a $crate::blocking::driver::Driver,
        }

        impl<'a> $name<'a> {
            pub(super) fn new(
                handle: crate::$name<'a>,
                driver: &'a $crate::blocking::driver::Driver,
            ) -> Self {
                Self { handle, driver }
            }

            $($(
                #[doc = concat!("As [`crate::", stringify!($name), "::", stringify!($option), "`].")]
                #[must_use]
                pub fn $option(self $(, $value: $kind)*) -> Self {
                    Self { handle: self.handle.$option($($value),*), ..self }
                }
            )*)?

            $(
                #[doc = concat!("As [`crate::", stringify!($name), "::", stringify!($method), "`], waiting.")]
                ///
                /// # Errors
                ///
                #[doc = concat!("Those of [`crate::", stringify!($name), "::", stringify!($method), "`].")]
                pub fn $method(&self $(, $argument: $taken)*) -> Result<$answer, $crate::Error> {
                    self.driver.wait(self.handle.$method($($argument),*))
                }
            )*
        }
    };
}

pub(super) use mirror;
