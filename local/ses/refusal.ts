/** A request that SES would refuse, with the error's type as the SDK knows it. */
export class Refusal extends Error {
  readonly type: string;
  readonly status: number;

  constructor(type: string, message: string, status = STATUSES[type] ?? 400) {
    super(message);
    this.name = type;
    this.type = type;
    this.status = status;
  }
}

const STATUSES: Readonly<Record<string, number>> = {
  NotFoundException: 404,
  TooManyRequestsException: 429,
  InternalServiceErrorException: 500,
  ServiceUnavailableException: 503,
};

export function badRequest(message: string): Refusal {
  return new Refusal('BadRequestException', message);
}
