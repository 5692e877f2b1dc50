import { daysLeft, templateState } from '../domain/template-life.ts';
import { problemAt, type Problem } from './problems.ts';
import { REPLIES, type ConfigFiles } from './source.ts';
import { readTemplate } from './templates.ts';

/** Warnings about texts whose last day has come or is near, each at its `valid_until`. @param now the day it is */
export function adviseOnDates(files: ConfigFiles, now: Date): Problem[] {
  const found: Problem[] = [];
  for (const [file, text] of files) {
    if (!file.startsWith(REPLIES)) continue;
    const template = readTemplate(file, text).template;
    const state = template === undefined ? 'valid' : templateState(template.data, now);
    if (template === undefined || state === 'valid') continue;
    const { id, kind, valid_until, owner } = template.data;
    const left = daysLeft(template.data, now)!;
    const what =
      state === 'soon'
        ? `le modèle ${id} ne sera plus valable dans ${left} jour${left > 1 ? 's' : ''}`
        : kind === 'reply'
          ? `le modèle ${id} n’est plus valable : il n’est plus proposé`
          : `le modèle ${id} n’est plus valable ; il part encore, car il est dû`;
    found.push(
      problemAt(
        template.yaml.at(['valid_until']),
        {
          what,
          value: valid_until!,
          expected: `une relecture${owner === undefined ? '' : ` par ${owner}`}, puis une nouvelle date`,
        },
        'warning',
      ),
    );
  }
  return found;
}
