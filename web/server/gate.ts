/**
 * The front door: one judgement for HTTP and for the WebSocket upgrade. Loopback is no defence (any page the user visits
 * can send requests there), so Host, Origin, cookie and, for changes, a header of our own must all be right.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { changeHeader, type WebErrorCode } from '../protocol.ts';
import { createBucket, limits } from './limits.ts';

/**
 * open: for anyone who reaches the port under its own name. local: the same, from this machine only and not through a
 * page of another origin. page: the start page, which tells a visitor without a cookie what to do. read: needs the cookie.
 * change: also Origin and our header. socket: cookie and Origin.
 */
export type Access = 'open' | 'local' | 'page' | 'read' | 'change' | 'socket';

interface Refusal {
  readonly code: WebErrorCode;
  readonly message: string;
}

/** What the launch token in a start URL comes to. */
export type Launch = 'no-token' | 'exchanged' | 'signed-in' | 'spent' | 'wrong' | 'too-many';

export interface Gate {
  /** Undefined lets the request in. */
  judge(request: IncomingMessage, access: Access): Refusal | undefined;
  /** Looks at ?token= of the start page; the token is good for one exchange. */
  launch(request: IncomingMessage): Launch;
  /** Set-Cookie value that signs a browser in for the life of this server. */
  readonly setCookie: string;
  /** The one-use token of the start URL. */
  readonly token: string;
}

/**
 * @param port the port that is bound, part of every origin and of the cookie's name (cookies don't separate ports).
 * @param names the names that the server answers under
 */
export function createGate(port: number, names: readonly string[]): Gate {
  const token = randomBytes(32).toString('base64url');
  const cookie = { name: `kubewright-${port}`, value: randomBytes(32).toString('base64url') };
  const hosts = new Set(names.flatMap((name) => hostSpellings(name, port)));
  const wrongTokens = createBucket(limits.wrongTokens);
  let spent = false;

  const isSignedIn = (request: IncomingMessage) =>
    cookieValues(request, cookie.name).some((value) => isEqual(value, cookie.value));

  return {
    token,
    setCookie: `${cookie.name}=${cookie.value}; HttpOnly; SameSite=Strict; Path=/`,

    judge(request, access) {
      const [host, ...moreHosts] = request.headersDistinct['host'] ?? [];
      if (host === undefined || moreHosts.length > 0 || !hosts.has(host) || request.url?.startsWith('/') !== true) {
        return { code: 'HOST_REFUSED', message: 'This server does not answer under that name.' };
      }
      if (access === 'open') return undefined;
      if (!isOriginRight(request, `http://${host}`, access)) {
        return { code: 'ORIGIN_REFUSED', message: 'The request comes from another page.' };
      }
      if (access === 'page') return undefined;
      if (access === 'local') {
        if (isFromHere(request)) return undefined;
        return { code: 'ORIGIN_REFUSED', message: 'This is for programs on the machine of the server.' };
      }
      if (!isSignedIn(request)) return { code: 'NOT_SIGNED_IN', message: 'This browser is not signed in.' };
      if (access === 'change' && request.headers[changeHeader.name] !== changeHeader.value) {
        return { code: 'HEADER_MISSING', message: 'The request does not say that it comes from the page.' };
      }
      return undefined;
    },

    launch(request) {
      const query = new URL(request.url ?? '/', 'http://localhost').searchParams;
      const given = query.get('token');
      if (given === null) return isSignedIn(request) ? 'signed-in' : 'no-token';
      if (isSignedIn(request)) return 'exchanged';
      if (!isEqual(given, token)) return wrongTokens.take() ? 'wrong' : 'too-many';
      if (spent) return 'spent';
      // What only looks ahead (a prefetch, a HEAD) must not use up the token for a page that is never shown.
      if (request.method !== 'GET' || request.headers['sec-purpose'] !== undefined) return 'no-token';
      spent = true;
      return 'exchanged';
    },
  };
}

function isOriginRight(request: IncomingMessage, own: string, access: Access): boolean {
  const origins = request.headersDistinct['origin'] ?? [];
  if (origins.length > 0) return origins.length === 1 && origins[0] === own;
  if (access === 'change' || access === 'socket') return false;
  // A link from elsewhere may lead to the start page. Nothing else is for other pages, not even as an image or a script.
  const site = request.headers['sec-fetch-site'];
  return access === 'page' || site === undefined || site === 'same-origin' || site === 'none';
}

function isFromHere({ socket }: IncomingMessage): boolean {
  return /^(::ffff:)?127\.|^::1$/.test(socket.remoteAddress ?? '');
}

function hostSpellings(name: string, port: number): string[] {
  return port === 80 ? [name, `${name}:80`] : [`${name}:${port}`];
}

function cookieValues(request: IncomingMessage, name: string): string[] {
  return (request.headers.cookie ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));
}

/** In constant time; hashing first makes the lengths equal. */
function isEqual(given: string, secret: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(secret));
}
