const SLOT = /\{\{[^{}]{0,80}\}\}/g;

interface Props {
  readonly body: string;
  readonly onShow: (start: number, end: number) => void;
}

/** What a template leaves to be written, one button each; a reply with one left does not leave. */
export function Slots({ body, onShow }: Props) {
  const slots = [...body.matchAll(SLOT)];
  if (slots.length === 0) return null;
  return (
    <p class="slots">
      À compléter :{' '}
      {slots.map((slot) => (
        <button key={slot.index} type="button" onClick={() => onShow(slot.index, slot.index + slot[0].length)}>
          {slot[0]}
        </button>
      ))}
    </p>
  );
}
