//! Files of a test application: an append-only file of decided blocks and one file for each undecided one,
//! synced before a call returns, with torn tails cut at opening.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use ledger_consensus::Undecided;
use ledger_types::block::{Block, Certificate};
use ledger_types::cbor;
use ledger_types::id::{Height, OrgId};
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

use super::SUITE;

#[derive(Serialize, Deserialize)]
struct Decided {
    body: ByteBuf,
    certificate: Certificate,
}

#[derive(Serialize, Deserialize)]
struct Proposed {
    height: Height,
    round: u32,
    proposer: OrgId,
    body: ByteBuf,
}

pub struct Store {
    dir: PathBuf,
    blocks: Mutex<File>,
}

pub type Blocks = Vec<(Block, Vec<u8>, Certificate)>;

/// The blocks of a node's file, up to a record that is not whole, and where that begins.
pub fn read_blocks(dir: &Path) -> (Blocks, u64) {
    let all = std::fs::read(dir.join("blocks")).unwrap_or_default();
    let (mut rest, mut out, mut good) = (&all[..], Vec::new(), 0);
    while let Some((len, tail)) = rest.split_first_chunk::<4>() {
        let Some((record, tail)) = tail.split_at_checked(u32::from_be_bytes(*len) as usize) else { break };
        let Ok(Decided { body, certificate }) = cbor::from_bytes(record) else { break };
        let block: Block = cbor::from_bytes(&body).expect("only valid blocks are written");
        out.push((block, body.into_vec(), certificate));
        good += 4 + record.len() as u64;
        rest = tail;
    }
    (out, good)
}

impl Store {
    pub fn open(dir: &Path) -> (Self, Blocks, Vec<(Height, Undecided, Vec<u8>)>) {
        std::fs::create_dir_all(dir.join("undecided")).expect("a directory");
        let (blocks, good) = read_blocks(dir);
        let file = OpenOptions::new().create(true).append(true).open(dir.join("blocks")).expect("a file");
        file.set_len(good).expect("cut");
        let tip = blocks.len() as Height;
        let mut undecided = Vec::new();
        for entry in std::fs::read_dir(dir.join("undecided")).expect("a directory") {
            let path = entry.expect("an entry").path();
            let bytes = std::fs::read(&path).expect("readable");
            match cbor::from_bytes::<Proposed>(&bytes) {
                Ok(p) if p.height == tip + 1 => {
                    let block: Block = cbor::from_bytes(&p.body).expect("only valid blocks are written");
                    let block_hash = block.header.hash(SUITE);
                    let u = Undecided { round: p.round, proposer: p.proposer, block_hash, valid: true };
                    undecided.push((p.height, u, p.body.into_vec()));
                }
                _ => std::fs::remove_file(&path).expect("removable"),
            }
        }
        (Self { dir: dir.to_owned(), blocks: Mutex::new(file) }, blocks, undecided)
    }

    pub fn keep_undecided(&self, (height, u, body): &(Height, Undecided, Vec<u8>)) {
        let body = ByteBuf::from(body.clone());
        let bytes = cbor::to_bytes(&Proposed { height: *height, round: u.round, proposer: u.proposer.clone(), body });
        let mut file = File::create(self.dir.join("undecided").join(u.block_hash.to_string())).expect("a file");
        file.write_all(&bytes).expect("written");
        file.sync_data().expect("synced");
    }

    pub fn append_block(&self, body: &[u8], certificate: &Certificate) {
        let decided = Decided { body: ByteBuf::from(body), certificate: certificate.clone() };
        let record = cbor::to_bytes(&decided);
        let mut file = self.blocks.lock();
        file.write_all(&[&(record.len() as u32).to_be_bytes()[..], &record].concat()).expect("written");
        file.sync_data().expect("synced");
    }
}
