import i18next from 'i18next';
import createClient, { type Middleware } from 'openapi-fetch';
import type { paths } from './__generated__/schema';
import { ApiError, problemOf } from './errors';

let csrf = '';

/** The token of the present session; every change sends it back. */
export function setCsrf(token: string): void {
  csrf = token;
}

const changes = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/** Headers that every call carries. */
function headersFor(method: string): Record<string, string> {
  const h: Record<string, string> = { 'Accept-Language': i18next.language };
  if (changes.has(method)) {
    if (csrf) h['X-CSRF-Token'] = csrf;
    if (method === 'POST') h['Idempotency-Key'] = newKey();
  }
  return h;
}

/** 128 random bits, hex. `crypto.randomUUID` exists in secure contexts only; this works everywhere. */
export function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, '0')).join('');
}

const headers: Middleware = {
  onRequest({ request }) {
    for (const [k, v] of Object.entries(headersFor(request.method))) if (!request.headers.has(k)) request.headers.set(k, v);
    return request;
  },
};

/** The desk of this page's own origin. */
export const api = createClient<paths>({ baseUrl: '/', credentials: 'same-origin' });
api.use(headers);

type Answer<T> = { data?: T; error?: unknown; response: Response };

/** The data of an answer, or an {@link ApiError} with its problem document. */
export async function ok<T>(call: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await call;
  if (!response.ok) throw new ApiError(problemOf(response.status, error));
  return data as T;
}

/** A call outside the typed client (upload, download), with the same headers and errors. */
export async function raw(path: string, init: RequestInit & { method?: string } = {}): Promise<Response> {
  const method = init.method ?? 'GET';
  const response = await fetch(path, { ...init, credentials: 'same-origin', headers: { ...headersFor(method), ...init.headers } });
  if (response.ok) return response;
  const body: unknown = await response.json().catch(() => null);
  throw new ApiError(problemOf(response.status, body));
}
