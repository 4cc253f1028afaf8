/** How far long work has come, on stderr, so that what a command answers stays clean. Short work says nothing. */
export type Progress = { readonly tell: (text: string) => void; readonly end: () => void };

const QUIET_MS = 1000;
const EVERY_MS = { terminal: 100, log: 5000 };

export function progress(out: Pick<NodeJS.WriteStream, 'isTTY' | 'write'> = process.stderr): Progress {
  const everyMs = out.isTTY ? EVERY_MS.terminal : EVERY_MS.log;
  let next = Date.now() + QUIET_MS;
  let written = false;
  return {
    tell: (text) => {
      if (Date.now() < next) return;
      next = Date.now() + everyMs;
      written = true;
      out.write(out.isTTY ? `\r\u001b[K${text}` : `${text}\n`);
    },
    end: () => {
      if (written && out.isTTY) out.write('\r\u001b[K');
    },
  };
}
