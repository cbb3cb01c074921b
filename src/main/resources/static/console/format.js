// Numbers, sizes and times as a person reads them.
const NARROW_SPACE = '\u202f';

/** 1234567 with thin separators; what is not known is a dash. */
export function num(value, digits = 0) {
  if (value === null || value === undefined || Number.isNaN(value)) {
    return '–';
  }
  return Number(value).toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })
    .replaceAll(',', NARROW_SPACE);
}

/** A rate: a digit behind the point while it is small. */
export const rate = (value) => num(value, value > 0 && value < 10 ? 1 : 0);

export function bytes(value) {
  if (value === null || value === undefined) {
    return '–';
  }
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let unit = 0;
  let rest = Number(value);
  while (rest >= 1024 && unit < units.length - 1) {
    rest /= 1024;
    unit++;
  }
  return `${num(rest, unit > 0 && rest < 10 ? 1 : 0)} ${units[unit]}`;
}

const SPANS = [['d', 86400000], ['h', 3600000], ['min', 60000], ['s', 1000]];

const unitOf = (ms) => SPANS.find(([, each]) => ms >= each && ms % each === 0) ?? ['ms', 1];

/** A retention: 604800000 is 7 d. */
export function span(ms) {
  if (ms === null || ms === undefined) {
    return 'for ever';
  }
  const [unit, size] = unitOf(ms);
  return `${num(ms / size)} ${unit}`;
}

/** A retention as spanOf reads it. */
export function typedSpan(ms) {
  const [unit, size] = unitOf(ms);
  return `${ms / size} ${unit}`;
}

/** How long ago, or how far ahead. */
export function ago(time) {
  const ms = Date.now() - new Date(time).getTime();
  const [unit, size] = SPANS.find(([, each]) => Math.abs(ms) >= each) ?? ['s', 1000];
  const amount = Math.floor(Math.abs(ms) / size);
  if (amount === 0) {
    return 'now';
  }
  return ms < 0 ? `in ${num(amount)} ${unit}` : `${num(amount)} ${unit} ago`;
}

/** 30 d, 12h or 90 s in milliseconds; null if it is nothing, NaN if it is no span. */
export function spanOf(text) {
  if (text.trim() === '') {
    return null;
  }
  const found = /^\s*(\d+)\s*(d|h|min|s|ms)\s*$/.exec(text);
  return found ? Number(found[1]) * ({ ms: 1 }[found[2]] ?? SPANS.find(([unit]) => unit === found[2])[1]) : NaN;
}

/** 10 GiB or 500MB in bytes; null if it is nothing, NaN if it is no size. */
export function bytesOf(text) {
  if (text.trim() === '') {
    return null;
  }
  const found = /^\s*(\d+)\s*(?:([kmgt])(i?)b|b?)\s*$/i.exec(text);
  return found ? Number(found[1]) * 1024 ** ('kmgt'.indexOf((found[2] ?? '').toLowerCase()) + (found[2] ? 1 : 0)) : NaN;
}
