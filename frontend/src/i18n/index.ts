import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import type { Lang } from '@/lib/format';

const KEY = 'shuzheng.lang';
export const LANGS: readonly Lang[] = ['zh-CN', 'en'];

/** `zh-CN/tasks.json` is namespace `tasks`; one lazy chunk per language. */
const bundles: Record<Lang, () => Promise<{ default: Record<string, object> }>> = {
  'zh-CN': () => import('./zh-CN'),
  en: () => import('./en'),
};

/** The language kept in this browser; Chinese when none was chosen. */
export function keptLang(): Lang {
  return window.localStorage.getItem(KEY) === 'en' ? 'en' : 'zh-CN';
}

async function load(lang: Lang): Promise<void> {
  if (i18next.hasResourceBundle(lang, 'common')) return;
  const { default: namespaces } = await bundles[lang]();
  for (const [ns, words] of Object.entries(namespaces)) i18next.addResourceBundle(lang, ns, words);
}

/** Starts i18next with the kept language. */
export async function startI18n(): Promise<void> {
  const lang = keptLang();
  await i18next.use(initReactI18next).init({
    lng: lang,
    fallbackLng: false,
    defaultNS: 'common',
    interpolation: { escapeValue: false },
    react: { useSuspense: false },
  });
  await load(lang);
  // Resources came after init: announce the language once more so that components and <html> follow.
  await i18next.changeLanguage(lang);
  document.documentElement.lang = lang;
}

/** Switches language and keeps the choice. */
export async function switchLang(lang: Lang): Promise<void> {
  await load(lang);
  window.localStorage.setItem(KEY, lang);
  document.documentElement.lang = lang;
  await i18next.changeLanguage(lang);
}
