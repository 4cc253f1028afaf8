/**
 * What a website without Segment puts into its pages: `rekindle.push(['track', 'Product Viewed', { sku: 'A1' }])` before or
 * after it has loaded, and forms with `data-rekindle="<form>"`. Runs in the browser; `npm run snippet` makes the served text.
 */
(() => {
  if (window.rekindle?.track) return;
  const script = document.currentScript;
  const { origin } = new URL(script.src);
  const { key } = script.dataset;
  const loadedAt = new Date();
  // Who asks not to be tracked leaves no trace: nothing is kept, and only what people say about themselves is sent.
  const untracked = navigator.globalPrivacyControl || navigator.doNotTrack === '1';

  // Where a browser refuses to keep anything, or has no room left, it is remembered as long as the page is open.
  let storage = {};
  try {
    if (!untracked) storage = localStorage;
  } catch {}
  const keep = (name, value) => {
    try {
      storage[name] = value;
    } catch {
      storage = { ...storage, [name]: value };
    }
  };

  // `crypto.randomUUID` is there on https only.
  const newId = () => crypto.getRandomValues(new Uint32Array(4)).join('-');

  const visitor = () => {
    if (untracked) return;
    if (!storage.rekindleVisitor) keep('rekindleVisitor', newId());
    return storage.rekindleVisitor;
  };

  const reset = () => {
    keep('rekindleVisitor', '');
    keep('rekindleUser', '');
  };

  const pageNow = () => ({
    url: location.href,
    path: location.pathname,
    search: location.search,
    title: document.title,
    referrer: document.referrer,
  });

  const context = () => {
    let campaign;
    for (const [name, value] of new URLSearchParams(location.search))
      if (/^utm_/.test(name)) campaign = { ...campaign, [name === 'utm_campaign' ? 'name' : name.slice(4)]: value };
    return {
      page: pageNow(),
      campaign,
      locale: navigator.language,
      timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      library: { name: 'rekindle.js' },
    };
  };

  // Calls wait in the storage until they were answered, so that a page that closes, or a server that is down, loses none.
  // Two tabs may send the same one: its `messageId` makes it one.
  const waiting = () => JSON.parse(storage.rekindleCalls || '[]');
  const keepWaiting = (calls) => keep('rekindleCalls', JSON.stringify(calls.slice(-50)));

  let timer;
  let sending;
  let waitSeconds = 1;
  const sendIn = (seconds) => {
    timer ||= setTimeout(send, 1000 * seconds);
  };

  const send = async (isLeaving) => {
    if (!isLeaving) timer = clearTimeout(timer);
    // As many as fit into one request, however large each of them is.
    const batch = waiting().slice(0, 15);
    if (!batch[0] || (sending && !isLeaving)) return;
    // As plain text, and with the key in it, a browser sends it without asking first.
    const body = new Blob([JSON.stringify({ writeKey: key, batch, sentAt: new Date() })], { type: 'text/plain' });
    const address = `${origin}/v1/batch`;
    if (isLeaving) return navigator.sendBeacon(address, body);
    sending = true;
    let next = 0;
    try {
      const answer = await fetch(address, { method: 'POST', body, keepalive: body.size < 60000 });
      if (answer.status > 499 || answer.status === 429) throw answer;
      const sent = batch.map(({ messageId }) => messageId);
      keepWaiting(waiting().filter(({ messageId }) => !sent.includes(messageId)));
      waitSeconds = 1;
      const { rejected, detail } = await answer.json();
      if (detail || rejected[0]) console.warn('rekindle', detail || rejected);
    } catch (fault) {
      waitSeconds = Math.min(waitSeconds * 2, 60);
      next = +fault.headers?.get('retry-after') || waitSeconds;
    }
    // What was called meanwhile found the line busy: it goes now, and not before the line is free.
    sending = false;
    if (waiting()[0]) sendIn(next);
  };

  const call = (type, fields) => {
    if (!key || (untracked && type !== 'identify')) return;
    const who = { anonymousId: visitor(), userId: storage.rekindleUser };
    keepWaiting([...waiting(), { type, messageId: newId(), timestamp: new Date(), ...who, context: context(), ...fields }]);
    sendIn(0);
  };

  const api = {
    page: (name, properties) => call('page', { name, properties: { ...pageNow(), ...properties } }),
    track: (event, properties) => call('track', { event, properties }),
    identify: (user, traits) => {
      if (!user || typeof user === 'object') return call('identify', { traits: user || traits });
      const userId = `${user}`;
      // Somebody else at the same browser is another visitor.
      if (storage.rekindleUser && storage.rekindleUser !== userId) reset();
      keep('rekindleUser', userId);
      call('identify', { userId, traits });
    },
    reset,
    push: (...calls) => {
      for (const [name, ...rest] of calls) api[name]?.(...rest);
    },
  };

  // What stands beside the fields of a form, to be taken away before it is sent again.
  const notes = new WeakMap();

  const say = (form, text, field) => {
    const note = document.createElement('p');
    note.textContent = text;
    note.id = newId();
    note.className = field ? 'rekindle-error' : 'rekindle-note';
    const described = field?.getAttribute('aria-describedby') || '';
    if (field) {
      field.setAttribute('aria-describedby', `${described} ${note.id}`);
      field.ariaInvalid = 'true';
      const label = field.labels?.[0];
      (label && (label.contains(field) || field.type === 'checkbox') ? label : field).after(note);
    } else {
      form.append(note);
      note.tabIndex = -1;
    }
    notes.get(form).push(() => {
      note.remove();
      if (!field) return;
      field.ariaInvalid = null;
      field.setAttribute('aria-describedby', described);
    });
    return field || note;
  };

  const submit = async (form, fields) => {
    for (const undo of notes.get(form) || []) undo();
    notes.set(form, []);
    const { dataset } = form;
    // The same until it was taken, so that what is sent twice is one post.
    dataset.message ||= newId();
    const about = {
      _messageId: dataset.message,
      _timestamp: loadedAt,
      _page: location.href,
      _referrer: document.referrer,
      _anonymousId: visitor(),
    };
    let answer = {};
    let isTaken;
    try {
      const response = await fetch(`${origin}/f/${dataset.rekindle}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ...fields, ...about }),
      });
      isTaken = response.ok;
      answer = await response.json();
    } catch {}
    // The token of a captcha is good for one post; each throws where it has no widget.
    for (const widget of [window.turnstile, window.hcaptcha]) {
      try {
        widget?.reset();
      } catch {}
    }
    if (isTaken) {
      delete dataset.message;
      form.reset();
      // A page that shows something of its own prevents what follows.
      if (!form.dispatchEvent(new CustomEvent('rekindle', { bubbles: true, cancelable: true, detail: answer }))) return;
      if (answer.redirect) location.assign(new URL(answer.redirect, origin));
      else say(form, answer.thanks || 'Thank you.').focus();
      return;
    }
    const shown = answer.errors?.map(({ path, message }) => {
      const field = form.querySelector(`[name="${CSS.escape(path)}"]`);
      return say(form, `${field ? 'This' : path} ${message}.`, field);
    });
    (shown?.[0] || say(form, answer.detail || 'Not sent. Please try again.')).focus();
  };

  document.addEventListener('submit', async (event) => {
    const form = event.target;
    if (!form.dataset.rekindle || event.defaultPrevented) return;
    event.preventDefault();
    if (form.ariaBusy === 'true') return;
    form.ariaBusy = 'true';
    await submit(form, Object.fromEntries(new FormData(form, event.submitter)));
    form.ariaBusy = null;
  });

  addEventListener('pagehide', () => send(true));
  document.addEventListener('visibilitychange', () => document.hidden && send(true));

  const early = window.rekindle || [];
  window.rekindle = api;
  api.push(...early);
  sendIn(0);
})();
