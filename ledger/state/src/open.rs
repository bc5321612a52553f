//! Opening a store: the first time with the genesis state, later with what is there, after checking that it
//! fits together.

use ledger_types::block::Genesis;
use ledger_types::cbor;
use parking_lot::{Mutex, RwLock};
use rocksdb::{
    BlockBasedOptions, Cache, ColumnFamilyDescriptor, DB, DBCompressionType, DBRecoveryMode, Options, SliceTransform,
    WriteBatch,
};

use crate::config::StoreConfig;
use crate::error::StoreError;
use crate::head::Tip;
use crate::key::{self, cf, meta};
use crate::latest::Latest;
use crate::store::{Store, column, decode};
use crate::tree::{self, Nodes};

/// Version of the layout of keys and values.
const LAYOUT: u32 = 1;

/// Memory for rows not yet in files, over all families.
const WRITE_BUFFERS_BYTES: usize = 64 * 1024 * 1024;

fn database_options() -> Options {
    let mut o = Options::default();
    o.create_if_missing(true);
    o.create_missing_column_families(true);
    // A commit that was synced is never lost in silence: only a torn last record, which was never
    // acknowledged, is dropped; damage before it is an error.
    o.set_wal_recovery_mode(DBRecoveryMode::TolerateCorruptedTailRecords);
    // All families stand at the same block, whatever was flushed when.
    o.set_atomic_flush(true);
    o.set_paranoid_checks(true);
    o.set_db_write_buffer_size(WRITE_BUFFERS_BYTES);
    o.set_max_total_wal_size(2 * WRITE_BUFFERS_BYTES as u64);
    o.set_max_open_files(512);
    o.set_max_background_jobs(2);
    o.set_keep_log_file_num(2);
    o.set_max_log_file_size(1024 * 1024);
    o.set_stats_dump_period_sec(0);
    o.set_stats_persist_period_sec(0);
    o
}

fn family_options(name: &str, cache: &Cache) -> Options {
    let mut o = Options::default();
    let mut blocks = BlockBasedOptions::default();
    blocks.set_block_cache(cache);
    blocks.set_bloom_filter(10.0, false);
    blocks.set_cache_index_and_filter_blocks(true);
    blocks.set_pin_l0_filter_and_index_blocks_in_cache(true);
    o.set_write_buffer_size(16 * 1024 * 1024);
    match name {
        // The last value at or below a height is one seek within the key's prefix.
        cf::VAL => {
            o.set_prefix_extractor(SliceTransform::create_fixed_prefix(32));
            o.set_memtable_prefix_bloom_ratio(0.1);
            blocks.set_whole_key_filtering(false);
            o.set_compression_type(DBCompressionType::Lz4);
        }
        // Digests do not compress.
        cf::NODE | cf::STALE | cf::TXIDX | cf::HASHIDX => o.set_compression_type(DBCompressionType::None),
        _ => o.set_compression_type(DBCompressionType::Lz4),
    }
    o.set_block_based_table_factory(&blocks);
    o
}

impl Store {
    /// Opens the store in `config.dir`. A new one starts with the state that `genesis_state` gives, a list of
    /// keys and values without repeats; an old one must hold the same genesis document and is checked.
    pub fn open<E: From<StoreError>>(
        config: &StoreConfig,
        genesis: &Genesis,
        genesis_state: impl FnOnce() -> Result<Vec<(Vec<u8>, Vec<u8>)>, E>,
    ) -> Result<Self, E> {
        let db = open_database(config)?;
        let tip = match read_meta(&db, meta::LAYOUT)? {
            None => start(&db, genesis, genesis_state()?)?,
            Some(layout) => check(&db, genesis, &layout)?,
        };
        Ok(Self {
            db,
            genesis: genesis.clone(),
            retention: config.retention,
            latest: Latest::new(config.latest_values, tip.height),
            tip: RwLock::new(tip),
            committing: Mutex::new(()),
        })
    }
}

fn open_database(config: &StoreConfig) -> Result<DB, StoreError> {
    let failed = |detail: String| StoreError::Open { dir: config.dir.display().to_string(), detail };
    std::fs::create_dir_all(&config.dir).map_err(|e| failed(e.to_string()))?;
    let cache = Cache::new_lru_cache(config.cache_bytes);
    let families = cf::ALL.map(|name| ColumnFamilyDescriptor::new(name, family_options(name, &cache)));
    DB::open_cf_descriptors(&database_options(), &config.dir, families).map_err(|e| match e.kind() {
        rocksdb::ErrorKind::Corruption => StoreError::Corrupt(e.into_string()),
        _ => failed(e.into_string()),
    })
}

fn read_meta(db: &DB, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
    Ok(db.get_cf(column(db, cf::META), key)?)
}

fn start(db: &DB, genesis: &Genesis, state: Vec<(Vec<u8>, Vec<u8>)>) -> Result<Tip, StoreError> {
    // The layout row is written with everything else of the genesis: a store without it is empty.
    let writes = state.into_iter().map(|(k, v)| (k, Some(v))).collect();
    let update = tree::stage(db, genesis.suite, &genesis.chain, 0, writes)?;
    let hash = genesis.hash();
    let tip = Tip { height: 0, hash, state_root: update.root(), time_ms: genesis.time_ms };
    let mut batch = WriteBatch::default();
    let meta_cf = column(db, cf::META);
    batch.put_cf(meta_cf, meta::LAYOUT, LAYOUT.to_be_bytes());
    batch.put_cf(meta_cf, meta::GENESIS, cbor::to_bytes(genesis));
    batch.put_cf(meta_cf, meta::TIP, cbor::to_bytes(&tip));
    batch.put_cf(column(db, cf::HASHIDX), hash.0, key::height(0));
    crate::commit::put_state(db, &mut batch, &update)?;
    crate::commit::write(db, batch)?;
    Ok(tip)
}

fn check(db: &DB, genesis: &Genesis, layout: &[u8]) -> Result<Tip, StoreError> {
    let found = layout.try_into().map(u32::from_be_bytes).map_err(|_| StoreError::corrupt("layout"))?;
    if found != LAYOUT {
        return Err(StoreError::OtherLayout { expected: LAYOUT, found });
    }
    let row = |name: &[u8], what: &str| read_meta(db, name)?.ok_or_else(|| StoreError::corrupt(what));
    let stored: Genesis = decode(&row(meta::GENESIS, "the genesis document is missing")?, "genesis document")?;
    if &stored != genesis {
        return Err(StoreError::OtherGenesis { expected: genesis.hash(), found: stored.hash() });
    }
    let tip: Tip = decode(&row(meta::TIP, "the tip is missing")?, "tip")?;
    if tip.height == 0 {
        return if tip.hash == genesis.hash() { Ok(tip) } else { Err(StoreError::corrupt("tip at genesis")) };
    }
    let head = db.get_cf(column(db, cf::BLOCK), key::height(tip.height))?;
    let head = head.ok_or_else(|| StoreError::Corrupt(format!("block {} is missing", tip.height)))?;
    let head: crate::head::Head = decode(&head, "block")?;
    let fits = head.header.hash(genesis.suite) == tip.hash
        && head.hash == tip.hash
        && head.header.state_root == tip.state_root
        && head.certificate.block == tip.hash;
    if !fits {
        return Err(StoreError::Corrupt(format!("block {} is not the one that was committed", tip.height)));
    }
    if tree::root(&Nodes::new(db), genesis.suite, tip.height)? != Some(tip.state_root) {
        return Err(StoreError::Corrupt(format!("the state of block {} has another root", tip.height)));
    }
    Ok(tip)
}
