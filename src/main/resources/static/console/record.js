// A record as it was sent: its value keeps the spelling, which JSON.parse would lose.

function endOfString(text, start) {
  for (let i = start + 1; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 92) {
      i++;
    }
    else if (c === 34) {
      return i + 1;
    }
  }
  return text.length;
}

function endOfValue(text, start) {
  const first = text[start];
  if (first === '"') {
    return endOfString(text, start);
  }
  let i = start;
  if (first !== '{' && first !== '[') {
    while (i < text.length && !',}] \n\r\t'.includes(text[i])) {
      i++;
    }
    return i;
  }
  let depth = 0;
  while (i < text.length) {
    const c = text[i];
    if (c === '"') {
      i = endOfString(text, i);
      continue;
    }
    if (c === '{' || c === '[') {
      depth++;
    }
    else if ((c === '}' || c === ']') && --depth === 0) {
      return i + 1;
    }
    i++;
  }
  return i;
}

/** Reads a record's line of JSON, which is so many chars long; value stays text. */
export function recordOf(line) {
  const record = { chars: line.length };
  let i = line.indexOf('{') + 1;
  while (i > 0 && i < line.length && line[i] !== '}') {
    if (line[i] !== '"') {
      i++;
      continue;
    }
    const afterName = endOfString(line, i);
    const name = JSON.parse(line.slice(i, afterName));
    const start = line.indexOf(':', afterName) + 1;
    i = endOfValue(line, start);
    record[name] = name === 'value' ? line.slice(start, i) : JSON.parse(line.slice(start, i));
  }
  return record;
}

export function recordsOf(ndjson) {
  return ndjson.split('\n').filter((line) => line !== '').map(recordOf);
}

export function kindOf(record) {
  if (record.tombstone) {
    return 'tombstone';
  }
  return record.value !== undefined ? 'json' : record.valueText !== undefined ? 'text' : 'bytes';
}

function fromBase64(text) {
  return Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
}

/** The value's bytes, as they are stored. */
export function bytesOf(record) {
  const kind = kindOf(record);
  if (kind === 'bytes') {
    return fromBase64(record.valueBase64 ?? '');
  }
  return new TextEncoder().encode(record.value ?? record.valueText ?? '');
}

/** The value in one line, for a table. */
export function lineOf(record) {
  switch (kindOf(record)) {
    case 'tombstone': return 'no value (tombstone)';
    case 'json': return record.value.slice(0, 400);
    case 'text': return record.valueText.slice(0, 400);
    default: return `${Math.floor((record.valueBase64 ?? '').replace(/=+$/, '').length * 3 / 4)} bytes, ${record.contentType ?? 'no type'}`;
  }
}

export function keyOf(record) {
  return record.keyBase64 !== undefined ? `base64 ${record.keyBase64}` : record.key;
}

/** JSON with a line for each member; numbers and strings stay as they were sent. It ends where it is long enough. */
export function pretty(json, enough) {
  const out = [];
  let depth = 0;
  let length = 0;
  const put = (text) => {
    out.push(text);
    length += text.length;
  };
  const newLine = () => put(`\n${'  '.repeat(depth)}`);
  for (let i = 0; i < json.length && length <= enough; i++) {
    const c = json[i];
    if (c === '"') {
      const end = endOfString(json, i);
      put(json.slice(i, end));
      i = end - 1;
    }
    else if (c === '{' || c === '[') {
      put(c);
      if (json[i + 1] === '}' || json[i + 1] === ']') {
        put(json[++i]);
      }
      else {
        depth++;
        newLine();
      }
    }
    else if (c === '}' || c === ']') {
      depth--;
      newLine();
      put(c);
    }
    else {
      put(c);
      if (c === ',') {
        newLine();
      }
      else if (c === ':') {
        put(' ');
      }
    }
  }
  return out.join('');
}

/** Sixteen bytes a line: where, what, and what of it is ASCII. */
export function hex(data) {
  const lines = [];
  for (let at = 0; at < data.length; at += 16) {
    const row = [...data.subarray(at, at + 16)];
    const codes = row.map((byte) => byte.toString(16).padStart(2, '0')).join(' ').padEnd(47);
    const shown = row.map((byte) => (byte > 31 && byte < 127 ? String.fromCharCode(byte) : '·')).join('');
    lines.push(`${at.toString(16).padStart(6, '0')}  ${codes}  ${shown}`);
  }
  return lines.join('\n');
}

const IMAGES = ['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif'];

export const isImage = (record) => IMAGES.includes((record.contentType ?? '').split(';')[0].trim().toLowerCase());

/** Whether what is loaded of a record has a text in it, in its key, value, headers or id, or is of "producer 7". */
export function matches(record, text) {
  const wanted = text.toLowerCase();
  const producer = /^\s*producer (\d+)\s*$/.exec(wanted)?.[1];
  return producer === String(record.producerId) || [keyOf(record), record.value, record.valueText, record.id, JSON.stringify(record.headers)]
    .some((part) => part !== null && part !== undefined && part.toLowerCase().includes(wanted));
}
