//! Whole-system tests on a real consortium of processes.
