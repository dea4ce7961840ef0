/** How many random cases a unit test draws: all of them in `npm run test:all`, a quarter in the loop of a contributor. */
export const draws = (all: number) => (process.env.TEST_ALL === undefined ? Math.ceil(all / 4) : all)
