import { DownloadOutlined, LeftOutlined, ReloadOutlined, RightOutlined, SettingOutlined } from '@ant-design/icons';
import { Button, Checkbox, Popover, Select, Space, Tooltip, type TableColumnType } from 'antd';
import { useMutation } from '@tanstack/react-query';
import { useNavigate, useRouter } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { saveCsv, type CsvExport } from '@/api/lists';
import { DataTable } from '@/ui/DataTable';
import { ErrorPanel } from '@/ui/ErrorPanel';
import { limitOf, type ListSearch } from '@/lib/search';

export type Column<T> = {
  id: string;
  title: string;
  render: (row: T) => ReactNode;
  width?: number | string;
  align?: 'right' | 'left';
  /** Hidden until the person chooses it. */
  extra?: boolean;
};

type Page<T> = { items: T[]; next_cursor?: string | null | undefined };
type Query<T> = { data: Page<T> | undefined; error: unknown; isFetching: boolean; refetch: () => unknown };

type Props<T> = {
  query: Query<T>;
  search: ListSearch;
  columns: Column<T>[];
  rowKey: (row: T) => string;
  /** Named for screen readers; usually the page title. */
  label: string;
  filters?: ReactNode;
  empty: ReactNode;
  /** The same list as CSV. */
  csv?: CsvExport | undefined;
};

/** A list with its state in the URL: filters, cursor, page length, columns, CSV of the same filter. */
export function QueryTable<T extends object>(props: Props<T>) {
  const { query, search, columns, rowKey, label, filters, empty, csv } = props;
  const { t } = useTranslation();
  const navigate = useNavigate();
  const router = useRouter();
  const saving = useMutation({ mutationFn: saveCsv });
  const chosen = search['columns']?.split(',');
  const visible = columns.filter((c) => (chosen ? chosen.includes(c.id) : !c.extra));
  const set = (changes: Record<string, string | undefined>) =>
    void navigate({ to: '.', search: (prev: Record<string, unknown>) => ({ ...prev, ...changes }) as never });

  const tableColumns: TableColumnType<T>[] = visible.map((c) => ({
    key: c.id,
    title: c.title,
    width: c.width,
    align: c.align,
    render: (_: unknown, row: T) => c.render(row),
  }));
  const rows = query.data?.items;
  const next = query.data?.next_cursor ?? undefined;

  return (
    <>
      <div className="filters" role="search" aria-label={t('common:filtersOf', { list: label })}>
        {filters}
        <div className="table-tools">
          <Tooltip title={t('common:refresh')}>
            <Button type="text" icon={<ReloadOutlined spin={query.isFetching} />} aria-label={t('common:refresh')} onClick={() => void query.refetch()} />
          </Tooltip>
          <Popover
            trigger="click"
            placement="bottomRight"
            content={
              <Checkbox.Group
                aria-label={t('common:columns')}
                value={visible.map((c) => c.id)}
                onChange={(ids) => set({ columns: ids.length > 0 ? ids.join(',') : undefined })}
                options={columns.map((c) => ({ label: c.title, value: c.id }))}
                className="column-choice"
              />
            }
          >
            <Button type="text" icon={<SettingOutlined />} aria-label={t('common:columns')} title={t('common:columns')} />
          </Popover>
          {csv ? (
            <Tooltip title={t('common:csvHint')}>
              <Button
                type="text"
                icon={<DownloadOutlined />}
                loading={saving.isPending}
                onClick={() => saving.mutate(csv)}
              >
                {t('common:csv')}
              </Button>
            </Tooltip>
          ) : null}
        </div>
      </div>
      {saving.error ? <ErrorPanel error={saving.error} /> : null}
      {query.error && !query.data ? (
        <ErrorPanel error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <div className="table-card">
          <DataTable<T>
            aria-label={label}
            size="middle"
            rowKey={rowKey}
            columns={tableColumns}
            dataSource={rows ?? []}
            loading={{ spinning: !rows && query.isFetching, delay: 250 }}
            pagination={false}
            scroll={{ x: 'max-content' }}
            locale={{ emptyText: rows ? empty : t('common:loading') }}
          />
          {search['cursor'] || next || (rows && rows.length > 10) ? (
            <nav className="table-foot" aria-label={t('common:pages')}>
              <Space size={8}>
                <span className="muted">{t('common:rowsPerPage')}</span>
                <Select
                  size="small"
                  aria-label={t('common:rowsPerPage')}
                  value={limitOf(search)}
                  onChange={(n) => set({ limit: n === 20 ? undefined : String(n), cursor: undefined })}
                  options={[20, 50, 100].map((n) => ({ value: n, label: n }))}
                />
              </Space>
              <Space size={8}>
                {search['cursor'] ? (
                  <>
                    <Button size="small" onClick={() => set({ cursor: undefined })}>
                      {t('common:firstPage')}
                    </Button>
                    <Button size="small" icon={<LeftOutlined />} onClick={() => router.history.back()}>
                      {t('common:previousPage')}
                    </Button>
                  </>
                ) : null}
                <Button size="small" disabled={!next} onClick={() => set({ cursor: next })} icon={<RightOutlined />} iconPlacement="end">
                  {next ? t('common:nextPage') : t('common:noMorePages')}
                </Button>
              </Space>
            </nav>
          ) : null}
        </div>
      )}
    </>
  );
}
