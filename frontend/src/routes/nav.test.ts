import { expect, test } from 'vitest';
import { activeItem, navFor } from './nav';

const paths = (roles: string[]) => navFor(roles).flatMap((g) => g.items.map((i) => i.path));

test('a menu holds what a role uses and nothing else', () => {
  expect(paths(['auditor'])).toContain('/audit/verify');
  expect(paths(['auditor'])).not.toContain('/data/publish');
  expect(paths(['requester'])).toContain('/tasks/new');
  expect(paths(['operator'])).toContain('/platform/accounts');
  expect(paths(['data_owner', 'requester']).length).toBeGreaterThan(paths(['data_owner']).length);
});

test('the longest path names the item', () => {
  expect(activeItem('/')?.key).toBe('home');
  expect(activeItem('/tasks/new')?.key).toBe('newPsi');
  expect(activeItem('/tasks/abc/progress')?.key).toBe('tasks');
  expect(activeItem('/audit/tasks/abc')?.key).toBe('evidence');
  expect(activeItem('/nowhere')).toBeUndefined();
});
