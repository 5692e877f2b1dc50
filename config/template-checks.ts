import { textFacts } from '../domain/facts.ts';
import { compileCondition, type CompiledCondition } from '../domain/match.ts';
import type { ReplyTemplate } from '../domain/rulebook.ts';
import { isTemplateVariable, TEMPLATE_VARIABLES, variablesOf } from '../domain/template.ts';
import { ids, type Findings, type LoadedSet } from './context.ts';
import { shorten, suggest, type Place } from './problems.ts';

/** R112-11-1: an acknowledgment that lacks one of these is none. */
const ACK_MUST = ['received_on', 'reference', 'service_name', 'service_contact', 'delay'] as const;
/** An acknowledgment leaves before anybody has read the mail: nothing a person decides may stand in it. */
const ACK_MAY = new Set<string>([...ACK_MUST, 'legal_silence', 'legal_decision_on', 'legal_appeal']);
const LEGAL = /^legal_/;
const BLOCK = /\{\{(#|\/)legal\}\}/g;

/** « L'Assurance Maladie ne demande jamais … par email » (domain §2.5): no template asks for these by mail. */
const ASKS_PERSONAL: CompiledCondition = compileCondition(
  {
    any: [
      {
        any_phrase: [
          '(envoyez|envoyer|renvoyer|transmettez|transmettre|communiquer|communiquez|indiquez|indiquer|joindre|fournir|adresser|adressez|retourner|preciser) … (rib|iban|nir)',
          '(envoyez|envoyer|renvoyer|transmettez|transmettre|communiquer|communiquez|indiquez|indiquer|joindre|fournir|adresser|adressez|retourner|preciser) … (numéro de sécurité sociale|coordonnées bancaires|ordonnance|certificat médical|compte rendu)',
        ],
      },
    ],
  },
  'lint',
);
/** CRPA L112-8: whoever wrote is not told to write again elsewhere, unless a téléservice exists for it. */
const ASKS_AGAIN: CompiledCondition = compileCondition(
  {
    any: [
      {
        any_phrase: [
          '(refaire|renouveler|réitérer|reformuler|répéter|recommencer) … demande',
          '(refaites|renouvelez|réitérez|reformulez|répétez) … demande',
        ],
      },
    ],
  },
  'lint',
);

export function checkTemplates(set: LoadedSet, found: Findings): void {
  const motifs = new Map(set.all_motifs.map((motif) => [motif.id, motif]));
  const flags = ids(set.flags.data.flags);
  const files = new Map<string, string>();
  for (const { data, yaml, bodyAt } of set.templates) {
    const other = files.get(data.id);
    if (other !== undefined)
      found.error(yaml.at(['id']), {
        what: 'identifiant déjà pris',
        value: data.id,
        expected: `un autre nom que celui de ${other}`,
      });
    files.set(data.id, yaml.file);
    data.motifs.forEach((id, i) =>
      found.known(yaml, ['motifs', i], id, new Set(motifs.keys()), 'motif inconnu', 'motifs.yaml'),
    );
    data.flags?.forEach((id, i) => found.known(yaml, ['flags', i], id, flags, 'signalement inconnu', 'flags.yaml'));
    data.not_with_flags?.forEach((id, i) =>
      found.known(yaml, ['not_with_flags', i], id, flags, 'signalement inconnu', 'flags.yaml'),
    );
    if (data.kind === 'reply' && data.motifs.length === 0) {
      found.warn(yaml.at(['motifs']), {
        what: 'modèle de réponse sans motif : il n’est proposé à personne',
        value: data.id,
        expected: 'au moins un motif',
      });
    }
    checkVariables(data, bodyAt, yaml.at(['subject']), found);
    if (data.kind === 'ack') {
      for (const name of ACK_MUST.filter((must) => !variablesOf(data.body).includes(must))) {
        found.error(bodyAt(0), {
          what: `il manque à l’accusé de réception : ${TEMPLATE_VARIABLES[name]}`,
          expected: `{{${name}}} dans le texte`,
        });
      }
    }
    const served =
      !found.whole('motifs.yaml') ||
      (data.motifs.length > 0 && data.motifs.every((id) => motifs.get(id)?.teleservice !== undefined));
    if (variablesOf(data.body).includes('teleservice') && !served) {
      found.error(bodyAt(data.body.indexOf('{{teleservice}}')), {
        what: 'un des motifs du modèle n’a pas de téléservice',
        value: '{{teleservice}}',
        expected: 'teleservice dans motifs.yaml pour chacun',
      });
    }
    const personal = place(ASKS_PERSONAL, data.body);
    if (personal !== undefined) {
      found.error(bodyAt(personal.start), {
        what: 'le modèle demande une donnée personnelle par courriel',
        value: shorten(data.body.slice(personal.start, personal.end)),
        expected: 'un dépôt dans le compte ameli ou par le formulaire',
      });
    }
    const again = served ? undefined : place(ASKS_AGAIN, data.body);
    if (again !== undefined) {
      found.error(bodyAt(again.start), {
        what: 'le modèle fait répéter une demande déjà reçue (CRPA L112-8)',
        value: shorten(data.body.slice(again.start, again.end)),
        expected: 'une réponse, ou un motif qui a un téléservice',
      });
    }
  }
}

function checkVariables(
  template: ReplyTemplate,
  bodyAt: (offset: number) => Place,
  subject_at: Place,
  found: Findings,
): void {
  for (const [text, where] of [
    [template.subject, () => subject_at],
    [template.body, bodyAt],
  ] as const) {
    for (const name of variablesOf(text)) {
      const at = where(Math.max(0, text.search(new RegExp(`\\{\\{\\s*${name.replace(/[^\w]/g, '.')}`))));
      const allowed = template.kind === 'ack' ? ACK_MAY : new Set(Object.keys(TEMPLATE_VARIABLES));
      if (isTemplateVariable(name) && allowed.has(name)) continue;
      const near = suggest(name, allowed);
      found.error(at, {
        what: isTemplateVariable(name) ? 'variable impossible dans un accusé de réception' : 'variable inconnue',
        value: shorten(`{{${name}}}`),
        expected: `une de : ${[...allowed].join(', ')}`,
        ...(near === undefined || isTemplateVariable(name) ? {} : { did_you_mean: near }),
      });
    }
  }
  checkLegalBlock(template.body, bodyAt, found);
}

/** The block opens and closes in turn, and legal dates stand nowhere else. */
function checkLegalBlock(body: string, bodyAt: (offset: number) => Place, found: Findings): void {
  let inside = false;
  let outside_text = '';
  let from = 0;
  for (const mark of body.matchAll(BLOCK)) {
    const opens = mark[1] === '#';
    if (opens === inside)
      found.error(bodyAt(mark.index), {
        what: 'bloc juridique mal fermé',
        value: mark[0],
        expected: '{{#legal}} … {{/legal}}',
      });
    if (opens) outside_text += body.slice(from, mark.index);
    from = mark.index + mark[0].length;
    inside = opens;
  }
  if (inside)
    found.error(bodyAt(body.lastIndexOf('{{#legal}}')), {
      what: 'bloc juridique jamais fermé',
      value: '{{#legal}}',
      expected: '{{/legal}} plus bas',
    });
  else outside_text += body.slice(from);
  for (const name of variablesOf(outside_text).filter((name) => LEGAL.test(name))) {
    found.error(bodyAt(body.indexOf(`{{${name}`)), {
      what: 'date ou voie de recours hors du bloc juridique',
      value: `{{${name}}}`,
      expected: 'entre {{#legal}} et {{/legal}}',
    });
  }
}

function place(condition: CompiledCondition, body: string): { start: number; end: number } | undefined {
  return condition(textFacts(body), { now: new Date(0), motif: null, level: 'n1', flags: [] }).evidence[0];
}
