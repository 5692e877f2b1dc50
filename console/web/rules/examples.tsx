interface Props {
  readonly match: string;
  readonly no_match: string;
  readonly onChange: (match: string, no_match: string) => void;
}

/** A rule that fails its own examples does not load: one mail it is meant for, one it must leave alone. */
export function Examples({ match, no_match, onChange }: Props) {
  return (
    <fieldset>
      <legend>Exemples, vérifiés à chaque changement</legend>
      <label>
        Un courriel à reconnaître (retirez noms, adresses et numéros)
        <textarea
          rows={4}
          maxLength={2_000}
          value={match}
          onInput={(event) => onChange(event.currentTarget.value, no_match)}
        />
      </label>
      <label>
        Un courriel voisin à laisser où il va
        <textarea
          rows={3}
          maxLength={2_000}
          value={no_match}
          onInput={(event) => onChange(match, event.currentTarget.value)}
        />
      </label>
    </fieldset>
  );
}
