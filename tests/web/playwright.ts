// The test runner is the console's; this folder has no packages of its own.
export * from '../../frontend/node_modules/@playwright/test/index.js';
export { default as AxeBuilder } from '../../frontend/node_modules/@axe-core/playwright/dist/index.js';
