import type { Answer, Order } from './worker';

let worker: Worker | undefined;
let last: Promise<unknown> = Promise.resolve();

/** Loads the verifier now, so that it also works when the network is gone later. */
export function loadVerifier(): Worker {
  worker ??= new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
  return worker;
}

/** Runs the verifier beside the page, so that hundreds of signatures do not stop it. Nothing leaves this browser. */
export function runVerifier(order: Order): Promise<Exclude<Answer, { error: string }>> {
  // One at a time: answers carry no name.
  const turn = last.then(() => ask(loadVerifier(), order));
  last = turn.catch(() => undefined);
  return turn;
}

function ask(verifier: Worker, order: Order): Promise<Exclude<Answer, { error: string }>> {
  return new Promise((resolve, reject) => {
    verifier.onmessage = (event: MessageEvent<Answer>) => {
      if ('error' in event.data) reject(new Error(event.data.error));
      else resolve(event.data);
    };
    verifier.onerror = (event) => {
      // A worker that did not load stays dead; the next order gets a new one.
      verifier.terminate();
      worker = undefined;
      reject(new Error(event.message || 'the verifier did not start'));
    };
    verifier.postMessage(order);
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
