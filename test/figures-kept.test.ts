import { daysPass, keptStory } from './support/kept-story.js'
import { World } from './support/world.js'

// Kept figures, live figures and those of the oracle are the same after everything that can happen. More organisations
// and more days are in test/slow/figures-kept.test.ts.

let world: World
beforeAll(async () => {
  world = await World.start()
})
afterAll(() => world.stop())

test.each([
  { seed: 7001, keptRates: false },
  { seed: 7002, keptRates: true },
])(
  'after every step of organisation $seed, and on the days that follow',
  async ({ seed, keptRates }) => {
    const { us, compared, look } = await keptStory(world, seed, keptRates)
    await daysPass(us, 10, look)
    expect(compared.steps).toBeGreaterThan(30)
    expect(compared.rows).toBeGreaterThan(compared.steps) // most were kept before the step
  },
  240_000,
)
