import { useSyncExternalStore } from 'react';
import type { Mode } from './tokens';

const KEY = 'shuzheng.theme';
const listeners = new Set<() => void>();
const system = () => window.matchMedia('(prefers-color-scheme: dark)');

function read(): Mode {
  const kept = window.localStorage.getItem(KEY);
  if (kept === 'light' || kept === 'dark') return kept;
  return system().matches ? 'dark' : 'light';
}

/** Keeps the person's choice in this browser. */
export function setMode(mode: Mode): void {
  window.localStorage.setItem(KEY, mode);
  for (const l of listeners) l();
}

function subscribe(l: () => void): () => void {
  listeners.add(l);
  const media = system();
  media.addEventListener('change', l);
  return () => {
    listeners.delete(l);
    media.removeEventListener('change', l);
  };
}

/** The look in force: the person's choice, else the system's. */
export function useMode(): Mode {
  return useSyncExternalStore(subscribe, read);
}

const still = () => window.matchMedia('(prefers-reduced-motion: reduce)');

function subscribeStill(l: () => void): () => void {
  const media = still();
  media.addEventListener('change', l);
  return () => media.removeEventListener('change', l);
}

/** Whether the person asked the system for as little motion as possible. */
export function useStill(): boolean {
  return useSyncExternalStore(subscribeStill, () => still().matches);
}
