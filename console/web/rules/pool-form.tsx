import { useState } from 'preact/hooks';
import type { RuleEdit } from '../../routes/rule-edits.ts';
import { EditForm } from './edit-form.tsx';
import type { FormProps } from './forms.tsx';

/** What a team can take: its capacity, the quota of its contract, the hours of its site. One change at a time. */
export function PoolForm(props: FormProps) {
  const [what, setWhat] = useState<'pool' | 'hours'>('pool');
  return (
    <>
      <label>
        À changer
        <select value={what} onChange={(event) => setWhat(event.currentTarget.value as typeof what)}>
          <option value="pool">la capacité ou le quota</option>
          <option value="hours">les horaires</option>
        </select>
      </label>
      {what === 'pool' ? <Quota {...props} /> : <Hours {...props} />}
    </>
  );
}

function Quota({ draft, onKept }: FormProps) {
  const [id, setId] = useState('');
  const pool = draft.pools.find((one) => one.id === id);
  const [capacity, setCapacity] = useState('');
  const [quota, setQuota] = useState('');
  const [share, setShare] = useState('');
  function choose(chosen: string): void {
    const found = draft.pools.find((one) => one.id === chosen);
    setId(chosen);
    setCapacity(String(found?.capacity_per_open_hour ?? ''));
    setQuota(String(found?.daily_quota ?? ''));
    setShare(found?.max_share == null ? '' : String(Math.round(found.max_share * 100)));
  }
  const changed = {
    ...given('capacity_per_open_hour', capacity, pool?.capacity_per_open_hour, 1),
    ...(pool?.daily_quota == null ? {} : given('daily_quota', quota, pool.daily_quota, 1)),
    ...(pool?.max_share == null ? {} : given('max_share', share, pool.max_share, 100)),
  };
  const edit: RuleEdit | null =
    pool === undefined || Object.keys(changed).length === 0 ? null : { kind: 'pool', id, ...changed };
  return (
    <EditForm draft={draft} edit={edit} onKept={onKept}>
      <label>
        Équipe
        <select value={id} onChange={(event) => choose(event.currentTarget.value)}>
          <option value="">(choisir)</option>
          {draft.pools.map((one) => (
            <option key={one.id} value={one.id}>
              {one.label}
            </option>
          ))}
        </select>
      </label>
      {pool !== undefined && (
        <>
          <Count label="Messages par heure d’ouverture, toute l’équipe" value={capacity} onChange={setCapacity} />
          {pool.daily_quota !== null && (
            <Count label="Messages confiés par jour, au plus" value={quota} onChange={setQuota} />
          )}
          {pool.max_share !== null && (
            <Count label="Part des arrivées du jour, au plus (en %)" value={share} onChange={setShare} />
          )}
        </>
      )}
    </EditForm>
  );
}

function given(key: string, typed: string, now: number | undefined, unit: number): Record<string, number> {
  const value = Number(typed.replace(',', '.')) / unit;
  return typed.trim() === '' || !Number.isFinite(value) || value === now ? {} : { [key]: value };
}

interface CountProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

function Count({ label, value, onChange }: CountProps) {
  return (
    <label>
      {label}
      <input
        inputMode="decimal"
        value={value}
        maxLength={10}
        onInput={(event) => onChange(event.currentTarget.value)}
      />
    </label>
  );
}

function Hours({ draft, onKept }: FormProps) {
  const [at, setAt] = useState('');
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const key = (one: { calendar: string; line: number }): string => `${one.calendar} ${one.line}`;
  const line = draft.hours.find((one) => key(one) === at);
  const changed = line !== undefined && from !== '' && to !== '' && (from !== line.from || to !== line.to);
  const edit: RuleEdit | null = changed ? { kind: 'hours', calendar: line.calendar, line: line.line, from, to } : null;
  return (
    <EditForm draft={draft} edit={edit} onKept={onKept}>
      <label>
        Horaires
        <select
          value={at}
          onChange={(event) => {
            const found = draft.hours.find((one) => key(one) === event.currentTarget.value);
            setAt(event.currentTarget.value);
            setFrom(found?.from ?? '');
            setTo(found?.to ?? '');
          }}
        >
          <option value="">(choisir)</option>
          {draft.hours.map((one) => (
            <option key={key(one)} value={key(one)}>
              {one.calendar} : {one.days}
            </option>
          ))}
        </select>
      </label>
      <label>
        De
        <input type="time" value={from} onInput={(event) => setFrom(event.currentTarget.value)} />
      </label>
      <label>
        à
        <input type="time" value={to} onInput={(event) => setTo(event.currentTarget.value)} />
      </label>
    </EditForm>
  );
}
