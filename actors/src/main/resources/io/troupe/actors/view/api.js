/** The server's JSON: reading with ETags, asking again, and commands. */

const FIRST_PAUSE = 2000;
const LONGEST_PAUSE = 30000;
const HIDDEN_FACTOR = 10;
const READ_MILLIS = 30000;
const NO_ANSWER = 'The server does not answer.';

/** What the server answered instead of what was asked for; the message is for people. */
export class ApiError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** Whether the server answers, and since when not. */
export const connection = {since: null, reason: null, asksToken: false, nextAt: null};
const listeners = new Set();
const pollers = new Set();

/** Calls a listener whenever the connection changes. */
export function onConnection(listener) {
  listeners.add(listener);
}

function connected(reason, asksToken = false) {
  const since = reason === null ? null : connection.since ?? new Date();
  const changed = reason !== connection.reason || asksToken !== connection.asksToken;
  Object.assign(connection, {since, reason, asksToken});
  if (changed) listeners.forEach(listener => listener());
}

/** The path of a run's resource: runPath('a~b', 'curves'). */
export const runPath = (run, ...parts) => 'api/v1/runs/' + [run, ...parts].map(encodeURIComponent).join('/');

async function problem(response) {
  let detail = response.status + ' ' + response.statusText;
  try {
    const body = await response.json();
    detail = body.detail ?? body.title ?? detail;
  } catch (error) {
    // No problem+json, e.g. from a proxy: the status says what there is to say.
  }
  return new ApiError(response.status, detail);
}

async function ask(path, init) {
  let response;
  try {
    response = await fetch(path, {cache: 'no-store', credentials: 'same-origin', ...init});
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    connected(NO_ANSWER);
    throw new ApiError(0, NO_ANSWER);
  }
  if (response.status === 401) {
    connected('The server asks for its token.', true);
  } else {
    connected(null);
  }
  return response;
}

/**
 * Reads a path; a server that takes the request and says nothing for long counts as one that does not answer.
 *
 * @param signal ends it before
 * @param use makes what is wanted of the response
 */
async function read(path, init, signal, use) {
  const limit = new AbortController();
  const end = () => limit.abort();
  signal?.addEventListener('abort', end);
  const timer = setTimeout(end, READ_MILLIS);
  try {
    return await use(await ask(path, {...init, signal: limit.signal}));
  } catch (error) {
    if (error.name !== 'AbortError' || signal?.aborted) throw error;
    connected(NO_ANSWER);
    throw new ApiError(0, NO_ANSWER);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', end);
  }
}

/** What the server has at a path; throws ApiError. */
export function get(path, signal) {
  return read(path, {}, signal, async response => {
    if (!response.ok) throw await problem(response);
    return response.json();
  });
}

/** Sends a command; resolves with the answer or throws ApiError. */
export async function send(method, path, body) {
  const init = {method};
  if (body !== undefined) {
    init.body = JSON.stringify(body);
    init.headers = {'Content-Type': 'application/json'};
  }
  const response = await ask(path, init);
  if (!response.ok) throw await problem(response);
  return response.status === 204 ? {} : response.json();
}

/** Asks for the same again and again until it is stopped; hidden pages ask seldom. */
class Poller {
  constructor(path, every, onData, onError) {
    Object.assign(this, {path, every, onData, onError, tag: null, pause: 0, timer: null, running: false});
    this.abort = new AbortController();
    pollers.add(this);
    this.tick();
  }

  async tick() {
    clearTimeout(this.timer);
    if (this.running || this.abort.signal.aborted) return;
    this.running = true;
    try {
      await this.once();
      this.pause = 0;
    } catch (error) {
      if (this.abort.signal.aborted) return;
      if (!(error instanceof ApiError)) console.error(error);
      this.pause = Math.min(LONGEST_PAUSE, this.pause ? this.pause * 2 : FIRST_PAUSE);
      this.onError(error);
    } finally {
      this.running = false;
    }
    this.plan();
  }

  async once() {
    const headers = this.tag ? {'If-None-Match': this.tag} : {};
    const [data, tag] = await read(this.path, {headers}, this.abort.signal, async response => {
      if (response.status === 304) return [null, this.tag];
      if (!response.ok) throw await problem(response);
      return [await response.json(), response.headers.get('ETag')];
    });
    if (this.abort.signal.aborted) return;
    this.onData(data);
    this.tag = tag;
  }

  plan() {
    if (this.abort.signal.aborted || connection.asksToken) return;
    const wait = Math.max(this.pause, this.every * (document.hidden ? HIDDEN_FACTOR : 1));
    if (this.pause) connection.nextAt = Date.now() + wait;
    this.timer = setTimeout(() => this.tick(), wait);
  }

  stop() {
    pollers.delete(this);
    clearTimeout(this.timer);
    this.abort.abort();
  }
}

/**
 * Reads a path now and every so many milliseconds.
 *
 * @param onData gets the answer; not called while it stays the same
 * @param onError gets an ApiError
 * @return {{stop: function, now: function}} stop ends it; now asks at once
 */
export function poll(path, every, onData, onError = () => {}) {
  const poller = new Poller(path, every, data => data !== null && onData(data), onError);
  return {stop: () => poller.stop(), now: () => poller.tick()};
}

/** Asks again at once for all that the page shows. */
export function refreshAll() {
  connection.asksToken = false;
  pollers.forEach(poller => poller.tick());
}

document.addEventListener('visibilitychange', () => document.hidden || refreshAll());
window.addEventListener('online', refreshAll);
