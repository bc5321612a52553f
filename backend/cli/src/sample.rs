//! Seeded, entirely invented sample data: residents with valid check digits, and the dirt that real files
//! have. The same seed gives the same bytes on every machine.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{Rng, RngCore, SeedableRng};
use rand_chacha::ChaCha20Rng;

/// How many rows each file gets, and how the two sides overlap.
#[derive(Debug, Clone, Copy)]
pub struct SampleSize {
    /// Rows of the social insurance file (人社局).
    pub insurance: usize,
    /// Rows of the loan file (银行).
    pub loans: usize,
    /// Rows of the visits file (医院).
    pub visits: usize,
    /// Residents from whom all three draw.
    pub population: usize,
}

impl SampleSize {
    /// The size of the demo: 100,000 × 80,000 rows.
    pub const DEMO: Self = Self { insurance: 100_000, loans: 80_000, visits: 60_000, population: 160_000 };
    /// Small enough to read, committed under `samples/`.
    pub const SMALL: Self = Self { insurance: 60, loans: 40, visits: 30, population: 90 };
}

/// The files that were written.
#[derive(Debug, Clone)]
pub struct SampleFiles {
    /// 社会保险参保信息 of 人社局.
    pub insurance: PathBuf,
    /// 贷款申请 of 银行.
    pub loans: PathBuf,
    /// 门诊记录 of 医院.
    pub visits: PathBuf,
}

/// Seed of the demo's data.
pub const SEED: u64 = 20_261_121;

struct Resident {
    id: String,
    name: String,
    phone: String,
}

const REGIONS: &[&str] = &[
    "110105", "310115", "330106", "330203", "320508", "440305", "510104", "420111", "610113", "370202", "350203",
    "430102",
];
const SURNAMES: &[&str] = &[
    "王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "胡", "朱", "高", "林", "何", "郭", "马",
    "罗", "梁", "宋", "郑", "谢", "韩", "唐", "冯", "于", "董", "萧", "欧阳", "司马",
];
const GIVEN: &[&str] = &[
    "伟", "芳", "娜", "敏", "静", "丽", "强", "磊", "军", "洋", "勇", "艳", "杰", "娟", "涛", "明", "超", "秀英", "霞",
    "平", "刚", "桂英", "建国", "志强", "婷婷", "浩然", "子涵", "梓萱", "宇轩", "欣怡", "思远", "晨曦", "雨桐", "俊杰",
    "玉兰", "海燕", "文博", "䶮",
];
const EMPLOYERS: &[&str] = &[
    "滨江机械厂",
    "云栖软件有限公司",
    "东海食品集团",
    "第三建筑公司",
    "城市公交公司",
    "明德中学",
    "个体",
    "远航物流",
    "绿野农业合作社",
];
const DISTRICTS: &[&str] = &["滨江区", "西湖区", "余杭区", "萧山区", "上城区"];
const PRODUCTS: &[&str] = &["个人消费贷", "小微经营贷", "住房按揭贷", "助学贷"];
const DEPARTMENTS: &[&str] = &["内科", "外科", "儿科", "骨科", "眼科", "中医科"];

/// GB 11643-1999: the 18th character from the first 17 digits.
fn check_character(first17: &str) -> char {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = first17.bytes().zip(WEIGHTS).map(|(b, w)| u32::from(b - b'0') * w).sum();
    ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'][(sum % 11) as usize]
}

fn resident(rng: &mut impl Rng, serial: usize) -> Resident {
    let region = REGIONS[rng.gen_range(0..REGIONS.len())];
    // The serial number spreads over birthdays and sequence numbers, so that no two residents share an id.
    let year = 1950 + serial / 18_000 % 9 * 6 + rng.gen_range(0..6);
    let (month, day) = (1 + serial / 1_500 % 12, 1 + serial / 54 % 28);
    let sequence = (serial % 54) * 18 + rng.gen_range(0..18);
    let first17 = format!("{region}{year:04}{month:02}{day:02}{sequence:03}");
    let check = check_character(&first17);
    let name = format!("{}{}", SURNAMES[rng.gen_range(0..SURNAMES.len())], GIVEN[rng.gen_range(0..GIVEN.len())]);
    let prefix = ["133", "138", "150", "159", "177", "186", "199"][rng.gen_range(0..7)];
    let phone = format!("{prefix}{:08}", rng.gen_range(0..100_000_000u32));
    Resident { id: format!("{first17}{check}"), name, phone }
}

/// What people and exports do to an id: blanks, lower case, full width. `id-cn/1` undoes all of it.
fn dirty_id(id: &str, rng: &mut impl Rng) -> String {
    match rng.gen_range(0..100) {
        0 => format!(" {id}"),
        1 => format!("{id}  "),
        2 => id.to_lowercase(),
        3 => id.chars().map(full_width).collect(),
        4 => format!("\u{feff}{id}").trim_start_matches('\u{feff}').to_owned() + "\t",
        _ => id.to_owned(),
    }
}

fn full_width(c: char) -> char {
    match c {
        '0'..='9' => char::from_u32('０' as u32 + (c as u32 - '0' as u32)).expect("full-width digits are contiguous"),
        'X' => 'Ｘ',
        other => other,
    }
}

