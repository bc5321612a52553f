import { createRoot } from 'react-dom/client';
import { App } from './App';
import { startI18n } from './i18n';
import './styles.css';

const host = document.getElementById('root');
if (!host) throw new Error('index.html has no #root');
await startI18n();
createRoot(host).render(<App />);
