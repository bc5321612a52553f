import { BellOutlined, CheckCircleFilled, RightOutlined } from '@ant-design/icons';
import { Button, Progress, Tag } from 'antd';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useRouteContext } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { homeQuery } from '@/api/home';
import type { S } from '@/api/types';
import { count, type Lang } from '@/lib/format';
import { TaskStateTag } from '@/ui/TaskStateTag';
import { Async } from '@/ui/Async';
import { EmptyState } from '@/ui/EmptyState';
import { OrgTag } from '@/ui/OrgTag';
import { PageHeader } from '@/ui/PageHeader';
import { PathLink } from '@/ui/PathLink';
import { Section } from '@/ui/Section';
import { Time } from '@/ui/Time';
import { GUIDE_PATHS, shortcutsFor, todoPath, FIGURE_PATHS } from './links';

export function HomePage() {
  const { t } = useTranslation();
  const { session } = useRouteContext({ from: '/shell' });
  const home = useQuery({ ...homeQuery(), refetchInterval: 10_000 });
  return (
    <>
      <PageHeader
        title={t('home:title', { name: session.account.display_name })}
        purpose={t('home:purpose', { org: session.organisation.name })}
        actions={<Shortcuts roles={session.account.roles} />}
      />
      <Async query={home}>
        {(h) => (
          <>
            <Guide steps={h.guide} roles={session.account.roles} />
            <Figures figures={h.figures} />
            <div className="cols-wide">
              <div>
                <Todos home={h} />
                <Tasks tasks={h.tasks} />
              </div>
              <DatasetsInUse items={h.datasets} />
            </div>
          </>
        )}
      </Async>
    </>
  );
}

function Shortcuts({ roles }: { roles: readonly string[] }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  return shortcutsFor(roles).map((s, i) => (
    <Button key={s.key} type={i === 0 ? 'primary' : 'default'} onClick={() => void navigate({ href: s.path })}>
      {t(`home:shortcut.${s.key}`)}
    </Button>
  ));
}

function Figures({ figures }: { figures: S['Figure'][] }) {
  const { t, i18n } = useTranslation();
  return (
    <nav className="facts" aria-label={t('home:figures')}>
      {figures.map((f) => (
        <PathLink key={f.name} className="fact" path={FIGURE_PATHS[f.name] ?? '/'}>
          <div className="label">{i18n.exists(`home:figure.${f.name}`) ? t(`home:figure.${f.name}`) : f.name}</div>
          <div className="value">{count(f.value, i18n.language as Lang)}</div>
        </PathLink>
      ))}
    </nav>
  );
}

function Todos({ home }: { home: S['Home'] }) {
  const { t } = useTranslation();
  const more = home.todo_count - home.todos.length;
  return (
    <Section flush title={t('home:todo.title', { count: home.todo_count })}>
      {home.todos.length === 0 ? (
        <EmptyState title={t('home:todo.none')} hint={t('home:todo.noneHint')} />
      ) : (
        <ul className="todo">
          {home.todos.map((x) => (
            <li key={`${x.kind}-${x.id}`}>
              <BellOutlined aria-hidden className={x.kind === 'task_disputed' || x.kind === 'task_failed' ? 'tone-bad' : 'tone-warn'} />
              <div className="grow">
                <div>
                  <Tag>{t(`home:todo.kind.${x.kind}`)}</Tag> <PathLink path={todoPath(x)} className="row-link">{x.title}</PathLink>
                </div>
                <div className="muted">
                  {x.from ? <>{t('home:todo.from', { from: x.from })} · </> : null}
                  <Time at={x.since} ago />
                  {x.due ? (
                    <>
                      {' '}
                      · {t('home:todo.due')} <Time at={x.due} />
                    </>
                  ) : null}
                </div>
              </div>
              <PathLink path={todoPath(x)}>
                {t(`home:todo.verb.${x.kind}`)} <RightOutlined />
              </PathLink>
            </li>
          ))}
          {more > 0 ? (
            <li className="muted">
              <Link to="/approvals">{t('home:todo.more', { count: more })}</Link>
            </li>
          ) : null}
        </ul>
      )}
    </Section>
  );
}

function Tasks({ tasks }: { tasks: S['TaskSummary'][] }) {
  const { t } = useTranslation();
  return (
    <Section flush title={t('home:tasks.title')} extra={<Link to="/tasks">{t('common:all')}</Link>}>
      {tasks.length === 0 ? (
        <EmptyState title={t('home:tasks.none')} hint={t('home:tasks.noneHint')} />
      ) : (
        <ul className="todo">
          {tasks.map((x) => (
            <li key={x.id}>
              <div className="grow">
                <Link to="/tasks/$task" params={{ task: x.id }} className="row-link">
                  {x.title}
                </Link>
                <div className="muted task-parties">
                  {x.parties.map((p) => (
                    <OrgTag key={p.id} org={p.id} small />
                  ))}
                  <Time at={x.updated_at} ago />
                </div>
              </div>
              {x.state === 'proposed' ? (
                <span className="muted nowrap">{t('home:tasks.approvals', { done: x.approvals, needed: x.approvals_needed })}</span>
              ) : null}
              <TaskStateTag state={x.state} />
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

function DatasetsInUse({ items }: { items: S['DatasetUse'][] }) {
  const { t, i18n } = useTranslation();
  const lang = i18n.language as Lang;
  return (
    <Section flush title={t('home:use.title')}>
      {items.length === 0 ? (
        <EmptyState title={t('home:use.none')} hint={t('home:use.noneHint')} />
      ) : (
        <ul className="todo">
          {items.map((x) => (
            <li key={x.dataset.id}>
              <div className="grow">
                <Link to="/data/datasets/$dataset" params={{ dataset: x.dataset.id }} className="row-link">
                  {x.dataset.title}
                </Link>
                <div className="muted">{t('home:use.facts', { grants: count(x.grants_active, lang), tasks: count(x.tasks_completed, lang) })}</div>
              </div>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

/** First steps, until this organisation has done all of those that concern the person's roles. */
function Guide({ steps, roles }: { steps: S['GuideStep'][]; roles: readonly string[] }) {
  const { t } = useTranslation();
  const mine = steps.filter((s) => GUIDE_PATHS[s.name]?.roles.some((r) => roles.includes(r)));
  const done = mine.filter((s) => s.done).length;
  if (mine.length === 0 || done === mine.length) return null;
  return (
    <Section
      title={t('home:guide.title')}
      extra={<Progress percent={Math.round((100 * done) / mine.length)} size="small" style={{ width: 160 }} aria-label={t('home:guide.progress')} />}
    >
      <ol className="guide">
        {mine.map((s, i) => (
          <li key={s.name} className={s.done ? 'done' : ''}>
            {s.done ? <CheckCircleFilled aria-label={t('home:guide.done')} /> : <span className="guide-number">{i + 1}</span>}
            <div>
              {s.done ? <span>{t(`home:guide.${s.name}`)}</span> : <PathLink path={GUIDE_PATHS[s.name]?.path ?? '/'}>{t(`home:guide.${s.name}`)}</PathLink>}
              <div className="muted">{t(`home:guide.${s.name}_hint`)}</div>
            </div>
          </li>
        ))}
      </ol>
    </Section>
  );
}
