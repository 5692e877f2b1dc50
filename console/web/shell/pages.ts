import type { ComponentType } from 'preact';
import type { Role } from '../api/types.ts';
import { AccountsPage } from '../accounts/accounts-page.tsx';
import { DeskHome } from '../desk/home.tsx';
import { ConversationPage } from '../desk/conversation.tsx';
import { FlowPage } from '../flow/flow-page.tsx';
import { AlertsPage } from '../lists/alerts-page.tsx';
import { AsidePage } from '../lists/aside-page.tsx';
import { FilesPage } from '../lists/files-page.tsx';
import { TasksPage } from '../lists/tasks-page.tsx';
import { ReadingsPage } from '../review/readings-page.tsx';
import { ReviewPage } from '../review/review-page.tsx';
import { BotPage } from '../supervision/bot-page.tsx';
import { DirectPage } from '../supervision/direct-page.tsx';
import { MailboxesPage } from '../supervision/mailboxes-page.tsx';
import { OverflowPage } from '../supervision/overflow-page.tsx';
import { PresencePage } from '../supervision/presence-page.tsx';
import { QualityPage } from '../supervision/quality-page.tsx';
import { ReportPage } from '../supervision/report-page.tsx';
import { RulesPage } from '../supervision/rules-page.tsx';
import { StockPage } from '../supervision/stock-page.tsx';
import { TracesPage } from '../traces/traces-page.tsx';
import { TopicsPage } from '../supervision/topics-page.tsx';
import { TemplatesPage } from '../templates/templates-page.tsx';
import { WavesPage } from '../waves/waves-page.tsx';

export interface PageProps {
  /** What follows the page's name in the address. */
  readonly rest: readonly string[];
}

export interface Page {
  readonly name: string;
  readonly title: string;
  readonly roles: readonly Role[];
  /** Not in the menu: reached from another page. */
  readonly hidden?: boolean;
  readonly view: ComponentType<PageProps>;
}

const WORKERS: readonly Role[] = ['agent', 'referent', 'supervisor', 'partner'];
const OWN: readonly Role[] = ['agent', 'referent', 'supervisor'];
const REVIEWERS: readonly Role[] = ['referent', 'supervisor'];
const OVERSIGHT: readonly Role[] = ['referent', 'supervisor', 'administrator', 'auditor'];

/** Every page, in the order of the menu. The server decides again what each role may read. */
export const PAGES: readonly Page[] = [
  { name: 'bureau', title: 'Bureau', roles: WORKERS, view: DeskHome },
  { name: 'conversation', title: 'Conversation', roles: WORKERS, hidden: true, view: ConversationPage },
  { name: 'files', title: 'Files', roles: WORKERS, view: FilesPage },
  { name: 'echeances', title: 'Échéances', roles: OWN, view: TasksPage },
  { name: 'alertes', title: 'Alertes', roles: OWN, view: AlertsPage },
  { name: 'analyse', title: 'Analyse', roles: REVIEWERS, view: ReviewPage },
  { name: 'de-cote', title: 'De côté', roles: REVIEWERS, view: AsidePage },
  { name: 'relectures', title: 'Relectures', roles: REVIEWERS, view: ReadingsPage },
  { name: 'modeles', title: 'Modèles', roles: [...OVERSIGHT, 'agent'], view: TemplatesPage },
  { name: 'vagues', title: 'Vagues', roles: OWN, view: WavesPage },
  { name: 'sujets', title: 'Sujets', roles: ['supervisor'], view: TopicsPage },
  { name: 'direct', title: 'Direct', roles: OVERSIGHT, view: DirectPage },
  { name: 'stock', title: 'Tri du stock', roles: OVERSIGHT, view: StockPage },
  { name: 'flux', title: 'Flux', roles: OVERSIGHT, view: FlowPage },
  { name: 'presence', title: 'Présence', roles: REVIEWERS, view: PresencePage },
  { name: 'debordement', title: 'Débordement', roles: OVERSIGHT, view: OverflowPage },
  { name: 'regles', title: 'Règles', roles: ['supervisor', 'administrator'], view: RulesPage },
  { name: 'boites', title: 'Boîtes', roles: OVERSIGHT, view: MailboxesPage },
  { name: 'chiffres', title: 'Chiffres', roles: OVERSIGHT, view: ReportPage },
  { name: 'qualite', title: 'Qualité', roles: ['referent', 'supervisor', 'auditor'], view: QualityPage },
  { name: 'assistant', title: 'ameliBot', roles: OVERSIGHT, view: BotPage },
  { name: 'traces', title: 'Traces', roles: ['administrator', 'auditor'], view: TracesPage },
  { name: 'comptes', title: 'Comptes', roles: ['administrator'], view: AccountsPage },
];

export function pagesFor(role: Role): readonly Page[] {
  const own = PAGES.filter((page) => page.roles.includes(role));
  // A supervisor's day opens on the day as it goes.
  const first = own.find(({ name }) => role === 'supervisor' && name === 'direct');
  return first === undefined ? own : [first, ...own.filter((page) => page !== first)];
}
