import { verifyBundle, type Report } from '@/verify';

/** What the page sends. */
export type Order = { document: string; trustedGenesis?: string | undefined };
/** What comes back. `ms` is the time the check took. */
export type Answer = { report: Report; ms: number } | { error: string };

self.onmessage = (event: MessageEvent<Order>) => {
  const { document, trustedGenesis } = event.data;
  const start = performance.now();
  let answer: Answer;
  try {
    const report = verifyBundle(document, trustedGenesis ? { trustedGenesis } : {});
    answer = { report, ms: performance.now() - start };
  } catch (e) {
    answer = { error: e instanceof Error ? e.message : String(e) };
  }
  self.postMessage(answer);
};
