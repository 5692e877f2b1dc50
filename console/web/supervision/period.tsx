interface Props {
  readonly from: string;
  readonly to: string;
  readonly onChange: (from: string, to: string) => void;
}

/** Two days, the first one first. */
export function Period({ from, to, onChange }: Props) {
  return (
    <>
      <label>
        Du
        <input type="date" value={from} max={to} onInput={(event) => onChange(event.currentTarget.value, to)} />
      </label>
      <label>
        au
        <input type="date" value={to} min={from} onInput={(event) => onChange(from, event.currentTarget.value)} />
      </label>
    </>
  );
}
