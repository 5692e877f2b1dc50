interface Props {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly options: readonly (readonly [value: string, label: string])[];
  readonly required?: boolean;
}

export function Select({ label, value, onChange, options, required = true }: Props) {
  return (
    <label>
      {label}
      <select value={value} required={required} onChange={(event) => onChange(event.currentTarget.value)}>
        <option value="">Choisir…</option>
        {options.map(([id, words]) => (
          <option key={id} value={id}>
            {words}
          </option>
        ))}
      </select>
    </label>
  );
}
