// The frame around the views: navigation by the address's hash, the token, and whether the gateway is there.
import { html, render, useEffect, useRef, useState } from './ui.js';
import { findRights } from './load.js';
import { Copy, Field, Modal } from './parts.js';
import { app, isToken, setToken, update, useApp } from './state.js';
import { Overview } from './views/overview.js';
import { Topics } from './views/topics.js';
import { Topic } from './views/topic.js';
import { Partition } from './views/partition.js';
import { Producers } from './views/producers.js';
import { Producer } from './views/producer.js';
import { TryIt } from './views/tryit.js';
import { Access } from './views/access.js';

const VIEWS = [
  [/^\/$/, Overview], [/^\/topics$/, Topics], [/^\/topics\/([^/]+)$/, Topic], [/^\/topics\/([^/]+)\/(\d+)$/, Partition],
  [/^\/producers$/, Producers], [/^\/producers\/(\d+)$/, Producer], [/^\/try$/, TryIt], [/^\/access$/, Access],
];

function partsOf(found) {
  try {
    return found?.slice(1).map(decodeURIComponent);
  }
  catch {
    return undefined; // an escape that is none
  }
}

/** #/topics/orders/3?from=earliest names a view, its parts and its query. */
function route() {
  const [path, query = ''] = (location.hash.slice(1) || '/').split('?');
  for (const [pattern, view] of VIEWS) {
    const parts = partsOf(pattern.exec(path));
    if (parts) {
      return { path, view, parts, query: new URLSearchParams(query) };
    }
  }
  return { path, view: Nowhere, parts: [], query: new URLSearchParams() };
}

function useRoute() {
  const [current, setCurrent] = useState(route);
  useEffect(() => {
    const changed = () => setCurrent(route());
    addEventListener('hashchange', changed);
    return () => removeEventListener('hashchange', changed);
  }, []);
  return current;
}

const Nowhere = () => html`<h1>There is no such view</h1><p><a href="#/">Overview</a></p>`;

function Navigation({ path, keys }) {
  const entries = [['#/', 'Overview'], ['#/topics', 'Topics'], ['#/producers', 'Producers'], ['#/try', 'Try it']];
  if (keys) {
    entries.push(['#/access', 'Access']);
  }
  const isCurrent = (href) => (href === '#/' ? path === '/' : path.startsWith(href.slice(1)));
  return html`<nav aria-label="Views">${entries.map(([href, name]) => html`
    <a href=${href} aria-current=${isCurrent(href) ? 'page' : undefined}>${name}</a>`)}</nav>`;
}

function TokenDialog({ why }) {
  const [token, setTyped] = useState('');
  const [wrong, setWrong] = useState(null);
  const submit = (event) => {
    event.preventDefault();
    const typed = token.trim();
    if (typed && !isToken(typed)) {
      setWrong('This has a space, or a character that is not ASCII: no token has.');
    }
    else if (typed) {
      setToken(typed);
    }
  };
  return html`<${Modal} title="Token" onClose=${() => update({ tokenWanted: null })}>
    <p>${why} It takes an access key or a JWT. It is kept in this tab, and gone when the tab is closed.</p>
    <form onSubmit=${submit}>
      <${Field} label="Access key or JWT" type="password" value=${token} error=${wrong} autofocus
        onInput=${(event) => {
          setTyped(event.target.value);
          setWrong(null);
        }} />
      <p class="tools end"><button type="button" class="quiet" onClick=${() => update({ tokenWanted: null })}>Not now</button>
        <button type="submit">Use it</button></p>
    </form>
  </${Modal}>`;
}

function CurlDialog({ commands }) {
  const only = commands.length === 1;
  return html`<${Modal} title="The same with curl" onClose=${() => update({ curl: null })}>
    ${app.token && html`<p class="faint">Put your token into the variable TOKEN first.</p>`}
    ${commands.map(({ what, command }) => html`
      ${!only && html`<p class="label">For ${what}</p>`}
      <pre tabindex="0" class="command">${command}</pre>
      ${!only && html`<p class="tools end"><${Copy} text=${command} what=${`curl: ${what}`} /></p>`}`)}
    <p class="tools end">${only && html`<${Copy} text=${commands[0].command} />`}<button type="button" autofocus onClick=${() => update({ curl: null })}>Close</button></p>
  </${Modal}>`;
}

function App() {
  const { away, token, holder, tokenWanted, keys, curl, said, generation } = useApp();
  const { path, view: View, parts, query } = useRoute();
  const main = useRef(null);
  const first = useRef(true);
  useEffect(() => {
    findRights();
  }, [token, generation]);
  useEffect(() => {
    // who works by keyboard, or listens, is told that the view is another one
    if (!first.current) {
      main.current.querySelector('h1')?.focus({ preventScroll: true });
      scrollTo(0, 0);
    }
    first.current = false;
  }, [path]);
  return html`
    <a class="skip" href="#main" onClick=${(event) => {
      event.preventDefault();
      main.current.focus();
    }}>Skip to the view</a>
    <div class="top">
      <header>
        <a class="brand" href="../"><img src="../favicon.svg" alt="" width="22" height="22" /> <span>Exactly-Once Gateway</span></a>
        <${Navigation} path=${path} keys=${keys} />
        <div class="tools">
          <a class="wide" href="../swagger-ui.html" target="_blank" rel="noopener">API</a>
          ${(token || app.tokenAsked) && html`<button type="button" class="quiet" onClick=${() => (token ? setToken(null) : update({ tokenWanted: 'Requests are sent with it.' }))}>
            ${token ? 'Forget token' : 'Token'}</button>`}
        </div>
      </header>
      ${away && html`<div class="note away" role="alert"><p><strong>The gateway does not answer.</strong>
        ${' '}What is shown is of before. It is looked for every second, and found again by itself.</p></div>`}
    </div>
    <main id="main" ref=${main} tabindex="-1"><${View} key=${`${holder} ${path}`} parts=${parts} query=${query} /></main>
    <div class="hidden" role="status" aria-live="polite">${said}</div>
    ${tokenWanted && html`<${TokenDialog} why=${tokenWanted} />`}
    ${curl && html`<${CurlDialog} commands=${curl} />`}`;
}

const place = document.getElementById('app');
place.textContent = '';
render(html`<${App} />`, place);
