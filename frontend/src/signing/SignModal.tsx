import { Modal } from 'antd';
import type { Action } from '@/api/previews';
import type { S } from '@/api/types';
import { SignPanel } from './SignPanel';

type Props<T> = {
  title: string;
  verb: string;
  danger?: boolean;
  /** Null while closed. */
  action: Action | null;
  submit: (action: Action, signing: S['Signing']) => Promise<T>;
  onDone: (result: T) => void;
  onClose: () => void;
};

/** A small action, previewed and signed in place. */
export function SignModal<T>({ title, verb, danger, action, submit, onDone, onClose }: Props<T>) {
  return (
    <Modal open={action !== null} title={title} footer={null} onCancel={onClose} width={760} destroyOnHidden mask={{ closable: false }}>
      {action ? <SignPanel compact action={action} verb={verb} danger={danger ?? false} submit={submit} onDone={onDone} /> : null}
    </Modal>
  );
}
