//! Empty on purpose: this package is its tests.
