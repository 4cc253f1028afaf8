/** A local cloud in a process of its own, for tests that kill it: `node cloud-process.ts <folder> <assembly> [close]`. */
import { startCloud } from '#local/cloud.ts';

const [folder = '', assembly = '', then = ''] = process.argv.slice(2);
const cloud = await startCloud({ folder, assembly, port: 0 });
process.stdout.write(`${JSON.stringify({ url: cloud.url, endpoints: cloud.endpoints })}\n`);
if (then === 'close') await cloud.close();
