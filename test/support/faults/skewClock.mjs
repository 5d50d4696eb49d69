// Loaded into a process before its program (`NODE_OPTIONS=--import …`): its wall clock is wrong by MESHBOOK_TEST_SKEW
// milliseconds, as one that nobody ever set. Timers and the monotonic clock go on as they are.

const skew = Number(process.env["MESHBOOK_TEST_SKEW"]);
const RealDate = Date;

globalThis.Date = class Date extends RealDate {
  constructor(...given) {
    if (given.length === 0) super(RealDate.now() + skew);
    else super(...given);
  }

  static now() {
    return RealDate.now() + skew;
  }
};
