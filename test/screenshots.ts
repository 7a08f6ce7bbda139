import { takeFakePictures } from './pictures/fake-pages.ts';
import { takeRealPictures } from './pictures/real-drill.ts';

/**
 * Pictures for docs/: npm run screenshots. Those of a real drill make a cluster; those of states that are hard to order come
 * from the fake engine of the tests, and their names begin with "fake-". With "real" or "fake", only these are taken.
 */
const [wanted = 'all'] = process.argv.slice(2);
if (wanted === 'fake' || wanted === 'all') await takeFakePictures();
if (wanted === 'real' || wanted === 'all') await takeRealPictures();
