// The only door to the gateway: the public API, as anybody with curl has it.
import { app, root, update } from './state.js';
import { useCallback, useEffect, useRef, useState } from './ui.js';

/** An answer that is no success, with the gateway's own words. */
export class Refused extends Error {
  constructor(answer) {
    const problem = answer.problem ?? {};
    super(problem.detail ?? problem.title ?? `The gateway answered ${answer.status}.`);
    this.status = answer.status;
    this.code = problem.code;
    this.problem = problem;
  }
}

/** The gateway did not answer at all. */
export class Away extends Error {
  constructor() {
    super('The gateway does not answer.');
  }
}

const withToken = (token, headers) => (token ? { ...headers, Authorization: `Bearer ${token}` } : headers);

/** Whether a proxy answers in the place of the gateway, which says with these why, or how its health is. */
function isOfAProxy(response) {
  return [502, 503, 504].includes(response.status) && !/problem\+json|vnd\.spring-boot/.test(response.headers.get('Content-Type') ?? '');
}

/** Sends a request; the answer may be a stream that is still to be read. */
export async function open(path, { method = 'GET', headers = {}, body, signal } = {}) {
  const { token } = app;
  let response;
  try {
    response = await fetch(new URL(path, root), {
      method, headers: withToken(token, headers), body, signal, cache: 'no-store', credentials: 'same-origin', redirect: 'error',
    });
  }
  catch (failure) {
    if (failure.name === 'AbortError') {
      throw failure;
    }
    notThere();
    throw new Away();
  }
  if (isOfAProxy(response)) {
    notThere();
    throw new Away();
  }
  if (app.away) {
    update({ away: false, generation: app.generation + 1 });
  }
  if (response.status === 401 && token === app.token) {
    update({ tokenAsked: true, tokenWanted: token ? 'The gateway does not take this token (any more).' : 'The gateway asks who you are.' });
  }
  return response;
}

/** Sends a request and reads the answer, whatever it is. */
export async function send(path, options) {
  const response = await open(path, options);
  let text;
  try {
    text = await response.text();
  }
  catch (failure) {
    throw failure.name === 'AbortError' ? failure : new Away();
  }
  const type = response.headers.get('Content-Type') ?? '';
  const problem = type.includes('problem+json') ? JSON.parse(text) : undefined;
  return { status: response.status, ok: response.ok, headers: response.headers, type, text, problem };
}

/** Sends a request that has to succeed. */
export async function call(path, options) {
  const answer = await send(path, options);
  if (!answer.ok) {
    throw new Refused(answer);
  }
  return answer;
}

export async function json(path, options) {
  const answer = await call(path, options);
  return answer.text ? JSON.parse(answer.text) : null;
}

export function withJson(method, value) {
  return { method, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(value) };
}

let looking = false;

/** Says that the gateway is away, and looks for it until it is back. */
function notThere() {
  update({ away: true });
  if (!looking) {
    looking = true;
    setTimeout(look, 1000);
  }
}

async function look() {
  try {
    if (isOfAProxy(await fetch(new URL('console/', root), { method: 'HEAD', cache: 'no-store' }))) {
      throw new Away();
    }
    looking = false;
    update({ away: false, generation: app.generation + 1 });
  }
  catch {
    setTimeout(look, 1000);
  }
}

const quoted = (text) => (/^[\w./:@%?=&,+-]+$/.test(text) && !/[&?]/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);

/** The same request for a shell. The token is named, not told. */
export function curlOf(path, { method = 'GET', headers = {}, body, stream } = {}) {
  const parts = [stream ? 'curl -N' : 'curl'];
  if (method !== 'GET' && !(method === 'POST' && body !== undefined)) {
    parts.push(`-X ${method}`);
  }
  parts.push(quoted(new URL(path, root).href));
  const lines = [parts.join(' ')];
  if (app.token) {
    lines.push('-H "Authorization: Bearer $TOKEN"');
  }
  for (const [name, value] of Object.entries(headers)) {
    lines.push(`-H '${name}: ${value}'`);
  }
  if (body !== undefined) {
    lines.push(`-d ${quoted(body)}`);
  }
  return lines.join(' \\\n  ');
}

/**
 * Loads what a view shows, again when the gateway is back, when another token is used, and every so many
 * milliseconds if it is asked to, until it is refused.
 */
export function useLoad(load, inputs, every = 0) {
  const [state, setState] = useState({ data: undefined, error: undefined, loading: true });
  const [turn, setTurn] = useState(0);
  const shown = useRef('');
  useEffect(() => {
    const ended = new AbortController();
    let timer;
    const key = JSON.stringify(inputs);
    if (shown.current !== key) {
      shown.current = key;
      setState({ data: undefined, error: undefined, loading: true });
    }
    const once = async () => {
      let again = every > 0;
      try {
        const data = await load(ended.signal);
        again &&= !data?.refused;
        setState({ data, error: undefined, loading: false });
      }
      catch (error) {
        if (ended.signal.aborted) {
          return;
        }
        again &&= !(error instanceof Refused && error.status < 429);
        setState((before) => ({ data: before.data, error, loading: false }));
      }
      if (again && !ended.signal.aborted) {
        timer = setTimeout(once, every);
      }
    };
    once();
    return () => {
      ended.abort();
      clearTimeout(timer);
    };
  }, [...inputs, turn, app.generation]);
  const reload = useCallback(() => setTurn((count) => count + 1), []);
  return { ...state, reload };
}

/**
 * Finds out whether administrators' things are to be shown. Where the gateway asks for no credential everybody
 * may make topics, and there are no keys.
 */
export async function findRights() {
  const { token } = app;
  try {
    const answer = await send('keys?limit=1');
    if (token !== app.token) {
      return;
    }
    if (answer.ok) {
      update({ admin: true, keys: true });
    }
    else if (answer.status === 403) {
      // without keys all may administer; a certificate has rights, too
      update({ admin: !token && !answer.problem?.right, keys: false });
    }
  }
  catch {
    // it is asked again when the gateway is back
  }
}

/** Hides what was refused for want of a right. */
export function learnFrom(error) {
  if (error instanceof Refused && error.code === 'FORBIDDEN') {
    update({ admin: false });
  }
}

/** The path of a topic's partitions, which is short for the topic records. */
export const topicPath = (topic) => `topics/${encodeURIComponent(topic)}`;
export const recordsPath = (topic, partition) => `${topicPath(topic)}/partitions/${partition}/records`;
