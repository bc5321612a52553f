import { App as AntApp, ConfigProvider } from 'antd';
import enUS from 'antd/locale/en_US';
import zhCN from 'antd/locale/zh_CN';
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from './api/errors';
import { makeRouter } from './routes/router';
import { useMode, useStill } from './theme/preference';
import { themeOf } from './theme/tokens';

function leaveWhenSignedOut(error: unknown) {
  // The session ended somewhere else; the router sends the person to the login page and back.
  if (error instanceof ApiError && error.status === 401 && window.location.pathname !== '/login') {
    client.removeQueries({ queryKey: ['session'] });
    void router.invalidate();
  }
}

const client: QueryClient = new QueryClient({
  // The question who I am is the router's own: it redirects by itself.
  queryCache: new QueryCache({ onError: (error, query) => query.queryKey[0] !== 'session' && leaveWhenSignedOut(error) }),
  mutationCache: new MutationCache({ onError: leaveWhenSignedOut }),
  defaultOptions: {
    // The browser's idea of being online is about the internet; the desk is on the organisation's own network.
    mutations: { networkMode: 'always' },
    queries: {
      networkMode: 'always',
      staleTime: 5_000,
      // 4xx will not get better by asking again.
      retry: (n, e) => n < 2 && !(e instanceof ApiError && e.status >= 400 && e.status < 500),
    },
  },
});
const router = makeRouter(client);

/** Theme, language, server state, routes. */
export function App() {
  const mode = useMode();
  const still = useStill();
  const { i18n } = useTranslation();
  useEffect(() => {
    document.documentElement.dataset['mode'] = mode;
  }, [mode]);
  return (
    <ConfigProvider theme={themeOf(mode, still)} locale={i18n.language === 'en' ? enUS : zhCN} button={{ autoInsertSpace: false }}>
      <AntApp className="app">
        <QueryClientProvider client={client}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </AntApp>
    </ConfigProvider>
  );
}
