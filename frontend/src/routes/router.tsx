import { createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent, Outlet, redirect } from '@tanstack/react-router';
import type { QueryClient } from '@tanstack/react-query';
import { ApiError } from '@/api/errors';
import { sessionQuery } from '@/api/session';
import { LIST_KEYS, only, parseSearch, stringifySearch } from '@/lib/search';
import { NotFoundPage, RouteErrorPage } from './fallbacks';

type Context = { client: QueryClient };

const root = createRootRouteWithContext<Context>()({
  component: Outlet,
  notFoundComponent: NotFoundPage,
  errorComponent: RouteErrorPage,
});

const login = createRoute({
  getParentRoute: () => root,
  path: '/login',
  validateSearch: only('next'),
  component: lazyRouteComponent(() => import('@/features/login/LoginPage'), 'LoginPage'),
});

const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  component: lazyRouteComponent(() => import('./Shell'), 'Shell'),
  errorComponent: RouteErrorPage,
  beforeLoad: async ({ context, location }) => {
    try {
      return { session: await context.client.ensureQueryData(sessionQuery()) };
    } catch (e) {
      if (e instanceof ApiError && e.status === 401) {
        throw redirect({ to: '/login', search: location.href === '/' ? {} : { next: location.href } });
      }
      throw e;
    }
  },
});

/** One line per page: path, search keys it keeps, where its component is. */
const page = <const P extends string, const K extends string = never>(
  path: P,
  load: () => Promise<Record<string, unknown>>,
  name: string,
  ...keys: K[]
) =>
  createRoute({
    getParentRoute: () => shell,
    path,
    validateSearch: only(...keys),
    component: lazyRouteComponent(load as () => Promise<Record<string, React.ComponentType>>, name),
  });

const pages = [
  page('/', () => import('@/features/home/HomePage'), 'HomePage'),

  page('/catalog', () => import('@/features/catalog/CatalogPage'), 'CatalogPage', 'q', 'organisation', 'sensitivity', 'theme', 'use', ...LIST_KEYS),
  page('/catalog/$dataset', () => import('@/features/catalog/EntryPage'), 'EntryPage'),
  page('/catalog/$dataset/apply', () => import('@/features/catalog/ApplyPage'), 'ApplyPage'),
  page('/applications', () => import('@/features/applications/ApplicationsPage'), 'ApplicationsPage', 'state', 'dataset', ...LIST_KEYS),
  page('/applications/$application', () => import('@/features/applications/ApplicationPage'), 'ApplicationPage'),

  page('/data/sources', () => import('@/features/sources/SourcesPage'), 'SourcesPage', 'q', 'kind', 'state', ...LIST_KEYS),
  page('/data/sources/new', () => import('@/features/sources/NewSourcePage'), 'NewSourcePage'),
  page('/data/sources/$source', () => import('@/features/sources/SourcePage'), 'SourcePage'),
  page('/data/publish', () => import('@/features/publish/PublishPage'), 'PublishPage', 'source', 'step', 'draft'),
  page('/data/datasets', () => import('@/features/datasets/DatasetsPage'), 'DatasetsPage', 'q', 'sensitivity', 'state', ...LIST_KEYS),
  page('/data/datasets/$dataset', () => import('@/features/datasets/DatasetPage'), 'DatasetPage', 'published'),
  page('/data/datasets/$dataset/$tab', () => import('@/features/datasets/DatasetPage'), 'DatasetPage', ...LIST_KEYS),
  page('/data/grants', () => import('@/features/grants/GrantsPage'), 'GrantsPage', 'side', 'state', 'dataset', ...LIST_KEYS),
  page('/data/grants/$grant', () => import('@/features/grants/GrantPage'), 'GrantPage'),

  page('/tasks', () => import('@/features/tasks/TasksPage'), 'TasksPage', 'side', 'q', 'state', ...LIST_KEYS),
  page('/tasks/new', () => import('@/features/tasks/new/NewTaskPage'), 'NewTaskPage', 'step', 'draft', 'from', 'dataset'),
  page('/tasks/$task', () => import('@/features/tasks/TaskPage'), 'TaskPage'),
  page('/tasks/$task/$tab', () => import('@/features/tasks/TaskPage'), 'TaskPage'),
  page('/algorithms', () => import('@/features/algorithms/AlgorithmsPage'), 'AlgorithmsPage'),

  page('/approvals', () => import('@/features/approvals/ApprovalsPage'), 'ApprovalsPage', 'state', 'kind', ...LIST_KEYS),
  page('/approvals/applications/$application', () => import('@/features/approvals/ReviewApplicationPage'), 'ReviewApplicationPage'),
  page('/approvals/tasks/$task', () => import('@/features/approvals/ApproveTaskPage'), 'ApproveTaskPage'),

  page('/audit', () => import('@/features/audit/EvidencePage'), 'EvidencePage', 'task', 'dataset', 'organisation', 'actor', 'action', 'from', 'to', ...LIST_KEYS),
  page('/audit/tasks/$task', () => import('@/features/audit/TaskChainPage'), 'TaskChainPage'),
  page('/audit/verify', () => import('@/features/audit/VerifyPage'), 'VerifyPage'),

  page('/ledger', () => import('@/features/ledger/BlocksPage'), 'BlocksPage', 'all', ...LIST_KEYS),
  page('/ledger/blocks/$height', () => import('@/features/ledger/BlockPage'), 'BlockPage'),
  page('/ledger/transactions', () => import('@/features/ledger/TransactionsPage'), 'TransactionsPage', 'action', 'organisation', 'outcome', ...LIST_KEYS),
  page('/ledger/transactions/$transaction', () => import('@/features/ledger/TransactionPage'), 'TransactionPage'),

  page('/platform/organisations', () => import('@/features/platform/OrganisationsPage'), 'OrganisationsPage'),
  page('/platform/accounts', () => import('@/features/platform/AccountsPage'), 'AccountsPage', 'q', 'role', 'state', ...LIST_KEYS),
  page('/platform/node', () => import('@/features/platform/NodePage'), 'NodePage'),
  page('/platform/operations', () => import('@/features/platform/OperationsPage'), 'OperationsPage', 'actor', 'operation', 'outcome', 'trace', 'from', 'to', ...LIST_KEYS),

  page('/settings', () => import('@/features/settings/SettingsPage'), 'SettingsPage'),
  page('/help', () => import('@/features/help/HelpPage'), 'HelpPage'),
  page('/help/errors', () => import('@/features/help/ErrorCodesPage'), 'ErrorCodesPage', 'q'),
] as const;

const tree = root.addChildren([login, shell.addChildren(pages)]);

/** The console's routes; `client` keeps what the API answered. */
export function makeRouter(client: QueryClient) {
  return createRouter({
    routeTree: tree,
    context: { client },
    parseSearch,
    stringifySearch,
    defaultPreload: 'intent',
    defaultPreloadStaleTime: 0,
    scrollRestoration: true,
    defaultNotFoundComponent: NotFoundPage,
    defaultErrorComponent: RouteErrorPage,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
