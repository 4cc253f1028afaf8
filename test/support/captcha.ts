import type { CaptchaAnswer } from '#usecases/ports.ts';
import type { CaptchaDependencies } from '#usecases/submit-form/captcha.ts';

type Told = { readonly outcome: 'refused' | 'unchecked'; readonly reason: string };

/** A provider that answers what a test says, with what it was asked and what was told about it. */
export function fakeCaptcha() {
  const asked: object[] = [];
  const told: Told[] = [];
  const now: { answer: CaptchaAnswer; secret: string | undefined } = { answer: { outcome: 'passed' }, secret: 'our-secret' };
  const captcha: CaptchaDependencies = {
    provider: {
      verify: async (question) => {
        asked.push(question);
        return now.answer;
      },
    },
    secretOf: async () => now.secret,
    refused: ({ reason }) => told.push({ outcome: 'refused', reason }),
    unchecked: ({ reason }) => told.push({ outcome: 'unchecked', reason }),
  };
  return { captcha, asked, told, change: (parts: Partial<typeof now>) => Object.assign(now, parts) };
}
