import { createContext, useContext } from 'react';
import { orgColours } from '@/theme/tokens';

/** How an organisation is shown. */
export type OrgLook = { name: string; colour: string };

const unknown = (org: string): OrgLook => ({ name: org, colour: orgColours[0] });
const Looks = createContext<(org: string) => OrgLook>(unknown);
export const OrgLooksProvider = Looks.Provider;

/** Name and colour of an organisation; its id while the list of members is loading. */
export function useOrgLook(): (org: string) => OrgLook {
  return useContext(Looks);
}

/** An organisation: coloured initial and name, the same colour everywhere. */
export function OrgTag({ org, small = false }: { org: string; small?: boolean }) {
  const { name, colour } = useOrgLook()(org);
  return (
    <span className={small ? 'org org-small' : 'org'} title={org}>
      <span className="org-initial" aria-hidden="true" style={{ backgroundColor: colour }}>
        {[...name][0]?.toUpperCase()}
      </span>
      <span className="org-name">{name}</span>
    </span>
  );
}
