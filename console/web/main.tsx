import { render } from 'preact';
import './style/tokens.css';
import './style/base.css';
import './style/shell.css';
import './style/desk.css';
import './style/lists.css';
import './style/supervision.css';
import './style/flow.css';
import { App } from './shell/app.tsx';
import { startLive } from './shell/live.ts';

startLive();
render(<App />, document.getElementById('app')!);