fn dirty_phone(phone: &str, rng: &mut impl Rng) -> String {
    match rng.gen_range(0..20) {
        0 => format!("+86 {phone}"),
        1 => format!("{}-{}-{}", &phone[..3], &phone[3..7], &phone[7..]),
        _ => phone.to_owned(),
    }
}

// Which residents a file holds: `rows` of them, of which about 1 % appear twice and 0.5 % have no id.
fn draw(rng: &mut StdRng, population: usize, rows: usize, from: usize) -> Vec<(usize, bool)> {
    let mut order: Vec<usize> = (0..population).collect();
    order.rotate_left(from);
    order.truncate(population.min(rows + rows / 4));
    order.shuffle(rng);
    let twice = rows / 100;
    order.truncate(rows - twice);
    let mut picks: Vec<(usize, bool)> = order.iter().map(|r| (*r, rng.gen_range(0..200) == 0)).collect();
    for _ in 0..twice {
        let again = picks[rng.gen_range(0..picks.len())].0;
        let at = rng.gen_range(0..=picks.len());
        picks.insert(at, (again, false));
    }
    picks
}

fn date(rng: &mut impl Rng) -> String {
    format!("2026-{:02}-{:02}", rng.gen_range(1..=10), rng.gen_range(1..=28))
}

fn csv(path: &Path, header: &str, mut rows: impl FnMut(&mut BufWriter<File>) -> io::Result<()>) -> io::Result<()> {
    let mut out = BufWriter::new(File::create(path)?);
    writeln!(out, "{header}")?;
    rows(&mut out)?;
    out.flush()
}

/// Writes the three files into `dir`.
pub fn write(dir: &Path, seed: u64, size: SampleSize) -> io::Result<SampleFiles> {
    std::fs::create_dir_all(dir)?;
    let mut rng = ChaCha20Rng::seed_from_u64(seed);
    let residents: Vec<Resident> = (0..size.population).map(|serial| resident(&mut rng, serial)).collect();
    let mut rng = StdRng::from_seed({
        let mut s = [0; 32];
        rng.fill_bytes(&mut s);
        s
    });
    let files = SampleFiles {
        insurance: dir.join("rsj-social-insurance.csv"),
        loans: dir.join("bank-loan-applications.csv"),
        visits: dir.join("hospital-visits.csv"),
    };

    let picks = draw(&mut rng, size.population, size.insurance, 0);
    csv(&files.insurance, "id_no,name,employer,district,insured_months,monthly_base", |out| {
        for (r, blank) in &picks {
            let who = &residents[*r];
            let id = if *blank { String::new() } else { dirty_id(&who.id, &mut rng) };
            let (months, base) = (rng.gen_range(0..420), rng.gen_range(40..300) * 100);
            let employer = EMPLOYERS[rng.gen_range(0..EMPLOYERS.len())];
            let district = DISTRICTS[rng.gen_range(0..DISTRICTS.len())];
            writeln!(out, "{id},{},{employer},{district},{months},{base}", who.name)?;
        }
        Ok(())
    })?;

    let picks = draw(&mut rng, size.population, size.loans, size.population / 3);
    csv(&files.loans, "id_no,customer,phone,product,amount,applied_on", |out| {
        for (r, blank) in &picks {
            let who = &residents[*r];
            let id = if *blank { String::new() } else { dirty_id(&who.id, &mut rng) };
            let product = PRODUCTS[rng.gen_range(0..PRODUCTS.len())];
            let amount = rng.gen_range(1..500) * 1000;
            let phone = dirty_phone(&who.phone, &mut rng);
            writeln!(out, "{id},{},{phone},{product},{amount},{}", who.name, date(&mut rng))?;
        }
        Ok(())
    })?;

    let picks = draw(&mut rng, size.population, size.visits, size.population / 2);
    csv(&files.visits, "id_no,phone,department,visit_date,fee", |out| {
        for (r, blank) in &picks {
            let who = &residents[*r];
            let id = if *blank { String::new() } else { dirty_id(&who.id, &mut rng) };
            let department = DEPARTMENTS[rng.gen_range(0..DEPARTMENTS.len())];
            let phone = dirty_phone(&who.phone, &mut rng);
            writeln!(out, "{id},{phone},{department},{},{}", date(&mut rng), rng.gen_range(20..3000))?;
        }
        Ok(())
    })?;
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn check_characters_are_those_of_the_standard() {
        // Published examples of GB 11643-1999.
        assert_eq!(check_character("11010519491231002"), 'X');
        assert_eq!(check_character("44052418800101001"), '4');
    }

    #[test]
    fn residents_have_different_ids() {
        let mut rng = ChaCha20Rng::seed_from_u64(1);
        let ids: BTreeSet<String> = (0..160_000).map(|s| resident(&mut rng, s).id[6..17].to_owned()).collect();
        assert_eq!(ids.len(), 160_000);
    }

    #[test]
    fn the_committed_samples_are_what_the_generator_writes() {
        let dir = tempfile::tempdir().unwrap();
        let made = write(dir.path(), SEED, SampleSize::SMALL).unwrap();
        let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples/small");
        for file in [made.insurance, made.loans, made.visits] {
            let name = file.file_name().unwrap();
            assert_eq!(std::fs::read(&file).unwrap(), std::fs::read(committed.join(name)).unwrap(), "{name:?}");
        }
    }
}
