/** The inbox page: shows what `/_local/inbox` holds, and moves the clock. Runs in the browser. */
const REFRESH_MS = 2000;
const SNIPPET_LENGTH = 90;

const element = (id) => document.getElementById(id);
const state = { messages: [], selected: undefined, shown: undefined, offsetMs: undefined, moving: false, listed: '' };

async function refresh() {
  try {
    const [inbox, clock] = await Promise.all([get('/_local/inbox?limit=500'), get('/_local/clock')]);
    state.messages = inbox.messages;
    state.offsetMs = Date.parse(clock.now) - Date.now();
    tick();
    if (!state.moving) notice('');
    renderList();
  } catch {
    notice('The local cloud does not answer. Is it running?');
  }
}

async function get(path) {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response.json();
}

function renderList() {
  const words = element('search').value.trim().toLowerCase().split(/\s+/);
  const found = state.messages.filter((message) => words.every((word) => haystack(message).includes(word)));
  // Drawn again only when something changed, so that reading and scrolling are not disturbed.
  const listed = JSON.stringify([state.selected, ...found.map(({ id }) => id)]);
  if (listed !== state.listed || found.length === 0) drawList(found);
  state.listed = listed;
  renderMail(state.messages.find(({ id }) => id === state.selected));
}

function drawList(found) {
  element('empty').hidden = found.length > 0;
  element('empty').textContent = state.messages.length === 0 ? 'No mail yet.' : 'No mail matches.';
  const focused = document.activeElement?.dataset?.id;
  element('mails').replaceChildren(...found.map(listItem));
  if (focused !== undefined) document.querySelector(`[data-id="${CSS.escape(focused)}"]`)?.focus();
}

function haystack({ subject, from, to, text }) {
  return [subject, from, ...to, text].join('\n').toLowerCase();
}

function listItem(message) {
  const button = document.createElement('button');
  button.type = 'button';
  button.dataset.id = message.id;
  if (message.id === state.selected) button.setAttribute('aria-current', 'true');
  const time = tag('time', shortTime(message.at));
  time.dateTime = message.at;
  const snippet = message.text.replace(/\s+/g, ' ').trim().slice(0, SNIPPET_LENGTH);
  button.append(
    tag('strong', message.subject || '(no subject)'),
    tag('span', message.to.join(', '), 'who'),
    time,
    tag('span', snippet, 'text'),
  );
  button.addEventListener('click', () => select(message.id));
  const item = document.createElement('li');
  item.append(button);
  return item;
}

function select(id) {
  state.selected = id;
  history.replaceState(null, '', `#${encodeURIComponent(id)}`);
  renderList();
  // On a phone the mail stands below the list.
  if (matchMedia('(max-width: 760px)').matches) element('mail').scrollIntoView({ block: 'start' });
}

function renderMail(message) {
  element('mail').hidden = message === undefined;
  element('none').hidden = message !== undefined;
  // A frame that is filled again would jump to its top: only another mail fills it.
  if (message === undefined || state.shown === message.id) return;
  state.shown = message.id;
  element('subject').textContent = message.subject || '(no subject)';
  element('from').textContent = message.from;
  element('to').textContent = message.to.join(', ');
  element('at').textContent = longTime(message.at);
  element('frame').srcdoc = `<base target="_blank">${message.html}`;
  element('part-text').textContent = message.text || 'This mail has no text part.';
  const tags = Object.entries(message.tags).map(([name, value]) => [`tag: ${name}`, value]);
  element('headers').replaceChildren(...[...Object.entries(message.headers), ...tags].map(headerRow));
  showPart(message.html === '' ? 'text' : 'html');
}

function headerRow([name, value]) {
  const row = document.createElement('tr');
  const head = tag('th', name);
  head.scope = 'row';
  row.append(head, tag('td', value));
  return row;
}

function showPart(part) {
  for (const name of ['html', 'text', 'headers']) {
    element(`part-${name}`).hidden = name !== part;
    element(`tab-${name}`).setAttribute('aria-selected', String(name === part));
  }
  element('widths').hidden = part !== 'html';
}

async function advance(duration) {
  state.moving = true;
  setClockDisabled(true);
  notice(`Moving the clock by ${duration}: everything that falls due is done on the way …`);
  try {
    const response = await fetch('/_local/clock', { method: 'POST', body: JSON.stringify({ advance: duration }) });
    const answer = await response.json();
    if (response.ok) element('duration').value = '';
    else window.alert(answer.detail ?? answer.title);
  } finally {
    state.moving = false;
    setClockDisabled(false);
    await refresh();
  }
}

function setClockDisabled(disabled) {
  for (const control of element('clock').elements) control.disabled = disabled;
}

function notice(text) {
  element('notice').hidden = text === '';
  element('notice').textContent = text;
}

function tag(name, text, className = '') {
  const made = document.createElement(name);
  made.textContent = text;
  if (className !== '') made.className = className;
  return made;
}

function shortTime(at) {
  return `${at.slice(0, 10)} ${at.slice(11, 16)}`;
}

function longTime(at) {
  return `${at.slice(0, 10)} ${at.slice(11, 19)} UTC`;
}

function tick() {
  if (state.offsetMs === undefined) return;
  element('now').textContent = longTime(new Date(Date.now() + state.offsetMs).toISOString());
}

element('search').addEventListener('input', renderList);
element('clear').addEventListener('click', async () => {
  await fetch('/_local/inbox', { method: 'DELETE' });
  await refresh();
});
element('clock').addEventListener('submit', (event) => {
  event.preventDefault();
  advance(element('duration').value.trim().toUpperCase() || 'P30D');
});
for (const button of document.querySelectorAll('[data-advance]'))
  button.addEventListener('click', () => advance(button.dataset.advance));
for (const part of ['html', 'text', 'headers']) element(`tab-${part}`).addEventListener('click', () => showPart(part));
for (const button of document.querySelectorAll('[data-width]')) {
  button.addEventListener('click', () => {
    element('frame').classList.toggle('phone', button.dataset.width === 'phone');
    for (const other of document.querySelectorAll('[data-width]')) other.setAttribute('aria-pressed', String(other === button));
  });
}

state.selected = decodeURIComponent(location.hash.slice(1)) || undefined;
refresh();
setInterval(refresh, REFRESH_MS);
setInterval(tick, 1000);
