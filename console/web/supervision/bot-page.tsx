import { useState } from 'preact/hooks';
import { useLoad } from '../shell/load.ts';
import { useNames } from '../shell/names.ts';
import { Problem } from '../shell/problem.tsx';
import { MailText } from '../text/mail-text.tsx';
import { dayOf, hours, moment } from '../words/time.ts';
import { percent } from '../words/words.ts';
import { Period } from './period.tsx';

interface BotReport {
  readonly talks: number;
  readonly contained: number;
  readonly contained_share: number | null;
  readonly offered: number;
  readonly offered_accepted_share: number | null;
  readonly handed_over: number;
  readonly median_hours_to_human: number | null;
  readonly failed_requests: number;
  readonly failed_by_motif: readonly { readonly motif: string | null; readonly failed: number }[];
  readonly said_when_failed: readonly {
    readonly at: string;
    readonly motif: string | null;
    readonly asked: string;
    readonly then: string | null;
  }[];
}

const WEEK_DAYS = 7;

/** What the bot does for people, and where it fails them. */
export function BotPage() {
  const [[from, to], setPeriod] = useState<readonly [string, string]>([
    dayOf(Date.now(), -WEEK_DAYS),
    dayOf(Date.now()),
  ]);
  const valid = from !== '' && to !== '' && from <= to;
  const { data, error } = useLoad<BotReport>(valid ? `/api/bot/report?from=${from}&to=${to}` : null);
  const names = useNames();
  const named = (id: string | null): string => (id === null ? 'motif inconnu' : names.motif(id));
  return (
    <>
      <h1>ameliBot</h1>
      <div class="filters">
        <Period from={from} to={to} onChange={(first, last) => setPeriod([first, last])} />
      </div>
      <Problem of={error} />
      {data !== undefined && (
        <>
          <ul class="tiles" aria-label="Chiffres de l’assistant">
            <Tile label="Échanges" value={data.talks.toLocaleString('fr-FR')} />
            <Tile label="Sans conseiller" value={`${data.contained} (${percent(data.contained_share)})`} />
            <Tile label="Conseiller proposé" value={data.offered.toLocaleString('fr-FR')} />
            <Tile label="Proposition acceptée" value={percent(data.offered_accepted_share)} />
            <Tile label="Passés à un conseiller" value={data.handed_over.toLocaleString('fr-FR')} />
            <Tile label="Médiane jusqu’à la réponse" value={hours(data.median_hours_to_human)} />
            <Tile label="Demandes sans réponse" value={data.failed_requests.toLocaleString('fr-FR')} />
          </ul>
          {data.failed_by_motif.length > 0 && (
            <section class="card" aria-labelledby="echecs">
              <h2 id="echecs">Demandes sans réponse, par motif</h2>
              <ul>
                {data.failed_by_motif.map((row) => (
                  <li key={row.motif ?? ''}>
                    {named(row.motif)} : {row.failed}
                  </li>
                ))}
              </ul>
            </section>
          )}
          {data.said_when_failed.length > 0 && (
            <section class="card" aria-labelledby="paroles">
              <h2 id="paroles">Ce que les personnes écrivaient (numéros masqués)</h2>
              <ul>
                {data.said_when_failed.map((row, index) => (
                  <li key={index}>
                    <span class="quiet">
                      {moment(row.at)}, {named(row.motif)} :
                    </span>{' '}
                    <MailText text={row.asked} line />
                    {row.then !== null && (
                      <>
                        {' → '}
                        <MailText text={row.then} line />
                      </>
                    )}
                  </li>
                ))}
              </ul>
            </section>
          )}
        </>
      )}
    </>
  );
}

function Tile({ label, value }: { readonly label: string; readonly value: string }) {
  return (
    <li class="tile">
      <span>{label}</span> <strong>{value}</strong>
    </li>
  );
}
