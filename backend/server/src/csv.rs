//! Lists as CSV: UTF-8 with mark (spreadsheets on Chinese Windows take anything else for GBK), CRLF, and cells
//! that a spreadsheet would run as a formula made harmless.

use serde_json::Value;

/// A page in JSON as CSV: one line per item, one column per scalar field; nested objects give `a.b`, lists are
/// joined by `; `.
pub fn from_page(page: &Value) -> Vec<u8> {
    let items = page.get("items").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let rows: Vec<Vec<(String, String)>> = items.iter().map(|i| flatten("", i)).collect();
    let mut header: Vec<String> = Vec::new();
    for (name, _) in rows.iter().flatten() {
        if !header.contains(name) {
            header.push(name.clone());
        }
    }
    let mut out = "\u{feff}".to_owned();
    line(&mut out, header.iter().map(String::as_str));
    for row in &rows {
        let cell = |name: &String| row.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v.as_str());
        line(&mut out, header.iter().map(cell));
    }
    out.into_bytes()
}

fn flatten(prefix: &str, value: &Value) -> Vec<(String, String)> {
    match value {
        Value::Object(fields) => fields
            .iter()
            .flat_map(|(name, v)| {
                flatten(&if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") }, v)
            })
            .collect(),
        other => vec![(prefix.to_owned(), scalar(other))],
    }
}

fn scalar(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(s) => s.clone(),
        Value::Array(items) => items.iter().map(scalar).collect::<Vec<_>>().join("; "),
        Value::Object(fields) => {
            fields.iter().map(|(k, v)| format!("{k}={}", scalar(v))).collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    }
}

fn line<'a>(out: &mut String, cells: impl Iterator<Item = &'a str>) {
    for (i, cell) in cells.enumerate() {
        if i > 0 {
            out.push(',');
        }
        // OWASP "CSV injection": a leading apostrophe keeps spreadsheets from evaluating.
        let risky = cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && cell.parse::<f64>().is_err();
        let cell = if risky { format!("'{cell}") } else { cell.to_owned() };
        if cell.contains([',', '"', '\n', '\r']) {
            out.push('"');
            out.push_str(&cell.replace('"', "\"\""));
            out.push('"');
        } else {
            out.push_str(&cell);
        }
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_and_formulas_are_harmless() {
        let page = serde_json::json!({"items": [
            {"id": "a", "org": {"id": "rsj", "name": "人社局"}, "n": -5, "list": ["x", "y"], "none": null},
            {"id": "=cmd|'/c calc'!A1", "n": 2, "text": "a,\"b\"\nc"},
        ]});
        let csv = String::from_utf8(from_page(&page)).expect("UTF-8");
        let expected = "\u{feff}id,org.id,org.name,n,list,none,text\r\n\
                        a,rsj,人社局,-5,x; y,,\r\n\
                        '=cmd|'/c calc'!A1,,,2,,,\"a,\"\"b\"\"\nc\"\r\n";
        assert_eq!(csv, expected);
    }
}
