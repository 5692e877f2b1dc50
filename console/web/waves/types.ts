import type { z } from 'zod';
import type * as shapes from '../../routes/waves-schema.ts';

export type Wave = z.infer<typeof shapes.wave>;
export type Member = z.infer<typeof shapes.member>;
export type Group = z.infer<typeof shapes.group>;
export type Preview = z.infer<typeof shapes.groupPreview>;

export const WAVE_STATUS: Readonly<Record<Wave['status'], string>> = {
  proposed: 'à nommer',
  active: 'en cours',
  dismissed: 'écartée',
  ended: 'terminée',
};
