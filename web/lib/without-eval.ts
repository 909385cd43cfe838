import { z } from 'zod'

// The page's policy forbids making code from text. To be imported before any schema is made.
z.config({ jitless: true })
