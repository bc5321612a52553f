import type { components } from './__generated__/schema';

/** Shapes of the API, generated from the desk's OpenAPI document. */
export type S = components['schemas'];
