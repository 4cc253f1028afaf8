import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { EngineOptions, SesEngine } from '../ports.ts';
import { accepted } from './accepted.ts';
import { type MailEngine, startMailEngine } from './engine.ts';
import { eventsOf, type SesIdentity } from './events.ts';
import { type Fault, type Faults, openFaults, refusalOf } from './faults.ts';
import { limiter, type SendLimits, usualLimits } from './limits.ts';
import { type MailStore, openMailStore } from './mail-store.ts';
import { badRequest, Refusal } from './refusal.ts';
import { readSendRequest } from './send-request.ts';

type SesOptions = EngineOptions &
  Partial<SesIdentity> & {
    /** Told of what SES would publish about mail that was sent with a configuration set, once the sender has its answer. */
    onEvent(detailType: string, detail: object): void;
    readonly limits?: SendLimits;
  };

export type LocalSesEngine = SesEngine & { failNext(fault: Fault): void };

type Context = {
  readonly engine: MailEngine;
  readonly store: MailStore;
  readonly faults: Faults;
  readonly identity: SesIdentity;
  readonly limits: SendLimits;
  /** Throws where the account has sent what it may. */
  checkLimits(): void;
  now(): number;
};

type Answer = { readonly status: number; readonly body: string; readonly breaksConnection?: boolean };

const BODY_BYTES_MAX = 60 * 1024 * 1024;
const DAY_MS = 86_400_000;

/** The part of SES v2 that sends: SendEmail, GetAccount and the calls for e-mail templates, on 127.0.0.1 only. */
export async function startSes(options: SesOptions): Promise<LocalSesEngine> {
  const { db, clock, port = 0, account = '000000000000', region = 'us-east-1', limits = usualLimits, onEvent } = options;
  const engine = await startMailEngine();
  const store = openMailStore(db);
  const now = () => clock.now();
  const checkLimits = limiter(limits, now, () => store.countSince(now() - DAY_MS));
  const context: Context = { engine, store, faults: openFaults(), identity: { account, region }, limits, checkLimits, now };
  const server = createServer((request, response) => {
    answer(context, request).then(
      (given) => {
        reply(response, given);
        store.tell(onEvent);
      },
      (cause) => refuse(response, cause),
    );
  });
  // Above the idle time of the SDK's connections, so that none is closed in the moment in which it is used again.
  server.keepAliveTimeout = 120_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  // What a process that was killed still had to tell.
  store.tell(onEvent);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    inbox: (filter = {}) => store.inbox(filter),
    clear: () => store.clear(),
    failNext: (fault) => context.faults.add(fault),
    async close() {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      await engine.close();
    },
  };
}

async function answer(context: Context, request: IncomingMessage): Promise<Answer> {
  const body = await read(request);
  const method = request.method ?? '';
  const path = request.url ?? '';
  const operation = `${method} ${path.split('?', 1)[0]}`;
  if (operation === 'POST /v2/email/outbound-emails') return sendEmail(context, body);
  if (operation === 'GET /v2/email/account') return { status: 200, body: JSON.stringify(account(context)) };
  if (path.startsWith('/v2/email/templates')) return passOn(context, { method, path, body });
  throw new Refusal('UnknownOperationException', `SES does not know ${operation} here.`, 404);
}

async function sendEmail(context: Context, body: string): Promise<Answer> {
  const fault = context.faults.next();
  if (fault && 'error' in fault) throw refusalOf(fault);
  if (fault?.breakConnection === 'before_accepting') return { status: 500, body: '', breaksConnection: true };
  const request = readSendRequest(body);
  context.checkLimits();
  const given = await passOn(context, { method: 'POST', path: '/v2/email/outbound-emails', body });
  const { MessageId: engineId } = JSON.parse(given.body) as { MessageId: string };
  const taken = context.engine.take(engineId);
  if (!taken) throw new Refusal('InternalServiceErrorException', 'The mail was accepted but not kept.');
  const mail = accepted(request, taken, context.now());
  context.store.keep(mail, eventsOf(mail, context.identity));
  return { status: 200, body: JSON.stringify({ MessageId: mail.id }), breaksConnection: fault !== undefined };
}

async function passOn({ engine }: Context, request: { method: string; path: string; body: string }): Promise<Answer> {
  const given = await engine.ask(request);
  if (given.status < 400) return given;
  throw refusalBy(given.status, given.body);
}

/** The engine gives its reason beside a general message, and not always the type of the error. */
function refusalBy(status: number, body: string): Refusal {
  try {
    const { type, message, detail } = JSON.parse(body) as { type?: string; message?: string; detail?: string };
    return new Refusal(type ?? 'BadRequestException', detail?.replace('aws-ses-v2-local: ', '') ?? message ?? body, status);
  } catch {
    return status === 413 ? badRequest('The message is too large.') : new Refusal('InternalServiceErrorException', body, 500);
  }
}

function account({ store, limits, now }: Context): object {
  return {
    DedicatedIpAutoWarmupEnabled: false,
    EnforcementStatus: 'HEALTHY',
    ProductionAccessEnabled: true,
    SendingEnabled: true,
    SendQuota: {
      Max24HourSend: limits.perDay,
      MaxSendRate: limits.perSecond,
      SentLast24Hours: store.countSince(now() - DAY_MS),
    },
    SuppressionAttributes: { SuppressedReasons: ['BOUNCE', 'COMPLAINT'] },
  };
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) throw badRequest('The message is too large.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function refuse(response: ServerResponse, cause: unknown): void {
  const message = cause instanceof Error ? cause.message : String(cause);
  const refusal = cause instanceof Refusal ? cause : new Refusal('InternalServiceErrorException', message);
  if (refusal !== cause) process.emitWarning(cause instanceof Error ? cause : message);
  response.setHeader('x-amzn-errortype', refusal.type);
  reply(response, { status: refusal.status, body: JSON.stringify({ message: refusal.message }) });
}

function reply(response: ServerResponse, { status, body, breaksConnection }: Answer): void {
  if (breaksConnection) {
    response.destroy();
    return;
  }
  const bytes = Buffer.from(body);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': bytes.length });
  response.end(bytes);
}
