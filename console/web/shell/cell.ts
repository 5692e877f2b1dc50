import { useEffect, useState } from 'preact/hooks';

/** A value several parts of the page look at. */
export interface Cell<T> {
  get(): T;
  set(value: T): void;
  subscribe(listener: (value: T) => void): () => void;
}

export function cell<T>(first: T): Cell<T> {
  let value = first;
  const listeners = new Set<(value: T) => void>();
  return {
    get: () => value,
    set(next) {
      if (Object.is(next, value)) return;
      value = next;
      for (const listener of listeners) listener(next);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The cell's value; the component is drawn again when it changes. */
export function useCell<T>(source: Cell<T>): T {
  const [value, setValue] = useState<T>(source.get());
  useEffect(() => {
    // It may have changed between drawing and listening.
    setValue(() => source.get());
    return source.subscribe((next) => setValue(() => next));
  }, [source]);
  return value;
}
