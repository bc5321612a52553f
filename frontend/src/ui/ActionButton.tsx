import { Button, Tooltip, type ButtonProps } from 'antd';

type Props = ButtonProps & {
  /** Why the action is not possible now; absent or empty means that it is. */
  disabledReason?: string | null | undefined;
};

/** A button that is never silently disabled: it says why, also to the keyboard. */
export function ActionButton({ disabledReason, onClick, className, ...rest }: Props) {
  const blocked = Boolean(disabledReason);
  const button = (
    <Button
      {...rest}
      aria-disabled={blocked || undefined}
      className={[className, blocked ? 'action-blocked' : ''].filter(Boolean).join(' ')}
      onClick={blocked ? (e) => e.preventDefault() : onClick}
    />
  );
  return blocked ? <Tooltip title={disabledReason}>{button}</Tooltip> : button;
}
