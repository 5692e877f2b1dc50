/**
 * The chat page to try the bot. It signs nothing and knows no key: the server speaks to the bot for the session of this
 * browser. Texts become text nodes only. A message that could not be sent stays, and is sent again under the same key.
 */
const element = (id) => document.getElementById(id);
const [log, quick, state, problem, what] = ['log', 'quick', 'state', 'problem', 'what'].map(element);
const [form, text, human, again, anew] = ['form', 'text', 'human', 'again', 'anew'].map(element);
const WHO = { member: 'Vous', bot: 'Assistant', adviser: 'Conseiller' };
const POLL_MS = 4_000;
/** What is being typed outlives a reload, for the session of this browser. */
const TYPED = 'typed';
const LINK = /https:\/\/[^\s<>"]+[^\s<>".,;:!?)]/g;

let talk = '';
let answers = 0;
let handed = false;
let waiting = false;
let unsent;

function show(by, words) {
  const said = document.createElement('div');
  said.className = `said ${by}`;
  const who = document.createElement('span');
  who.className = 'who';
  who.textContent = `${WHO[by]} :`;
  said.append(who, ...linked(words));
  log.append(said);
  log.scrollTop = log.scrollHeight;
}

function linked(words) {
  const parts = [];
  let at = 0;
  for (const match of words.matchAll(LINK)) {
    const link = document.createElement('a');
    link.href = match[0];
    link.rel = 'noreferrer';
    link.textContent = match[0];
    parts.push(words.slice(at, match.index), link);
    at = match.index + match[0].length;
  }
  return [...parts, words.slice(at)];
}

function offerQuick(label, choices) {
  const held = quick.contains(document.activeElement);
  quick.replaceChildren(
    ...choices.map(([name, ask]) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = name;
      button.addEventListener('click', () => void say(name, ask));
      return button;
    }),
  );
  quick.setAttribute('aria-label', label);
  quick.hidden = choices.length === 0;
  // The button that was pressed is gone: the keyboard must not be left nowhere.
  if (held) text.focus();
}

const YES_NO = [
  ['Oui', { button: 'yes' }],
  ['Non', { button: 'no' }],
];

function take(answer) {
  if (answer.reply !== null) show('bot', answer.reply.text);
  handed = answer.handed_over;
  human.hidden = handed;
  if (answer.offer) offerQuick('Souhaitez-vous écrire à un conseiller ?', YES_NO);
  else if (answer.reply?.kind === 'answer') offerQuick('Cette réponse vous aide-t-elle ?', YES_NO);
  else
    offerQuick(
      'Réponses rapides',
      (answer.reply?.choices ?? []).map(({ label }) => [label, { button: 'menu' }]),
    );
  state.textContent = handed
    ? 'Votre échange est transmis à un conseiller. Sa réponse s’affichera ici ; vous pouvez continuer d’écrire.'
    : '';
}

async function ask(method, path, body, key) {
  const headers = { 'content-type': 'application/json', ...(key && { 'idempotency-key': key }) };
  const response = await fetch(`/bot/demo/conversations${path}`, {
    method,
    headers: method === 'GET' ? {} : headers,
    ...(method === 'GET' ? {} : { body: JSON.stringify(body) }),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error.message);
  return answer;
}

/** Random letters; crypto.randomUUID is missing on a page without TLS. */
function newKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

async function say(words, more = {}) {
  if (waiting) return;
  show('member', words);
  await send({ path: `/${talk}/turns`, body: { text: words, ...more }, key: newKey() });
}

async function send(request) {
  waiting = true;
  unsent = request;
  problem.hidden = true;
  state.textContent = 'L’assistant répond…';
  try {
    const answer = await ask('POST', request.path, request.body, request.key);
    unsent = undefined;
    if (request.path === '') begin(answer.id);
    take(answer);
  } catch (error) {
    state.textContent = '';
    what.textContent = `Le message n’est pas parti. ${error instanceof TypeError ? 'La connexion est coupée.' : error.message}`;
    problem.hidden = false;
  } finally {
    waiting = false;
  }
}

function begin(id) {
  talk = id;
  answers = 0;
  log.replaceChildren();
  sessionStorage.setItem('talk', id);
}

/** Once a person has the talk, their answers are fetched; the log announces them. */
async function poll() {
  if (handed && !waiting) {
    try {
      const { said, id } = await ask('GET', `/${talk}`);
      if (id === talk) {
        const theirs = said.filter(({ by }) => by === 'adviser');
        for (const each of theirs.slice(answers)) show('adviser', each.text);
        answers = theirs.length;
      }
    } catch {
      // The next round asks again.
    }
  }
  setTimeout(poll, POLL_MS);
}

async function open() {
  const kept = sessionStorage.getItem('talk');
  if (kept !== null) {
    try {
      const { said, ...now } = await ask('GET', `/${kept}`);
      begin(kept);
      for (const each of said) show(each.by, each.text);
      answers = said.filter(({ by }) => by === 'adviser').length;
      take({ ...now, reply: null });
      return;
    } catch {
      sessionStorage.removeItem('talk');
    }
  }
  await send({ path: '', body: {}, key: newKey() });
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  const words = text.value.trim();
  if (words === '' || waiting || talk === '') return;
  text.value = '';
  sessionStorage.removeItem(TYPED);
  void say(words);
  text.focus();
});
text.addEventListener('input', () => sessionStorage.setItem(TYPED, text.value));
text.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  form.requestSubmit();
});
human.addEventListener('click', () => {
  void say('Parler à un conseiller', { button: 'human' });
  text.focus();
});
again.addEventListener('click', () => {
  if (unsent !== undefined) void send(unsent);
  text.focus();
});
anew.addEventListener('click', () => {
  sessionStorage.removeItem('talk');
  void send({ path: '', body: {}, key: newKey() });
  text.focus();
});
text.value = sessionStorage.getItem(TYPED) ?? '';
text.focus();
void open();
setTimeout(poll, POLL_MS);
