import { define } from "@/lib/text";

export const customerMessages = define({
  title: ["客户", "Customer"],
  unnamed: ["未登记姓名", "Name not known"],
  unknown: ["未登记的来电", "Unknown caller"],
  unknownHint: [
    "下单会自动建立客户；没买的可以存为潜在客户。",
    "An order creates the customer; who did not buy can be kept as potential.",
  ],
  edit: ["修改", "Edit"],
  savePotential: ["存为潜在客户", "Keep as potential customer"],
  name: ["姓名", "Name"],
  potential: ["潜在客户（还没买）", "Potential customer (did not buy)"],
  reason: ["没买的原因", "Why not"],
  reasonHint: ["价格、考虑一下、缺货…", "price, thinking it over, out of stock…"],
  interest: ["感兴趣的商品", "Interested in"],
  save: ["保存", "Save"],
  saved: ["客户资料已保存", "Customer saved"],
  notes: ["备注", "Notes"],
  addNote: ["加一条备注，回车保存", "Add a note, Enter saves"],
  noNotes: ["没有备注", "No notes"],
  addresses: ["常用地址", "Addresses"],
});
