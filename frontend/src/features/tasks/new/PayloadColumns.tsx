import { useTranslation } from 'react-i18next';
import { Section } from '@/ui/Section';
import { ColumnChoice } from './ColumnChoice';
import type { StepProps } from './step';

type Props = Pick<StepProps, 'value' | 'set' | 'mine' | 'theirs'> & {
  /** Columns of the other side that the receiver's grant opens. */
  granted: Set<string>;
  /** Columns of the receiver's side that others may get; undefined: nobody else gets them, so all can be kept. */
  ownOpen: Set<string> | undefined;
};

/** Which columns come with the rows: the other side's, and those that the receiver keeps of its own. */
export function PayloadColumns({ value, set, mine, theirs, granted, ownOpen }: Props) {
  const { t } = useTranslation();
  const toThird = value.receiver === 'third';
  const ofMine = { dataset: mine, chosen: value.minePayload, choose: (minePayload: string[]) => set({ minePayload }) };
  const ofTheirs = { dataset: theirs, chosen: value.theirsPayload, choose: (theirsPayload: string[]) => set({ theirsPayload }) };
  const [foreign, own] = value.receiver === 'mine' ? [ofTheirs, ofMine] : [ofMine, ofTheirs];
  const words = toThird
    ? { foreign: t('newTask:further.columnsOf', { dataset: mine?.title }), own: t('newTask:further.columnsOf', { dataset: theirs?.title }), ownHint: t('newTask:result.foreignHint'), closed: t('newTask:further.closed') }
    : {
        foreign: t('newTask:result.foreign'),
        own: t(value.both ? 'newTask:both.own' : 'newTask:result.own'),
        ownHint: t(value.both ? 'newTask:both.ownHint' : 'newTask:result.ownHint'),
        closed: t('newTask:result.notGranted'),
      };
  const kept = (
    <Section title={words.own} hint={words.ownHint}>
      <ColumnChoice label={words.own} columns={own.dataset?.column_list ?? []} chosen={own.chosen} onChange={own.choose} {...(ownOpen ? { only: ownOpen, closedText: words.closed } : {})} />
    </Section>
  );
  // Rows that match nothing have none of the other side's columns beside them.
  if (value.output === 'unmatched') return kept;
  return (
    <div className="cols">
      <Section title={words.foreign} hint={t('newTask:result.foreignHint')}>
        <ColumnChoice label={words.foreign} columns={foreign.dataset?.column_list ?? []} chosen={foreign.chosen} onChange={foreign.choose} only={granted} />
      </Section>
      {kept}
    </div>
  );
}
