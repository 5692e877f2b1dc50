import { useState } from 'preact/hooks';
import type { QualityAnswer } from '../../routes/quality-schema.ts';
import { useCell } from '../shell/cell.ts';
import { useLoad } from '../shell/load.ts';
import { useNames } from '../shell/names.ts';
import { Problem } from '../shell/problem.tsx';
import { hrefOf } from '../shell/router.ts';
import { me } from '../shell/session.ts';
import { dayOf } from '../words/time.ts';
import { count, percent } from '../words/words.ts';
import { Period } from './period.tsx';
import { PartTable } from './part-table.tsx';
import { ReadAgain } from './read-again.tsx';
import { Transfers } from './transfers.tsx';

const DAYS = 28;
/** Roles that may open a conversation. */
const READERS: readonly string[] = ['referent', 'supervisor'];
const PAIRS_SHOWN = 30;

/** What the machine said and what people made of it; what came back; what second readings found. Nobody's name. */
export function QualityPage() {
  const [from, setFrom] = useState(dayOf(Date.now(), -DAYS));
  const [to, setTo] = useState(dayOf(Date.now()));
  const valid = from !== '' && to !== '' && from <= to;
  const days = `from=${from}&to=${to}`;
  const { data, error, loading } = useLoad<QualityAnswer>(valid ? `/api/quality?${days}` : null);
  return (
    <>
      <h1>Qualité</h1>
      <div class="filters">
        <Period
          from={from}
          to={to}
          onChange={(first, last) => {
            setFrom(first);
            setTo(last);
          }}
        />
        {valid && (
          <a href={`/api/quality?${days}&format=csv`} download="qualite.csv">
            Enregistrer en CSV
          </a>
        )}
        <a href={hrefOf('modeles')}>Usage des modèles de réponse</a>
      </div>
      {!valid && <p role="alert">Choisissez une période, le premier jour d’abord.</p>}
      <Problem of={error} />
      {loading && valid && <p role="status">Calcul…</p>}
      {data !== undefined && (
        <>
          <Tiles quality={data} />
          <Pairs quality={data} from={from} to={to} />
          <Flags quality={data} />
        </>
      )}
      {valid && <Transfers from={from} to={to} />}
      {data !== undefined && (
        <>
          <Repeats quality={data} />
          <ReadAgain rows={data.read_again} />
        </>
      )}
    </>
  );
}

interface Props {
  readonly quality: QualityAnswer;
}

function Tiles({ quality }: Props) {
  const { motifs, levels } = quality;
  return (
    <dl class="tiles">
      <Tile
        label="Motifs confirmés par les conseillers"
        share={motifs.share}
        note={`${motifs.confirmed} sur ${motifs.judged} ; sûrs : ${percent(motifs.sure.share)}, hésitants : ${percent(motifs.unsure.share)}`}
      />
      <Tile
        label="Motif hésitant"
        share={quality.abstained_share}
        note={`${quality.abstained} sur ${count(quality.mails, 'courriel')}`}
      />
      <Tile
        label="Envoyés au tri humain"
        share={quality.triaged_share}
        note={`${quality.triaged} sur ${count(quality.mails, 'courriel')}`}
      />
      <Tile
        label="Niveau corrigé"
        share={levels.corrected_share}
        note={`${levels.n1_to_expert} montés sur ${levels.n1}, ${levels.expert_to_n1} redescendus sur ${levels.expert}`}
      />
    </dl>
  );
}

function Tile({
  label,
  share,
  note,
}: {
  readonly label: string;
  readonly share: number | null;
  readonly note: string;
}) {
  return (
    <div class="tile">
      <dt>{label}</dt>
      <dd>
        <strong>{percent(share)}</strong> <span class="tile-note">{note}</span>
      </dd>
    </div>
  );
}

function Pairs({ quality, from, to }: Props & { readonly from: string; readonly to: string }) {
  const names = useNames();
  const [all, setAll] = useState(false);
  const leads = READERS.includes(useCell(me)?.role ?? '');
  const shown = all ? quality.pairs : quality.pairs.slice(0, PAIRS_SHOWN);
  const more = quality.pairs.length - shown.length;
  return (
    <section aria-labelledby="confusions">
      <h2 id="confusions">Motifs corrigés</h2>
      {shown.length === 0 && <p>Aucun motif corrigé sur ces jours.</p>}
      {shown.length > 0 && (
        <PartTable
          label="Motifs corrigés"
          head={['Motif proposé', 'Motif donné', 'Corrigés', 'Sur ceux de ce motif', 'Part']}
          rows={shown.map(({ guessed, given, n, of }) => ({
            key: `${guessed} ${given}`,
            cells: [
              guessed === null ? 'sans motif' : names.motif(guessed),
              names.motif(given),
              leads ? (
                <a
                  href={hrefOf('files', '', JSON.stringify({ corrected: { guessed, given, from, to } }))}
                  aria-label={`Voir ${count(n, 'conversation corrigée', 'conversations corrigées')}`}
                >
                  {n}
                </a>
              ) : (
                n
              ),
              of,
              percent(n / of),
            ],
          }))}
        />
      )}
      {more > 0 && (
        <button type="button" onClick={() => setAll(true)}>
          Montrer {count(more, 'autre paire', 'autres paires')}
        </button>
      )}
      {all && quality.pairs_left_out > 0 && (
        <p class="quiet">Sans compter {count(quality.pairs_left_out, 'paire plus rare', 'paires plus rares')}.</p>
      )}
    </section>
  );
}

function Flags({ quality }: Props) {
  const names = useNames();
  return (
    <section aria-labelledby="signalements">
      <h2 id="signalements">Signalements</h2>
      {quality.flags.length === 0 && <p>Aucun signalement sur ces jours.</p>}
      {quality.flags.length > 0 && (
        <PartTable
          label="Signalements"
          head={['Signalement', 'Posés', 'Gardés', 'Retirés', 'Part gardée', 'Ajoutés par une personne']}
          rows={quality.flags.map((row) => ({
            key: row.flag,
            cells: [names.flag(row.flag), row.raised, row.kept, row.removed, percent(row.kept_share), row.missed],
          }))}
        />
      )}
    </section>
  );
}

function Repeats({ quality }: Props) {
  const names = useNames();
  return (
    <section aria-labelledby="reiterations">
      <h2 id="reiterations">Retours dans les sept jours, par motif</h2>
      {quality.repeats.length === 0 && <p>Rien n’a encore sept jours de recul.</p>}
      {quality.repeats.length > 0 && (
        <PartTable
          label="Retours dans les sept jours, par motif"
          head={['Motif', 'Traités depuis sept jours', 'Revenus', 'Part']}
          rows={quality.repeats.map((row) => ({
            key: row.motif ?? '',
            cells: [names.motif(row.motif), row.base, row.again, percent(row.share)],
          }))}
        />
      )}
    </section>
  );
}
