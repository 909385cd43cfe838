import { nssPeer } from './nss-peer.ts'
import { describePeer } from './matrix.ts'

describePeer('NSS cmsutil', nssPeer)
