// The only door to the gateway: the public API, as anybody with curl has it.
import { app, root, update } from './state.js';

/** Of an answer nothing may come for so long: a gateway that hangs is as good as away. */
const SILENCE_MS = 15000;

/** Longer for what changes something: not to know whether it was done is worse than to wait. */
const SILENCE_OF_CHANGES_MS = 60000;
const LOOK_MS = 5000;

/** How long to wait before it is asked again. */
export function waitOf(headers) {
  const seconds = Number(headers?.get('Retry-After') ?? NaN);
  return 1000 * (seconds >= 0 ? Math.min(Math.max(seconds, 1), 60) : 2);
}

/** An answer that is no success, with the gateway's own words. */
export class Refused extends Error {
  constructor(answer) {
    const problem = answer.problem ?? {};
    super(problem.detail ?? problem.title ?? `The gateway answered ${answer.status}.`);
    this.status = answer.status;
    this.code = problem.code;
    this.problem = problem;
    this.passes = answer.status === 429 || answer.status === 503; // the same may be answered another time
    this.waitMs = waitOf(answer.headers);
  }
}

/** The gateway did not answer at all. */
export class Away extends Error {
  constructor(method = 'GET') {
    super(method === 'GET' ? 'The gateway does not answer.' : 'No answer: it may have been done.');
  }
}

/** Ends a request of which nothing comes for too long, or whose own signal says so. */
export class Silence {
  constructor({ method = 'GET', signal } = {}) {
    this.ms = method === 'GET' ? SILENCE_MS : SILENCE_OF_CHANGES_MS;
    this.ended = new AbortController();
    this.signal = signal ? AbortSignal.any([signal, this.ended.signal]) : this.ended.signal;
    this.heard();
  }

  heard() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ended.abort(), this.ms);
  }

  over() {
    clearTimeout(this.timer);
  }
}

const withToken = (token, headers) => (token ? { ...headers, Authorization: `Bearer ${token}` } : headers);

/** Whether a proxy answers in the place of the gateway, which says with these why, or how its health is. */
function isOfAProxy(response) {
  return [502, 503, 504].includes(response.status) && !/problem\+json|vnd\.spring-boot/.test(response.headers.get('Content-Type') ?? '');
}

/** What a request that brought no answer, or not all of it, ends with. */
function lost(failure, { method, signal }) {
  if (signal?.aborted) {
    return failure;
  }
  notThere();
  return new Away(method);
}

/** Sends a request; the answer may be a stream that is still to be read, which nobody watches but the caller. */
export async function open(path, options = {}, silence = new Silence(options)) {
  const { method = 'GET', headers = {}, body } = options;
  const { token } = app;
  let response;
  try {
    response = await fetch(new URL(path, root), {
      method, headers: withToken(token, headers), body, signal: silence.signal, cache: 'no-store', credentials: 'same-origin', redirect: 'error',
    });
  }
  catch (failure) {
    throw lost(failure, options);
  }
  finally {
    silence.over();
  }
  if (isOfAProxy(response)) {
    throw lost(new Away(options.method), options);
  }
  if (app.away) {
    update({ away: false, generation: app.generation + 1 });
  }
  if (response.status === 401 && token === app.token) {
    update({ tokenAsked: true, tokenWanted: token ? 'The gateway does not take this token (any more).' : 'The gateway asks who you are.' });
  }
  return response;
}

/** The whole text, however long it takes as long as it comes. */
async function textOf(response, silence) {
  const pieces = [];
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  for (let piece = await reader?.read(); piece && !piece.done; piece = await reader.read()) {
    silence.heard();
    pieces.push(piece.value);
  }
  return pieces.join('');
}

/** Sends a request and reads the answer, whatever it is. */
export async function send(path, options = {}) {
  const silence = new Silence(options);
  const response = await open(path, options, silence);
  silence.heard();
  let text;
  try {
    text = await textOf(response, silence);
  }
  catch (failure) {
    throw lost(failure, options);
  }
  finally {
    silence.over();
  }
  return answerOf(response, text);
}

function answerOf(response, text) {
  const type = response.headers.get('Content-Type') ?? '';
  const problem = type.includes('problem+json') ? JSON.parse(text) : undefined;
  return { status: response.status, ok: response.ok, headers: response.headers, type, text, problem };
}

/** Of an answer that was opened, and is none to read on. */
export const refusalOf = async (response) => new Refused(answerOf(response, await response.text()));

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
    if (isOfAProxy(await fetch(new URL('console/', root), { method: 'HEAD', cache: 'no-store', signal: AbortSignal.timeout(LOOK_MS) }))) {
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
    lines.push(`--data-raw ${quoted(body)}`);
  }
  return lines.join(' \\\n  ');
}

/** The path of a topic's partitions, which is short for the topic records. */
export const topicPath = (topic) => `topics/${encodeURIComponent(topic)}`;
export const recordsPath = (topic, partition) => `${topicPath(topic)}/partitions/${partition}/records`;
