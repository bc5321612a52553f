import { theme as antd, type ThemeConfig } from 'antd';

/** The two looks of the console. */
export type Mode = 'light' | 'dark';

const font =
  '-apple-system, "Segoe UI", "PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", "WenQuanYi Micro Hei", sans-serif';
const mono = '"SF Mono", "Cascadia Mono", Consolas, "Liberation Mono", "DejaVu Sans Mono", monospace';

// Greys are darker than Ant Design's own: secondary text must reach a contrast of 4.5 on its background.
const light = {
  colorPrimary: '#1d5bb8',
  // Ant Design's own is too pale for the words on a button under the pointer (4.42).
  colorPrimaryHover: '#2c69c4',
  colorInfo: '#1d5bb8',
  colorLink: '#1a55ad',
  colorSuccess: '#1a7f37',
  colorWarning: '#8f5c00',
  colorError: '#c42b30',
  // Ant Design mixes the pale backgrounds from these dark hues and gets grey; named instead.
  colorSuccessBg: '#e9f7ed',
  colorSuccessBorder: '#a9dcb6',
  colorWarningBg: '#fff6e3',
  colorWarningBorder: '#f0d193',
  colorErrorBg: '#fdeeee',
  colorErrorBorder: '#f3bcbc',
  colorInfoBg: '#eaf2fd',
  colorInfoBorder: '#b5d0f5',
  colorTextBase: '#1c2430',
  colorTextSecondary: '#465061',
  colorTextTertiary: '#5b6575',
  colorTextQuaternary: '#6a7382',
  colorTextPlaceholder: '#6a7382',
  colorTextDescription: '#5b6575',
  colorBgLayout: '#f4f6f9',
  colorBorder: '#cbd2dc',
  colorBorderSecondary: '#e5e9ef',
  colorSplit: '#e9ecf1',
};

const dark = {
  colorPrimary: '#3f7fdd',
  colorInfo: '#6aa5f5',
  colorLink: '#79b0fa',
  colorSuccess: '#4cb864',
  colorWarning: '#dba33a',
  colorError: '#ff8c8c',
  colorTextBase: '#e4e8ee',
  colorBgBase: '#12161d',
  colorTextSecondary: '#b3bcc9',
  colorTextTertiary: '#98a3b3',
  colorTextQuaternary: '#8f9aab',
  colorTextPlaceholder: '#8f9aab',
  colorTextDescription: '#98a3b3',
  colorBgLayout: '#0d1117',
  colorBgContainer: '#161b23',
  colorBgElevated: '#1d232d',
  colorBorder: '#38414f',
  colorBorderSecondary: '#262d38',
  colorSplit: '#262d38',
};

/** Theme of the whole console, `still` without motion; nothing else in it names a colour, apart from {@link orgColours}. */
export function themeOf(mode: Mode, still = false): ThemeConfig {
  const tokens = mode === 'light' ? light : dark;
  return {
    algorithm: mode === 'light' ? antd.defaultAlgorithm : antd.darkAlgorithm,
    token: {
      ...tokens,
      fontFamily: font,
      fontFamilyCode: mono,
      fontSize: 14,
      borderRadius: 6,
      wireframe: false,
      motion: !still,
      motionDurationMid: '0.12s',
      motionDurationSlow: '0.16s',
    },
    components: {
      Layout: {
        headerBg: mode === 'light' ? '#ffffff' : dark.colorBgContainer,
        siderBg: mode === 'light' ? '#ffffff' : dark.colorBgContainer,
        headerHeight: 52,
        headerPadding: '0 20px',
      },
      Menu: {
        itemHeight: 36,
        itemMarginInline: 8,
        ...(mode === 'light'
          ? { itemSelectedBg: '#e7effa', itemSelectedColor: '#174a96' }
          : { itemBg: 'transparent', subMenuItemBg: 'transparent', itemSelectedBg: '#1f3352', itemSelectedColor: '#a9ccff', subMenuItemSelectedColor: '#a9ccff' }),
      },
      Table: {
        headerBg: mode === 'light' ? '#f6f8fb' : '#1b212b',
        headerColor: tokens.colorTextSecondary,
        headerSplitColor: 'transparent',
        cellPaddingBlock: 10,
        cellPaddingBlockSM: 6,
      },
      Card: { headerFontSize: 15, headerHeight: 48, headerPadding: 20 },
      Descriptions: { labelColor: tokens.colorTextTertiary, itemPaddingBottom: 10 },
      Tabs: {
        horizontalMargin: '0 0 16px 0',
        ...(mode === 'light' ? {} : { itemSelectedColor: '#8fbcfb', itemHoverColor: '#8fbcfb', itemActiveColor: '#8fbcfb', inkBarColor: '#8fbcfb' }),
      },
      Steps: { titleLineHeight: 28 },
      Button: { primaryShadow: 'none', defaultShadow: 'none', dangerShadow: 'none' },
    },
  };
}

/** Colours of organisations' initials; white letters reach 4.5 on each of them. */
export const orgColours = [
  '#1d5bb8', '#0b7285', '#7a3fb0', '#a8390b', '#2b7a2f', '#a3195b', '#5c5f00', '#41519e',
] as const;

/** Colours in the order in which organisations joined, so that few members never share one; the same on every page and node. */
export function colourAt(index: number): string {
  return orgColours[index % orgColours.length] ?? orgColours[0];
}
