import { queryOptions } from '@tanstack/react-query';
import { api, ok, setCsrf } from './client';
import type { S } from './types';

export type SessionCreate = S['SessionCreate'];

const remember = (session: S['Session']): S['Session'] => {
  setCsrf(session.csrf_token);
  return session;
};

/** Who I am; 401 when nobody. */
export const sessionQuery = () =>
  queryOptions({
    queryKey: ['session'] as const,
    queryFn: async () => remember(await ok(api.GET('/v1/session'))),
    staleTime: 60_000,
    retry: false,
  });

export async function signIn(body: SessionCreate): Promise<S['Session']> {
  return remember(await ok(api.POST('/v1/session', { body })));
}

export async function signOut(): Promise<void> {
  await ok(api.DELETE('/v1/session'));
  setCsrf('');
}

export async function changePassword(body: S['PasswordChange']): Promise<void> {
  await ok(api.PUT('/v1/session/password', { body }));
}

/** What the login page needs before anybody is known. */
export const aboutQuery = () => queryOptions({ queryKey: ['about'], queryFn: () => ok(api.GET('/v1/about')), staleTime: Infinity });
