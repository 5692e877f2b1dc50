import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { loadPlan, readPlanContext, type PlanContext } from '../../config/plan-scenario.ts';
import { formatProblems } from '../../config/problems.ts';
import { SHIPPED } from './support.ts';

const SMALL = readFileSync(`${SHIPPED}scenarios/lundi-de-pointe.yaml`, 'utf8');
let context: PlanContext;
beforeAll(async () => {
  const read = await readPlanContext(SHIPPED);
  expect(read.problems).toEqual([]);
  context = read.context!;
});

const problemsOf = (text: string): string => formatProblems(loadPlan('s.yaml', text, context).problems);
/** The small scenario with one text replaced by another; the text must be there. */
function changed(from: string, to: string): string {
  expect(SMALL).toContain(from);
  return SMALL.replace(from, to);
}

test.each(readdirSync(`${SHIPPED}scenarios`))('the shipped scenario %s loads with all its levers', (file) => {
  const { set, problems } = loadPlan(file, readFileSync(`${SHIPPED}scenarios/${file}`, 'utf8'), context);
  expect(formatProblems(problems)).toBe('');
  expect(set!.levers.length).toBeGreaterThan(3);
  for (const lever of set!.levers)
    expect({ id: lever.id, same: lever.scenario }).not.toEqual({ id: lever.id, same: set!.scenario });
});

describe('a fault is told at its place', () => {
  const at = (line: string): number => SMALL.split('\n').findIndex((text) => text.includes(line)) + 1;
  const wave = 'motif: compte-ameli-acces }\n\nmails';

  test.each([
    ['an unknown key', 'seed: 7', 'sead: 7', at('seed: 7'), /clé inconnue « sead ».*vouliez-vous dire « seed »/],
    ['a missing key', 'seed: 7\n', '', at('version: 1'), /il manque la clé « seed »/],
    [
      'an unknown calendar',
      'calendar: accueil',
      'calendar: acueil',
      at('calendar: accueil'),
      /calendrier inconnu.*calendars\.yaml.*« accueil »/,
    ],
    [
      'an unknown motif',
      'motif: carte-vitale',
      'motif: carte-vital',
      at('motif: carte-vitale'),
      /motif inconnu.*« carte-vitale »/,
    ],
    [
      'a motif twice',
      'motif: carte-vitale',
      'motif: remboursement-soins',
      at('motif: remboursement-soins'),
      /motif déjà décrit/,
    ],
    [
      'a wave of a motif without mail',
      wave,
      wave.replace('compte-ameli-acces', 'medecin-traitant'),
      at('Panne du compte'),
      /motif absent de mails/,
    ],
    [
      'a wave outside the window',
      'from: 2026-03-16, to: 2026-03-17',
      'from: 2026-05-16, to: 2026-05-17',
      at('Panne du compte'),
      /vague hors de la période/,
    ],
    [
      'a wave larger than all mail',
      'mails: 2500',
      'mails: 25000',
      at('Panne du compte'),
      /plus de messages que first_contacts/,
    ],
    ['twenty-three hours', '[0.4, 0.2, 0.1,', '[0.4, 0.2,', at('hours: [0.4'), /24 nombres, un par heure/],
    [
      'a window that ends before it begins',
      'to: 2026-03-29',
      'to: 2026-02-28',
      at('to: 2026-03-29'),
      /un dernier jour qui n’est pas avant le premier/,
    ],
    [
      'a share above one',
      'max_share: 0.6',
      'max_share: 60',
      at('max_share'),
      /max_share : valeur refusée.*« 60 ».*au plus 1/,
    ],
    [
      'an expert motif without a pôle',
      '{ id: pole-fds,',
      '{ id: pole-fds, motifs: [carte-vitale],',
      at('motif: remboursement-soins'),
      /aucun pôle ne répond à ce motif/,
    ],
    ['an unknown order', 'policy: fifo', 'policy: fifa', at('policy: fifo'), /« fifa ».*vouliez-vous dire « fifo »/],
    [
      'a lever on an unknown setting',
      'n1.agents',
      'n1.agent',
      at('un-agent'),
      /réglage inconnu.*« n1\.agent ».*vouliez-vous dire « agents »/,
    ],
    [
      'a lever on an unknown pool',
      'pools.accueil.enabled',
      'pools.acceuil.enabled',
      at('sans-accueil'),
      /réglage inconnu.*vouliez-vous dire « accueil »/,
    ],
    ['a lever with an impossible value', '"+1"', '-1', at('un-agent'), /agents : valeur refusée/],
    ['a lever relative to nothing', 'n1.agents: "+1"', 'n1.since: "+1"', at('un-agent'), /pas de nombre de départ/],
    ['two levers of one name', 'id: sans-accueil', 'id: un-agent', at('id: un-agent'), /identifiant déjà pris/],
    ['a file cut short', '...\n', '', SMALL.split('\n').length - 2, /le fichier est coupé/],
  ] as const)('%s', (_, from, to, line, what) => {
    const said = problemsOf(changed(from, to));
    expect(
      said
        .split('\n')
        .filter((text) => text.startsWith(`s.yaml:${line}:`))
        .join('\n'),
    ).toMatch(what);
  });

  test('all weights at zero: nothing would arrive', () => {
    expect(problemsOf(SMALL.replace(/share: (30|45|25)/g, 'share: 0'))).toMatch(/tous les poids sont nuls/);
  });

  test('several at once', () => {
    const said = problemsOf(changed('seed: 7', 'seed: -7').replace('policy: fifo', 'policy: fifa'));
    expect(said.split('\n')).toHaveLength(2);
  });
});

describe('settings changed by name', () => {
  const set = () => loadPlan('s.yaml', SMALL, context).set!;

  test('numbers, days, words and yes or no, absolute or from the value of the file', () => {
    const { scenario } = set().with({
      'n1.agents': '+2.5',
      'pools.accueil.daily_quota': 'x2',
      'pools.accueil.since': '2026-03-09',
      'mails.carte-vitale.share': '-10',
      'arrivals.weekdays.lundi': 2,
      'order.policy': 'lifo',
      'skills.share': 0,
      'skills.minutes_per_mail': 8,
    });
    expect(scenario).toMatchObject({
      n1: { id: 'n1', agents: 12.5 },
      pools: [{ daily_quota: 400, since: '2026-03-09' }],
      mails: [{ motif: 'carte-vitale', share: 20 }, {}, {}],
      arrivals: { weekdays: [2, 1.05, 1, 0.95, 0.9, 0.4, 0.4] },
      order: { policy: 'lifo' },
      skills: { share: 0, minutes_per_mail: 8 },
    });
    // The set itself stays as the file says.
    expect(set().scenario.n1.agents).toBe(10);
  });

  test('a factor on repeats lowers every rate', () => {
    const { scenario } = set().with({ 'repeats.factor': 0.5 });
    expect(scenario!.repeats.while_waiting).toEqual([{ after_hours: 72, rate: 0.025 }]);
  });

  test.each([
    ['n1', 'bloc de clés'],
    ['n1.agents.deep', 'réglage inconnu'],
    ['', 'réglage inconnu'],
    ['__proto__.polluted', 'réglage inconnu'],
    ['constructor', 'réglage inconnu'],
    ['pools.0.enabled', 'réglage inconnu'],
  ])('the name « %s » is refused', (name, said) => {
    const { scenario, problems } = set().with({ [name]: 1 });
    expect(scenario).toBeUndefined();
    expect(formatProblems(problems)).toContain(said);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});
