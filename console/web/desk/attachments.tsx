import { useState } from 'preact/hooks';
import { fetchBytes } from '../api/client.ts';
import type { Attachment, Message } from '../api/types.ts';
import { complain } from '../shell/notices.tsx';
import { MailText } from '../text/mail-text.tsx';
import { fileSize } from '../words/time.ts';
import { safeName, saveAs, showable, Viewer, type Shown } from './viewer.tsx';

interface Props {
  readonly message: Message;
  readonly conversation: string;
}

/** Files of a message. Nothing is fetched before somebody asks for it. */
export function Attachments({ message, conversation }: Props) {
  const [shown, setShown] = useState<Shown | null>(null);
  const files = message.attachments;

  async function open(file: Attachment, as: 'view' | 'save'): Promise<void> {
    try {
      const bytes = await fetchBytes(`/api/conversations/${conversation}/attachments/${message.id}/${file.part}`);
      const type = showable(bytes);
      if (as === 'view' && type !== undefined) setShown({ name: file.name, type, bytes });
      else if (as === 'view')
        complain('Ce fichier n’est ni un PDF ni une image : enregistrez-le si vous en avez besoin.');
      else saveAs(file.name, bytes);
    } catch (error) {
      complain(error);
    }
  }
  async function original(): Promise<void> {
    try {
      saveAs(`${message.id}.eml`, await fetchBytes(`/api/conversations/${conversation}/original/${message.id}`));
    } catch (error) {
      complain(error);
    }
  }

  if (files.length === 0 && !message.has_original) return null;
  return (
    <div class="files">
      {files.length > 0 && (
        <ul aria-label="Pièces jointes">
          {files.map((file) => (
            <li key={file.part}>
              <MailText text={file.name === '' ? 'pièce sans nom' : file.name} line />{' '}
              <span class="quiet">{fileSize(file.size)}</span>
              <button type="button" onClick={() => void open(file, 'view')}>
                Voir<span class="sr"> {safeName(file.name)}</span>
              </button>
              <button type="button" onClick={() => void open(file, 'save')}>
                Enregistrer<span class="sr"> {safeName(file.name)}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      {message.has_original && (
        <button type="button" class="plain" onClick={() => void original()}>
          Enregistrer le message d’origine
        </button>
      )}
      {shown !== null && <Viewer file={shown} onClose={() => setShown(null)} />}
    </div>
  );
}
