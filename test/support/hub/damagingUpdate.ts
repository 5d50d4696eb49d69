/**
 * An update that reads well and breaks while it is applied: one item names as its left neighbour a part that no item of
 * the document covers. Found by flipping bytes of a good update.
 */
export const DAMAGING = Buffer.from(
  "02020200c401060107046d6f72652801016d01630175017d010b01000401017402686581014c0181010202840104022077840106046f726c64" +
    "46010001620474727565c6010201030162046e756c6c2701016d0161020400010d01782801016d0162017601017175027d017d0244010e" +
    "027a7a0101010203",
  "hex",
);
