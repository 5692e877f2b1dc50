import { sentenceOf } from '../api/client.ts';

/** What stands in place of what could not be read. */
export function Problem({ of: error }: { readonly of: unknown }) {
  if (error === undefined || error === null) return null;
  return (
    <p role="alert" class="problem-line">
      {sentenceOf(error)}
    </p>
  );
}
