// What all views share: whether the gateway is there, the credential, and what is asked of the user.
import { useEffect, useState } from './ui.js';

/** Where the gateway is, behind whatever prefix. */
export const root = new URL('../', location.href.split(/[?#]/)[0]);

// another gateway may be behind another prefix of this origin
const TOKEN = `gateway-token ${root.pathname}`;

/** A browser may refuse pages its storage, even to look: then what is kept is gone with the page. */
function storage(use) {
  try {
    return use(sessionStorage);
  }
  catch {
    return null;
  }
}

export const app = {
  away: false, // the gateway does not answer
  generation: 0, // raised when views have to load again
  holder: 0, // raised when another token takes the place of one, whose views are gone then
  token: storage((kept) => kept.getItem(TOKEN)), // of this tab alone
  tokenAsked: false, // whether the gateway has ever asked for one
  tokenWanted: null, // why a token is asked for; null while it is not
  admin: null, // null until it is known
  keys: null, // whether there are access keys here
  curl: null, // the commands that are shown
  said: '', // the latest news, for those who listen
};

const listeners = new Set();

export function update(change) {
  Object.assign(app, change);
  for (const listener of listeners) {
    listener();
  }
}

/** Renders the caller again whenever anything of it changes. */
export function useApp() {
  const [, again] = useState(0);
  useEffect(() => {
    const listener = () => again((count) => count + 1);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, []);
  return app;
}

/** Whether it can be sent: a header takes no other characters, and a token has no spaces. */
export const isToken = (text) => /^[\x21-\x7e]+$/.test(text);

export function setToken(token) {
  storage((kept) => (token ? kept.setItem(TOKEN, token) : kept.removeItem(TOKEN)));
  const holder = app.token && app.token !== token ? app.holder + 1 : app.holder;
  update({ token: token || null, holder, tokenWanted: null, admin: null, keys: null, curl: null, said: '', generation: app.generation + 1 });
}
