// The libraries under one name, and what every view uses of them.
import { h, render, Fragment } from './lib/preact.js';
import { useState, useEffect, useRef, useMemo, useCallback } from './lib/hooks.js';
import htm from './lib/htm.js';

export const html = htm.bind(h);
export { render, Fragment, useState, useEffect, useRef, useMemo, useCallback };
