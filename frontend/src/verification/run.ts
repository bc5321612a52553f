import type { Answer, Order } from './worker';

/** Runs the verifier beside the page, so that hundreds of signatures do not stop it. Nothing leaves this browser. */
export function runVerifier(order: Order): Promise<Exclude<Answer, { error: string }>> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
    worker.onmessage = (event: MessageEvent<Answer>) => {
      worker.terminate();
      if ('error' in event.data) reject(new Error(event.data.error));
      else resolve(event.data);
    };
    worker.onerror = (event) => {
      worker.terminate();
      reject(new Error(event.message || 'the verifier did not start'));
    };
    worker.postMessage(order);
  });
}

const KEY = 'shuzheng.trustedGenesis';

/** The digest of the genesis document that this person trusts, from another source than any server. */
export function keptGenesis(): string {
  return window.localStorage.getItem(KEY) ?? '';
}

export function keepGenesis(digest: string): void {
  if (digest === '') window.localStorage.removeItem(KEY);
  else window.localStorage.setItem(KEY, digest);
}
