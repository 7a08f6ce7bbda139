import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import express, { type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import helmet from 'helmet';
import type { Engine, Exams, Records, WaitingClusters } from '../../engine/engine.ts';
import type { Log } from '../../engine/system/log.ts';
import { sessionIdPattern } from '../protocol.ts';
import type { Drills } from './drills.ts';
import type { Gate } from './gate.ts';
import { createBucket, limits } from './limits.ts';
import type { Metrics } from './metrics.ts';
import { noticePage, notices } from './notice.ts';
import { answerTo, WebRefusal } from './refusals.ts';
import { type HttpRoute, httpRoutes, pageRoutes } from './routes.ts';

const maxBodyBytes = 32 * 1024;
/** vite writes this word where a response's nonce belongs (vite.config.ts, html.cspNonce). */
const nonceWord = '__CSP_NONCE__';

/** The HTTP side: front door, headers, the table of routes, the built page. */
export function createApp(options: {
  engine: Engine;
  exams: Exams;
  records: Records;
  pool: WaitingClusters;
  drills: Drills;
  gate: Gate;
  log: Log;
  metrics: Metrics;
  clientFolder: string;
}): express.Express {
  const { engine, exams, records, pool, drills, gate, log, metrics, clientFolder } = options;
  const changes = createBucket(limits.changes);

  const guard =
    (access: HttpRoute['access']): RequestHandler =>
    (request, _response, next) => {
      const refusal = gate.judge(request, access);
      if (refusal === undefined) {
        if (access !== 'change' || changes.take()) return next();
        metrics.refused('TOO_MANY');
        return next(new WebRefusal('TOO_MANY', 'Too many changes at once.'));
      }
      metrics.refused(refusal.code);
      log.warn({ method: request.method, path: request.path, code: refusal.code }, 'refused at the front door');
      next(new WebRefusal(refusal.code, refusal.message));
    };

  const app = express();
  app.disable('x-powered-by');
  app.set('query parser', 'simple');
  app.set('etag', false);
  app.use(setNonce, securityHeaders());

  for (const [name, route] of Object.entries<HttpRoute>(httpRoutes)) {
    const body = route.access === 'change' ? [requireJson, express.json({ limit: maxBodyBytes })] : [];
    const counted: RequestHandler = (_request, response, next) => {
      response.on('finish', () => metrics.answered(name, response.statusCode));
      next();
    };
    app[route.method](route.path, counted, guard(route.access), ...body, async (request, response) => {
      const id = request.params['id'];
      if (route.id !== undefined && (typeof id !== 'string' || !route.id.test(id))) {
        throw new WebRefusal('NOT_FOUND', 'There is nothing of that name.');
      }
      const gone = new AbortController();
      response.on('close', () => {
        if (!response.writableEnded) gone.abort(new WebRefusal('INTERNAL', 'The page has gone.'));
      });
      const answer = await route.handle({
        engine,
        exams,
        records,
        pool,
        drills,
        id: typeof id === 'string' ? id : '',
        body: request.body as unknown,
        signal: gone.signal,
      });
      if (route.access === 'change') log.info({ route: name, ...sessionOf(route, id, answer) }, 'done');
      response.status(route.status).set('Cache-Control', 'no-store').json(answer);
    });
  }

  app[pageRoutes.start.method](pageRoutes.start.path, guard(pageRoutes.start.access), async (request, response) => {
    response.set('Cache-Control', 'no-store');
    const launch = gate.launch(request);
    const nonce = String(response.locals['nonce']);
    if (launch === 'exchanged') {
      response.setHeader('Set-Cookie', gate.setCookie);
      response.redirect(303, '/');
    } else if (launch === 'signed-in') {
      const page = await readFile(join(clientFolder, 'index.html'), 'utf8');
      response.type('html').send(page.replaceAll(nonceWord, nonce));
    } else {
      response.status(notices[launch].status).type('html').send(noticePage(launch, nonce));
    }
  });

  const { metrics: figures } = pageRoutes;
  app[figures.method](figures.path, guard(figures.access), async (_request, response) => {
    response
      .set('Cache-Control', 'no-store')
      .type(metrics.contentType)
      .send(await metrics.text());
  });

  // File names below assets/ carry a hash of the content, so they never change.
  const files = express.static(join(clientFolder, 'assets'), {
    dotfiles: 'deny',
    index: false,
    redirect: false,
    immutable: true,
    maxAge: '1y',
  });
  app.use(pageRoutes.files.path, guard(pageRoutes.files.access), files);

  app.use(guard('read'), () => {
    throw new WebRefusal('NOT_FOUND', 'There is nothing at this address.');
  });

  app.use((error: unknown, request: Request, response: Response, _next: NextFunction) => {
    const { status, body } = answerTo(error);
    if (status >= 500)
      log.error({ path: request.path, error: String(error), cause: causeOf(error) }, 'a request failed');
    if (response.headersSent) response.destroy();
    else response.status(status).set('Cache-Control', 'no-store').json(body);
  });
  return app;
}

/** The session that a line of the log is about: the one in the address, or the one that was begun. */
function sessionOf(route: HttpRoute, id: unknown, answer: unknown): { session?: string } {
  if (route.id === sessionIdPattern && typeof id === 'string') return { session: id };
  const begun = typeof answer === 'object' && answer !== null && 'session' in answer ? answer.session : undefined;
  return typeof begun === 'string' ? { session: begun } : {};
}

function causeOf(error: unknown): string | undefined {
  return error instanceof Error && error.cause instanceof Error ? error.cause.message : undefined;
}

function setNonce(_request: Request, response: Response, next: NextFunction): void {
  response.locals['nonce'] = randomBytes(16).toString('base64');
  next();
}

/** Nothing inline, nothing from elsewhere; the nonce is for the style elements that the terminal writes (its renderer). */
function securityHeaders(): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        styleSrc: ["'self'", (_request, response) => `'nonce-${(response as Response).locals['nonce'] as string}'`],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    referrerPolicy: { policy: 'no-referrer' },
    xFrameOptions: { action: 'deny' },
    // The server speaks plain HTTP on loopback.
    strictTransportSecurity: false,
  });
}

/** A form or a no-cors request of another page can't send this type; a request without a body needs none. */
function requireJson(request: Request, _response: Response, next: NextFunction): void {
  const hasBody =
    request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;
  if (!hasBody || request.is('application/json') === 'application/json') return next();
  next(new WebRefusal('BODY_REFUSED', 'The body is not JSON.'));
}
