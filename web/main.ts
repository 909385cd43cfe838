import './lib/without-eval.ts'
import { mount } from 'svelte'
import { isPosternError } from '#shared/errors.ts'
import App from './App.svelte'
import { listenToCalls } from './client/call.ts'
import { connection } from './state/connection.svelte.ts'
import { session } from './state/session.svelte.ts'
import { update } from './state/update.svelte.ts'
import './styles/tokens.css'
import './styles/base.css'

listenToCalls({
  answered() {
    connection.reached()
  },
  failed(error) {
    if (isPosternError(error, 'network/offline')) connection.lost()
    else if (!isPosternError(error, 'operation/cancelled', 'network/bad-answer'))
      connection.reached()
    if (isPosternError(error, 'session/required', 'session/expired')) session.refused()
  },
})

const target = document.getElementById('app')
if (target === null) throw new TypeError('the page has no place for the app')
mount(App, { target })
session.listen()
void update.watch()
