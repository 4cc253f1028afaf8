/** The names of the environment variables that `infra` gives to functions and functions read. */
export const env = {
  stage: 'STAGE',
  table: 'TABLE_NAME',
  bus: 'BUS_NAME',
  /** Prefix of the bus rules that `admin` makes at publish. */
  rulePrefix: 'RULE_PREFIX',
  evaluateQueueArn: 'EVALUATE_QUEUE_ARN',
  /** Where `send` puts back what has to wait. */
  sendQueueUrl: 'SEND_QUEUE_URL',
  /** Where `feedback` lets a click wait for those around it. */
  feedbackQueueUrl: 'FEEDBACK_QUEUE_URL',
  configurationSet: 'CONFIGURATION_SET',
  /** The address that mail comes from, of a verified identity. */
  sender: 'SENDER',
  /** `https://…` without a slash at the end: where recipients' links lead. */
  publicUrl: 'PUBLIC_URL',
  /** Origins that may call from a browser, separated by commas; `*` for all. */
  allowedOrigins: 'ALLOWED_ORIGINS',
} as const;

/** The metric by which `capture` says that a form post was taken or refused without its captcha. */
export const uncheckedMetric = { namespace: 'Rekindle', name: 'CaptchaUnchecked' } as const;

/** The metric by which `send` says that mails are held, and an alarm hears it. */
export const heldMetric = { namespace: 'Rekindle', name: 'SendingHeld' } as const;
/** Pools of vouchers that are nearly empty; an alarm watches it. */
export const lowPoolsMetric = { namespace: 'Rekindle', name: 'VoucherPoolsLow' } as const;
/** Budgets of journeys that are used up; an alarm watches it. */
export const usedUpMetric = { namespace: 'Rekindle', name: 'OfferBudgetUsedUp' } as const;
