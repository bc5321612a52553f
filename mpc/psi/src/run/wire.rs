//! Reading fixed-layout messages without panics.

use super::error::PsiError;

/// Takes fields off the front of a message.
pub(crate) struct Fields<'a> {
    rest: &'a [u8],
    message: &'static str,
}

impl<'a> Fields<'a> {
    pub(crate) fn new(message: &'static str, bytes: &'a [u8]) -> Self {
        Self { rest: bytes, message }
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], PsiError> {
        let (head, rest) = self.rest.split_first_chunk::<N>().ok_or(PsiError::Malformed { message: self.message })?;
        self.rest = rest;
        Ok(*head)
    }

    pub(crate) fn bytes(&mut self, len: usize) -> Result<&'a [u8], PsiError> {
        let (head, rest) = self.rest.split_at_checked(len).ok_or(PsiError::Malformed { message: self.message })?;
        self.rest = rest;
        Ok(head)
    }

    pub(crate) fn u8(&mut self) -> Result<u8, PsiError> {
        self.array::<1>().map(|[byte]| byte)
    }

    pub(crate) fn u16(&mut self) -> Result<u16, PsiError> {
        self.array().map(u16::from_be_bytes)
    }

    pub(crate) fn u32(&mut self) -> Result<u32, PsiError> {
        self.array().map(u32::from_be_bytes)
    }

    pub(crate) fn u64(&mut self) -> Result<u64, PsiError> {
        self.array().map(u64::from_be_bytes)
    }

    /// What is left.
    pub(crate) fn rest(&mut self) -> &'a [u8] {
        std::mem::take(&mut self.rest)
    }

    /// Nothing may be left.
    pub(crate) fn end(self) -> Result<(), PsiError> {
        if self.rest.is_empty() { Ok(()) } else { Err(PsiError::Malformed { message: self.message }) }
    }
}
