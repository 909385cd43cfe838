import { gpgsmPeer } from './gpgsm-peer.ts'
import { describePeer } from './matrix.ts'

describePeer('gpgsm', gpgsmPeer)
