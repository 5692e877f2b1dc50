import { parentPort, workerData } from 'node:worker_threads';
import { calibrateApart, type Training } from '../classifiers/train-linear.ts';

/** The thread beside a training (train-on-cores.ts): calibrates, and answers. */
parentPort!.postMessage(calibrateApart(workerData as Training));
