import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Bench } from './bench.ts';
import type { FromCloud } from './latency/cloud.ts';
import { percentile } from './measure.ts';

const GIVE_UP_MS = 10_000;

/** From the post of a form to the mail in the inbox, by whoever looks from outside; everything idle before, real clock. */
export const latencyBench: Bench = async ({ quick, progress }) => {
  const folder = mkdtempSync(join(tmpdir(), 'rekindle-latency-'));
  const child = fork(new URL('./latency/cloud.ts', import.meta.url), [folder], { execArgv: [], stdio: ['ignore', 2, 2, 'ipc'] });
  try {
    const url = await started(child);
    const [warmUps, leads] = quick ? [5, 20] : [30, 200];
    const accepted: number[] = [];
    const arrived: number[] = [];
    progress(`${warmUps} leads to warm up, then ${leads}`);
    for (let lead = 0; lead < warmUps + leads; lead += 1) {
      await idle(child);
      const took = await leadToMail(url, `lead-${lead}@example.com`);
      if (lead < warmUps) continue;
      accepted.push(took.acceptedMs);
      arrived.push(took.arrivedMs);
    }
    const notes = [
      `${leads} leads to the starter catalogue's form, one at a time, each after the cloud had come to rest; from the call until the mail stands in /_local/inbox, asked again and again by a process that shares the machine`,
    ];
    return [
      {
        what: 'form post to mail in the inbox, local cloud, p50',
        figure: percentile(arrived, 0.5),
        unit: 'ms',
        bound: { atMost: 80 },
        notes,
      },
      { what: 'form post to mail in the inbox, local cloud, p95', figure: percentile(arrived, 0.95), unit: 'ms' },
      { what: 'form post to its answer (the lead is durable), p50', figure: percentile(accepted, 0.5), unit: 'ms' },
    ];
  } finally {
    if (child.connected) child.disconnect();
    if (child.exitCode === null) await once(child, 'exit');
    rmSync(folder, { recursive: true, force: true });
  }
};

async function started(child: ChildProcess): Promise<string> {
  const message = await said(child);
  if (message === 'idle') throw new Error('the cloud was idle before it was there');
  return message.url;
}

async function idle(child: ChildProcess): Promise<void> {
  child.send('idle');
  await said(child);
}

function said(child: ChildProcess): Promise<FromCloud> {
  return new Promise((resolve, reject) => {
    const gone = (code: number | null): void => reject(new Error(`the local cloud ended with ${code}`));
    child.once('exit', gone);
    child.once('message', (message: FromCloud) => {
      child.off('exit', gone);
      resolve(message);
    });
  });
}

async function leadToMail(url: string, email: string): Promise<{ acceptedMs: number; arrivedMs: number }> {
  const startedAt = performance.now();
  const body = JSON.stringify({ email, firstName: 'Ana', consent: true });
  const answer = await fetch(`${url}/f/newsletter`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  if (!answer.ok) throw new Error(`the form answered ${answer.status}: ${await answer.text()}`);
  const acceptedMs = performance.now() - startedAt;
  for (;;) {
    const inbox = (await (await fetch(`${url}/_local/inbox?to=${encodeURIComponent(email)}`)).json()) as { messages: unknown[] };
    const arrivedMs = performance.now() - startedAt;
    if (inbox.messages.length > 0) return { acceptedMs, arrivedMs };
    if (arrivedMs > GIVE_UP_MS) throw new Error(`no mail came to ${email} within ${GIVE_UP_MS} ms`);
    // Tight, but not so tight that the questions keep busy what they ask about.
    await setTimeout(1);
  }
}
