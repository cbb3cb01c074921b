// The story of a record that is stored once, told with real requests.
import { Fragment, html, useEffect, useState } from '../ui.js';
import { curlOf, json, recordsPath, send } from '../api.js';
import { useLoad } from '../load.js';
import { Copy, Failure, Head } from '../parts.js';

const STATUS = { 200: 'OK', 201: 'Created', 400: 'Bad Request', 401: 'Unauthorized', 403: 'Forbidden', 404: 'Not Found', 409: 'Conflict', 413: 'Too Large', 415: 'Unsupported Media Type', 422: 'Unprocessable Content', 429: 'Too Many Requests', 503: 'Service Unavailable' };

const batch = (story, epoch, sequence, item, count) => `{"producerId": ${story.id ?? 0}, "producerEpoch": ${epoch}, "baseSequence": ${sequence},
 "records": [{"key": "customer-7", "value": {"item": "${item}", "count": ${count}}}]}`;

const register = (story) => `{"name": "${story.name}"}`;
const appends = (story) => recordsPath(story.topic, story.partition);
const producers = () => 'producers';

/** The next sequence is 0 for a new producer, and what the gateway says for one that has been here. */
const STEPS = [
  { title: 'Register', what: 'A producer tells its name and gets an id. It counts what it sends: 0, 1, 2 … That count is called the sequence.',
    requests: [{ path: producers, body: register, expects: [201, 200] }] },
  { title: 'Append', what: 'It sends its first record, with id and sequence. The answer is a receipt: the record is on disk, at this offset.',
    requests: [{ path: appends, body: (story) => batch(story, story.epoch, story.next, 'book', 1), expects: [201] }] },
  { title: 'The same again', what: 'Say the answer was lost on the way. The producer sends the same once more, and is told the original offset: a duplicate, not stored twice.',
    requests: [{ path: appends, body: (story) => batch(story, story.epoch, story.next, 'book', 1), expects: [200] }] },
  { title: 'A gap', what: 'A sequence that skips one means that a record in between is missing. Nothing is stored; the answer says which sequence is expected.',
    requests: [{ path: appends, body: (story) => batch(story, story.epoch, story.next + 5, 'pen', 3), expects: [409] }] },
  { title: 'A reused sequence', what: 'The first sequence with other content is a bug in a client, which many systems swallow. Here it is said, and the first record stays as it is.',
    requests: [{ path: appends, body: (story) => batch(story, story.epoch, story.next, 'lamp', 9), expects: [422] }] },
  { title: 'Take over', what: 'A second process registers the same name. The epoch rises, and the first process is fenced: it can write no more, however late its requests come.',
    requests: [{ path: producers, body: register, expects: [200] },
      { label: 'The first process, with its old epoch', path: appends, body: (story) => batch(story, story.epoch, story.next + 1, 'cup', 2), expects: [403] }] },
];

const anyName = () => `try-it-${Math.random().toString(36).slice(2, 8)}`;

function prettyBody(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  }
  catch {
    return text;
  }
}

function Answer({ answer, expects }) {
  if (!answer) {
    return html`<div class="answer faint"><p>The answer comes here.</p></div>`;
  }
  const asTold = expects.includes(answer.status);
  return html`<div class="answer" role="status">
    <p><span class=${`badge ${asTold ? 'good' : 'warn'}`}>${answer.status} ${STATUS[answer.status] ?? ''}</span>
      ${' '}<span class="faint">${asTold ? 'as the story tells' : `the story tells of ${expects[0]}: is the step before it done?`}</span></p>
    <pre tabindex="0" aria-label="Answer">${prettyBody(answer.text)}</pre></div>`;
}

function Request({ request, story, name, onAnswer }) {
  const [edited, setEdited] = useState(null);
  const [answer, setAnswer] = useState(null);
  const [error, setError] = useState(null);
  const body = edited ?? request.body(story);
  const options = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body };
  const path = request.path(story);
  const go = async () => {
    try {
      const got = await send(path, options);
      setError(null);
      setAnswer(got);
      onAnswer(got);
    }
    catch (failure) {
      setError(failure);
    }
  };
  const command = curlOf(path, { ...options, body: body.replace(/\s*\n\s*/g, ' ') });
  return html`<div class="exchange">
    <div class="request">
      ${request.label && html`<p class="label">${request.label}</p>`}
      <p class="target"><span class="method">POST</span> <code>/${path}</code></p>
      <textarea aria-label=${`Body: ${name}`} spellcheck="false" rows=${Math.min(12, body.split('\n').length + 1)} value=${body} onInput=${(event) => setEdited(event.target.value)}></textarea>
      <p class="tools"><button type="button" onClick=${go}>${answer ? 'Send again' : 'Send'}</button>
        <${Copy} text=${command} label="Copy curl" what=${`curl: ${name}`} />
        ${edited !== null && html`<button type="button" class="quiet" onClick=${() => setEdited(null)}>As it was</button>`}</p>
      <pre class="command" tabindex="0" aria-label=${`curl: ${name}`}>${command}</pre>
    </div>
    <div><${Failure} error=${error} /><${Answer} answer=${answer} expects=${request.expects} /></div>
  </div>`;
}

export function TryIt() {
  const [story, setStory] = useState({ name: anyName(), topic: 'records', partition: 0, id: null, epoch: 0, next: 0, run: 0 });
  const list = useLoad((signal) => json('topics', { signal }), []);
  const topics = list.data?.topics ?? [];
  const begin = (change) => setStory((before) => ({ ...before, name: anyName(), id: null, epoch: 0, next: 0, run: before.run + 1, ...change }));
  // a token may be for other topics alone
  useEffect(() => {
    if (topics.length > 0 && !topics.some(({ topic }) => topic === story.topic)) {
      begin({ topic: topics[0].topic });
    }
  }, [list.data]);
  const registered = (index, place) => (answer) => {
    if (index === 0 && place === 0 && answer.ok) {
      const producer = JSON.parse(answer.text);
      const here = producer.partitions.find((each) => each.topic === story.topic && each.partition === story.partition);
      // of a run that is over, it comes too late
      setStory((before) => (before.run !== story.run ? before : { ...before, id: producer.producerId, epoch: producer.producerEpoch, next: here ? here.nextSequence : 0 }));
    }
  };
  return html`<${Fragment}>
    <${Head} title="Try it" sub="Six steps, each a real request to this gateway: send it, change it, send it again. What they append is appended for real.">
      <button type="button" class="quiet" onClick=${() => begin({})}>Begin anew</button></${Head}>
    <div class="row"><div class="field"><label for="story-topic">Append to the topic</label>
      <select id="story-topic" value=${story.topic} onChange=${(event) => begin({ topic: event.target.value })}>
        ${topics.length === 0 ? html`<option value="records">records</option>` : topics.slice(0, 500).map(({ topic }) => html`<option key=${topic} value=${topic}>${topic}</option>`)}
      </select></div>
      <p class="faint">as the producer <code>${story.name}</code>${story.id !== null && html`, <a href=${`#/producers/${story.id}`}>id ${story.id}</a>`};
        ${' '}<a href=${`#/topics/${encodeURIComponent(story.topic)}/${story.partition}?live`}>watch the partition live</a></p></div>
    <ol class="steps" key=${story.run}>${STEPS.map((step, index) => html`<li>
      <h2>${step.title}</h2><p>${step.what}</p>
      ${step.requests.map((request, place) => html`<${Request} key=${place} request=${request} story=${story} name=${request.label ?? step.title} onAnswer=${registered(index, place)} />`)}
    </li>`)}</ol>
  </${Fragment}>`;
}
