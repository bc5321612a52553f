import type { S } from '@/api/types';

/** What the wizard keeps between visits. */
export type PublishDraft = {
  source: string;
  /** Without the organisation's prefix. */
  name: string;
  title: string;
  description: string;
  theme: string;
  classification: S['Sensitivity'];
  /** Columns to publish, in the order of the file. */
  columns: S['Column'][];
  /** Id of the dataset with the prefix. */
  id: string;
};

export const EMPTY: PublishDraft = { source: '', name: '', title: '', description: '', theme: '', classification: 'internal', columns: [], id: '' };

/** A first draft from a source: every column, nothing permitted. */
export function fromSource(s: S['Source'], org: string): PublishDraft {
  const name = s.id.startsWith(`${org}.`) ? s.id.slice(org.length + 1) : s.id;
  return {
    ...EMPTY,
    source: s.id,
    name,
    id: `${org}.${name}`,
    title: s.name.replace(/\.(csv|parquet)$/i, ''),
    columns: s.columns.flatMap(columnOf),
  };
}

/** A column as it is published at first: closed. Types that cannot be shared give none. */
export function columnOf(c: S['SourceColumn']): S['Column'][] {
  return c.data_type === null ? [] : [{ name: c.name, data_type: c.data_type, description: '', sensitivity: 'internal', rules: [] }];
}

const SLUG = /^[a-z0-9][a-z0-9._-]{0,63}$/;

/** What keeps a step from being complete, as a word key. */
export function missingAt(step: 'connect' | 'schema' | 'policy' | 'publish', d: PublishDraft): string | undefined {
  switch (step) {
    case 'connect':
      return d.source === '' ? 'source' : undefined;
    case 'schema':
      if (d.title.trim() === '') return 'title';
      if (d.theme.trim() === '') return 'theme';
      if (d.name === '' || !SLUG.test(d.id)) return 'id';
      return d.columns.length === 0 ? 'columns' : undefined;
    case 'policy': {
      const rank = { public: 0, internal: 1, sensitive: 2, core: 3 };
      return d.columns.some((c) => rank[c.sensitivity] > rank[d.classification]) ? 'grade' : undefined;
    }
    case 'publish':
      return undefined;
  }
}

/** The request that is previewed and signed. */
export function requestOf(d: PublishDraft, preparation: string): S['DatasetCreate'] {
  return {
    id: d.id,
    title: d.title.trim(),
    description: d.description.trim(),
    theme: d.theme.trim(),
    classification: d.classification,
    columns: d.columns,
    preparation,
  };
}
