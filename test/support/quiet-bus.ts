/** A bus on which nothing is heard, for tests of what is written to the table. */
export const quietBus = { bus: { publish: async (): Promise<readonly number[]> => [] }, pause: async (): Promise<void> => {} };
