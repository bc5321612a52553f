import { createContext, useContext } from 'react';
import { orgColour } from '@/theme/tokens';

/** What a page may know about an organisation: its name in the person's language. */
export type OrgNames = (org: string) => string;

const Names = createContext<OrgNames>((org) => org);
export const OrgNamesProvider = Names.Provider;

/** The name of an organisation; its id while the list is loading. */
export function useOrgName(): OrgNames {
  return useContext(Names);
}

/** An organisation: coloured initial and name, the same colour everywhere. */
export function OrgTag({ org, small = false }: { org: string; small?: boolean }) {
  const name = useOrgName()(org);
  return (
    <span className={small ? 'org org-small' : 'org'} title={org}>
      <span className="org-initial" aria-hidden="true" style={{ backgroundColor: orgColour(org) }}>
        {[...name][0]?.toUpperCase()}
      </span>
      <span className="org-name">{name}</span>
    </span>
  );
}
