import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Release } from '#core/catalogue.ts';
import type { PredictionModel } from '#core/prediction/model.ts';
import { kindOf } from '#core/prediction/settings.ts';
import { parseFile } from '#schemas/parse-file.ts';
import { PredictionModel as ModelFile } from '#schemas/prediction-model.ts';
import { learnsAlike, withModel } from '#usecases/publish/with-model.ts';
import { apiOf } from './api.ts';
import { type Context, Failure, Misuse, type Option, textOf } from './command.ts';

/** Of commands that decide on a draft, which holds no model by itself. */
export const modelOptions: Readonly<Record<string, Option>> = {
  model: { type: 'string', value: 'FILE', help: 'Forecasts by this model: “rekindle predict --orders … --save FILE” writes one' },
  url: { type: 'string', value: 'URL', help: 'Forecasts by the model that this system has published' },
  key: { type: 'string', value: 'sk_…', help: 'With --url: a secret key; else REKINDLE_KEY, else the local cloud’s own' },
};

/** The release with the model that the options name; as it is where they name none. Fails where the two do not go together. */
export async function withModelNamed(context: Context, release: Release): Promise<Release> {
  const model = await modelNamed(context, release);
  return model === undefined ? release : withModel(release, model);
}

/** The model that the options name, fit for this release; undefined where they name none. */
export async function modelNamed(context: Context, release: Release): Promise<PredictionModel | undefined> {
  const [file, url] = [textOf(context, 'model'), textOf(context, 'url')];
  if (file !== undefined && url !== undefined) throw new Misuse('one model is enough: --model names a file, --url a system');
  if (file === undefined && url === undefined) return undefined;
  if (release.prediction === undefined)
    throw new Failure('the catalogue asks for no forecasts: write catalogue/prediction.json, {} is enough');
  if (file === undefined) return publishedModel(context, release);
  const model = readModel(context, file);
  const kind = kindOf(release.prediction.settings);
  if (model.kind !== kind)
    throw new Failure(`the model in ${file} is of the kind ${model.kind}, and prediction.json asks for ${kind}`);
  return model;
}

async function publishedModel(context: Context, release: Release): Promise<PredictionModel> {
  const { body } = await apiOf(context).call('GET', '/admin/v1/releases/current');
  const published = (body as { readonly release: Release }).release;
  const model = published.prediction?.model;
  if (model === undefined) throw new Failure('the published release has no model yet: “rekindle learn” learns one');
  if (!learnsAlike(published, release))
    throw new Failure(
      'the published model is of no use for this catalogue, which reads orders otherwise (prediction.json, loyalty.json)',
    );
  return model;
}

function readModel(context: Context, file: string): PredictionModel {
  let text: string;
  try {
    text = readFileSync(resolve(context.cwd, file), 'utf8');
  } catch (fault) {
    throw new Failure(`${file} cannot be read: ${(fault as Error).message}`);
  }
  const { value, problems } = parseFile(ModelFile, file, text);
  if (value !== undefined) return value;
  const [first] = problems;
  throw new Failure(
    `${file} is no model: ${first?.path ? `${first.path}: ` : ''}${first?.message ?? 'it cannot be read'}. Write one with “rekindle predict --orders orders.csv --save ${file}”`,
  );
}
