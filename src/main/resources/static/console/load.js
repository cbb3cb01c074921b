// What a view shows is loaded here, and asked for again; and what its user may do.
import { Refused, send, waitOf } from './api.js';
import { app, update } from './state.js';
import { useCallback, useEffect, useRef, useState } from './ui.js';

/** When to ask again after a failure: as the gateway says, else as often as is asked anyway; 0 is never. */
function waitAfter(error, every) {
  if (error instanceof Refused && error.passes) {
    return error.waitMs;
  }
  return error instanceof Refused && error.status < 429 ? 0 : every;
}

/**
 * Loads what a view shows, again when the gateway is back, when another token is used, and every so many
 * milliseconds if it is asked to, until it is refused for good.
 */
export function useLoad(load, inputs, every = 0) {
  const [state, setState] = useState({ data: undefined, error: undefined, loading: true });
  const [turn, setTurn] = useState(0);
  const shown = useRef('');
  const pace = useRef(every);
  pace.current = every; // which may depend on what was loaded
  useEffect(() => {
    const ended = new AbortController();
    let timer;
    const key = JSON.stringify(inputs);
    if (shown.current !== key) {
      shown.current = key;
      setState({ data: undefined, error: undefined, loading: true });
    }
    const once = async () => {
      let wait;
      try {
        const data = await load(ended.signal);
        if (ended.signal.aborted) {
          return;
        }
        setState({ data, error: undefined, loading: false });
        wait = data?.refused ? 0 : pace.current;
      }
      catch (error) {
        if (ended.signal.aborted) {
          return;
        }
        wait = waitAfter(error, pace.current);
        setState((before) => ({ data: before.data, error, loading: false }));
      }
      if (wait > 0) {
        timer = setTimeout(once, wait);
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

let again; // the timer of the next question

/**
 * Finds out whether administrators' things are to be shown. Where the gateway asks for no credential everybody
 * may make topics, and there are no keys.
 */
export async function findRights() {
  clearTimeout(again);
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
    else if (new Refused(answer).passes) {
      clearTimeout(again);
      again = setTimeout(findRights, waitOf(answer.headers));
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
