import { sentenceOf } from '../api/client.ts';

/** A sentence about what did not work, said at once to those who listen; nothing while there is none. */
export function ProblemLine({ says }: { readonly says: string }) {
  if (says === '') return null;
  return (
    <p role="alert" class="problem-line">
      {says}
    </p>
  );
}

/** What stands in place of what could not be read. */
export function Problem({ of: error }: { readonly of: unknown }) {
  return <ProblemLine says={error === undefined || error === null ? '' : sentenceOf(error)} />;
}
