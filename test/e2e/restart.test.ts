/** What was answered with 2xx is there after any end of the process, once, and what follows from it happens once. */
import { expect, onTestFinished, test } from 'vitest';
import type { TimelineItem } from '#usecases/read-timeline.ts';
import { cloudFolder, type LocalCloud, removeFolder, startCloud } from './support/cloud.ts';
import { order, signUp } from './support/people.ts';

const SIGN_UPS = 60;
const AT_ONCE = 6;
const WELCOME = 'Welcome, Ann. We are glad that you are here';

test('data and the virtual time survive a restart, kill -9, and kill -9 in the middle of a burst of posts', async () => {
  const folder = cloudFolder();
  onTestFinished(() => removeFolder(folder));
  const first = await start(folder);
  await signUp(first, 'ann@example.com');
  await order(first, 'ann@example.com', { id: 'A1', revenue: 120 });
  const then = await first.advance('P61D');
  const before = await everythingAbout(first, 'ann@example.com');
  expect(before.subjects).toContain('Ann, it has been a while');
  expect(await first.stop()).toBe(0);

  const second = await start(folder);
  expect(second.keys).toEqual(first.keys);
  expect((await second.now()).getTime()).toBeGreaterThanOrEqual(then.getTime());
  expect(await everythingAbout(second, 'ann@example.com')).toEqual(before);
  expect((await releases(second)).length).toBe(1);
  // The wait for a reaction goes on where it was, and the mail behind it comes.
  await second.advance('P7DT1H');
  expect(await second.subjects('ann@example.com')).toHaveLength(before.subjects.length + 1);

  const taken = await burst(second);
  const third = await start(folder);
  await third.advance('PT1H');
  expect(taken.length).toBeGreaterThanOrEqual(SIGN_UPS / 2);
  for (const email of taken) {
    const timeline = await third.timeline(email);
    const posts = timeline.filter(({ type, name }) => type === 'event' && name === 'Form Submitted');
    expect([email, posts.length]).toEqual([email, 1]);
    const mails = timeline.filter(({ type }) => type === 'message');
    expect(mails).toMatchObject([{ template: 'welcome' }]);
    expect([email, await third.subjects(email)]).toEqual([email, mayBeLost(mails[0]) ? expect.anything() : [WELCOME]]);
    expect((await third.subjects(email)).length).toBeLessThanOrEqual(1);
  }
  expect(await third.subjects('ann@example.com')).toHaveLength(before.subjects.length + 1);
  for (const queue of ['evaluate', 'send', 'feedback']) expect(await third.deadLetters(`rekindle-dev-${queue}-dead`)).toEqual([]);
});

/** Nobody knows whether SES had it when the process ended: by the catalogue's policy it is taken as sent, and says so. */
function mayBeLost(mail: TimelineItem | undefined): boolean {
  return mail?.status === 'sent' && mail.reason === 'the sender was cut off between the call and its record';
}

async function start(folder: string): Promise<LocalCloud> {
  const cloud = await startCloud(folder);
  onTestFinished(() => cloud.kill());
  return cloud;
}

/** Signs many up at once, and kills the cloud when half of them have their answer. Answers who was told that it is done. */
async function burst(cloud: LocalCloud): Promise<string[]> {
  const waiting = Array.from({ length: SIGN_UPS }, (_, n) => `burst-${n}@example.com`);
  const taken: string[] = [];
  let killed: Promise<void> | undefined;
  const signUps = async () => {
    for (let email = waiting.pop(); email !== undefined; email = waiting.pop()) {
      try {
        await signUp(cloud, email);
        taken.push(email);
      } catch (fault) {
        if (killed === undefined) throw fault;
        return;
      }
      if (taken.length >= SIGN_UPS / 2) killed ??= cloud.kill();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, signUps));
  await killed;
  return taken;
}

async function everythingAbout(
  cloud: LocalCloud,
  email: string,
): Promise<{ customer: object; timeline: object[]; subjects: string[] }> {
  // Scores and forecasts are reckoned for the moment in which they are read.
  const { scores: _, forecasts: __, ...customer } = await cloud.customer(email);
  return { customer, timeline: await cloud.timeline(email), subjects: await cloud.subjects(email) };
}

async function releases(cloud: LocalCloud): Promise<unknown[]> {
  const { body } = await cloud.admin('GET', '/releases');
  return (body as { items: unknown[] }).items;
}
