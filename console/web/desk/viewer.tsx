import { useEffect, useMemo } from 'preact/hooks';
import { Dialog } from '../shell/dialog.tsx';

export interface Shown {
  readonly name: string;
  readonly type: string;
  readonly bytes: ArrayBuffer;
}

/** First bytes of what a browser shows without running anything of it. The sender's word on the type counts for nothing. */
const KINDS: readonly (readonly [type: string, start: readonly number[]])[] = [
  ['application/pdf', [0x25, 0x50, 0x44, 0x46, 0x2d]],
  ['image/png', [0x89, 0x50, 0x4e, 0x47]],
  ['image/jpeg', [0xff, 0xd8, 0xff]],
  ['image/gif', [0x47, 0x49, 0x46, 0x38]],
];

/** The type a file really has, if it can be shown. */
export function showable(bytes: ArrayBuffer): string | undefined {
  const first = new Uint8Array(bytes.slice(0, 8));
  return KINDS.find(([, start]) => start.every((byte, index) => first[index] === byte))?.[0];
}

/** Shows a PDF or an image from memory, in a frame that may run nothing and fetch nothing. */
export function Viewer({ file, onClose }: { readonly file: Shown; readonly onClose: () => void }) {
  const url = useMemo(() => URL.createObjectURL(new Blob([file.bytes], { type: file.type })), [file]);
  useEffect(() => () => URL.revokeObjectURL(url), [url]);
  const safe = safeName(file.name);
  return (
    <Dialog title={safe} onClose={onClose} wide>
      {file.type === 'application/pdf' ? (
        <iframe class="viewer" src={url} title={safe} referrerpolicy="no-referrer" />
      ) : (
        <img class="viewer" src={url} alt={`Pièce jointe ${safe}`} />
      )}
    </Dialog>
  );
}

/** A name that can harm neither a screen nor a disk: no path, no control, no writing turned around. */
export function safeName(name: string): string {
  const clean = name
    .replace(/[\p{Cc}\p{Cf}\p{Cs}"\\/:*?<>|]/gu, '_')
    .replace(/^\.+/, '_')
    .slice(-120);
  return clean === '' ? 'piece' : clean;
}

/** Saves bytes under a safe name, as a type no program opens by itself. */
export function saveAs(name: string, bytes: ArrayBuffer): void {
  const url = URL.createObjectURL(new Blob([bytes], { type: 'application/octet-stream' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = safeName(name);
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
