/** A problem document of the desk (RFC 9457), or what stands for one when the desk could not answer. */
export type ProblemDocument = {
  status: number;
  code: string;
  title?: string | undefined;
  detail?: string | undefined;
  remedy?: string | undefined;
  trace_id?: string | undefined;
  errors?: { pointer?: string | undefined; message: string }[] | undefined;
  /** Whatever else the document carries, such as a policy verdict. */
  extra: Record<string, unknown>;
};

/** Thrown by every call of the API that did not succeed. */
export class ApiError extends Error {
  readonly problem: ProblemDocument;

  constructor(problem: ProblemDocument) {
    super(problem.detail ?? problem.title ?? problem.code);
    this.name = 'ApiError';
    this.problem = problem;
  }

  get status(): number {
    return this.problem.status;
  }
}

const str = (v: unknown): string | undefined => (typeof v === 'string' && v !== '' ? v : undefined);

function entries(v: unknown): ProblemDocument['errors'] {
  if (!Array.isArray(v) || v.length === 0) return undefined;
  return v.map((e: unknown) => {
    const o = (typeof e === 'object' && e !== null ? e : {}) as Record<string, unknown>;
    return { pointer: str(o['pointer']), message: str(o['message']) ?? '' };
  });
}

/** Reads a problem document from a body that may be anything. */
export function problemOf(status: number, body: unknown): ProblemDocument {
  const o = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  const { code, title, detail, remedy, trace_id, errors, type: _type, status: _status, ...extra } = o;
  return {
    status,
    code: str(code) ?? (status === 0 ? 'console.unreachable' : `http.${status}`),
    title: str(title),
    detail: str(detail),
    remedy: str(remedy),
    trace_id: str(trace_id),
    errors: entries(errors),
    extra,
  };
}

/** Any thrown thing as a problem document, for the error panel. */
export function asProblem(error: unknown): ProblemDocument {
  if (error instanceof ApiError) return error.problem;
  // fetch() throws a TypeError when no answer came at all.
  if (error instanceof TypeError && /fetch|network|load failed/i.test(error.message)) return problemOf(0, {});
  return problemOf(-1, { code: 'console.defect', detail: error instanceof Error ? error.message : String(error) });
}
