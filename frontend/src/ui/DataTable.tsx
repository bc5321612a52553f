import { Table, type TableProps } from 'antd';
import { useEffect, useRef } from 'react';

/** Ant Design's table; what is too wide for the page scrolls, also by keyboard. */
export function DataTable<T extends object>(props: TableProps<T>) {
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const content = frame.current?.querySelector<HTMLElement>('.ant-table-content');
    if (!content) return;
    const update = () => {
      if (content.scrollWidth > content.clientWidth) content.tabIndex = 0;
      else content.removeAttribute('tabindex');
    };
    update();
    const observer = new ResizeObserver(update);
    observer.observe(content);
    const inner = content.firstElementChild;
    if (inner) observer.observe(inner);
    return () => observer.disconnect();
  }, []);
  return (
    <div ref={frame} className="data-table">
      <Table<T> {...props} />
    </div>
  );
}
