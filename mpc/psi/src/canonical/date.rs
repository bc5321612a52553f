//! `date/1`.

use time::{Date, Month};

use super::Canonical;
use super::text::text;

pub(super) const EXAMPLES: &[(&str, Option<&str>)] = &[
    ("2024-1-2", Some("2024-01-02")),
    ("2024/01/02", Some("2024-01-02")),
    ("２０２４．１．２", Some("2024-01-02")),
    ("20240102", Some("2024-01-02")),
    ("2024年1月2日", Some("2024-01-02")),
    (" 2024 年 01 月 02 日 ", Some("2024-01-02")),
    ("2024-01-02T00:00:00Z", Some("2024-01-02")),
    ("2024-01-02 00:00:00.000", Some("2024-01-02")),
    ("2024-01-02 08:30:00", Some("2024-01-02 08:30:00")),
    ("2023-02-29", Some("2023-02-29")),
    ("02/01/2024", Some("02/01/2024")),
    ("", None),
];

pub(super) fn date(raw: &str) -> Canonical {
    let text = text(raw);
    match parse(&text) {
        Some(day) => Canonical::Regular(format!("{:04}-{:02}-{:02}", day.year(), u8::from(day.month()), day.day())),
        None => Canonical::Irregular(text),
    }
}

fn parse(text: &str) -> Option<Date> {
    let text = without_midnight(text);
    if text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return day(&text[..4], &text[4..6], &text[6..]);
    }
    let chinese = text.split_once('年').and_then(|(year, rest)| {
        let (month, rest) = rest.split_once('月')?;
        Some((year, month, rest.trim().strip_suffix('日')?))
    });
    let (year, month, number) = chinese.or_else(|| {
        ['-', '/', '.'].into_iter().find_map(|separator| {
            let mut parts = text.split(separator);
            let found = (parts.next()?, parts.next()?, parts.next()?);
            parts.next().is_none().then_some(found)
        })
    })?;
    day(year.trim(), month.trim(), number.trim())
}

/// Without a time of midnight, in whatever precision and with whatever mark of UTC. Another time of day
/// says that the column is no date.
fn without_midnight(text: &str) -> &str {
    let Some((day, time)) = text.split_once(['T', ' ']) else { return text };
    let time = time.strip_suffix('Z').unwrap_or(time);
    let zeros = time.bytes().all(|byte| matches!(byte, b'0' | b':' | b'.'));
    if zeros && time.starts_with("00:00") { day } else { text }
}

fn day(year: &str, month: &str, day: &str) -> Option<Date> {
    if year.len() != 4 || month.len() > 2 || day.len() > 2 {
        return None;
    }
    let number = |text: &str| -> Option<u16> {
        text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
    };
    let month = Month::try_from(u8::try_from(number(month)?).ok()?).ok()?;
    Date::from_calendar_date(i32::from(number(year)?), month, u8::try_from(number(day)?).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_that_do_not_exist_are_irregular() {
        for text in ["2023-02-29", "2024-13-01", "2024-00-10", "2024-04-31", "1900-02-29", "20240230"] {
            assert!(matches!(date(text), Canonical::Irregular(_)), "{text}");
        }
        for text in ["2024-02-29", "2000-02-29", "1949-10-01"] {
            assert!(matches!(date(text), Canonical::Regular(_)), "{text}");
        }
    }
}
